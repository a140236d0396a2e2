package store

import (
	"context"
	"database/sql"
	"fmt"

	"storyfeed/feed"
)

// AllTerms returns the authors or the tags of all configured series by slug,
// each with the name as its newest story spells it; a story that is in several
// series counts once. At most limit of them, those with the most stories. It
// counts, as [Store.Terms] does. None is no error.
func (s *Store) AllTerms(ctx context.Context, kind feed.TermKind, limit int) ([]feed.Term, error) {
	// With max() SQLite takes the other columns from the row that has it.
	rows, err := s.reader.QueryContext(ctx, `SELECT slug, name, stories FROM (
		SELECT slug, name, count(DISTINCT guid) AS stories, max(COALESCE(stands, 0)) FROM gathered
		WHERE kind = ? AND gone IS NULL AND series IN `+configuredSeries+` GROUP BY slug ORDER BY stories DESC, slug LIMIT ?) ORDER BY slug`, kind, limit)
	terms, err := collect(rows, err, func(rows *sql.Rows) (t feed.Term, err error) {
		t.Kind = kind
		return t, rows.Scan(&t.Slug, &t.Name, &t.Stories)
	})
	return terms, s.explain("all of kind "+string(kind), err)
}

// Term returns an author or a tag by its slug; [feed.ErrNotFound] when no story
// of the configured series has it.
func (s *Store) Term(ctx context.Context, kind feed.TermKind, slug string) (feed.Term, error) {
	t := feed.Term{Kind: kind, Slug: slug}
	what := string(kind) + " " + slug
	err := s.reader.QueryRowContext(ctx, `SELECT count(DISTINCT guid) FROM gathered WHERE kind = ? AND slug = ? AND gone IS NULL AND series IN `+configuredSeries, kind, slug).Scan(&t.Stories)
	if err == nil {
		err = s.reader.QueryRowContext(ctx, `SELECT name FROM gathered WHERE kind = ? AND slug = ? AND gone IS NULL AND series IN `+configuredSeries+`
			ORDER BY stands DESC, series, guid LIMIT 1`, kind, slug).Scan(&t.Name)
	}
	return t, s.explain(what, err)
}

// TermStories returns stories as [Store.Gathered] does, without their bodies,
// from offset on.
func (s *Store) TermStories(ctx context.Context, kind feed.TermKind, slug string, offset, limit int) ([]feed.Story, error) {
	what := fmt.Sprintf("stories of %s %s", kind, slug)
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return nil, s.explain(what, err)
	}
	defer func() {
		_ = tx.Rollback() // it only read
	}()
	picked, err := pickGathered(ctx, tx, kind, slug, offset+limit)
	if err != nil {
		return nil, s.explain(what, err)
	}
	var stories []feed.Story
	for _, p := range picked[min(max(offset, 0), len(picked)):] {
		rows, err := tx.QueryContext(ctx, storyColumns+withoutBody+`WHERE s.series = ? AND s.guid = ?`, p.series, p.guid)
		one, err := collect(rows, err, scanStory)
		if err != nil {
			return nil, s.explain(what, err)
		}
		stories = append(stories, one...)
	}
	return stories, nil
}

// TermsOf returns the authors or the tags of a series, those with the most
// stories in it first, at most limit, and how many there are.
func (s *Store) TermsOf(ctx context.Context, series string, kind feed.TermKind, limit int) (terms []feed.Term, total int, err error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT slug, name, count(*) AS stories, max(COALESCE(stands, 0)), count(*) OVER () FROM gathered
		WHERE series = ? AND kind = ? AND gone IS NULL GROUP BY slug ORDER BY stories DESC, slug LIMIT ?`, series, kind, limit)
	terms, err = collect(rows, err, func(rows *sql.Rows) (t feed.Term, err error) {
		t.Kind = kind
		var newest int64
		return t, rows.Scan(&t.Slug, &t.Name, &t.Stories, &newest, &total)
	})
	return terms, total, s.explain(fmt.Sprintf("all of kind %s in %s", kind, series), err)
}

// PublishedDates returns when the stories of a series were published, the oldest first,
// without those that are gone or whose date is unknown or guessed.
func (s *Store) PublishedDates(ctx context.Context, series string) ([]feed.Date, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT published, published_precision, published_source FROM stories
		WHERE series = ? AND gone IS NULL AND `+readDate+` IS NOT NULL ORDER BY published`, series)
	days, err := collect(rows, err, func(rows *sql.Rows) (d feed.Date, err error) {
		return d, rows.Scan(scanSeconds(&d.Time), &d.Precision, &d.Source)
	})
	return days, s.explain("dates of "+series, err)
}
