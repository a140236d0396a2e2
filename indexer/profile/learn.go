package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"storyfeed/feed"
)

// NotLearned says why no profile could be made.
type NotLearned struct{ Reason string }

func (e *NotLearned) Error() string { return "no profile: " + e.Reason }

// Learn makes the profiles of a source. Ten to twelve samples, spread over
// the age of the series, serve best: fewer than nine that agree are never
// sure enough for [Alone]; of a cluster that has fewer than [MinSamples]
// nothing is learned. The same samples give the same set. An error is a
// [*NotLearned].
//
// What was learned is verified within Learn: each profile is learned once
// more without a quarter of its samples, and has to read those right. A
// profile that doesn't is left out.
func Learn(samples []Sample, opt Options) (*Set, error) {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	var pages []*page
	for _, s := range samples {
		if p := newPage(s); p != nil && (s.Known.Title != "" || s.Known.Text != "") {
			pages = append(pages, p)
		}
	}
	if len(pages) < MinSamples {
		return nil, &NotLearned{fmt.Sprintf("%d stories to learn from, at least %d are needed", len(pages), MinSamples)}
	}
	forgetSharedTitles(pages)
	set := &Set{Format: Format, Generation: 1, Learned: opt.Now.UTC().Truncate(time.Second)}
	if opt.Previous != nil {
		set.Generation = opt.Previous.Generation + 1
	}
	var why, few []string
	for _, c := range clusters(pages, opt) {
		if len(set.Profiles) == MaxProfiles {
			break
		}
		if len(c.pages) < MinSamples {
			few = append(few, strconv.Itoa(len(c.pages)))
			continue
		}
		p, err := c.learn()
		if err == nil {
			err = c.leaveOut()
		}
		if err != nil {
			why = append(why, strings.TrimPrefix(err.Error(), "no profile: "))
			continue
		}
		set.Profiles = append(set.Profiles, p)
	}
	if len(few) > 0 {
		why = append(why, tooFew(few))
	}
	if len(set.Profiles) == 0 {
		return nil, &NotLearned{strings.Join(why, "; ")}
	}
	return set, nil
}

// tooFew says that groups of stories of so many were not learned from.
func tooFew(groups []string) string {
	if len(groups) == 1 {
		return fmt.Sprintf("too few stories look alike: %s, and %d of one template are needed", groups[0], MinSamples)
	}
	return fmt.Sprintf("too few stories look alike: they are of %d templates, %s of each, and %d of one are needed", len(groups), strings.Join(groups, ", "), MinSamples)
}

// forgetSharedTitles takes for unknown what every page has in its <title>, where
// reading it has found no better on a few pages: it is the site's name.
func forgetSharedTitles(pages []*page) {
	var poor []*page
	for _, p := range pages {
		if p.title == "" || p.title != pages[0].title {
			return
		}
		if p.Known.TitleBy == ByConsensus && strings.Contains(p.title, p.Known.Title) {
			poor = append(poor, p)
		}
	}
	if 2*len(poor) > len(pages) {
		return // then there is nothing to learn titles from
	}
	for _, p := range poor {
		p.Known.Title, p.Known.TitleBy = "", ""
	}
}

