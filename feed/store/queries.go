package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"storyfeed/feed"
)

// Columns of a story s; the body is that of its current revision r.
const (
	storyColumns = `SELECT s.series, s.guid, s.part, s.permalink, s.canonical_url, s.title, s.title_source, s.authors, s.author_source, s.tags, s.language, s.image_url,
		s.published, s.published_precision, s.published_source, s.updated, s.updated_precision, s.updated_source,
		s.fetched, s.words, s.hash, s.revision, s.gone, s.missing, `
	withBody    = `r.html, r.text, r.sum FROM stories s LEFT JOIN revisions r ON r.series = s.series AND r.guid = s.guid AND r.number = s.revision `
	withoutBody = `'', '', NULL FROM stories s `
	withText    = `'', COALESCE(r.text, ''), NULL FROM json_each(?1) k CROSS JOIN stories s ON s.series = k.value ->> 0 AND s.guid = k.value ->> 1
		LEFT JOIN revisions r ON ?2 AND r.series = s.series AND r.guid = s.guid AND r.number = s.revision `
)

// scanStory reads one story. When its body is damaged, the story comes without
// it, with a [*damage].
func scanStory(rows *sql.Rows) (st feed.Story, err error) {
	var html, text sql.NullString
	var sum sql.NullInt64
	err = rows.Scan(&st.Series, &st.GUID, &st.Part, &st.Permalink, &st.CanonicalURL, &st.Title, &st.TitleSource, scanJSON(&st.Authors), &st.AuthorSource, scanJSON(&st.Tags), &st.Language, &st.ImageURL,
		scanSeconds(&st.Published.Time), &st.Published.Precision, &st.Published.Source, scanSeconds(&st.Updated.Time), &st.Updated.Precision, &st.Updated.Source,
		scanSeconds(&st.Fetched), &st.Words, &st.Hash, &st.Revision, scanSeconds(&st.Gone), scanSeconds(&st.Missing), &html, &text, &sum)
	if len(st.Authors) == 0 {
		st.Authors = nil
	}
	if len(st.Tags) == 0 {
		st.Tags = nil
	}
	switch {
	case err != nil:
		return st, err
	case !html.Valid || sum.Valid && sum.Int64 != checksum(st.Title, text.String, html.String):
		return st, damaged(st.Series, st.GUID, st.Revision)
	}
	st.HTML, st.Text = html.String, text.String
	return st, nil
}

// scanListed reads one story of many. One whose body is damaged comes without
// it, and is logged: it must not keep the others from readers.
func (s *Store) scanListed(rows *sql.Rows) (feed.Story, error) {
	st, err := scanStory(rows)
	if d := (*damage)(nil); errors.As(err, &d) {
		s.log.Error("a story's text is damaged and left out", "file", s.path, "guid", st.GUID, "series", st.Series, "error", err)
		return st, nil
	}
	return st, err
}

// readStory returns the first story for which where holds, with its body; if
// that is damaged, all the rest of it and a [*damage].
func readStory(ctx context.Context, q queryer, where string, args ...any) (feed.Story, error) {
	return firstStory(q.QueryContext(ctx, storyColumns+withBody+`WHERE `+where+` LIMIT 1`, args...))
}

