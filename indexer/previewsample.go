package indexer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// spread picks at most n of size places, evenly, the first and the last among
// them.
func spread(size, n int) []int {
	if size <= n {
		n = size
	}
	places := make([]int, n)
	for i := range places {
		places[i] = i * (size - 1) / max(1, n-1)
	}
	return places
}

// weakShare is the part of the stories read that may be links in passing: what
// these lead to is known only then.
const weakShare = 3

// places picks the links to read: spread over the list, and as many of those
// in passing as the budget has room for.
func (l *look) places() []int {
	var sure, weak []int
	for i, link := range l.links {
		if link.Weak {
			weak = append(weak, i)
		} else {
			sure = append(sure, i)
		}
	}
	few := min(len(weak), l.request.Stories/weakShare)
	if len(sure) < l.request.Stories-few {
		few = min(len(weak), l.request.Stories-len(sure))
	}
	var places []int
	for _, i := range spread(len(sure), l.request.Stories-few) {
		places = append(places, sure[i])
	}
	for _, i := range spread(len(weak), few) {
		places = append(places, weak[i])
	}
	slices.Sort(places)
	return places
}

// sample reads stories spread over the list.
func (l *look) sample(ctx context.Context) {
	known := map[string]string{} // by key or hash: the address that is kept
	places := l.places()
	none := 0 // links in passing that lead to no story, and to one that another leads to, so far
	for i, place := range places {
		if ctx.Err() != nil {
			return
		}
		link := l.links[place]
		l.crawl.progress(Progress{Series: "preview", Done: i, Total: len(places), Doing: link.URL})
		s := l.readStory(ctx, link, known)
		s.Place = place + 1 - none
		if link.Weak && !s.Failed {
			l.Weak--
		}
		if s.twice || link.Weak && !s.Failed && s.Reason != "" {
			none++
			s.Place = 0
		}
		l.Read = append(l.Read, s)
	}
	l.Stories -= none
	for _, s := range l.Read {
		if s.Reason == "" && s.Published != nil {
			l.Dates.Shown++
			if l.Dates.Undated > 0 {
				l.Dates.include(feed.Date{Time: s.Published.Time})
			}
		}
	}
	for i, s := range l.Read {
		if s.Place == 0 && l.links[places[i]].Published.IsZero() {
			l.Dates.Undated-- // no story lacks a date there
		}
	}
}

// readStory reads one story as a crawl would, up to the point where it would be
// saved.
func (l *look) readStory(ctx context.Context, link discover.Link, known map[string]string) ReadStory {
	s := ReadStory{URL: link.URL}
	if !l.rules.Allows(link.URL) {
		s.Reason, s.Failed = "robots.txt forbids it", true
		return s
	}
	c := l.crawl
	page, err := c.fetch.Get(ctx, fetch.Request{URL: link.URL})
	if err != nil {
		s.Reason, s.Failed, s.cause = reasonOf(err), true, err
		return s
	}
	v, err := c.extract(page, link.Anchor)
	var not *extract.NotStory
	switch {
	case errors.As(err, &not):
		s.Reason, s.cause = not.Error(), not
		return s
	case err != nil:
		s.Reason, s.Failed = err.Error(), true
		return s
	}
	page, v, addr, err := c.settleAddress(ctx, link.URL, page, v)
	if errors.As(err, &not) {
		s.Reason, s.cause = not.Error(), not
		return s
	}
	if s.Reason = c.unfit(store.Link{URL: link.URL, Anchor: link.Anchor, Weak: link.Weak}, page, v); err == nil && s.Reason != "" {
		return s
	}
	if err != nil {
		s.Reason, s.Failed = err.Error(), true
		return s
	}
	if l.identify(&s, addr, v, known); s.Reason == "" {
		site := host(page.FinalURL)
		l.samples[site] = append(l.samples[site], Sampled{ID: page.FinalURL, URL: page.FinalURL, HTML: page.Body, Known: KnownOf(v, link.Anchor)})
	}
	l.fill(&s, link, page, v, addr)
	return s
}

// reasonOf is why a page did not come, without its address.
func reasonOf(err error) string {
	var fe *fetch.Error
	if errors.As(err, &fe) {
		return fe.Err.Error()
	}
	return err.Error()
}

// identify notes the addresses of a story, and that it was read already.
func (l *look) identify(s *ReadStory, addr address, v extract.Story, known map[string]string) {
	marks := []string{}
	for _, u := range addr.all() {
		marks = append(marks, feed.URLKey(u))
	}
	if v.Words >= textProves {
		marks = append(marks, "text "+feed.ContentHash(v.Title, v.Text))
	}
	s.URL = addr.permalink
	for _, m := range marks {
		if first, twice := known[m]; twice {
			s.Reason, s.twice = "the same story as "+first, true
			l.same(first, addr.all()...)
			return
		}
	}
	for _, m := range marks {
		known[m] = addr.permalink
	}
	if others := addr.all()[1:]; len(others) > 0 {
		l.same(addr.permalink, others...)
	}
}

func (l *look) same(kept string, aliases ...string) {
	i := slices.IndexFunc(l.Same, func(s SameStory) bool { return s.URL == kept })
	if i < 0 {
		l.Same = append(l.Same, SameStory{URL: kept})
		i = len(l.Same) - 1
	}
	for _, a := range aliases {
		if a != kept && !slices.Contains(l.Same[i].Aliases, a) {
			l.Same[i].Aliases = append(l.Same[i].Aliases, a)
		}
	}
}

// fill shows what would be saved.
func (l *look) fill(s *ReadStory, link discover.Link, page *fetch.Page, v extract.Story, addr address) {
	st := l.crawl.asStory(store.Link{URL: link.URL, Anchor: link.Anchor, Published: link.Published, Modified: link.Modified, Authors: link.Authors}, page, v, addr)
	s.Title, s.Authors, s.Tags, s.Language, s.Image, s.Words = st.Title, st.Authors, st.Tags, st.Language, st.ImageURL, st.Words
	s.Published, s.Updated = dateRead(st.Published), dateRead(st.Updated)
	if len(st.Authors) == 0 {
		s.Account = v.Account
	}
	s.Begins, s.Partial = firstSentence(st.Text), v.Partial
}

func dateRead(d feed.Date) *DateRead {
	if d.IsZero() {
		return nil
	}
	return &DateRead{d.Time, d.Precision, d.Source}
}

// longestSentence is as much as a report shows, in characters.
const longestSentence = 160

func firstSentence(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	for i, r := range line {
		next := i + len(string(r))
		if strings.ContainsRune(".!?…", r) && next < len(line) && line[next] == ' ' && i > 20 || r == '。' {
			line = line[:next]
			break
		}
	}
	if r := []rune(line); len(r) > longestSentence {
		return strings.TrimSpace(string(r[:longestSentence])) + "…"
	}
	return line
}
