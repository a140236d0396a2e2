package indexer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
)

// single tells one story from a page that leads nowhere.
func (l *look) single(p *Problem) *Problem {
	if p.Kind != ProblemNoStories || l.first == nil {
		return p
	}
	v, err := l.crawl.extract(l.first, "")
	if err != nil || v.Published.IsZero() {
		return p
	}
	p.Kind = ProblemSingle
	p.What = fmt.Sprintf("%s: is one story, %q, and leads to no others", l.first.FinalURL, v.Title)
	p.Remedy = slices.DeleteFunc(p.Remedy, func(s string) bool { return s == openIt })
	return p
}

// led adds where an address led to what is wrong there, unless that is it.
func (l *look) led(p *Problem) *Problem {
	if l.first == nil {
		return p
	}
	l.FinalURL = l.first.FinalURL
	if what, ok := strings.CutPrefix(p.What, l.URL+": "); ok && l.FinalURL != l.URL && p.Kind != ProblemElsewhere {
		p.What = fmt.Sprintf("%s (which leads to %s): %s", l.URL, l.FinalURL, what)
	}
	return p
}

// discover reads the list within the budget.
func (l *look) discover(ctx context.Context) (discover.Result, error) {
	l.crawl.progress(Progress{Series: l.crawl.series.Slug, Doing: "reading " + l.URL})
	l.source, l.first = feed.Source{URL: l.URL}, nil
	l.crawl.series.Sources = []feed.Source{l.source}
	l.crawl.owns = map[string]bool{feed.URLKey(l.URL): true}
	pages := &listPages{&sourcePages{c: l.crawl, source: l.source}, l}
	return discover.Discover(ctx, pages, l.source, discover.Options{MaxPages: l.request.Pages, MaxLinks: mostStories, Select: l.crawl.series.Select})
}

// listPages tells of the progress through a list, and ends at pages of another
// site.
type listPages struct {
	*sourcePages
	l *look
}

// Get implements [discover.Fetcher].
func (p *listPages) Get(ctx context.Context, url string) (*discover.Page, error) {
	page, err := p.sourcePages.Get(ctx, url)
	if err != nil {
		return nil, err
	}
	if url == p.l.URL && !sameOwner(url, page.FinalURL) {
		return nil, &discover.NoSource{
			Kind: discover.TroubleElsewhere, Reason: "redirects to another site, " + page.FinalURL,
			Better: []discover.Better{{URL: page.FinalURL, What: "if that is what you mean"}},
		}
	}
	p.l.list++
	p.l.crawl.progress(Progress{Series: "preview", Doing: fmt.Sprintf("page %d of the list", p.l.list)})
	return page, nil
}

// take takes over what was discovered.
func (l *look) take(r discover.Result) {
	l.Kind, l.Why, l.Title, l.Description, l.Language = r.Kind, r.Why, r.Title, r.Description, r.Language
	l.Pages, l.MaxPages = r.Pages, l.request.Pages
	l.Order, l.crawl.open = orderOf(r), r.Open
	if r.Kind == feed.SourceChain {
		delete(l.crawl.owns, feed.URLKey(l.URL))
	}
	if r.HomeURL != "" {
		l.crawl.owns[feed.URLKey(r.HomeURL)] = true
	}
	if r.Incomplete != "" {
		if l.AtLeast = r.Pages >= l.request.Pages; !l.AtLeast {
			l.warn("the list breaks off: %s", r.Incomplete)
		}
	}
	l.crawl.doubt(r.Links)
	for _, link := range r.Links {
		if l.crawl.owns[feed.URLKey(link.URL)] {
			continue
		}
		l.links = append(l.links, link)
		if link.Weak {
			l.Weak++
		}
	}
	l.Stories, l.crawl.language, l.crawl.linked = len(l.links), r.Language, map[string]bool{}
	for _, link := range l.links {
		l.crawl.linked[feed.URLKey(link.URL)] = true
	}
	l.Dates = datesOf(l.links)
	l.Dropped = countDrops(r.Dropped)
}

// turned begins what package discover says of a list that it turned round.
const turned = "turned round: "

// turnedPage begins the order of a hub page that was.
const turnedPage = "the page's, " + turned

// orderOf tells the order and what it rests on.
func orderOf(r discover.Result) string {
	for _, w := range r.Why {
		if why, ok := strings.CutPrefix(w, turned); ok && r.Kind == feed.SourceHub {
			return turnedPage + why
		} else if ok {
			return "oldest first: the list shows the " + why
		}
	}
	switch r.Kind {
	case feed.SourceHub:
		return "as on the page"
	case feed.SourceChain:
		return "from part to part"
	}
	return "as listed: the dates rise"
}

// datesOf is what the list says of dates.
func datesOf(links []discover.Link) DateSpan {
	var s DateSpan
	for _, l := range links {
		if l.Published.IsZero() {
			s.Undated++
			continue
		}
		s.include(l.Published)
	}
	return s
}

func (s *DateSpan) include(d feed.Date) {
	day := d.Time.UTC().Format(time.DateOnly)
	if s.First == "" || day < s.First {
		s.First = day
	}
	s.Last = max(s.Last, day)
}

// countDrops sums links up by why they are not taken. What stands in quotes or
// after a colon is a detail.
func countDrops(drops []feed.Drop) []DropCount {
	var list []DropCount
	at := map[string]int{}
	for _, d := range drops {
		reason, _, _ := strings.Cut(d.Reason, ": ")
		if strings.HasPrefix(reason, "duplicate") {
			reason = "there twice"
		}
		i, seen := at[reason]
		if !seen {
			i = len(list)
			at[reason] = i
			list = append(list, DropCount{Reason: reason, Example: d.URL})
		}
		list[i].Count++
	}
	slices.SortStableFunc(list, func(a, b DropCount) int { return cmp.Compare(b.Count, a.Count) })
	return list
}
