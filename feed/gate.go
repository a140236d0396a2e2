package feed

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// MaxBytes is the largest document that is published, uncompressed. Public
// validators refuse more.
const MaxBytes = 5_000_000

// Expectation is what a new document must fulfil to be published.
type Expectation struct {
	GUIDs   []string  // the items it must have, in this order; nil: not checked
	AtLeast int       // the fewest items it may have
	Now     time.Time // no date may be later than a day after this; zero: not checked
	Oldest  time.Time // the stories' oldest date; when this is before 1995, dates back to it are allowed
}

// GateError says why a document may not be published.
type GateError struct {
	Format Format
	Reason string // one phrase for people, such as "item 3 has no id"
}

// Error names the format and the reason.
func (e *GateError) Error() string {
	return fmt.Sprintf("%s document refused: %s", e.Format.Label(), e.Reason)
}

// Check is the gate before publishing: it reads a document again from its
// bytes, strictly, and compares it with what was to be written. A document
// that it refuses, with a [*GateError], must not replace the one before it.
func Check(f Format, body []byte, want Expectation) error {
	if err := check(f, body, want); err != nil {
		return &GateError{Format: f, Reason: err.Error()}
	}
	return nil
}

func check(f Format, body []byte, want Expectation) error {
	if len(body) > MaxBytes {
		return fmt.Errorf("%d bytes are more than %d", len(body), MaxBytes)
	}
	r, err := read(f, body)
	if err != nil {
		return err
	}
	if r.title == "" {
		return errors.New("the feed has no title")
	}
	ids := make([]string, len(r.items))
	for i, item := range r.items {
		if err := item.check(want); err != nil {
			return fmt.Errorf("item %d (%.60s) %w", i+1, item.id, err)
		}
		ids[i] = item.id
	}
	if f != JSON { // which has no date of its own
		if err := sane(r.updated, want); err != nil {
			return fmt.Errorf("the feed %w", err)
		}
	}
	return compare(ids, want)
}

func compare(ids []string, want Expectation) error {
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		if seen[id] {
			return fmt.Errorf("item %d has the id of an earlier one: %s", i+1, id)
		}
		seen[id] = true
	}
	if want.GUIDs != nil && len(ids) != len(want.GUIDs) {
		return fmt.Errorf("%d items where %d were to be written", len(ids), len(want.GUIDs))
	}
	if want.GUIDs != nil && !slices.Equal(ids, want.GUIDs) {
		return errors.New("the items are not the ones that were to be written, or in another order")
	}
	if len(ids) < want.AtLeast {
		return fmt.Errorf("%d items are fewer than %d", len(ids), want.AtLeast)
	}
	return nil
}

func (i readItem) check(want Expectation) error {
	switch {
	case i.id == "":
		return errors.New("has no id")
	case i.title == "":
		return errors.New("has no title")
	case i.link == "" || webURI(i.link) != i.link:
		return fmt.Errorf("has no valid link: %.200q", i.link)
	case !i.body.some:
		return errors.New("has neither content nor summary")
	case i.body.unclean || !isClean(i.id+i.title):
		return errors.New("has characters that may not be published")
	}
	for _, d := range i.dates {
		if err := sane(d, want); err != nil {
			return err
		}
	}
	return nil
}

// ahead is how far dates may be in the future: clocks differ, a day begins
// earlier elsewhere, and equal times are moved apart.
const ahead = 25 * time.Hour

// firstFeeds is when the web got its first blogs; an older date is a fault of
// some clock unless the story is known to be that old.
var firstFeeds = time.Date(1995, time.January, 1, 0, 0, 0, 0, time.UTC)

func sane(date string, want Expectation) error {
	t, err := parseDate(date)
	if err != nil {
		return fmt.Errorf("has an unreadable date: %.60q", date)
	}
	if !want.Now.IsZero() && t.After(want.Now.Add(ahead)) {
		return fmt.Errorf("has a date in the future: %s", date)
	}
	oldest := firstFeeds
	if !want.Oldest.IsZero() && want.Oldest.Before(oldest) {
		oldest = want.Oldest
	}
	if t.Before(oldest) {
		return fmt.Errorf("has an impossible date: %s", date)
	}
	return nil
}

func parseDate(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC1123Z, s)
}
