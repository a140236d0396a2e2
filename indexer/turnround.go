package indexer

import (
	"cmp"
	"context"
	"slices"

	"storyfeed/feed"
)

// fewestFalls is how many times dates must fall before they say anything.
const fewestFalls = 3

// datesFall reports whether stories were published one before the other, as
// far as their pages tell: never one after the one that it follows, and most
// of them on a known day. Dates that were guessed, or are of a month, don't count.
func datesFall(dates []feed.Date) bool {
	var last feed.Date
	dated, falls := 0, 0
	for _, d := range dates {
		if d.IsZero() || d.Guessed() || d.Coarse() {
			continue
		}
		if dated++; dated > 1 && d.Time.After(last.Time) {
			return false
		}
		if dated > 1 && d.Time.Before(last.Time) {
			falls++
		}
		last = d
	}
	return falls >= fewestFalls && 2*dated > len(dates)
}

// ownDatesFall is why a list is turned round of which the stories were read.
const ownDatesFall = "the dates on the pages of its stories fall"

// turnRound ends the first reading of a list that tells nothing of its order:
// where the stories' own dates fall, it begins with the newest. From then on
// parts stay as they are.
func (c *crawl) turnRound(ctx context.Context) error {
	if !c.open || len(c.series.Sources) != 1 || len(c.known) > 0 || c.fill.resumed {
		return nil
	}
	stories, err := c.stories(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(stories, func(a, b feed.Story) int { return cmp.Compare(a.Part, b.Part) })
	var dates []feed.Date
	for _, s := range stories {
		dates = append(dates, s.Published)
	}
	if !datesFall(dates) {
		return nil
	}
	if err := c.ix.Store.ReverseParts(ctx, c.series.Slug); err != nil {
		return err
	}
	c.report.Notes = append(c.report.Notes, c.series.Sources[0].URL+": "+turned+ownDatesFall)
	c.saved()
	return nil
}

// turnRound is what [crawl.turnRound] would do, as far as the stories read for
// the preview tell.
func (l *look) turnRound() {
	var dates []feed.Date
	for _, s := range l.Read {
		if s.Place > 0 && s.Published != nil {
			dates = append(dates, feed.Date{Time: s.Published.Time, Precision: s.Published.Precision, Source: s.Published.Source})
		} else if s.Place > 0 {
			dates = append(dates, feed.Date{})
		}
	}
	if !l.crawl.open || !datesFall(dates) {
		return
	}
	l.Order = turnedPage + ownDatesFall
	slices.Reverse(l.links)
	slices.Reverse(l.Read)
	for i := range l.Read {
		if s := &l.Read[i]; s.Place > 0 {
			s.Place = l.Stories + 1 - s.Place
		}
	}
}
