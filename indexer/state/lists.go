package state

import (
	"slices"
	"strings"
)

// List is an array of posts.
type List struct {
	Name  string // where it stands: "props.pageProps.posts"
	Posts []Post // in the order of the page
	Dated int    // of Posts
}

// minList is the least number of posts that make a list.
const minList = 2

// otherLists are names of arrays of objects with titles and addresses that are
// no posts.
var otherLists = []string{
	"nav", "navigation", "menu", "menus", "menuitems", "navitems", "links", "sociallinks", "socials", "social", "footer", "header", "breadcrumbs", "tags", "categories",
	"topics", "authors", "users", "routes", "pages", "locales", "translations", "related", "relatedposts", "relatedarticles", "recommended", "recommendations", "popular",
	"popularposts", "trending", "featured", "featuredposts", "readnext", "suggested", "mostread", "products", "images", "media", "comments", "sidebar", "seealso", "redirects",
}

// Lists finds the lists of posts, the likeliest first: what is dated before
// what is not, long before short, page order otherwise. Lists of links, tags
// or people, and such that stand beside a page's subject ("related", "popular"),
// come last or are left out.
func (s *State) Lists() []List {
	var found []List
	for _, v := range s.Values {
		walk(v.Data, func(path []string, v any) bool {
			var l List
			switch t := v.(type) {
			case []any:
				l = listOf(t)
			case *Object:
				l = listOf(entities(t))
			}
			if len(l.Posts) >= minList {
				l.Name = strings.Join(slices.DeleteFunc(slices.Clone(path), func(p string) bool { return p == "" }), ".")
				found = append(found, l)
			}
			return true
		})
	}
	slices.SortStableFunc(found, func(a, b List) int { return b.rank() - a.rank() })
	return found
}

// listNames are what arrays of posts are called. Without dates only the name
// tells them from menus.
var listNames = []string{"posts", "post", "articles", "article", "stories", "story", "entries", "entry", "items", "edges", "nodes", "results", "blog", "blogposts", "allposts", "news", "feed", "list", "chapters", "episodes", "parts"}

// List is the list that the page is about, if its data hold one.
func (s *State) List() (List, bool) {
	for _, l := range s.Lists() {
		if l.Beside() {
			break
		}
		if 2*l.Dated >= len(l.Posts) || isOneOf(listNames, fold(l.Name[strings.LastIndexByte(l.Name, '.')+1:])) {
			return l, true
		}
	}
	return List{}, false
}

// Tells reports that the data surely hold a list of posts, or a post with its
// text: the page can be read without being drawn.
func (s *State) Tells() bool {
	if l, ok := s.List(); ok && 2*l.Dated >= len(l.Posts) {
		return true
	}
	found := false
	for _, v := range s.Values {
		walk(v.Data, func(_ []string, v any) bool {
			if o, ok := v.(*Object); ok && !found {
				p, ok := postOf(o)
				found = ok && p.body != nil && (p.Address != "" || p.Published != "")
			}
			return !found
		})
	}
	return found
}

// rank orders lists by how likely they are a page's subject.
func (l List) rank() int {
	n := min(len(l.Posts), 1000) + 2*min(l.Dated, 1000)
	for _, part := range strings.Split(l.Name, ".") {
		if isOneOf(otherLists, fold(part)) {
			return n - 100_000
		}
	}
	return n
}

// Beside reports that the list's name says that it is not what the page is
// about.
func (l List) Beside() bool { return l.rank() < 0 }

// listOf reads an array as posts: nearly all its elements must be some, with
// addresses, no two the same.
func listOf(elements []any) List {
	var l List
	objects := 0
	seen := map[string]bool{}
	for _, e := range elements {
		o, ok := e.(*Object)
		if !ok {
			continue
		}
		objects++
		p, ok := postOf(o)
		if !ok || p.Address == "" || seen[p.Address] {
			continue
		}
		seen[p.Address] = true
		l.Posts = append(l.Posts, p)
		if p.Published != "" {
			l.Dated++
		}
	}
	if objects < minList || 5*len(l.Posts) < 4*objects || 2*objects < len(elements) {
		return List{}
	}
	return l
}

// entities are the values of an object that keeps objects by their ids or
// slugs, as stores of single-page applications do.
func entities(o *Object) []any {
	const enough = 3
	if len(o.Keys()) < enough {
		return nil
	}
	list := make([]any, 0, len(o.keys))
	var shape int
	for i, k := range o.keys {
		e, ok := o.values[k].(*Object)
		if !ok || len(e.Keys()) < 2 {
			return nil
		}
		if i == 0 {
			shape = len(e.keys)
		}
		if len(e.keys) > 2*shape || 2*len(e.keys) < shape {
			return nil
		}
		list = append(list, e)
	}
	return list
}

// pageCountKeys name how many pages a list has.
var pageCountKeys = []string{"totalpages", "pagecount", "numpages", "numberofpages", "lastpage", "maxpages", "pagestotal", "totalpagecount", "pages"}

// PageCount is how many pages the page's list has by its own account; 0: it
// does not say.
func (s *State) PageCount() int {
	const most = 10_000
	n := 0
	for _, v := range s.Values {
		walk(v.Data, func(path []string, v any) bool {
			if f, ok := v.(float64); ok && len(path) > 0 && isOneOf(pageCountKeys, fold(path[len(path)-1])) && f > 1 && f <= most {
				n = max(n, int(f))
			}
			return true
		})
	}
	return n
}

// Paths lists the texts in the data that are paths or addresses of pages, at
// most 5000, without duplicates.
func (s *State) Paths() []string {
	const most = 5000
	var list []string
	seen := map[string]bool{}
	for _, v := range s.Values {
		walk(v.Data, func(_ []string, v any) bool {
			t, ok := v.(string)
			if ok && len(t) <= maxAddress && (strings.HasPrefix(t, "/") || strings.HasPrefix(t, "http")) && !strings.ContainsAny(t, " \n<>") && !seen[t] && len(list) < most {
				seen[t] = true
				list = append(list, t)
			}
			return true
		})
	}
	return list
}