func firstStory(rows *sql.Rows, err error) (feed.Story, error) {
	if err != nil {
		return feed.Story{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return feed.Story{}, cmp.Or(rows.Err(), feed.ErrNotFound)
	}
	return scanStory(rows)
}

// Story returns the story of that GUID, of the first configured series that
// has it; one that is gone comes with Gone set. [feed.ErrNotFound] when no
// configured series has it.
func (s *Store) Story(ctx context.Context, guid string) (feed.Story, error) {
	st, err := readStory(ctx, s.reader, `s.guid = ? AND s.series IN (SELECT slug FROM series WHERE retired = 0)
		ORDER BY s.gone IS NOT NULL, (SELECT place FROM series WHERE slug = s.series)`, guid)
	return st, s.explain("story "+guid, err)
}

// StoryIn returns a story of one series, gone or not.
func (s *Store) StoryIn(ctx context.Context, slug, guid string) (feed.Story, error) {
	st, err := firstStory(s.storyIn.QueryContext(ctx, slug, guid))
	return st, s.explain("story "+guid+" of "+slug, err)
}

// StoryToShow is [Store.StoryIn] for one of many: a damaged body is left out and
// logged, see [Store.Stories].
func (s *Store) StoryToShow(ctx context.Context, slug, guid string) (feed.Story, error) {
	st, err := firstStory(s.storyIn.QueryContext(ctx, slug, guid))
	if d := (*damage)(nil); errors.As(err, &d) {
		s.log.Error("a story's text is damaged and left out", "file", s.path, "guid", guid, "series", slug, "error", err)
		return st, nil
	}
	return st, s.explain("story "+guid+" of "+slug, err)
}

// Key names a story of a series.
type Key struct{ Series, GUID string }

// Named returns stories of any series in the order of their keys, of which each
// stands there once, without those that are not there or are gone. They come
// without HTML, and without Text, too, unless that is asked for; it is not
// compared with its checksum, which needs the HTML.
func (s *Store) Named(ctx context.Context, keys []Key, text bool) ([]feed.Story, error) {
	pairs := make([][2]string, len(keys))
	places := make(map[Key]int, len(keys))
	for i, k := range keys {
		pairs[i] = [2]string{k.Series, k.GUID}
		places[k] = i
	}
	list, err := json.Marshal(pairs)
	if err != nil {
		return nil, err
	}
	// It takes less than watching whether somebody still waits for it would.
	rows, err := s.named.QueryContext(context.WithoutCancel(ctx), string(list), text)
	stories, err := collect(rows, err, scanStory)
	slices.SortStableFunc(stories, func(a, b feed.Story) int { // here, as SQLite would copy all texts to sort them
		return places[Key{a.Series, a.GUID}] - places[Key{b.Series, b.GUID}]
	})
	return stories, s.explain("stories by their names", err)
}

// StoryByPart returns the story that has that part, gone or not.
func (s *Store) StoryByPart(ctx context.Context, slug string, part int) (feed.Story, error) {
	st, err := readStory(ctx, s.reader, `s.series = ? AND s.part = ?`, slug, part)
	return st, s.explain("story of "+slug, err)
}

// StoryByURL returns the story that is or was to be found under an address
// with the same key (see [feed.URLKey]), gone or not.
func (s *Store) StoryByURL(ctx context.Context, slug, url string) (feed.Story, error) {
	st, err := readStory(ctx, s.reader, `s.series = ? AND s.guid = (SELECT guid FROM aliases WHERE series = ? AND key = ?)`,
		slug, slug, feed.URLKey(url))
	return st, s.explain("story at "+url, err)
}

// StoryByHash returns a story with that content, by which one is known again
// that moved without a redirect. Of several the first one that is not gone
// counts.
func (s *Store) StoryByHash(ctx context.Context, slug, hash string) (feed.Story, error) {
	st, err := readStory(ctx, s.reader, `s.series = ? AND s.hash = ? ORDER BY s.gone IS NOT NULL, s.part`, slug, hash)
	return st, s.explain("story of "+slug+" with hash "+hash, err)
}

// Order is an order of stories.
type Order int

// The orders of stories.
const (
	// OrderNewest is by Published, the newest first; of one time the higher
	// part first. A story whose date is unknown, or only guessed, counts from
	// when it was Fetched if that was news. One that was there before (see
	// [Save.Old]), or that has a lower part than one saved earlier, stands by the older of the
	// two dated stories next to it in reading order.
	OrderNewest  Order = iota
	OrderReading       // by Part
)

// readDate is the date of a story that may order it, NULL if there is none.
const readDate = `CASE WHEN published_source <> 'guess' THEN published END`

// newest picks the stories of a series (?1), ?2 of them after the first ?3, with
// the time by which each stands in [OrderNewest]. Every run of undated stories
// ends at a dated one on either side: counting these in either direction numbers
// the runs. Bodies are joined to what was picked only, as sorting holds its rows in
// memory.
const newest = `WITH
	dated AS (SELECT guid, part, fetched, old, gone, ` + readDate + ` AS day FROM stories WHERE series = ?1),
	runs AS (SELECT *, count(day) OVER (ORDER BY part) AS after, count(day) OVER (ORDER BY part DESC) AS before FROM dated),
	sides AS (SELECT *, max(day) OVER (PARTITION BY after) AS since, max(day) OVER (PARTITION BY before) AS till FROM runs),
	placed AS (SELECT guid, part, gone,
		CASE WHEN day IS NULL AND old THEN COALESCE(min(since, till), since, till, fetched) ELSE COALESCE(day, fetched) END AS time FROM sides),
	picked AS (SELECT guid, time FROM placed WHERE gone IS NULL OR ?4 ORDER BY time DESC, part DESC LIMIT ?2 OFFSET ?3) `

// StoryQuery says which stories of a series are wanted.
type StoryQuery struct {
	Order       Order
	Offset      int // how many to skip
	Limit       int // 0: all
	WithGone    bool
	WithoutBody bool // leaves HTML and Text empty, which is much faster
}

// Stories returns stories of a series in the order asked for, and how many
// there are without Offset and Limit. None is no error.
func (s *Store) Stories(ctx context.Context, slug string, q StoryQuery) ([]feed.Story, int, error) {
	what := "stories of " + slug
	const where = `WHERE s.series = ?1 AND (s.gone IS NULL OR ?4)`
	columns := storyColumns + withBody
	if q.WithoutBody {
		columns = storyColumns + withoutBody
	}
	// One transaction, so that the count and the list show the same state.
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, s.explain(what, err)
	}
	defer func() {
		_ = tx.Rollback() // it only read
	}()
	var total int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM stories WHERE series = ? AND (gone IS NULL OR ?)`, slug, q.WithGone).Scan(&total); err != nil {
		return nil, 0, s.explain(what, err)
	}
	query := columns + where + ` ORDER BY s.part LIMIT ?2 OFFSET ?3`
	if q.Order == OrderNewest {
		undated, err := hasUndated(ctx, tx, slug)
		if err != nil {
			return nil, 0, s.explain(what, err)
		}
		query = columns + where + ` ORDER BY COALESCE(` + readDate + `, fetched) DESC, s.part DESC LIMIT ?2 OFFSET ?3`
		if undated {
			query = newest + columns + `JOIN picked ON picked.guid = s.guid WHERE s.series = ?1 ORDER BY picked.time DESC, s.part DESC`
		}
	}
	rows, err := tx.QueryContext(ctx, query, slug, orAll(q.Limit), max(q.Offset, 0), q.WithGone)
	stories, err := collect(rows, err, s.scanListed)
	return stories, total, s.explain(what, err)
}

// hasUndated reports whether a series has stories without a date that may order
// them. Where it has none an index spares the sorting.
func hasUndated(ctx context.Context, q queryer, slug string) (yes bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM stories WHERE series = ? AND (published IS NULL OR published_source = 'guess'))`, slug).Scan(&yes)
	return yes, err
}

