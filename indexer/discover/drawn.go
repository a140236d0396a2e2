package discover

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"storyfeed/feed"
	"storyfeed/indexer/state"
)

// A page that a browser draws holds few links or none, but carries the list
// that is drawn as data.

const (
	fromState   = "page data"
	maxDocument = 3 // documents of data that are fetched for one page
)

// drawn is a list of posts in a page's data.
type drawn struct {
	list  state.List
	state *state.State
	where string // what it was read from, for people; empty: the page itself
}

// few reports that a page's HTML gives no list: none was found, or only what
// stands around an empty place.
func few(v *view, k class) bool {
	if !k.found() || k.loose {
		return true
	}
	body := v.doc.Find("body")
	return k.kind == feed.SourceHub && k.hub.listed < strongGroup && body.Length() > 0 && v.weightOf(body.Nodes[0]) < 2*shellLetters
}

// findDrawn looks for the page's list in its data, then in the documents of
// data that it says it needs.
func (w *walk) findDrawn(v *view, p *Page) (drawn, bool) {
	s := state.Read(p.Body)
	if v.isDrawnStory(s) {
		return drawn{}, false
	}
	if l, ok := s.List(); ok {
		return drawn{list: l, state: s}, true
	}
	for i, address := range v.documents() {
		if i == maxDocument || w.ctx.Err() != nil {
			break
		}
		doc, err := w.fetch.Get(w.ctx, address)
		if err != nil || doc.NotModified {
			continue
		}
		s := state.ReadJSON(doc.Body)
		if l, ok := s.List(); ok {
			return drawn{list: l, state: s, where: address}, true
		}
	}
	return drawn{}, false
}

// isDrawnStory reports that the data are of one story, whatever others they list
// beside it: it is dated, long, and bears the page's address. The pages of lists
// are objects with a text, too, but a short one.
func (v *view) isDrawnStory(s *state.State) bool {
	const long = 1200 // bytes of HTML
	if v.isHome() || v.isBlogPath() {
		return false
	}
	post, ok := s.Post(v.url.String(), v.meta.title)
	return ok && post.Published != "" && post.Address != "" && len(post.HTML()) >= long &&
		strings.HasSuffix(strings.Trim(v.url.Path, "/"), strings.Trim(path.Base(post.Address), "/"))
}

// documents are the addresses of data that a page says it needs: preloaded, or
// by the habit of Gatsby.
func (v *view) documents() []string {
	var found []string
	add := func(ref string) {
		if address := v.ownAddress(ref); address != "" && !slices.Contains(found, address) {
			found = append(found, address)
		}
	}
	for _, n := range v.head.Filter("link[rel~=preload][as=fetch][href], link[rel~=prefetch][href$='.json']").Nodes {
		add(attr(n, "href"))
	}
	for _, n := range v.doc.Find("script[data-src]").Nodes {
		add(attr(n, "data-src"))
	}
	if v.doc.Find("#___gatsby").Length() > 0 {
		at := strings.Trim(v.url.Path, "/")
		add("/page-data/" + firstOf(at, "index") + "/page-data.json")
	}
	return found
}

// readDrawn takes over the list in a page's data.
func (w *walk) readDrawn(v *view, d drawn) error {
	w.describe(v)
	w.why(fmt.Sprintf("data that the page carries for its scripts (%s): %d posts, %d with a date", firstOf(d.list.Name, "a list"), len(d.list.Posts), d.list.Dated))
	if d.where != "" {
		w.why("read from " + d.where)
	}
	r := w.resolver(v, d)
	if err := r.settle(d.list); err != nil {
		return err
	}
	seen := map[string]bool{}
	w.addListed(listing{links: r.links(d.list)}, seen, 1)
	if err := w.furtherDrawn(v, d, r, seen); err != nil {
		return err
	}
	w.result.Complete = w.result.Incomplete == ""
	w.orderDrawn(v, d)
	return nil
}

// orderDrawn decides as for a list of links: what is dated, or stands where
// blogs list their posts, runs from new to old.
func (w *walk) orderDrawn(v *view, d drawn) {
	w.result.Kind = feed.SourceHub
	if 2*d.list.Dated >= len(d.list.Posts) || v.isHome() || v.isBlogPath() {
		w.result.Kind = feed.SourceArchive
	}
	if was := w.source.Kind; was == feed.SourceHub || was == feed.SourceArchive {
		w.result.Kind = was
	}
	if w.result.Kind == feed.SourceArchive {
		w.orderArchive()
	}
}

// furtherDrawn reads the other pages of a list whose data say that there are
// some.
func (w *walk) furtherDrawn(v *view, d drawn, r *resolver, seen map[string]bool) error {
	total := d.state.PageCount()
	if total < 2 || d.where != "" {
		return nil
	}
	var form string
	for n := 2; n <= min(total, w.opt.MaxPages); n++ {
		forms := pageForms
		if form != "" {
			forms = []string{form}
		}
		added, fresh, err := 0, 0, error(nil)
		for _, f := range forms {
			if added, fresh, err = w.drawnPage(pageOf(v.url, f, n), d, r, seen, n); err != nil {
				return err
			}
			if added > 0 {
				form = f
				break
			}
		}
		switch {
		case added == 0 && form == "":
			w.why(fmt.Sprintf("its data count %d pages, whose addresses were not found", total))
			return nil
		case added == 0, w.opt.Complete && fresh == 0:
			return nil
		}
	}
	return nil
}

// pageForms are the usual addresses of a list's further pages.
var pageForms = []string{"page/%d", "?page=%d", "%d"}

func pageOf(u *url.URL, form string, n int) string {
	if strings.HasPrefix(form, "?") {
		return withQuery(u.String(), "page", fmt.Sprint(n))
	}
	to := u.JoinPath(fmt.Sprintf(form, n))
	if strings.HasSuffix(u.Path, "/") && u.Path != "/" {
		to.Path += "/"
	}
	return to.String()
}

func (w *walk) drawnPage(address string, d drawn, r *resolver, seen map[string]bool, n int) (added, fresh int, err error) {
	p, err := w.fetch.Get(w.ctx, address)
	if err != nil || p.NotModified {
		return 0, 0, w.ctx.Err()
	}
	for _, l := range state.Read(p.Body).Lists() {
		if l.Name == d.list.Name && !l.Beside() {
			w.result.Pages++
			added, fresh = w.addListed(listing{links: r.links(l)}, seen, n)
			break
		}
	}
	return added, fresh, nil
}

var errNoAddress = errors.New("the addresses of the posts in the page's data could not be found")
