package indexer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// Limits of looking again at known stories.
const (
	conditionalBudget = 200            // conditional requests a scheduled crawl makes, about
	downloadBudget    = 24             // downloads of pages without validators, about
	smallSeries       = 200            // so many stories are all looked at when the site says that something changed
	goneTurn          = 8              // visits between two looks whether a story has come back
	confirmAfter      = 24 * time.Hour // between the two 404 that make a tombstone
	shrunkenText      = 0.5            // share of a story's words below which its page is taken for damaged
	excerpt           = 0.8            // the same of a page that says that it shows only a beginning
	shrunkenFrom      = 100            // shorter stories may shrink at will
)

// recheck looks at a story that we have: the i-th newest of n.
func (c *crawl) recheck(ctx context.Context, s feed.Story, i, n int) error {
	if page := c.have[s.GUID]; page != nil { // it was asked for, to see whether the template changed
		delete(c.have, s.GUID)
		return c.rechecked(ctx, s, page)
	}
	req := fetch.Request{URL: s.Permalink}
	validated := c.validate(ctx, &req)
	if !s.Gone.IsZero() { // if it is back, its text is wanted
		req = fetch.Request{URL: s.Permalink}
	}
	covered := !validated && c.spokenFor(s.Permalink)
	if !c.confirms(s) && (covered || !c.due(s, validated, i, n)) {
		c.skipped = c.skipped || !covered && !validated && s.Gone.IsZero()
		c.keepAsIs(s)
		return nil
	}
	c.rechecks++
	page, err := c.fetch.Get(ctx, req)
	if err != nil {
		return c.recheckFailed(ctx, s, err)
	}
	return c.rechecked(ctx, s, page)
}

// rechecked handles the answer for a story that we have.
func (c *crawl) rechecked(ctx context.Context, s feed.Story, page *fetch.Page) error {
	c.answered()
	if !s.Missing.IsZero() && s.Gone.IsZero() {
		if err := c.ix.Store.ClearMissing(ctx, c.series.Slug, s.GUID); err != nil {
			return err
		}
		s.Missing = time.Time{}
	}
	if page.Status == http.StatusNotModified {
		c.keepAsIs(s)
		return nil
	}
	return c.compare(ctx, s, page)
}

// due decides whether a scheduled crawl looks at a story. The newest, which
// change most, are looked at every time, the others in turn, so that a big
// archive costs its site no more than a small one, nor a slow one the other
// series their turn.
func (c *crawl) due(s feed.Story, validated bool, i, n int) bool {
	if c.which == everyStory {
		return true
	}
	if !s.Gone.IsZero() {
		return c.turn(s.Part, goneTurn) && !c.late(c.ix.Slice)
	}
	budget := conditionalBudget
	if !validated {
		budget = downloadBudget
		if c.signal.next != nil && n <= smallSeries {
			return true // once all was looked at, the signal spares it all
		}
	}
	if c.late(c.ix.Slice) {
		return false
	}
	if i < budget/2 {
		return true
	}
	return c.turn(s.Part, (n+budget/2-1)/(budget/2))
}

// late reports whether a scheduled visit has lasted for a while and looked at a
// known story at least.
func (c *crawl) late(after time.Duration) bool {
	return c.which == dueStories && c.rechecks > 0 && c.ix.Now().Sub(c.report.Started) >= after
}

// recheckAll looks at the stories that we have, the newest first. What a slow
// site leaves of the time after half of it goes to the others, beginning at
// another one at each visit.
func (c *crawl) recheckAll(ctx context.Context, known []feed.Story) error {
	order := make([]int, len(known))
	for i := range order {
		order[i] = i
	}
	rotated := false
	for n := range order {
		if !rotated && c.late(c.ix.Slice/2) {
			rotated = true
			rest := order[n:]
			at := c.beginning(len(rest))
			copy(rest, slices.Concat(rest[at:], rest[:at]))
		}
		i := order[n]
		s := known[i]
		if c.met[s.GUID] {
			continue
		}
		if c.filled(s) {
			c.keepAsIs(s)
			continue
		}
		if err := c.step(ctx, s.Title, func() error { return c.recheck(ctx, s, i, len(known)) }); err != nil {
			return err
		}
	}
	return nil
}

// beginning is where in a list of n this visit begins. Multiples of the golden
// ratio fall evenly wherever one stops: after a few times n/m visits that get
// on by m each, all had their turn.
func (c *crawl) beginning(n int) int {
	_, part := math.Modf(float64(c.visit()) * (math.Phi - 1))
	return int(part * float64(n))
}

// confirms reports whether a story has been missing for so long that another
// look decides.
func (c *crawl) confirms(s feed.Story) bool {
	return s.Gone.IsZero() && !s.Missing.IsZero() && c.ix.Now().Sub(s.Missing) >= confirmAfter
}

// turn reports whether it is the turn of a part at this visit, one in k.
func (c *crawl) turn(part, k int) bool {
	return (c.visit()+int64(part))%int64(max(k, 1)) == 0
}

// visit is the number of this visit. It needs no memory: it follows from the
// clock.
func (c *crawl) visit() int64 {
	return c.report.Started.Unix() / max(int64(c.series.Every.Seconds()), 1)
}

// keepAsIs counts a story that is as it was, so far as we know: one that is
// missing is still missing, and people should go on seeing that.
func (c *crawl) keepAsIs(s feed.Story) {
	if !s.Gone.IsZero() {
		return
	}
	c.report.Unchanged++
	if !s.Missing.IsZero() {
		c.faulty(feed.FaultStory, "part %d, %s, is missing since %s and kept until that is confirmed", s.Part, s.Permalink, s.Missing.Format(time.DateTime))
	}
}

