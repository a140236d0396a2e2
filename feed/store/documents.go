package store

import (
	"context"
	"database/sql"
	"errors"

	"storyfeed/feed"
)

// SaveDocuments keeps published feeds by their paths, all or none of them. A
// document whose ETag, version and fingerprint are those stored is not
// written.
func (s *Store) SaveDocuments(ctx context.Context, documents []feed.Document) error {
	return s.write(ctx, "save documents", func(tx *sql.Tx) error {
		for _, d := range documents {
			if err := saveDocument(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveDocument(ctx context.Context, tx *sql.Tx, d feed.Document) error {
	var old feed.Document
	err := tx.QueryRowContext(ctx, `SELECT etag, version, fingerprint FROM documents WHERE path = ?`, d.Path).
		Scan(&old.ETag, &old.Version, &old.Fingerprint)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err == nil && old.ETag == d.ETag && old.Version == d.Version && old.Fingerprint == d.Fingerprint {
		return nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO documents (path, series, format, body, gzip, etag, modified, version, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET series = excluded.series, format = excluded.format, body = excluded.body, gzip = excluded.gzip,
			etag = excluded.etag, modified = excluded.modified, version = excluded.version, fingerprint = excluded.fingerprint`,
		d.Path, d.Series, d.Format, append([]byte{}, d.Body...), append([]byte{}, d.Gzip...), d.ETag, seconds(d.Modified), d.Version, d.Fingerprint)
	return err
}

// Documents returns the published feeds of all configured series, and those
// of no series, by path and without their bytes.
func (s *Store) Documents(ctx context.Context) ([]feed.Document, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT path, documents.series, format, etag, modified, documents.version, fingerprint FROM documents
		LEFT JOIN series ON series.slug = documents.series WHERE COALESCE(series.retired, 0) = 0 ORDER BY path`)
	documents, err := collect(rows, err, func(rows *sql.Rows) (d feed.Document, err error) {
		return d, rows.Scan(&d.Path, &d.Series, &d.Format, &d.ETag, scanSeconds(&d.Modified), &d.Version, &d.Fingerprint)
	})
	return documents, s.explain("documents", err)
}

// Document returns a published feed with its bytes, [feed.ErrNotFound] if there
// is none at that path.
func (s *Store) Document(ctx context.Context, path string) (d feed.Document, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT path, series, format, body, gzip, etag, modified, version, fingerprint FROM documents WHERE path = ?`, path).
		Scan(&d.Path, &d.Series, &d.Format, &d.Body, &d.Gzip, &d.ETag, scanSeconds(&d.Modified), &d.Version, &d.Fingerprint)
	if errors.Is(err, sql.ErrNoRows) {
		err = feed.ErrNotFound
	}
	return d, s.explain("document "+path, err)
}

// DropDocuments removes published feeds, all or none. One that is not there is
// no error.
func (s *Store) DropDocuments(ctx context.Context, paths []string) error {
	return s.write(ctx, "drop documents", func(tx *sql.Tx) error {
		for _, path := range paths {
			if _, err := tx.ExecContext(ctx, `DELETE FROM documents WHERE path = ?`, path); err != nil {
				return err
			}
		}
		return nil
	})
}
