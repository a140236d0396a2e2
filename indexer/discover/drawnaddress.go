package discover

import (
	"net/url"
	"strings"

	"storyfeed/feed"
	"storyfeed/indexer/state"
)

// resolver makes addresses of slugs.
type resolver struct {
	w       *walk
	v       *view
	known   map[string]string // slug → address that the page names somewhere
	before  string            // what stands before a slug, absolute
	behind  string            // and behind it
	guessed bool              // no page proved it
}

// resolver collects the addresses that a page names, in its links and data.
func (w *walk) resolver(v *view, d drawn) *resolver {
	r := &resolver{w: w, v: v, known: map[string]string{}}
	slugs := map[string]bool{}
	for _, p := range d.list.Posts {
		if p.Slug {
			slugs[strings.Trim(p.Address, "/")] = true
		}
	}
	add := func(address string) {
		if slug := slugIn(address, slugs); slug != "" && r.known[slug] == "" {
			r.known[slug] = address
		}
	}
	for _, a := range v.anchors {
		if a.url != "" && a.reason == "" {
			add(a.url)
		}
	}
	if len(slugs) > 0 {
		for _, ref := range d.state.Paths() {
			// A slug that begins with a slash is no address for that.
			if address := v.ownAddress(ref); address != "" && !slugs[strings.Trim(ref, "/")] {
				add(address)
			}
		}
	}
	return r
}

// slugIn is the slug with which an address ends; empty: with none of them.
func slugIn(address string, slugs map[string]bool) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	end := strings.TrimSuffix(strings.Trim(u.Path, "/"), ".html")
	for end != "" && len(slugs) > 0 {
		if slugs[end] {
			return end
		}
		_, rest, ok := strings.Cut(end, "/")
		if !ok {
			break
		}
		end = rest
	}
	return ""
}

// links makes links of a list's posts. Those with an address of their own that
// no story can have are left out.
func (r *resolver) links(l state.List) []Link {
	links := make([]Link, 0, len(l.Posts))
	for _, p := range l.Posts {
		address := r.address(p)
		if address == "" {
			continue
		}
		clean, reason := r.v.judge(address, nil)
		if clean == "" || reason != "" {
			r.w.drop(feed.Drop{URL: address, Anchor: line1(p.Title), Reason: firstOf(reason, "leads nowhere")})
			continue
		}
		links = append(links, Link{
			URL: clean, Anchor: plainLine(p.Title), Authors: p.Authors, Weak: r.guessed && p.Slug,
			Published: stateDate(p.Published), Modified: stateDate(p.Updated).Time, Evidence: []string{"page data"},
		})
	}
	return links
}

func (r *resolver) address(p state.Post) string {
	if !p.Slug {
		return r.v.absolute(p.Address)
	}
	slug := strings.Trim(p.Address, "/")
	if known := r.known[slug]; known != "" {
		return known
	}
	if r.before == "" {
		return ""
	}
	return r.before + slug + r.behind
}

func stateDate(s string) feed.Date {
	d := machineDate(s).date
	if d.IsZero() {
		return d
	}
	d.Source = fromState
	if d.Time.Hour() == 0 && d.Time.Minute() == 0 && d.Time.Second() == 0 { // what programs write for a day
		d.Precision = feed.PrecisionDay
	}
	return d
}
