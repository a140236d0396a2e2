package indexer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

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
	none := 0 // links in passing that lead to no story, so far
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
			if s.Reason != "" {
				none++
				s.Place = 0
			}
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
			s.Reason = "the same story as " + first
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

// learn learns the template of the site that most stories are on.
func (l *look) learn() {
	var pages []Sampled
	for _, s := range l.samples {
		if len(s) > len(pages) {
			pages = s
		}
	}
	if len(pages) < profile.MinSamples {
		l.Unlearned = fmt.Sprintf("from %d stories of one site, and %d are needed", len(pages), profile.MinSamples)
		return
	}
	set, err := LearnFrom(pages, l.request.Series.Select, nil, l.crawl.ix.Now())
	var not *profile.NotLearned
	switch {
	case errors.As(err, &not):
		l.Unlearned = not.Reason
	case err != nil:
		l.Unlearned = err.Error()
	default:
		l.Profile = set
	}
}

// readFeed looks whether the site has a feed of the series already.
func (l *look) readFeed(ctx context.Context, r discover.Result) {
	if r.FeedURL == "" || r.Kind == feed.SourceFeed || ctx.Err() != nil {
		return
	}
	l.crawl.progress(Progress{Series: "preview", Doing: "reading the site's feed"})
	l.Feed = &SiteFeed{URL: r.FeedURL}
	source := feed.Source{URL: r.FeedURL}
	entries, err := discover.Discover(ctx, &sourcePages{c: l.crawl, source: source}, source, discover.Options{MaxPages: 1})
	switch {
	case err != nil:
		l.Feed.Unread = reasonOf(err)
		return
	case entries.Kind != feed.SourceFeed:
		l.Feed = nil
		return
	}
	l.crawl.hear(entries.Links)
	keys := map[string]bool{}
	for _, link := range l.links {
		keys[feed.URLKey(link.URL)] = true
	}
	l.Feed.Entries = len(entries.Links)
	for _, link := range entries.Links {
		if keys[feed.URLKey(link.URL)] {
			l.Feed.Of++
		} else {
			l.Feed.Others++
		}
	}
	l.Feed.Complete = l.Feed.Of == l.Stories && !l.AtLeast
}

// judge says what the stories that were read prove, or that none can be.
func (l *look) judge() {
	var failed, refused []feed.Drop
	var first *ReadStory
	for i, s := range l.Read {
		switch {
		case s.Reason == "":
			continue
		case s.Failed:
			failed = append(failed, feed.Drop{URL: s.URL, Reason: s.Reason})
		default:
			refused = append(refused, feed.Drop{URL: s.URL, Reason: s.Reason})
		}
		first = cmp.Or(first, &l.Read[i])
	}
	if first != nil && len(failed)+len(refused) == len(l.Read) {
		l.Problem = l.unreadable(*first)
		return
	}
	for _, d := range countDrops(failed) {
		l.warn("%d of the %d pages read could not be read now, such as %s: %s", d.Count, len(l.Read), d.Example, d.Reason)
	}
	for _, d := range countDrops(refused) {
		l.warn("%d of the %d pages read will not be taken, such as %s: %s", d.Count, len(l.Read), d.Example, d.Reason)
	}
	for _, b := range l.better {
		l.warn("%s (%s) may be the better page to follow", b.URL, b.What)
	}
	if l.Kind == feed.SourceFeed {
		l.warn("most feeds hold the newest stories only: to have the older ones, follow the page that lists them")
	}
	l.qualities()
}

// qualities warns of what the stories lack.
func (l *look) qualities() {
	taken, undated, nameless, posted, partial := 0, 0, 0, 0, 0
	account := ""
	for _, s := range l.Read {
		if s.Reason != "" {
			continue
		}
		taken++
		if s.Published == nil {
			undated++
		}
		switch {
		case len(s.Authors) > 0:
		case s.Account != "":
			posted++
			account = s.Account
		default:
			nameless++
		}
		if s.Partial {
			partial++
		}
	}
	say := func(n int, what string) {
		switch {
		case n == 0:
		case n == taken:
			l.warn("the pages %s", what)
		default:
			l.warn("%d of %d pages %s", n, taken, what)
		}
	}
	say(undated, "show no date of publication; none is made up")
	say(nameless, "name no author")
	say(posted, fmt.Sprintf("name no person as author, but %q, which may be anybody", account))
	say(partial, "show only the beginning of the story")
	if l.Weak > 0 {
		l.warn("%d of the pages are linked in passing and were not read: a story is one that links back or bears the link's text as title", l.Weak)
	}
}

// unreadable is the problem of a list of which no story can be taken.
func (l *look) unreadable(s ReadStory) *Problem {
	p := &Problem{
		Kind:   ProblemNoStories,
		What:   fmt.Sprintf("%s: lists %d pages, and of the %d that were read none is a story; %s, for example: %s", l.URL, len(l.links), len(l.Read), s.URL, s.Reason),
		Remedy: []string{nameList, openIt},
	}
	if s.cause != nil {
		if cause := problemOf(s.URL, storyTrouble(s.cause)); cause.Kind != ProblemNoStories {
			p.Kind, p.Remedy = cause.Kind, cause.Remedy
		}
	}
	p.suggest(l.better)
	if l.Robots.Disallowed == len(l.links) && len(l.links) > 0 {
		p.Kind = ProblemRobots
		p.What = fmt.Sprintf("%s: lists %d stories, and the site's robots.txt forbids all of them, such as %s", l.URL, l.Stories, l.Robots.Example)
		p.Remedy = []string{followFeed, askOwner}
	}
	return p
}

// storyTrouble speaks of a page that is no story as of one that is no source:
// what keeps us from the one keeps us from the other.
func storyTrouble(err error) error {
	var not *extract.NotStory
	if !errors.As(err, &not) {
		return err
	}
	kinds := map[extract.Kind]discover.Trouble{
		extract.KindShell: discover.TroubleShell, extract.KindLogin: discover.TroubleLogin,
		extract.KindCaptcha: discover.TroubleChallenge, extract.KindMaintenance: discover.TroubleClosed,
		extract.KindConsent: discover.TroubleConsent, extract.KindParked: discover.TroubleParked,
	}
	return &discover.NoSource{Kind: cmp.Or(kinds[not.Kind], discover.TroubleNoStories), Reason: not.Reason}
}
