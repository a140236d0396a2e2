package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"storyfeed/feed"
)

// SyncSeries makes the configured series those given, in their order. New
// ones are due at once; of known ones only what is configuration changes,
// and one whose sources, match or render changed is due at once too. Series not
// given are retired, see the package comment. Found kinds of sources stay.
// A new slug whose first source is that of a series which is not given any more
// is that series' new name, see [Store.MovedSlug].
//
// Slugs must be unique and not empty, and each series needs a source with a
// URL; else nothing is written.
func (s *Store) SyncSeries(ctx context.Context, series []feed.Series) error {
	const what = "sync series"
	seen := map[string]bool{}
	for _, sr := range series {
		switch {
		case sr.Slug == "" || seen[sr.Slug]:
			return fmt.Errorf("%s: slug %q is empty or there twice", what, sr.Slug)
		case len(sr.Sources) == 0 || slices.ContainsFunc(sr.Sources, func(src feed.Source) bool { return src.URL == "" }):
			return fmt.Errorf("%s: %s has no source, or one without a URL", what, sr.Slug)
		}
		seen[sr.Slug] = true
	}
	return s.write(ctx, what, func(tx *sql.Tx) error {
		for place, sr := range series {
			old, err := formerSlug(ctx, tx, sr.Slug, sr.Sources[0].URL, seen)
			if err == nil && old != "" {
				err = rename(ctx, tx, old, sr.Slug)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", sr.Slug, err)
			}
			if err := s.syncOne(ctx, tx, place, sr); err != nil {
				return fmt.Errorf("%s: %w", sr.Slug, err)
			}
		}
		return s.retire(ctx, tx, seen)
	})
}

// configured is a series' configuration as it is stored.
type configured struct {
	place                 int
	retired               bool
	title, match, content string
	every                 int64
	sources               []string
	pins                  feed.Select
	render                feed.Rendering
}

func (s *Store) syncOne(ctx context.Context, tx *sql.Tx, place int, sr feed.Series) error {
	want := configured{
		place: place, title: sr.Title, match: sr.Match, every: max(sr.Every, time.Second).Milliseconds(),
		content: string(cmp.Or(sr.Content, feed.ContentFull)), sources: uniqueURLs(sr.Sources),
		pins: sr.Select, render: cmp.Or(sr.Render, feed.RenderAuto),
	}
	pins, err := encodeSelect(want.pins)
	if err != nil {
		return err
	}
	have, err := readConfigured(ctx, tx, sr.Slug)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = tx.ExecContext(ctx, `INSERT INTO series (slug, place, title, match, every_ms, content, selectors, render, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			sr.Slug, place, want.title, want.match, want.every, want.content, pins, want.render, s.now().Unix())
		if err != nil {
			return err
		}
		return syncSources(ctx, tx, sr.Slug, want.sources)
	}
	if err != nil {
		return err
	}
	sameReading := have.pins == want.pins && have.render == want.render
	sameWork := sameReading && have.match == want.match && slices.Equal(have.sources, want.sources)
	sameLooks := have.title == want.title && have.content == want.content
	if sameWork && sameLooks && have.place == want.place && have.every == want.every && !have.retired {
		return nil
	}
	// A shorter interval counts from when the next crawl was planned.
	_, err = tx.ExecContext(ctx, `UPDATE series SET place = ?, retired = 0, title = ?, match = ?, every_ms = ?, content = ?, selectors = ?, render = ?,
		next_crawl_ms = CASE WHEN ? AND claim_owner <> '' THEN `+soon+` WHEN ? THEN 0 WHEN next_crawl_ms > planned_ms + ? AND every_ms > ? THEN planned_ms + ? ELSE next_crawl_ms END WHERE slug = ?`,
		place, want.title, want.match, want.every, want.content, pins, want.render, !sameWork, !sameWork, want.every, want.every, want.every, sr.Slug)
	if err != nil {
		return err
	}
	if !sameLooks {
		if err := s.bump(ctx, tx, sr.Slug); err != nil {
			return err
		}
	}
	if have.retired {
		if err := enqueueAll(ctx, tx, sr.Slug, false); err != nil {
			return err
		}
	}
	if !sameReading {
		if err := forgetPages(ctx, tx, sr.Slug); err != nil {
			return err
		}
	}
	return syncSources(ctx, tx, sr.Slug, want.sources)
}

// retire takes out of service what is not kept.
func (s *Store) retire(ctx context.Context, tx *sql.Tx, keep map[string]bool) error {
	rows, err := tx.QueryContext(ctx, `SELECT slug FROM series WHERE retired = 0`)
	slugs, err := collect(rows, err, scanString)
	if err != nil {
		return err
	}
	for _, slug := range slugs {
		if keep[slug] {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE series SET retired = 1, claim_owner = '', claim_ms = 0 WHERE slug = ?`, slug); err != nil {
			return err
		}
		if err := enqueueAll(ctx, tx, slug, true); err != nil {
			return err
		}
	}
	return nil
}

