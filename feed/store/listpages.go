package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// ListPage is a page of a list that is not read to its end yet.
type ListPage struct {
	Series    string // slug
	Source    string // URL of the source that the list belongs to
	URL       string // as asked for
	FinalURL  string
	MediaType string
	Header    http.Header // nil: none
	Body      []byte
	Fetched   time.Time // whole seconds
}

// SaveListPage keeps a page, in the place of one of the same address.
func (s *Store) SaveListPage(ctx context.Context, p ListPage) error {
	header, err := json.Marshal(p.Header)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	w := gzip.NewWriter(&body)
	_, _ = w.Write(p.Body) // a bytes.Buffer takes everything
	_ = w.Close()
	return s.write(ctx, "keep list page "+p.URL, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO list_pages (series, source, url, final_url, media_type, header, body, fetched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (series, source, url) DO UPDATE SET final_url = excluded.final_url, media_type = excluded.media_type,
				header = excluded.header, body = excluded.body, fetched = excluded.fetched`,
			p.Series, p.Source, p.URL, p.FinalURL, p.MediaType, string(header), body.Bytes(), p.Fetched.Unix())
		return err
	})
}

// ListPage returns a page that was kept; [feed.ErrNotFound] when it was not.
func (s *Store) ListPage(ctx context.Context, slug, source, url string) (ListPage, error) {
	p := ListPage{Series: slug, Source: source, URL: url}
	var packed []byte
	err := s.reader.QueryRowContext(ctx, `SELECT final_url, media_type, header, body, fetched FROM list_pages WHERE series = ? AND source = ? AND url = ?`,
		slug, source, url).Scan(&p.FinalURL, &p.MediaType, scanJSON(&p.Header), &packed, scanSeconds(&p.Fetched))
	if err != nil {
		return ListPage{}, s.explain("kept list page "+url, err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		p.Body, err = io.ReadAll(r)
	}
	return p, s.explain("kept list page "+url, err)
}

// ListPages tells how many pages of a source's list are kept, and when the
// latest was fetched; zero: none is kept.
func (s *Store) ListPages(ctx context.Context, slug, source string) (n int, latest time.Time, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT count(*), max(fetched) FROM list_pages WHERE series = ? AND source = ?`, slug, source).
		Scan(&n, scanSeconds(&latest))
	return n, latest, s.explain("kept list pages of "+slug, err)
}

// DropListPages lets go of the pages of a source's list, once what they lead
// to is stored.
func (s *Store) DropListPages(ctx context.Context, slug, source string) error {
	return s.write(ctx, "drop list pages of "+slug, func(tx *sql.Tx) error {
		return dropListPages(ctx, tx, slug, source)
	})
}

// DropListPage lets go of one page of a source's list.
func (s *Store) DropListPage(ctx context.Context, slug, source, url string) error {
	return s.write(ctx, "drop list page "+url, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM list_pages WHERE series = ? AND source = ? AND url = ?`, slug, source, url)
		return err
	})
}

func dropListPages(ctx context.Context, tx *sql.Tx, slug, source string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM list_pages WHERE series = ? AND source = ?`, slug, source)
	return err
}