// compare decides what a page that was downloaded again means for its story.
func (c *crawl) compare(ctx context.Context, s feed.Story, page *fetch.Page) error {
	v, err := c.again(ctx, s, page)
	if err != nil {
		return c.unreadable(s, err)
	}
	if s.Gone.IsZero() && s.Words >= shrunkenFrom && float64(v.Words) < shrunkenText*float64(s.Words) {
		return c.unreadable(s, fmt.Errorf("only %d of %d words are left", v.Words, s.Words))
	}
	if v.Partial && float64(v.Words) < excerpt*float64(s.Words) {
		return c.unreadable(s, errors.New("the page shows an excerpt only"))
	}
	addr := addressOf(s.Permalink, page, v)
	if !addr.agrees() && addr.canonical != s.CanonicalURL {
		addr.canonical = s.CanonicalURL // a new claim to another address is not believed
	}
	if other, err := c.belongsTo(ctx, s, addr); err != nil || other != nil {
		if err != nil {
			return err
		}
		return c.unreadable(s, fmt.Errorf("its address leads to part %d, %s", other.Part, addr.permalink))
	}
	hash := feed.ContentHash(v.Title, v.Text)
	moved := addr.permalink != s.Permalink
	record := c.record(addr.permalink, page)
	if hash != s.Hash && s.Gone.IsZero() {
		same, err := c.sameStory(ctx, s, page, v)
		if err != nil {
			return err
		}
		if same { // only the template makes it look different
			record.SameHash, hash = hash, s.Hash
		}
	}
	switch {
	case hash != s.Hash || !s.Gone.IsZero():
		err = c.revise(ctx, s, v, addr)
	case moved:
		err = c.move(ctx, s, addr)
	default:
		c.keepAsIs(s)
	}
	if err != nil {
		return err
	}
	return c.ix.Store.SavePage(ctx, record)
}

// revise saves a new version of a story. What the page does not say any more
// is kept: a redesign that drops the byline makes no story anonymous.
func (c *crawl) revise(ctx context.Context, s feed.Story, v extract.Story, addr address) error {
	old := s
	fill(&s, v)
	if len(s.Authors) == 0 || fromSite(old.AuthorSource) {
		s.Authors, s.AuthorSource = old.Authors, old.AuthorSource
	}
	if _, same := affix(old.Title, s.Title); same && fromSite(old.TitleSource) {
		s.Title, s.TitleSource = old.Title, old.TitleSource
		s.Hash = feed.ContentHash(s.Title, s.Text)
	}
	if len(s.Tags) == 0 {
		s.Tags = old.Tags
	}
	if s.ImageURL == "" {
		s.ImageURL = old.ImageURL
	}
	if s.Language == "" {
		s.Language = old.Language
	}
	if !s.Published.Betters(old.Published) {
		s.Published = old.Published
	}
	s.Updated = c.updatedAt(old, v)
	s.Permalink, s.CanonicalURL = addr.permalink, addr.canonical
	s.Gone, s.Missing = time.Time{}, time.Time{}
	if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: s, Aliases: addr.all()}); err != nil {
		return err
	}
	c.report.Changed++
	c.saved()
	return nil
}

// updatedAt is when a changed story changed: what the page says if that is
// news, else when we noticed.
func (c *crawl) updatedAt(old feed.Story, v extract.Story) feed.Date {
	now := c.ix.Now().UTC().Truncate(time.Second)
	if v.Updated.Time.After(old.Changed()) && !v.Updated.Time.After(now) {
		return v.Updated
	}
	return feed.Date{Time: now, Precision: feed.PrecisionSecond, Source: feed.DateFromHash}
}

// move gives an unchanged story its new address; readers are not told that
// its text changed.
func (c *crawl) move(ctx context.Context, s feed.Story, addr address) error {
	whole, err := c.ix.Store.StoryIn(ctx, c.series.Slug, s.GUID)
	if err != nil {
		return err
	}
	whole.Permalink, whole.CanonicalURL = addr.permalink, addr.canonical
	if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: whole, Aliases: addr.all()}); err != nil {
		return err
	}
	c.report.Moved++
	c.saved()
	return nil
}

// unreadable keeps a story whose page is no story any more, or less of it.
func (c *crawl) unreadable(s feed.Story, err error) error {
	if !s.Gone.IsZero() {
		return nil
	}
	c.report.Failed++
	var not *extract.NotStory
	if errors.As(err, &not) { // which step of ours found it is nothing to people
		err = fmt.Errorf("its page is now %w", not)
	}
	c.last = fmt.Errorf("part %d, %s, is kept as it was: %w", s.Part, s.Permalink, err)
	c.faulty(feed.FaultStory, "%s", plainly(c.last))
	return nil
}

// recheckFailed handles a story whose page was not answered. Only 404 and 410
// say that it was removed, and only when they are confirmed.
func (c *crawl) recheckFailed(ctx context.Context, s feed.Story, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if forbidden(err) {
		c.forbidsNow(s)
		return nil
	}
	var fe *fetch.Error
	if !errors.As(err, &fe) || !fe.Gone() {
		return c.failed(err)
	}
	if !s.Gone.IsZero() {
		return nil
	}
	gone, markErr := c.ix.Store.MarkMissing(ctx, c.series.Slug, s.GUID, confirmAfter)
	if markErr != nil {
		return markErr
	}
	if gone {
		c.report.Gone++
		c.saved()
		return nil
	}
	return c.failed(fmt.Errorf("part %d is missing, and kept until that is confirmed: %w", s.Part, err))
}
