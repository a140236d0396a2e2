package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Template is what a series has learned of the template of one site that its
// stories live on. What Profile and Watch hold is the indexer's affair.
type Template struct {
	Series  string    // slug
	Site    string    // host, without "www."
	Profile []byte    // JSON of what was learned; empty: nothing yet
	Watch   []byte    // JSON of how well it did lately; may be empty
	Learned time.Time // when Profile was learned; zero: never
	Changed time.Time // when the site's template was last found changed; zero: never
	Note    string    // one sentence for people on the last change; may be empty
}

// Templates returns what was learned of the sites of a series, by site. None
// is no error.
func (s *Store) Templates(ctx context.Context, slug string) ([]Template, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT site, profile, watch, learned, changed, note FROM templates WHERE series = ? ORDER BY site`, slug)
	all, err := collect(rows, err, func(rows *sql.Rows) (Template, error) {
		t := Template{Series: slug}
		var profile, watch string
		err := rows.Scan(&t.Site, &profile, &watch, scanSeconds(&t.Learned), scanSeconds(&t.Changed), &t.Note)
		t.Profile, t.Watch = []byte(profile), []byte(watch)
		return t, err
	})
	return all, s.explain("templates of "+slug, err)
}

// SaveTemplate keeps t in the place of what was known of its site. When it is
// known already, nothing is written.
func (s *Store) SaveTemplate(ctx context.Context, t Template) error {
	return s.write(ctx, "save the template of "+t.Site+" for "+t.Series, func(tx *sql.Tx) error {
		var same bool
		err := tx.QueryRowContext(ctx, `SELECT profile = ? AND watch = ? AND learned IS ? AND changed IS ? AND note = ? FROM templates WHERE series = ? AND site = ?`,
			string(t.Profile), string(t.Watch), seconds(t.Learned), seconds(t.Changed), t.Note, t.Series, t.Site).Scan(&same)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || same {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO templates (series, site, profile, watch, learned, changed, note) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (series, site) DO UPDATE SET profile = excluded.profile, watch = excluded.watch,
				learned = excluded.learned, changed = excluded.changed, note = excluded.note`,
			t.Series, t.Site, string(t.Profile), string(t.Watch), seconds(t.Learned), seconds(t.Changed), t.Note)
		return err
	})
}
