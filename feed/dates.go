package feed

import (
	"cmp"
	"slices"
	"time"
)

// Dates in a feed document. Readers sort by them, so no two items of a
// document may have the same, and a reader that sees an item again should
// see the same date again:
//
//   - A date known to the day stands at 00:00:00 UTC plus as many seconds as
//     the story's part, so that the stories of one day keep their order. One
//     known to the month or the year stands so at its first day.
//   - Stories that share a second are moved apart in the order of their
//     parts, each to the next free second.
//   - An unknown date is not written. Where a format must have one (Atom's
//     updated), the day on which we first had the story stands in. It never
//     changes, whatever other stories the document has: a first visit brings
//     hundreds within a second.
//   - A date that had not come yet when we had the story, as a day begins hours
//     earlier in Kiribati, stands at the day on which we had it: no reader shall
//     be told of the future.
//   - A guessed date is unknown: readers would sort by it.
//   - An impossible date is unknown: the zero of some clock, a publication
//     later than a day after we fetched it, or a change before there were feeds
//     of a story that has no date of publication.

// stamp is when an item says it was published and updated, whole seconds UTC.
type stamp struct {
	published time.Time // zero: unknown
	updated   time.Time // never zero, never before published
}

func newTimes(c Channel, stories []Story) []stamp {
	times := make([]stamp, len(stories))
	for i, s := range stories {
		times[i].published = placed(s.Published, s.Part, s.Fetched)
	}
	spread(stories, times, func(t *stamp) *time.Time { return &t.published })
	for i, s := range stories {
		updated := placed(s.Updated, s.Part, later(s.Fetched, c.Series.Updated))
		if times[i].published.IsZero() && updated.Before(firstFeeds) {
			updated = time.Time{}
		}
		times[i].updated = later(times[i].published, updated)
		if times[i].updated.IsZero() {
			day := Date{Time: s.Fetched, Precision: PrecisionDay}
			times[i].updated = written(placed(day, s.Part, time.Time{}))
		}
	}
	spread(stories, times, func(t *stamp) *time.Time { return &t.updated })
	return times
}

// placed is the second at which a date stands, or zero when it is unknown or
// impossible for something that was known at the time seen.
func placed(d Date, part int, seen time.Time) time.Time {
	t := d.Time.UTC().Truncate(time.Second)
	if d.IsZero() || d.Guessed() || t.Year() < 1900 || t.Year() >= 9999 || t.Unix() >= -secondsOfDay && t.Unix() <= secondsOfDay {
		return time.Time{}
	}
	if d.Precision == PrecisionDay || d.Coarse() {
		day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
		t = day.Add(time.Duration(min(max(part, 0), secondsOfDay-1)) * time.Second)
	}
	if seen.IsZero() || !t.After(seen) {
		return t
	}
	if !(Date{Time: t}).Possible(seen) {
		return time.Time{}
	}
	seen = seen.UTC().Truncate(time.Second)
	today := seen.Truncate(secondsOfDay * time.Second).Add(time.Duration(max(part, 0)) * time.Second)
	if today.After(seen) {
		return seen
	}
	return today
}

const secondsOfDay = 24 * 60 * 60

// spread moves equal times apart by seconds, always forward.
func spread(stories []Story, times []stamp, field func(*stamp) *time.Time) {
	order := make([]int, 0, len(times))
	for i := range times {
		if !field(&times[i]).IsZero() {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(
			field(&times[a]).Compare(*field(&times[b])),
			cmp.Compare(stories[a].Part, stories[b].Part),
			cmp.Compare(stories[a].GUID, stories[b].GUID))
	})
	var last time.Time
	for _, i := range order {
		t := field(&times[i])
		if !t.After(last) {
			*t = last.Add(time.Second)
		}
		last = *t
	}
}

// written is a time as documents write it. The zero time, which only a feed
// without stories and without a date of its own has, becomes the fixed
// beginning of this century: Atom must have a date (RFC 4287 §4.1.1).
func written(t time.Time) time.Time {
	if t.IsZero() {
		return time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return t.UTC().Truncate(time.Second)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