// Neighbours returns the stories before and after a part in reading order,
// without bodies and without those that are gone; nil at the ends. The part
// itself need not be there.
func (s *Store) Neighbours(ctx context.Context, slug string, part int) (prev, next *feed.Story, err error) {
	const where = storyColumns + withoutBody + `WHERE s.series = ? AND s.gone IS NULL AND `
	if prev, err = s.neighbour(ctx, where+`s.part < ? ORDER BY s.part DESC LIMIT 1`, slug, part); err != nil {
		return nil, nil, err
	}
	if next, err = s.neighbour(ctx, where+`s.part > ? ORDER BY s.part LIMIT 1`, slug, part); err != nil {
		return nil, nil, err
	}
	return prev, next, nil
}

func (s *Store) neighbour(ctx context.Context, query, slug string, part int) (*feed.Story, error) {
	rows, err := s.reader.QueryContext(ctx, query, slug, part)
	found, err := collect(rows, err, scanStory)
	if err != nil || len(found) == 0 {
		return nil, s.explain("neighbours in "+slug, err)
	}
	return &found[0], nil
}

// eachBatch is how many stories [Store.Each] holds in memory at once.
const eachBatch = 64

// Each calls do with every story of the configured series that is not gone,
// by series and part, until do returns an error, which it returns. Stories
// saved meanwhile may come or not; they are in the queue of the index in any
// case. Do may use the store.
//
// It reads in batches: one long reading transaction would keep SQLite from
// ever emptying its journal.
func (s *Store) Each(ctx context.Context, do func(feed.Story) error) error {
	var slug string
	var part int
	for {
		rows, err := s.reader.QueryContext(ctx, storyColumns+withBody+`JOIN series ON series.slug = s.series AND series.retired = 0
			WHERE s.gone IS NULL AND (s.series, s.part) > (?, ?) ORDER BY s.series, s.part LIMIT ?`, slug, part, eachBatch)
		batch, err := collect(rows, err, s.scanListed)
		if err != nil {
			return s.explain("read all stories", err)
		}
		for _, st := range batch {
			if err := do(st); err != nil {
				return err
			}
			slug, part = st.Series, st.Part
		}
		if len(batch) < eachBatch {
			return nil
		}
	}
}
