package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"storyfeed/feed"
)

// Save is a story to be saved, with what else its transaction settles.
type Save struct {
	Story   feed.Story
	Aliases []string // further URLs under which it was found
	LinkKey string   // key of the [Link] that led to it; empty or unknown: none
	Old     bool     // it was there before we first looked: without a date it is no news, see [OrderNewest]
}

// SaveStory saves a story that was read just now, new or known by its GUID,
// and returns what is then stored. One transaction also keeps its revision
// and aliases, lets the series' version grow, marks the link as saved, and
// queues the story for the index. When all of it is stored already, nothing
// is written.
//
// Series, GUID, Permalink and Title must be set; an empty Hash is computed,
// an empty CanonicalURL is the permalink. What the store decides:
//
//   - Part of a new story is the one reserved for its link; else the story's
//     own, if higher than all ever given; else the next. A known story's stays.
//   - Fetched of a new story is now when zero; a known story's stays.
//   - Published stays once it is known, except that a date that is read takes
//     the place of a guess.
//   - Updated is the caller's; zero leaves the one known.
//   - Revision grows when Hash differs; HTML that differs under the same Hash
//     takes the place of the revision's.
//   - Gone and Missing are cleared: the story was there to be read.
//
// The permalink, the canonical URL and Aliases become aliases, except those
// whose key (see [feed.URLKey]) is another story's already; of Aliases at most
// 200 a story are kept.
// [feed.ErrNotFound] when the series is not known.
func (s *Store) SaveStory(ctx context.Context, sv Save) (feed.Story, error) {
	what := "save story " + sv.Story.GUID + " of " + sv.Story.Series
	given, err := s.normal(sv.Story)
	if err != nil {
		return feed.Story{}, fmt.Errorf("%s: %w", what, err)
	}
	var saved feed.Story
	err = s.write(ctx, what, func(tx *sql.Tx) error {
		old, err := readStory(ctx, tx, `s.series = ? AND s.guid = ?`, given.Series, given.GUID)
		if bad := (*damage)(nil); errors.As(err, &bad) {
			err = nil // old comes without its body, and the new one mends it
		}
		switch {
		case errors.Is(err, feed.ErrNotFound):
			saved, err = s.insertStory(ctx, tx, given, sv)
		case err == nil:
			saved, err = s.updateStory(ctx, tx, old, given)
		}
		if err != nil {
			return err
		}
		for _, u := range []string{saved.Permalink, saved.CanonicalURL} {
			if err := insertAlias(ctx, tx, saved.Series, saved.GUID, u, math.MaxInt32); err != nil {
				return err
			}
		}
		for _, u := range sv.Aliases {
			if err := insertAlias(ctx, tx, saved.Series, saved.GUID, u, maxAliases); err != nil {
				return err
			}
		}
		return s.linkSaved(ctx, tx, saved.Series, sv.LinkKey, saved.GUID)
	})
	if err != nil {
		return feed.Story{}, err
	}
	return saved, nil
}

// normal returns the story as it would come back from the store, so that
// equal stories are equal values.
func (s *Store) normal(st feed.Story) (feed.Story, error) {
	if st.Series == "" || st.GUID == "" || st.Permalink == "" || st.Title == "" {
		return st, errors.New("series, GUID, permalink and title are needed")
	}
	st.CanonicalURL = cmp.Or(st.CanonicalURL, st.Permalink)
	if st.Hash == "" {
		st.Hash = feed.ContentHash(st.Title, st.Text)
	}
	st.Authors, st.Tags = cleanLines(st.Authors), cleanLines(st.Tags)
	st.Published, st.Updated = normalDate(st.Published), normalDate(st.Updated)
	st.Fetched = whole(st.Fetched)
	if st.Fetched.IsZero() {
		st.Fetched = whole(s.now())
	}
	st.Gone, st.Missing = time.Time{}, time.Time{}
	return st, nil
}

// cleanLines drops what JSON could not give back, lest such a story differ
// from itself at each save.
func cleanLines(lines []string) []string {
	var clean []string
	for _, l := range lines {
		if l = feed.CleanLine(l); l != "" {
			clean = append(clean, l)
		}
	}
	return clean
}

func normalDate(d feed.Date) feed.Date {
	if d.IsZero() {
		return feed.Date{}
	}
	d.Time = whole(d.Time)
	d.Precision = cmp.Or(d.Precision, feed.PrecisionSecond)
	return d
}

