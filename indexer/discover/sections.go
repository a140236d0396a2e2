package discover

import (
	"fmt"
	"regexp"
	"slices"

	"storyfeed/feed"
)

// A home page may lead to no story but to the page that lists them, to several
// such pages, or to where a serial begins. What stands behind its few links is
// looked at then; a page whose links are stories is read as it is.

const (
	maxSections = 8 // links of a home page that may be sections
	maxDoors    = 2 // links of any other page
	maxStarts   = 3 // links of a page that leads into a serial: the first chapter, the newest, the contents
)

// startText is what a link says that leads to where a serial begins.
var startText = regexp.MustCompile(`(?i)\b(?:from|at) the (?:beginning|start)\b|\b(?:start|begin) (?:reading|here)|\bfirst (?:chapter|page|episode|part|comic|strip)\b|\bchapter (?:1|one)\b|\bread (?:now|it|the (?:book|novel|serial|story|first))\b|` +
	`von (?:anfang|vorne?)|(?:zum|am) (?:anfang|beginn)|jetzt lesen|erste[ns]? (?:kapitel|teil|seite|folge)|(?:depuis|par|au) le (?:début|commencement)|commencer (?:la|à)|premi(?:er|ère) (?:chapitre|épisode|partie|page)|desde el (?:principio|comienzo|inicio)|empezar a leer|primer (?:capítulo|episodio)|` +
	`do (?:início|começo)|começar a ler|primeiro capítulo|dall['’]inizio|inizia a leggere|primo capitolo|bij het begin|begin(?:nen)? (?:met|te) lezen|eerste hoofdstuk|från början|första kapitlet|fra begynnelsen|od początku|pierwszy rozdział|с начала|начать чт|перв(?:ая|ой) глав|最初から|はじめから|第[一1][話章]|从头|第一[章回]|처음부터`)

// behindLink is a page that a link of the home page leads to.
type behindLink struct {
	link Link
	view *view
	k    class
	page *Page
}

// readSections goes on with what stands behind the few links of a page. It
// reports false when that is stories, or nothing worth it: the page is then
// read as it is.
func (w *walk) readSections(v *view, k class) (bool, error) {
	if w.source.Kind != feed.SourceUnknown {
		k = classify(v, feed.SourceUnknown) // what its sections were taken for says nothing of the page
	}
	h := k.hub
	menu := v.isHome() && (!k.found() || k.loose)
	if menu {
		h = v.menuSections()
	}
	links := h.links
	switch {
	case len(links) == 0, len(links) > maxSections, w.knowsAny(links):
		return false, nil
	case menu:
	case k.kind != feed.SourceHub, k.loose, len(links) > maxDoors && !v.isHome(), h.numbered():
		return false, nil
	}
	was := w.result
	lists, done, err := w.lookAround(v, h, menu)
	if done || err != nil {
		return done, err
	}
	if len(lists) == 0 {
		w.result = was
		return false, nil
	}
	return true, w.readLists(v, lists)
}

// lookAround looks at what the links of a page lead to: the lists among it, or
// a serial, which has been read then. Where stories prevail there is neither; of
// what a menu links, only what is surely a list of posts is one.
func (w *walk) lookAround(v *view, h hub, menu bool) (lists []behindLink, serial bool, err error) {
	stories := 0
	for i, l := range h.links {
		if w.result.Pages >= w.opt.MaxPages {
			break
		}
		b, ok, err := w.lookBehind(l)
		if err != nil {
			return nil, false, err
		}
		if !ok {
			continue
		}
		if len(h.links) <= maxStarts {
			if done, err := w.readSerial(v, b, h.at[i]); done || err != nil {
				return nil, done, err
			}
		}
		switch {
		case menu && !b.isPosts():
		case w.presents(v, b):
			lists = append(lists, b)
		case w.isStory(b):
			stories++
		}
		if stories > len(lists) {
			return nil, false, nil
		}
	}
	return lists, false, nil
}

func (w *walk) knowsAny(links []Link) bool {
	return slices.ContainsFunc(links, func(l Link) bool { return !l.Published.IsZero() || w.opt.Known(l.URL) })
}

// lookBehind reads the page that a link leads to, if there is one.
func (w *walk) lookBehind(l Link) (behindLink, bool, error) {
	why := w.result.Why
	p, err := w.get(l.URL)
	w.result.Incomplete, w.result.Why = "", why // it was worth a try
	if err != nil || p == nil || sniff(p) != formatHTML {
		return behindLink{}, false, err
	}
	v, err := w.view(p)
	if err != nil {
		return behindLink{}, false, nil // one that can't be read is neither
	}
	return behindLink{l, v, classify(v, feed.SourceUnknown), p}, true, nil
}

