package indexer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/fetch"
)

// Limits of a back-fill.
const (
	// sliceTime is how long a scheduled visit reads a big archive before it
	// gives its worker and its claim back, for other series to have their turn.
	sliceTime = 3 * time.Minute
	// bigList is from how many stories on a list is read out of its order:
	// shorter ones are read before anybody misses their newest stories.
	bigList = 2 * headStories
	// paceFrom is how many stories must have been read for their pace to be
	// believed.
	paceFrom = 5
)

// errSlice ends a visit whose time is over, to be gone on with at once.
var errSlice = errors.New("the visit's time is over")

// backfill is the one that a crawl is part of.
type backfill struct {
	feed.Backfill
	resumed bool      // an earlier visit began it
	sliced  bool      // this visit leaves some of it to the next
	until   time.Time // the end of the slice; zero: there is none
	fetched int       // pages in this slice: after the first its time may be over
	began   time.Time // when this visit began to read stories
	stories int       // read since then
}

// startFill finds out whether this visit is part of a back-fill: of one that an
// earlier visit began, or the first of a source that was never read. A crawl
// that somebody asked for goes on to the end, whatever time it takes.
func (c *crawl) startFill() {
	f := &c.fill
	f.Backfill = c.series.Backfill
	f.resumed = f.Active()
	if !f.resumed && slices.ContainsFunc(c.series.Sources, func(s feed.Source) bool { return s.Kind == feed.SourceUnknown }) {
		f.Since = c.report.Started.Truncate(time.Second)
	}
	if c.which == dueStories {
		f.until = c.report.Started.Add(c.ix.Slice)
	}
}

// spent reports whether the slice is over. Each gets on by a page at least,
// however slow the site is.
func (c *crawl) spent() bool {
	f := &c.fill
	return f.Active() && !f.until.IsZero() && f.fetched > 0 && !c.ix.Now().Before(f.until)
}

// listed reports whether an earlier slice read the lists to their ends, and not
// so long ago that their tops need another look before the stories.
func (c *crawl) listed() bool {
	f := &c.fill
	return f.resumed && c.which == dueStories && f.Done < f.Total && !f.Listed.IsZero() && c.ix.Now().Sub(f.Listed) < c.series.Every
}

// plan says in which order the new links of a back-fill are read. All stories
// of a long list get their parts before the first is fetched, so that the order
// of fetching is free, see the package comment; a hub page, whose links prove
// only one by one to lead to stories, is read as it stands.
func (c *crawl) plan(ctx context.Context, all, fresh []store.Link) ([]store.Link, error) {
	f := &c.fill
	if !f.Active() || len(fresh) == 0 {
		return fresh, nil
	}
	all = slices.DeleteFunc(all, func(l store.Link) bool { return l.State == store.LinkRejected })
	f.Pages, f.Total, f.Done = 0, len(all), len(all)-len(fresh)
	f.began, f.stories = c.ix.Now(), 0
	if err := c.noteFill(ctx); err != nil {
		return nil, err
	}
	weak := slices.ContainsFunc(all, func(l store.Link) bool { return l.Weak })
	ordered := slices.ContainsFunc(c.series.Sources, func(s feed.Source) bool { return s.Kind == feed.SourceHub || s.Kind == feed.SourceChain })
	if len(all) < bigList || weak || ordered {
		return fresh, nil
	}
	if _, err := c.ix.Store.ReserveParts(ctx, c.series.Slug); err != nil {
		return nil, err
	}
	return newestFirst(all, fresh), nil
}

// newestFirst puts what is missing of the newest stories, which subscribers
// see, before the others, which stay in reading order.
func newestFirst(all, fresh []store.Link) []store.Link {
	undated := slices.ContainsFunc(all, func(l store.Link) bool { return l.Published.IsZero() })
	newest := slices.SortedStableFunc(slices.Values(all), func(a, b store.Link) int {
		if undated {
			return b.Position - a.Position
		}
		return cmp.Or(b.Published.Time.Compare(a.Published.Time), b.Position-a.Position)
	})
	place := map[string]int{} // from 1
	for i, l := range newest[:min(len(newest), headStories)] {
		place[l.Key] = i + 1
	}
	return slices.SortedStableFunc(slices.Values(fresh), func(a, b store.Link) int {
		i, j := cmp.Or(place[a.Key], headStories+1), cmp.Or(place[b.Key], headStories+1)
		return i - j
	})
}

// readOne counts a story of the back-fill that was looked at.
func (c *crawl) readOne() {
	f := &c.fill
	f.fetched++
	f.stories++
	f.Done++
	if f.Active() && f.stories >= paceFrom {
		f.Pace = (c.ix.Now().Sub(f.began) / time.Duration(f.stories)).Truncate(time.Millisecond)
	}
}

// noteFill lets the store know how far the back-fill is.
func (c *crawl) noteFill(ctx context.Context) error {
	if !c.fill.Active() {
		return nil
	}
	return c.ix.Store.SetBackfill(ctx, c.series.Slug, c.fill.Backfill)
}

// endFill notes that everything was read once.
func (c *crawl) endFill(ctx context.Context) error {
	if !c.fill.Active() {
		return nil
	}
	return c.ix.Store.EndBackfill(ctx, c.series.Slug)
}

// filled reports whether a known story was read by this back-fill, which needs
// no second look now.
func (c *crawl) filled(s feed.Story) bool {
	return c.fill.resumed && !s.Fetched.Before(c.fill.Since)
}

// busy ends the slice when others have the host of a page: that page did not
// fail.
func (c *crawl) busy(err error) bool {
	if !c.fill.Active() || c.which != dueStories || !errors.Is(err, feed.ErrBusy) {
		return false
	}
	if fe, ok := errors.AsType[*fetch.Error](err); ok {
		c.notBefore = fe.NextTry
	}
	return true
}

// pause makes a visit that ended with its slice be gone on with as soon as it
// is the turn of its series. Those that are due already come first.
func (c *crawl) pause(h *feed.Health, old feed.Health) {
	if !c.fill.sliced {
		return
	}
	h.Next = c.ix.Now().UTC()
	if c.notBefore.After(h.Next) {
		h.Next = c.notBefore
	}
	if h.State == feed.StateOK && old.State == feed.StateNew && c.report.New == 0 && c.series.Stories == 0 {
		h.State, h.LastGood = feed.StateNew, old.LastGood
	}
}