func (s *Store) insertStory(ctx context.Context, tx *sql.Tx, st feed.Story, sv Save) (feed.Story, error) {
	// First, as it also says whether the series is known.
	if err := s.bump(ctx, tx, st.Series); err != nil {
		return st, err
	}
	var reserved int
	err := tx.QueryRowContext(ctx, `SELECT part FROM links WHERE series = ? AND key = ?`, st.Series, sv.LinkKey).Scan(&reserved)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return st, err
	}
	if reserved > 0 {
		st.Part = reserved
	} else if st.Part, err = nextPart(ctx, tx, st.Series, st.Part); err != nil {
		return st, err
	}
	st.Revision = 1
	_, err = tx.ExecContext(ctx, `INSERT INTO stories (permalink, canonical_url, title, title_source, authors, author_source, tags, language, image_url,
			published, published_precision, published_source, updated, updated_precision, updated_source, words, hash, revision, sketch, series, guid, part, fetched, arrival, old)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
			(SELECT COALESCE(max(arrival), 0) + 1 FROM stories), ? OR EXISTS (SELECT 1 FROM stories WHERE series = ? AND part > ?))`,
		append(mutable(st), st.Series, st.GUID, st.Part, st.Fetched.Unix(), sv.Old, st.Series, st.Part)...)
	if err != nil {
		return st, err
	}
	if err := s.insertRevision(ctx, tx, st); err != nil {
		return st, err
	}
	if err := gather(ctx, tx, st); err != nil {
		return st, err
	}
	if err := s.joinLines(ctx, tx, st); err != nil {
		return st, err
	}
	return st, enqueue(ctx, tx, st.Series, st.GUID, false)
}

func (s *Store) updateStory(ctx context.Context, tx *sql.Tx, old, given feed.Story) (feed.Story, error) {
	st := given
	st.Part, st.Fetched, st.Revision = old.Part, old.Fetched, old.Revision
	if !old.Published.IsZero() && !st.Published.Betters(old.Published) {
		st.Published = old.Published
	}
	if st.Updated.IsZero() {
		st.Updated = old.Updated
	}
	if st.Hash != old.Hash {
		st.Revision++
	}
	if reflect.DeepEqual(st, old) {
		return old, nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE stories SET permalink = ?, canonical_url = ?, title = ?, title_source = ?, authors = ?, author_source = ?, tags = ?, language = ?, image_url = ?,
			published = ?, published_precision = ?, published_source = ?, updated = ?, updated_precision = ?, updated_source = ?, words = ?, hash = ?, revision = ?, sketch = ?,
			gone = NULL, missing = NULL WHERE series = ? AND guid = ?`, append(mutable(st), st.Series, st.GUID)...)
	if err != nil {
		return st, err
	}
	if old.Missing = (time.Time{}); reflect.DeepEqual(st, old) {
		return st, nil // that it answers again is nothing readers see
	}
	switch {
	case st.Revision != old.Revision:
		err = s.insertRevision(ctx, tx, st)
	case st.HTML != old.HTML || st.Text != old.Text || st.Title != old.Title:
		err = replaceRevision(ctx, tx, st)
	}
	if err != nil {
		return st, err
	}
	if err := gather(ctx, tx, st); err != nil {
		return st, err
	}
	if err := s.joinLines(ctx, tx, st); err != nil {
		return st, err
	}
	if err := s.bump(ctx, tx, st.Series); err != nil {
		return st, err
	}
	return st, enqueue(ctx, tx, st.Series, st.GUID, false)
}

// mutable lists the columns of a story that may change, in the order of the
// two statements above.
func mutable(st feed.Story) []any {
	return []any{
		st.Permalink, st.CanonicalURL, st.Title, st.TitleSource, list(st.Authors), st.AuthorSource, list(st.Tags), st.Language, st.ImageURL,
		seconds(st.Published.Time), st.Published.Precision, st.Published.Source,
		seconds(st.Updated.Time), st.Updated.Precision, st.Updated.Source, st.Words, st.Hash, st.Revision, feed.NewSketch(st.Text).Bytes(),
	}
}

// linkSaved notes that a link led to a story. A reservation ends: its part
// is the story's, or, when the story had one already, nobody's for ever.
func (s *Store) linkSaved(ctx context.Context, tx *sql.Tx, slug, key, guid string) error {
	_, err := tx.ExecContext(ctx, `UPDATE links SET state = ?, reason = '', guid = ?, part = 0, checked = ?
		WHERE series = ? AND key = ? AND (state <> ? OR reason <> '' OR guid <> ? OR part <> 0)`,
		LinkSaved, guid, s.now().Unix(), slug, key, LinkSaved, guid)
	return err
}