func readConfigured(ctx context.Context, tx *sql.Tx, slug string) (configured, error) {
	var c configured
	err := tx.QueryRowContext(ctx, `SELECT place, retired, title, match, every_ms, content, selectors, render FROM series WHERE slug = ?`, slug).
		Scan(&c.place, &c.retired, &c.title, &c.match, &c.every, &c.content, scanSelect{&c.pins}, &c.render)
	if err != nil {
		return c, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT url FROM sources WHERE series = ? ORDER BY place`, slug)
	c.sources, err = collect(rows, err, scanString)
	return c, err
}

// syncSources makes urls the series' sources and keeps what was found out
// about those that stay.
func syncSources(ctx context.Context, tx *sql.Tx, slug string, urls []string) error {
	rows, err := tx.QueryContext(ctx, `SELECT url FROM sources WHERE series = ? ORDER BY place`, slug)
	have, err := collect(rows, err, scanString)
	if err != nil || slices.Equal(have, urls) {
		return err
	}
	for _, u := range have {
		if slices.Contains(urls, u) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sources WHERE series = ? AND url = ?`, slug, u); err != nil {
			return err
		}
		if err := dropListPages(ctx, tx, slug, u); err != nil {
			return err
		}
	}
	for place, u := range urls {
		_, err := tx.ExecContext(ctx, `INSERT INTO sources (series, url, place) VALUES (?, ?, ?)
			ON CONFLICT (series, url) DO UPDATE SET place = excluded.place`, slug, u, place)
		if err != nil {
			return err
		}
	}
	return nil
}

func uniqueURLs(sources []feed.Source) []string {
	var urls []string
	for _, src := range sources {
		if !slices.Contains(urls, src.URL) {
			urls = append(urls, src.URL)
		}
	}
	return urls
}

