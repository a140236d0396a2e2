package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

// Limits of trust in what was learned of a template.
const (
	sampleEvery = 20 // one page in so many is read in full, too, and compared
	recentPages = 10 // pages by which drift is judged
	rowOfMisses = 3  // new pages in a row that the profile did not read: the template changed
	shareMissed = .3 // of the recent pages, when there are so many
)

// template is what a crawl knows of the template of one site. Stories of one
// site share it, whichever source led to them; a profile parts them into
// clusters by itself.
type template struct {
	store.Template
	set     *profile.Set // nil: nothing learned yet
	watch   watch
	samples samples // pages of this crawl to learn from

	examined bool           // known stories were read anew in this crawl to see whether the template changed
	drifting bool           // it changed, or seems to have: texts may differ by it alone
	strange  map[string]int // paragraphs by which known stories differed in the new template, see [residue]
}

// watch is how well a profile did lately.
type watch struct {
	Recent   []bool    `json:"recent,omitempty"`   // of the newest pages, the last one last: whether the profile read it
	Pages    int       `json:"pages,omitempty"`    // read with the profile
	Skeleton []uint32  `json:"skeleton,omitempty"` // of the page at Probe, see [skeletonOf]
	Probe    string    `json:"probe,omitempty"`
	Probed   time.Time `json:"probed,omitzero"`
	Stories  []uint32  `json:"stories,omitempty"` // what the pages of all stories have that were learned from
	Drifted  time.Time `json:"drifted,omitzero"`  // since when the template is not known; zero: it is
	Tried    time.Time `json:"tried,omitzero"`    // when that was last tried
	Reason   string    `json:"reason,omitempty"`  // why it could not be learned anew
}

// loadTemplates reads what earlier crawls learned. A profile of another format
// is learned anew.
func (c *crawl) loadTemplates(ctx context.Context) error {
	all, err := c.ix.Store.Templates(ctx, c.series.Slug)
	if err != nil {
		return err
	}
	for _, t := range all {
		one := &template{Template: t}
		set := new(profile.Set)
		if len(t.Profile) > 0 && json.Unmarshal(t.Profile, set) == nil && set.Format == profile.Format {
			one.set = set
		}
		if len(t.Watch) > 0 && json.Unmarshal(t.Watch, &one.watch) != nil {
			one.watch = watch{} // of another version; it fills again
		}
		c.templates[t.Site] = one
	}
	return nil
}

// template is that of the site of an address.
func (c *crawl) template(address string) *template {
	site := host(address)
	t := c.templates[site]
	if t == nil {
		t = &template{Template: store.Template{Series: c.series.Slug, Site: site}}
		c.templates[site] = t
	}
	return t
}

