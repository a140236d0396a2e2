package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"storyfeed/feed"
)

const (
	// maxTerms is how many authors or tags the lists know: those with the most
	// stories.
	maxTerms = 10_000
	// termsPage is how many of them stand on a page.
	termsPage = 300
	// termStories is how many stories stand on a page of an author or tag.
	termStories = 50
)

// termsView is what templates/terms.html shows: all authors, or all tags.
type termsView struct {
	chrome
	Kind   feed.TermKind
	Noun   string // "author" or "tag"
	Plural string // "Authors" or "Tags"
	Path   string
	Filter string // what their names must hold; empty: anything
	Most   bool   // those with the most stories first, else by name
	ByName string // address of the list in that order
	ByMost string
	Terms  []termEntry
	Total  int // how many match
	Pager  pager
}

type termEntry struct {
	feed.Term
	URL string
}

// kindWords are what the kinds of terms are called on pages.
func kindWords(kind feed.TermKind) (noun, plural, section string) {
	if kind == feed.TermTag {
		return "tag", "Tags", "tags"
	}
	return "author", "Authors", "authors"
}

// terms lists all authors, or all tags.
func (s *server) terms(kind feed.TermKind) handler {
	return func(w *response, r *http.Request) error {
		all, err := s.Store.AllTerms(r.Context(), kind, maxTerms)
		if err != nil {
			return err
		}
		v := termsView{Kind: kind, Filter: text(r.URL.Query(), "filter"), Most: r.URL.Query().Get("order") == "stories"}
		v.Noun, v.Plural, v.Section = kindWords(kind)
		v.Path = s.prefix + "/" + v.Section
		all = slices.DeleteFunc(all, func(t feed.Term) bool { return !holds(v.Filter, t.Name) })
		if v.Most {
			slices.SortStableFunc(all, func(a, b feed.Term) int { return b.Stories - a.Stories })
		}
		v.Total = len(all)
		page := pageNumber(r.URL.Query(), max(1, (v.Total+termsPage-1)/termsPage))
		v.Pager = newPager(page, termsPage, v.Total, func(n int) string { return v.address(v.Most, n) })
		for _, t := range all[(page-1)*termsPage : min(page*termsPage, v.Total)] {
			v.Terms = append(v.Terms, termEntry{t, s.prefix + feed.TermPath(kind, t.Slug)})
		}
		v.ByName, v.ByMost = v.address(false, 1), v.address(true, 1)
		v.chrome.Title, v.Description = v.Plural, "All "+strings.ToLower(v.Plural)+" of the stories that are kept here."
		v.NoIndex = r.URL.RawQuery != ""
		v.Prev, v.Next = v.Pager.Prev, v.Pager.Next
		return s.show(w, r, http.StatusOK, "terms", &v)
	}
}

func (v *termsView) address(most bool, page int) string {
	q := url.Values{}
	if most {
		q.Set("order", "stories")
	}
	return listAddress(v.Path, q, v.Filter, page)
}

// listAddress is the address of one page of a list that can be filtered.
func listAddress(path string, q url.Values, filter string, page int) string {
	if filter != "" {
		q.Set("filter", filter)
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// termView is what templates/term.html shows: an author or a tag.
type termView struct {
	chrome
	Term    feed.Term
	Noun    string
	All     string // address of the list of all authors or tags
	Search  string // address of a search among its stories
	Stories []listedStory
	Links   []feedLink
	CatchUp string
	Click   string // where it is brought into readers by a click
	Pager   pager
}

// listedStory is a story in a list of several series.
type listedStory struct {
	feed.Story
	SeriesName string
}

// term shows the stories of an author or of a tag, of all series.
func (s *server) term(kind feed.TermKind) handler {
	return func(w *response, r *http.Request) error {
		noun, _, section := kindWords(kind)
		slug, moved, err := s.termAsked(kind, r)
		if err != nil || moved != "" {
			return s.redirected(w, r, moved, err)
		}
		term, err := s.Store.Term(r.Context(), kind, slug)
		if isNotFound(err) {
			return noTerm(kind)
		}
		if err != nil {
			return err
		}
		v := termView{Term: term, Noun: noun, All: s.prefix + "/" + section}
		page := pageNumber(r.URL.Query(), max(1, (term.Stories+termStories-1)/termStories))
		stories, err := s.Store.TermStories(r.Context(), kind, term.Slug, (page-1)*termStories, termStories)
		if err != nil {
			return err
		}
		if v.Stories, err = s.listed(r, stories); err != nil {
			return err
		}
		path := s.prefix + feed.TermPath(kind, term.Slug)
		v.Pager = newPager(page, termStories, term.Stories, func(n int) string { return listAddress(path, url.Values{}, "", n) })
		link := s.termLinks(kind, []string{term.Name})
		if len(link) == 1 {
			v.Links, v.CatchUp = link[0].Links, link[0].CatchUp
			v.Click = s.prefix + "/subscribe?feed=" + url.QueryEscape(link[0].Atom().URL)
		}
		v.Search = s.searchPath(url.Values{noun: {term.Name}})
		v.chrome = chrome{Title: term.Name, Section: section, Feeds: v.Links, Prev: v.Pager.Prev, Next: v.Pager.Next}
		v.Description = count(term.Stories, "story") + map[feed.TermKind]string{feed.TermAuthor: " by ", feed.TermTag: " tagged "}[kind] + term.Name + "."
		return s.show(w, r, http.StatusOK, "term", &v)
	}
}

// listed adds the names of their series to stories.
func (s *server) listed(r *http.Request, stories []feed.Story) ([]listedStory, error) {
	all, err := s.Store.ListSeries(r.Context())
	if err != nil {
		return nil, err
	}
	titles := map[string]string{}
	for _, one := range all {
		titles[one.Slug] = one.Name()
	}
	var list []listedStory
	for _, st := range stories {
		list = append(list, listedStory{st, titles[st.Series]})
	}
	return list, nil
}
