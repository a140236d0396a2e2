package discover

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"storyfeed/feed"
)

// A story that is part of a series often leads to the other parts itself: by
// links to the next and the previous part, or by a box that lists them all. The
// navigation that blogs hang on every post (older, newer) runs through the
// whole blog and is never followed; see step.go for pages that have no other.

// maxChain is how many parts are followed from one to the next: more than a
// daily comic has after ten years.
const maxChain = 5000

// maxWalkedLinks is more links than a page has that is made for walking, its
// menus and the like included.
const maxWalkedLinks = 400

// readChain follows a series from one of its parts. It reports false when the
// page is no part of one.
func (w *walk) readChain(v *view) (bool, error) { return w.readParts(v, v.asPart()) }

// readWalked follows a series whose pages are walked by bare steps. It reports
// false when the page, which k reads as a list, is none of that kind.
func (w *walk) readWalked(v *view, k class) (bool, error) {
	if len(v.anchors) > maxWalkedLinks || k.listsBesides() >= strongGroup {
		return false, nil
	}
	s := v.walked()
	if s.none() {
		return false, nil
	}
	start := v.asPart()
	start.step(s)
	w.describe(v)
	return w.readParts(v, start)
}

// readParts follows a series from one of its parts, read already.
func (w *walk) readParts(v *view, start partPage) (bool, error) {
	if start.leadsNowhere() {
		return false, nil
	}
	c := chain{w: w, bare: start.bare, pages: map[string]partPage{feed.URLKey(v.url.String()): start}}
	links, err := c.links(start)
	if err != nil {
		return false, err
	}
	if len(links) < 2 {
		return false, nil
	}
	w.result.Kind = feed.SourceChain
	w.result.Links = links
	name, home := v.seriesHome()
	if start.side && len(links) != len(start.box) { // more than the group that it heads
		start.name = firstOf(v.meta.siteName, v.homeName())
	}
	w.result.Title, w.result.HomeURL = firstOf(name, start.name, seriesTitle(links), w.result.Title), home
	w.result.Complete = w.result.Incomplete == ""
	w.why(fmt.Sprintf("chain: a part of a series whose parts lead to each other, %d parts", len(links)))
	return true, nil
}

// chainOn reads a chain on from the last part that is known. Nothing new there
// is as much as a page that has not changed.
func chainOn(ctx context.Context, f Fetcher, source feed.Source, opt Options) (Result, error) {
	w := &walk{ctx: ctx, fetch: f, source: source, opt: opt, site: newSite(source.URL)}
	w.result.Kind, w.result.Complete = feed.SourceChain, true
	p, err := f.Get(ctx, opt.Last)
	if err != nil {
		return w.result, fmt.Errorf("%s: %w", source.URL, err)
	}
	w.result.Pages = 1
	v, err := w.view(p)
	if err != nil {
		return w.result, fmt.Errorf("%s: %w", source.URL, err)
	}
	last := v.asPart()
	last.step(v.walked())
	if s, _, _ := v.bareSteps(); !opt.Known(source.URL) && opt.Known(s.prev) { // the source only leads into it, see readSerial
		last.step(s)
	}
	c := chain{w: w, bare: last.bare, pages: map[string]partPage{feed.URLKey(opt.Last): last, feed.URLKey(v.url.String()): last}}
	links, err := c.follow(last, onward, maxChain)
	if len(last.box) > 0 && err == nil {
		links, err = c.boxed(last)
	}
	if err != nil {
		return w.result, fmt.Errorf("%s: %w", source.URL, err)
	}
	w.result.Links = slices.DeleteFunc(links, func(l Link) bool { return opt.Known(l.URL) })
	w.result.NotModified = len(w.result.Links) == 0
	w.result.Complete = w.result.Incomplete == ""
	return w.result, nil
}

// chain is the walk along a series.
type chain struct {
	w     *walk
	bare  bool                // its pages are walked by bare steps
	pages map[string]partPage // by key; pages that were read
}

// links lists the parts in their order.
func (c *chain) links(start partPage) ([]Link, error) {
	if len(start.box) > 0 {
		return c.boxed(start)
	}
	before, err := c.follow(start, back, maxChain)
	if err != nil {
		return nil, err
	}
	if newest, ok := c.shownTwice(start, before); ok {
		slices.Reverse(before)
		after, err := c.follow(newest, onward, maxChain-len(before))
		return append(before, after...), err
	}
	slices.Reverse(before)
	after, err := c.follow(start, onward, maxChain-len(before))
	if err != nil {
		return nil, err
	}
	links := before
	links = append(links, start.link("the page asked for"))
	return append(links, after...), nil
}