// learn makes the cluster's profile: fields first, then the body, then what
// repeats in it.
func (c *cluster) learn() (Profile, error) {
	p := Profile{Fields: map[Field]Learned{}, Shape: c.shape()}
	for _, f := range []Field{Title, Authors, Published, Updated, Tags, Image} {
		if pin := pinOf(f, c.opt.Pins); pin != "" {
			p.Fields[f], _ = c.learnPinned(f, pin)
		} else if l := c.learnField(f); l.Of > 0 {
			p.Fields[f] = l
		}
	}
	if p.Fields[Title].Support == 0 && c.opt.Pins.Title == "" {
		if known := p.Fields[Title].Of; known < MinSamples {
			return p, &NotLearned{fmt.Sprintf("the titles of too few stories are sure: of %d of %d, and %d are needed", known, len(c.pages), MinSamples)}
		}
		return p, &NotLearned{fmt.Sprintf("no place holds the titles of the %d stories read", len(c.pages))}
	}
	var body Learned
	var bodies []*html.Node
	if pin := c.opt.Pins.Body; pin != "" {
		body, bodies = c.learnPinned(Body, pin)
	} else {
		var places []*bodyPlace
		if body, places = c.learnBody(); len(places) == 0 {
			return p, &NotLearned{fmt.Sprintf("no place holds the texts of the %d stories read", len(c.pages))}
		}
		bodies = c.bodies(places)
	}
	p.Furniture, p.Drop = c.learnFurniture(bodies)
	c.judgeBodies(&body, &p, bodies)
	p.Fields[Body] = body
	for _, s := range c.pages {
		p.Samples = append(p.Samples, SampleRef{ID: s.ID, URL: s.URL, Hash: s.Known.hash()})
	}
	return p, nil
}

// bodies are the bodies of the pages by the places, nil where none is.
func (c *cluster) bodies(places []*bodyPlace) []*html.Node {
	out := make([]*html.Node, len(c.pages))
	for i, p := range c.pages {
		for _, b := range places {
			if b.nodes[i] >= 0 {
				out[i] = p.elems[b.nodes[i]].n
				break
			}
		}
	}
	return out
}

// judgeBodies counts the stories whose text the place gives, once what is none
// of it is cut out.
func (c *cluster) judgeBodies(l *Learned, p *Profile, bodies []*html.Node) {
	cutter := newCutter(p)
	of := 0
	for i, page := range c.pages {
		if _, ok := page.knows(Body); !ok {
			continue
		}
		of++
		got := ""
		if bodies[i] != nil {
			got = textWithout(bodies[i], cutter.cuts(bodies[i]))
		}
		switch {
		case SameBody(got, page.Known.Text):
			l.Support++
			if len(l.Values) < maxShown {
				l.Values = append(l.Values, short(feed.OneLine(got)))
			}
		case l.Counter == "":
			l.Counter = fmt.Sprintf("%s: %q instead of %q", page.URL, short(feed.OneLine(got)), page.shown(Body))
		}
	}
	l.Of = of
	l.Confidence = Wilson(l.Support, l.Of)
}

// SameBody reports whether what stands in a body's place is a story's text.
// What stands around the text in it (a byline, the tags) is for the caller to
// trim, so that a little more is no fault, and less is.
func SameBody(place, text string) bool {
	return Contains(place, text) >= Agree && Agreement(place, text) >= roughly
}

const roughly = .75 // of both texts together is what they share

// hash names the known values, so that a later learning can tell whether
// they are still the same.
func (k Known) hash() string {
	h := sha256.Sum256([]byte(strings.Join([]string{k.Title, strings.Join(k.Authors, "\x01"), k.Published.Time.UTC().Format(time.RFC3339), k.Text}, "\x00")))
	return hex.EncodeToString(h[:8])
}

// leaveOut learns the cluster without a quarter of its pages and tries the
// result on those.
func (c *cluster) leaveOut() error {
	var kept []*page
	var left []Sample
	for i, p := range c.pages {
		if i%4 == 1 {
			left = append(left, p.Sample)
		} else {
			kept = append(kept, p)
		}
	}
	rest := newCluster(kept, c.opt)
	p, err := rest.learn()
	if err != nil { // it was learned from all: what is missing is others to see it by
		return &NotLearned{fmt.Sprintf("%d stories are too few to be sure of what was found: %d of them alone do not show it", len(c.pages), len(kept))}
	}
	if v := Verify(&Set{Format: Format, Profiles: []Profile{p}}, left, c.opt); !v.OK() {
		return &NotLearned{"stories that were left out are not read right: " + strings.Join(v.Faults, "; ")}
	}
	return nil
}
