package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Page is what a later request to a URL needs of the last answer: its
// validators, byte for byte as they were sent (RFC 9110 §8.8). Each series has
// its own: a 304 must not hide from one what only another has read.
type Page struct {
	Series       string // slug
	URL          string // as requested
	ETag         string // may be empty
	LastModified string // may be empty
	FinalURL     string // after redirects
	Fetched      time.Time

	// SameHash is the [feed.ContentHash] of a text that was read there and found
	// to be the stored story's in another template; empty: none was.
	SameHash string
	// Template is the generation of what was known of the site's template when
	// the page was read; 0: nothing.
	Template int
}

// Page returns what a series knows of a URL; [feed.ErrNotFound] when nothing.
func (s *Store) Page(ctx context.Context, slug, url string) (Page, error) {
	p, err := readPage(ctx, s.reader, slug, url)
	return p, s.explain("page "+url+" of "+slug, err)
}

// refetched is how much later a page must have been fetched for that alone to
// be written: callers want to know how old its validators are, roughly.
const refetched = 12 * time.Hour

// SavePage keeps p in the place of what was known of p.URL. When nothing but
// Fetched differs, by less than 12 hours, nothing is written and the older
// Fetched stays.
func (s *Store) SavePage(ctx context.Context, p Page) error {
	return s.write(ctx, "save page "+p.URL, func(tx *sql.Tx) error {
		old, err := readPage(ctx, tx, p.Series, p.URL)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if p.Fetched.Sub(old.Fetched).Abs() < refetched {
			old.Fetched = p.Fetched
		}
		if err == nil && old == p {
			return nil
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO pages (series, url, etag, last_modified, final_url, fetched, same_hash, template) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (series, url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
				final_url = excluded.final_url, fetched = excluded.fetched, same_hash = excluded.same_hash, template = excluded.template`,
			p.Series, p.URL, p.ETag, p.LastModified, p.FinalURL, seconds(p.Fetched), p.SameHash, p.Template)
		return err
	})
}

func readPage(ctx context.Context, q queryer, slug, url string) (Page, error) {
	p := Page{Series: slug, URL: url}
	err := q.QueryRowContext(ctx, `SELECT etag, last_modified, final_url, fetched, same_hash, template FROM pages WHERE series = ? AND url = ?`, slug, url).
		Scan(&p.ETag, &p.LastModified, &p.FinalURL, scanSeconds(&p.Fetched), &p.SameHash, &p.Template)
	if err != nil {
		return Page{}, err
	}
	return p, nil
}