// boxed lists the parts of a box. A box that was written by hand knows no
// parts that came later: the last one is asked.
func (c *chain) boxed(start partPage) ([]Link, error) {
	links := start.box
	if start.side {
		book, err := c.bookOf(links)
		if err != nil {
			return nil, err
		}
		links = book
	}
	for i := range links {
		links[i].Evidence = []string{fmt.Sprintf("item %d of %d in the series' list", i+1, len(links))}
	}
	last := links[len(links)-1]
	if feed.URLKey(last.URL) == feed.URLKey(start.view.url.String()) {
		after, err := c.follow(start, onward, maxChain)
		return append(links, after...), err
	}
	p, ok, err := c.read(last.URL)
	if err != nil || !ok {
		return links, err
	}
	if len(p.box) > len(links) && holds(p.box, links) {
		links = p.box
		for i := range links {
			links[i].Evidence = []string{fmt.Sprintf("item %d of %d in the series' list", i+1, len(links))}
		}
	}
	after, err := c.follow(p, onward, maxChain)
	known := map[string]bool{}
	for _, l := range links {
		known[feed.URLKey(l.URL)] = true
	}
	after = slices.DeleteFunc(after, func(l Link) bool { return known[feed.URLKey(l.URL)] })
	return append(links, after...), err
}

func holds(all, some []Link) bool {
	keys := map[string]bool{}
	for _, l := range all {
		keys[feed.URLKey(l.URL)] = true
	}
	return !slices.ContainsFunc(some, func(l Link) bool { return !keys[feed.URLKey(l.URL)] })
}

// follow reads parts in one direction until there is none, or one that was met
// before.
func (c *chain) follow(p partPage, to way, most int) ([]Link, error) {
	var links []Link
	for len(links) < most {
		address, how := p.next, "next part"
		if to == back {
			address, how = p.prev, "previous part"
		}
		if address == "" || c.met(address) {
			return links, nil
		}
		if c.w.result.Pages >= c.w.opt.maxParts {
			c.w.result.Incomplete = fmt.Sprintf("stopped after %d pages", c.w.result.Pages)
			return links, nil
		}
		next, ok, err := c.read(address)
		if err != nil || !ok {
			return links, err
		}
		links = append(links, next.link(how))
		p = next
		c.leave(address, next)
	}
	c.w.result.Incomplete = fmt.Sprintf("stopped after %d parts", most)
	return links, nil
}

// shownTwice returns the part before the newest one where the page that was
// asked for shows the newest under an address that will show the next one later,
// as home pages do: the part before it leads to another address.
func (c *chain) shownTwice(start partPage, before []Link) (partPage, bool) {
	if !start.bare || start.next != "" || len(before) == 0 {
		return partPage{}, false
	}
	last, ok := c.pages[feed.URLKey(before[0].URL)]
	return last, ok && last.next != "" && !c.met(last.next)
}

func (c *chain) met(address string) bool {
	_, ok := c.pages[feed.URLKey(address)]
	return ok
}

// read fetches a part. False: there is no such page, or it was met before
// under another address.
func (c *chain) read(address string) (partPage, bool, error) {
	p, err := c.w.get(address)
	if err != nil || p == nil {
		return partPage{}, false, err
	}
	v, err := c.w.view(p)
	if err != nil {
		c.w.why(fmt.Sprintf("%s: %v", address, err))
		return partPage{}, false, nil
	}
	known := c.met(v.url.String())
	part := v.asPart()
	if c.bare && part.leadsNowhere() {
		part.next, part.prev, part.bare = "", "", true
		if s, _, _ := v.bareSteps(); !s.none() {
			part.next, part.prev = s.next, s.prev
		}
	}
	c.pages[feed.URLKey(address)] = part
	c.pages[feed.URLKey(v.url.String())] = part
	return part, !known, nil
}

// leave lets go of the page of a part that was followed: where it leads is all that
// is asked of it again, and thousands of pages would fill the memory.
func (c *chain) leave(address string, p partPage) {
	at := p.view.url.String()
	p.view, p.box = nil, nil
	c.pages[feed.URLKey(address)] = p
	c.pages[feed.URLKey(at)] = p
}

func (p partPage) link(how string) Link {
	return Link{URL: feed.StripTracking(p.view.url.String()), Anchor: p.view.partTitle(), Evidence: []string{how}}
}

// numberedEnd is the number of a part at the end of a page's title.
var numberedEnd = regexp.MustCompile(`(?i)^(?:(?:` + stepNoun + `|` + partNoun + `)\.?\s*|#|№)\d{1,5}$`)

// partTitle is a page's title with the number of the part that it is, where its
// heading names only the whole and is the same on all of its parts.
func (v *view) partTitle() string {
	t := v.meta.title
	rest, ok := strings.CutPrefix(line1(v.head.Filter("title").First().Text()), t)
	if !ok || t == "" {
		return t
	}
	for _, sep := range separators {
		if part, ok := strings.CutPrefix(rest, sep); ok && numberedEnd.MatchString(stripSite(part, v.meta.siteName)) {
			return t + sep + stripSite(part, v.meta.siteName)
		}
	}
	return t
}
