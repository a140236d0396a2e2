package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"storyfeed/feed"
)

// Line returns the line of a series that a [feed.Drip] releases, in order of its
// numbers, which are its parts; stories that are gone stand in it, too. None is
// no error.
func (s *Store) Line(ctx context.Context, slug string) ([]feed.Numbered, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT part, series, guid, fetched, gone FROM stories WHERE series = ? ORDER BY part`, slug)
	line, err := collect(rows, err, func(rows *sql.Rows) (n feed.Numbered, err error) {
		return n, rows.Scan(&n.Number, &n.Series, &n.GUID, scanSeconds(&n.Fetched), scanSeconds(&n.Gone))
	})
	return line, s.explain("line of "+slug, err)
}

// SeriesVersion returns the version of a configured series, which is much faster
// than to read the series; [feed.ErrNotFound] when there is none of that name.
func (s *Store) SeriesVersion(ctx context.Context, slug string) (version int64, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT version FROM series WHERE slug = ? AND retired = 0`, slug).Scan(&version)
	return version, s.explain("version of "+slug, err)
}

// joinLines notes that a story that was just gathered is in the lines of its
// authors and tags, and in that of all, from now on. Whatever becomes of it, its
// place stays.
func (s *Store) joinLines(ctx context.Context, tx queryer, st feed.Story) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO lines (kind, slug, guid, name, came, part, since, day)
		SELECT g.kind, g.slug, g.guid, g.name, g.series, s.part, ?, `+readDate+`
		FROM gathered g JOIN stories s ON s.series = g.series AND s.guid = g.guid
		WHERE g.series = ? AND g.guid = ? ORDER BY g.kind, g.slug ON CONFLICT DO NOTHING`, s.now().Unix(), st.Series, st.GUID)
	return err
}

// arrivals selects places in a line. There is the first configured series that
// has the story and says that it belongs.
const arrivals = `SELECT l.name, l.guid, l.part, l.seq, l.since, l.day, l.came,
		(SELECT s.series FROM stories s
			CROSS JOIN series r ON r.slug = s.series AND r.retired = 0
			CROSS JOIN gathered g ON g.series = s.series AND g.guid = s.guid AND g.kind = l.kind AND g.slug = l.slug
			WHERE s.guid = l.guid AND s.gone IS NULL ORDER BY r.place LIMIT 1) AS there,
		(SELECT max(s.gone) FROM stories s WHERE s.guid = l.guid) AS gone
	FROM lines l `

// Arrivals returns everything that ever was in the line of an author or a tag,
// in the order in which it came, and the name as the first of them spelled it.
// What does not belong any more, as another author was found for it or its
// series is not configured, is gone since it came. None is no error.
func (s *Store) Arrivals(ctx context.Context, kind feed.TermKind, slug string) (name string, all []feed.Arrival, err error) {
	rows, err := s.reader.QueryContext(ctx, arrivals+`WHERE l.kind = ? AND l.slug = ? ORDER BY l.seq`, kind, slug)
	all, err = collect(rows, err, func(rows *sql.Rows) (feed.Arrival, error) {
		spelled, a, err := scanArrival(rows)
		name = cmp.Or(name, spelled)
		return a, err
	})
	return name, all, s.explain(fmt.Sprintf("line of %s %s", kind, slug), err)
}

// ArrivalsOf returns the places of stories in the line of all, in the order in
// which they came. Those that are not known are left out.
func (s *Store) ArrivalsOf(ctx context.Context, guids []string) ([]feed.Arrival, error) {
	list, err := json.Marshal(guids)
	if err != nil {
		return nil, err
	}
	rows, err := s.reader.QueryContext(ctx, arrivals+`WHERE l.kind = '' AND l.slug = '' AND l.guid IN (SELECT value FROM json_each(?)) ORDER BY l.seq`, string(list))
	all, err := collect(rows, err, func(rows *sql.Rows) (feed.Arrival, error) {
		_, a, err := scanArrival(rows)
		return a, err
	})
	return all, s.explain("line of stories", err)
}

func scanArrival(rows *sql.Rows) (name string, a feed.Arrival, err error) {
	var there sql.NullString
	var gone time.Time
	err = rows.Scan(&name, &a.GUID, &a.Part, &a.Order, scanSeconds(&a.Since), scanSeconds(&a.Day), &a.Series, &there, scanSeconds(&gone))
	a.There = a.Series
	switch {
	case there.Valid:
		a.There = there.String
	case gone.IsZero():
		a.Gone = a.Since
	default:
		a.Gone = gone
	}
	return name, a, err
}