// keepTemplates learns what can be learned from the pages of this crawl and
// stores what is known now. A template that is not known is a fault of its
// own, told also when this crawl met no page of it.
func (c *crawl) keepTemplates(ctx context.Context) error {
	for _, t := range c.templates {
		if t.profile() == nil {
			c.learn(t)
		}
		if !t.watch.Drifted.IsZero() {
			// Told before all else: single stories may well fail for that.
			c.troubles++
			c.fault, c.trouble = feed.FaultTemplate, fmt.Sprintf("the template of %s changed on %s and could not be learned anew: %s; its pages are read without a profile", t.Site, t.watch.Drifted.Format(time.DateOnly), t.watch.Reason)
		}
		if err := c.saveTemplate(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (c *crawl) saveTemplate(ctx context.Context, t *template) error {
	var err error
	t.Profile = nil
	if t.set != nil {
		if t.Profile, err = json.Marshal(t.set); err != nil {
			return fmt.Errorf("template of %s: %w", t.Site, err)
		}
	}
	if t.Watch, err = json.Marshal(t.watch); err != nil {
		return fmt.Errorf("template of %s: %w", t.Site, err)
	}
	return c.ix.Store.SaveTemplate(ctx, t.Template)
}

// profile is what pages are read by: nothing while the template is not known.
func (t *template) profile() *profile.Set {
	if !t.watch.Drifted.IsZero() {
		return nil
	}
	return t.set
}

// learn makes the first profile of a site, from pages that were fetched
// anyway.
func (c *crawl) learn(t *template) {
	pages := t.samples.pages()
	if len(pages) < profile.MinSamples {
		return
	}
	set, err := LearnFrom(pages, c.series.Select, t.set, c.ix.Now())
	var not *profile.NotLearned
	switch {
	case errors.As(err, &not):
		c.report.Notes = append(c.report.Notes, fmt.Sprintf("%s: no profile of its template from %d stories: %s", t.Site, len(pages), not.Reason))
		return
	case err != nil:
		c.ix.Logger.Warn("learn a template", "site", t.Site, "error", err)
		return
	}
	t.adopt(set, c.ix.Now(), commonSkeleton(pages))
	c.report.Notes = append(c.report.Notes, fmt.Sprintf("%s: learned its template from %d stories", t.Site, len(pages)))
}

func (t *template) adopt(set *profile.Set, now time.Time, skeleton []uint32) {
	t.watch.Stories = skeleton
	t.set, t.Learned = set, now.UTC().Truncate(time.Second)
	t.watch.Recent, t.watch.Drifted, t.watch.Tried, t.watch.Reason = nil, time.Time{}, time.Time{}, ""
}

// read extracts a page by its site's profile, and notes how that went.
func (c *crawl) read(page *fetch.Page, anchor string) (extract.Story, error) {
	t := c.template(page.FinalURL)
	full := t.drifting || t.watch.Pages%sampleEvery == sampleEvery-1
	v, err := extract.Extract(extract.Page{
		URL: page.FinalURL, Header: page.Header, HTML: page.Body, Anchor: anchor, Now: page.Fetched,
		Profile: t.profile(), Pins: c.series.Select, Full: full,
		Entry: func() *extract.Entry { return c.feedTexts.entry(page.FinalURL) },
	})
	if err != nil || v.Profile == nil {
		return v, err
	}
	c.checkPins(v.Profile, page.FinalURL)
	if t.profile() != nil {
		t.watch.Pages++
		t.observe(v.Profile)
	}
	return v, nil
}

// observe lets the confidence in each field follow what full readings find.
func (t *template) observe(r *extract.Reading) {
	right := map[profile.Field]bool{}
	for f, one := range r.Fields {
		if one.Agrees || one.Differs {
			right[f] = one.Agrees
		}
	}
	if r.Cluster >= 0 && !r.Changed && !t.drifting && len(right) > 0 {
		t.set.Observe(r.Cluster, right)
	}
}

// missed reports whether a profile did not read a page: no cluster is its own,
// something vanished, or reading in full found another title or text.
func missed(r *extract.Reading) bool {
	if r == nil {
		return false
	}
	return r.Cluster < 0 || r.Changed || r.Fields[profile.Title].Differs || r.Fields[profile.Body].Differs
}

// metPage notes a new page of a story. Several in a row that the profile did not
// read are a redesign; one is an odd page, or one of another cluster.
func (c *crawl) metPage(ctx context.Context, page *fetch.Page, v extract.Story, known profile.Known) error {
	t := c.template(page.FinalURL)
	if t.profile() == nil {
		t.samples.add(page, known)
		if t.samples.full() && !t.drifting {
			c.learn(t)
		}
		return nil
	}
	t.samples.add(page, known)
	t.watch.Recent = append(t.watch.Recent, !missed(v.Profile))
	t.watch.Recent = t.watch.Recent[max(0, len(t.watch.Recent)-recentPages):]
	if t.watch.drifts() && !t.examined {
		return c.examine(ctx, t, "new stories can't be read by what was learned")
	}
	return nil
}

// drifts reports whether the recent pages show a redesign.
func (w watch) drifts() bool {
	row, misses := 0, 0
	for _, read := range w.Recent {
		if read {
			row = 0
			continue
		}
		row++
		misses++
	}
	return row >= rowOfMisses || len(w.Recent) >= recentPages && float64(misses) >= shareMissed*recentPages
}