// SeriesTitles returns the configured series in the configured order with their
// Slug and Title alone, which is far quicker than counting their stories.
func (s *Store) SeriesTitles(ctx context.Context) ([]feed.Series, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT slug, COALESCE(NULLIF(title, ''), page_title) FROM series WHERE retired = 0 ORDER BY place, slug`)
	list, err := collect(rows, err, func(rows *sql.Rows) (one feed.Series, err error) {
		err = rows.Scan(&one.Slug, &one.Title)
		return one, err
	})
	return list, s.explain("list titles of series", err)
}

// ListSeries returns the configured series in their order, each with its
// sources, counts and health.
func (s *Store) ListSeries(ctx context.Context) ([]feed.Series, error) {
	const what = "list series"
	rows, err := s.reader.QueryContext(ctx, seriesSelect+`WHERE retired = 0 ORDER BY place, slug`)
	list, err := collect(rows, err, s.scanSeries)
	if err != nil {
		return nil, s.explain(what, err)
	}
	for i := range list {
		if err := addSources(ctx, s.reader, &list[i]); err != nil {
			return nil, s.explain(what, err)
		}
		if err := addBackfill(ctx, s.reader, &list[i]); err != nil {
			return nil, s.explain(what, err)
		}
	}
	return list, nil
}

// SeriesBySlug returns one configured series; [feed.ErrNotFound] when there is
// none of that name, or it is retired.
func (s *Store) SeriesBySlug(ctx context.Context, slug string) (feed.Series, error) {
	sr, err := s.readSeries(ctx, s.reader, slug)
	return sr, s.explain("series "+slug, err)
}

func (s *Store) readSeries(ctx context.Context, q queryer, slug string) (feed.Series, error) {
	rows, err := q.QueryContext(ctx, seriesSelect+`WHERE slug = ? AND retired = 0`, slug)
	found, err := collect(rows, err, s.scanSeries)
	if err != nil {
		return feed.Series{}, err
	}
	if len(found) == 0 {
		return feed.Series{}, feed.ErrNotFound
	}
	if err := addBackfill(ctx, q, &found[0]); err != nil {
		return feed.Series{}, err
	}
	return found[0], addSources(ctx, q, &found[0])
}

const seriesSelect = `SELECT slug, first_slug, title, page_title, match, every_ms, content, selectors, render, home_url, description, language, image_url, version, updated,
	(SELECT count(*) FROM stories WHERE stories.series = series.slug AND gone IS NULL),
	state, fault, reason, since, last_good, failures, CASE WHEN next_crawl_ms = ` + soon + ` THEN 0 ELSE next_crawl_ms END, claim_owner, claim_ms FROM series `

func (s *Store) scanSeries(rows *sql.Rows) (feed.Series, error) {
	var (
		sr        feed.Series
		pageTitle string
		every     int64
		claim     claim
	)
	h := &sr.Health
	err := rows.Scan(&sr.Slug, &sr.FirstSlug, &sr.Title, &pageTitle, &sr.Match, &every, &sr.Content, scanSelect{&sr.Select}, &sr.Render, &sr.HomeURL, &sr.Description, &sr.Language, &sr.ImageURL,
		&sr.Version, scanSeconds(&sr.Updated), &sr.Stories,
		&h.State, &h.Fault, &h.Reason, scanSeconds(&h.Since), scanSeconds(&h.LastGood), &h.Failures, scanMillis(&h.Next), &claim.owner, &claim.until)
	sr.Title = cmp.Or(sr.Title, pageTitle)
	sr.Every = time.Duration(every) * time.Millisecond
	h.Crawling = claim.live(s.now().UnixMilli())
	return sr, err
}

// addSources fills in the sources; the first one stands in for a home page
// that is not known yet.
func addSources(ctx context.Context, q queryer, sr *feed.Series) error {
	rows, err := q.QueryContext(ctx, `SELECT url, kind, complete, signal_url FROM sources WHERE series = ? ORDER BY place`, sr.Slug)
	sr.Sources, err = collect(rows, err, func(rows *sql.Rows) (src feed.Source, err error) {
		return src, rows.Scan(&src.URL, &src.Kind, &src.Complete, &src.SignalURL)
	})
	if sr.HomeURL == "" && len(sr.Sources) > 0 {
		sr.HomeURL = sr.Sources[0].URL
	}
	return err
}

// SeriesPage is what crawls find out about a series.
type SeriesPage struct {
	Title, Description, HomeURL, Language, ImageURL string
}

// SetSeriesPage keeps what a crawl found out. Empty fields leave what is
// known; a configured title wins over a found one. Version grows when
// readers would see a difference.
func (s *Store) SetSeriesPage(ctx context.Context, slug string, p SeriesPage) error {
	return s.write(ctx, "series page of "+slug, func(tx *sql.Tx) error {
		var title string
		var old SeriesPage
		err := tx.QueryRowContext(ctx, `SELECT title, page_title, description, home_url, language, image_url FROM series WHERE slug = ?`, slug).
			Scan(&title, &old.Title, &old.Description, &old.HomeURL, &old.Language, &old.ImageURL)
		if err != nil {
			return err
		}
		p := SeriesPage{
			cmp.Or(p.Title, old.Title), cmp.Or(p.Description, old.Description), cmp.Or(p.HomeURL, old.HomeURL),
			cmp.Or(p.Language, old.Language), cmp.Or(p.ImageURL, old.ImageURL),
		}
		if p == old {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE series SET page_title = ?, description = ?, home_url = ?, language = ?, image_url = ? WHERE slug = ?`,
			p.Title, p.Description, p.HomeURL, p.Language, p.ImageURL, slug)
		if err != nil {
			return err
		}
		if title != "" { // then nobody sees the found one
			old.Title = p.Title
		}
		if p == old {
			return nil
		}
		return s.bump(ctx, tx, slug)
	})
}

// SetSource keeps what the source of that URL turned out to be. An unknown
// kind leaves kind and completeness as they are, an empty SignalURL leaves the
// one known.
func (s *Store) SetSource(ctx context.Context, slug string, src feed.Source) error {
	return s.write(ctx, "source "+src.URL+" of "+slug, func(tx *sql.Tx) error {
		old := feed.Source{URL: src.URL}
		err := tx.QueryRowContext(ctx, `SELECT kind, complete, signal_url FROM sources WHERE series = ? AND url = ?`, slug, src.URL).
			Scan(&old.Kind, &old.Complete, &old.SignalURL)
		if err != nil {
			return err
		}
		if src.Kind == feed.SourceUnknown {
			src.Kind, src.Complete = old.Kind, old.Complete
		}
		src.SignalURL = cmp.Or(src.SignalURL, old.SignalURL)
		if src == old {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE sources SET kind = ?, complete = ?, signal_url = ? WHERE series = ? AND url = ?`,
			src.Kind, src.Complete, src.SignalURL, slug, src.URL)
		return err
	})
}

// bump lets a series' version grow. Updated never goes back, lest a reader
// that asks If-Modified-Since misses the change; only a time more than a day
// ahead, left by a wrong clock, gives way.
func (s *Store) bump(ctx context.Context, tx queryer, slug string) error {
	now := s.now().Unix()
	n, err := affected(tx.ExecContext(ctx, `UPDATE series SET version = version + 1,
		updated = CASE WHEN updated > ? AND updated < ? THEN updated ELSE ? END WHERE slug = ?`, now, now+24*60*60, now, slug))
	if err == nil && n == 0 {
		return fmt.Errorf("series %s: %w", slug, feed.ErrNotFound)
	}
	return err
}

func scanString(rows *sql.Rows) (v string, err error) { return v, rows.Scan(&v) }