// menuSections are the pages that the menu of a home page leads to, which links
// no story itself: its blog, if it names one, else all that may be lists.
func (v *view) menuSections() hub {
	var h, blogs hub
	seen := map[string]bool{}
	for _, a := range v.anchors {
		isBlog := a.reason == sitePage && isBlogName(a.url)
		if a.url == "" || seen[a.key] || a.cut == "comments" || a.reason != "" && !isBlog {
			continue
		}
		seen[a.key] = true
		to := &h
		if isBlog {
			to = &blogs
		}
		to.links, to.at = append(to.links, Link{URL: a.url, Anchor: a.text}), append(to.at, a)
	}
	if len(blogs.links) > 0 {
		return blogs
	}
	return h
}

// isPosts reports that a page is a list of posts by its markup or its dates.
func (b behindLink) isPosts() bool {
	l := b.k.list
	return b.k.kind == feed.SourceArchive && (l.posts || l.heads || l.dated()) && !b.k.loose
}

// readSerial follows a serial from one of its parts, to which a page leads that
// presents it.
func (w *walk) readSerial(home *view, b behindLink, a *anchor) (bool, error) {
	part := b.view.asPart()
	part.step(b.view.walked())
	if startText.MatchString(a.label() + " " + a.text) {
		s, _, _ := b.view.bareSteps()
		part.step(s)
	}
	w.describe(home)
	title := w.result.Title
	if done, err := w.readParts(b.view, part); !done || err != nil {
		return false, err
	}
	w.result.Title, w.result.HomeURL = firstOf(title, w.result.Title), home.url.String()
	w.why(fmt.Sprintf("the page leads into it at %s", b.link.URL))
	return true, nil
}

// presents reports that a page is a list of stories other than those that the
// home page links.
func (w *walk) presents(home *view, b behindLink) bool {
	linked := map[string]bool{}
	for _, a := range home.anchors {
		linked[a.key] = true
	}
	links := b.k.list.links
	if b.k.kind == feed.SourceHub {
		links = b.k.hub.links
	}
	n := 0
	for _, l := range links {
		if !linked[feed.URLKey(l.URL)] {
			n++
		}
	}
	if n < 2 {
		return false
	}
	if isListing(b.view.meta) {
		return true
	}
	s, err := w.extracted(b.page)
	switch {
	case err != nil || s.Words < storyWords:
		return true
	case isSingle(b.view.meta) || !s.Published.IsZero() && !s.Published.Guessed():
		return n >= strongGroup && b.view.listsInside(b.k)
	}
	return n >= strongGroup && !b.view.isAside(s, b.k)
}

// isStory reports that a page is one story.
func (w *walk) isStory(b behindLink) bool {
	s, err := w.extracted(b.page)
	return err == nil && (s.Words >= storyWords || isSingle(b.view.meta) || !s.Published.IsZero() && !s.Published.Guessed())
}

// readLists puts together the lists of a home page's sections: by the dates of
// their stories, if all have one, else one after the other.
func (w *walk) readLists(home *view, lists []behindLink) error {
	w.describe(home)
	w.result.Framed = true
	w.result.Kind = feed.SourceHub
	seen := map[string]bool{home.selfKey(): true}
	for _, b := range lists {
		seen[b.view.selfKey()] = true
	}
	archives := 0
	for _, b := range lists {
		sub := &walk{ctx: w.ctx, fetch: w.fetch, opt: w.opt, site: w.site, source: feed.Source{URL: b.link.URL, Kind: w.source.Kind}}
		sub.result.Pages = w.result.Pages
		if w.source.Kind != feed.SourceArchive {
			sub.opt.Complete, sub.source.Kind = false, feed.SourceUnknown
		}
		if err := sub.readClassed(b.view, b.k); err != nil {
			return err
		}
		r := sub.result
		w.result.Pages, w.result.Incomplete = r.Pages, firstOf(w.result.Incomplete, r.Incomplete)
		for _, l := range r.Links {
			if key := feed.URLKey(l.URL); !seen[key] {
				seen[key] = true
				w.result.Links = append(w.result.Links, l)
			}
		}
		w.why(fmt.Sprintf("the stories are listed at %s", b.link.URL))
		w.why(r.Why...)
		w.drop(r.Dropped...)
		if r.Kind == feed.SourceArchive {
			archives++
		}
		if len(lists) == 1 {
			w.result.Kind, w.result.Open, w.result.FeedURL = r.Kind, r.Open, firstOf(w.result.FeedURL, r.FeedURL)
		}
	}
	w.result.Complete = w.result.Incomplete == ""
	if dates := datesOf(w.result.Links); len(lists) > 1 && archives > 0 && !slices.ContainsFunc(dates, feed.Date.IsZero) {
		w.result.Kind = feed.SourceArchive
		slices.SortStableFunc(w.result.Links, func(a, b Link) int { return a.Published.Time.Compare(b.Published.Time) })
	}
	return nil
}
