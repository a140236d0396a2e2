package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"

	"storyfeed/feed"
)

// The table gathered holds, for each story, a row for all stories together and
// one for each of its authors and tags, under the slugs of these: by its index
// the newest of tens of thousands are found without reading the others. A
// list in a column could not be searched by slug, which SQL can't make.

// gatherStart makes the table; Go fills it, as the slugs are made there.
const gatherStart = `
CREATE TABLE gathered (
    kind   TEXT NOT NULL,      -- feed.TermKind; '': all stories
    slug   TEXT NOT NULL,      -- feed.TermSlug of name
    name   TEXT NOT NULL,      -- as the story spells it
    stands INTEGER,            -- the time by which the newest are told; NULL: it never was news, see standing
    gone   INTEGER,            -- as in stories
    series TEXT NOT NULL,
    guid   TEXT NOT NULL,
    PRIMARY KEY (series, guid, kind, slug),
    FOREIGN KEY (series, guid) REFERENCES stories (series, guid)
) WITHOUT ROWID;
-- gone is in it, so that the rows themselves need not be read.
CREATE INDEX gathered_newest ON gathered (kind, slug, stands DESC, series, guid, gone) WHERE gone IS NULL;
CREATE INDEX gathered_gone ON gathered (kind, slug, gone DESC) WHERE gone IS NOT NULL;`

// standing is when a story became news: its date, or for one without that when
// it was fetched. One that was there before we came never did.
const standing = `COALESCE(` + readDate + `, CASE WHEN old = 0 THEN fetched END)`

// gatherMigration is migration 10.
func gatherMigration() *goose.Migration {
	return goose.NewGoMigration(10, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, gatherStart); err != nil {
			return err
		}
		type row struct {
			series, guid  string
			authors, tags []string
		}
		rows, err := tx.QueryContext(ctx, `SELECT series, guid, authors, tags FROM stories`)
		stories, err := collect(rows, err, func(rows *sql.Rows) (r row, err error) {
			return r, rows.Scan(&r.series, &r.guid, scanJSON(&r.authors), scanJSON(&r.tags))
		})
		for _, r := range stories {
			if err == nil {
				err = gather(ctx, tx, feed.Story{Series: r.series, GUID: r.guid, Authors: r.authors, Tags: r.tags})
			}
		}
		return err
	}}, nil)
}

// gather notes by what a story that was just saved is to be found.
func gather(ctx context.Context, tx queryer, st feed.Story) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM gathered WHERE series = ? AND guid = ?`, st.Series, st.GUID); err != nil {
		return err
	}
	const insert = `INSERT INTO gathered (kind, slug, name, stands, gone, series, guid)
		SELECT ?, ?, ?, ` + standing + `, gone, series, guid FROM stories WHERE series = ? AND guid = ?
		ON CONFLICT DO NOTHING` // a name that stands there twice
	if _, err := tx.ExecContext(ctx, insert, "", "", "", st.Series, st.GUID); err != nil {
		return err
	}
	for _, kind := range []feed.TermKind{feed.TermAuthor, feed.TermTag} {
		for _, name := range kind.Names(st) {
			slug := feed.TermSlug(name)
			if slug == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, insert, kind, slug, name, st.Series, st.GUID); err != nil {
				return err
			}
		}
	}
	return nil
}

// configuredSeries are those that are not retired.
const configuredSeries = `(SELECT slug FROM series WHERE retired = 0)`

// Gathered returns the newest stories of all configured series that have an
// author or tag, or the newest of all for the zero kind and no slug; at most
// limit. A story that is in several series comes once, from the one where it
// is the newest or else from the first configured. Undated stories that were
// there before we came are the last. None is no error.
func (s *Store) Gathered(ctx context.Context, kind feed.TermKind, slug string, limit int) ([]feed.Story, error) {
	what := fmt.Sprintf("stories of %s %s", cmp.Or(kind, "any kind"), slug)
	// One transaction, so that the list and the bodies show the same state.
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return nil, s.explain(what, err)
	}
	defer func() {
		_ = tx.Rollback() // it only read
	}()
	picked, err := pickGathered(ctx, tx, kind, slug, limit)
	if err != nil {
		return nil, s.explain(what, err)
	}
	var stories []feed.Story
	for _, p := range picked {
		rows, err := tx.QueryContext(ctx, storyColumns+withBody+`WHERE s.series = ? AND s.guid = ?`, p.series, p.guid)
		one, err := collect(rows, err, s.scanListed)
		if err != nil {
			return nil, s.explain(what, err)
		}
		stories = append(stories, one...)
	}
	return stories, nil
}

type place struct{ series, guid string }

// pickGathered reads on until there are enough different stories. CROSS JOIN
// makes the index lead: it knows the order, so that nothing else is read.
func pickGathered(ctx context.Context, q queryer, kind feed.TermKind, slug string, limit int) ([]place, error) {
	rows, err := q.QueryContext(ctx, `SELECT g.series, g.guid FROM gathered g INDEXED BY gathered_newest
		CROSS JOIN series r ON r.slug = g.series AND r.retired = 0
		CROSS JOIN stories s ON s.series = g.series AND s.guid = g.guid
		WHERE g.kind = ? AND g.slug = ? AND g.gone IS NULL ORDER BY g.stands DESC, r.place, s.part DESC`, kind, slug)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var picked []place
	seen := map[string]bool{}
	for len(picked) < limit && rows.Next() {
		var p place
		if err := rows.Scan(&p.series, &p.guid); err != nil {
			return nil, err
		}
		if !seen[p.guid] {
			seen[p.guid] = true
			picked = append(picked, p)
		}
	}
	return picked, rows.Err()
}

// Removed returns the stories that were found to be removed for good and that
// had an author or tag, or all of them for the zero kind and no slug, the
// latest first, at most limit. One that is still in another series is not
// among them.
func (s *Store) Removed(ctx context.Context, kind feed.TermKind, slug string, limit int) ([]feed.Tombstone, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT guid, max(gone) AS latest FROM gathered g WHERE kind = ? AND slug = ? AND gone IS NOT NULL AND series IN `+configuredSeries+`
		AND NOT EXISTS (SELECT 1 FROM stories s WHERE s.guid = g.guid AND s.gone IS NULL AND s.series IN `+configuredSeries+`)
		GROUP BY guid ORDER BY latest DESC, guid LIMIT ?`, kind, slug, limit)
	gone, err := collect(rows, err, func(rows *sql.Rows) (t feed.Tombstone, err error) {
		return t, rows.Scan(&t.GUID, scanSeconds(&t.When))
	})
	return gone, s.explain(fmt.Sprintf("removed stories of %s %s", cmp.Or(kind, "any kind"), slug), err)
}

// Terms returns the authors or the tags of all configured series, those with
// the most stories first, at most limit; one that is in two series counts twice. It counts: it is for pages that are
// made when something changed, not for each request.
func (s *Store) Terms(ctx context.Context, kind feed.TermKind, limit int) ([]feed.Term, error) {
	what := "all of kind " + string(kind)
	rows, err := s.reader.QueryContext(ctx, `SELECT slug, count(*) AS n FROM gathered INDEXED BY gathered_newest
		WHERE kind = ? AND gone IS NULL AND series IN `+configuredSeries+` GROUP BY slug ORDER BY n DESC, slug LIMIT ?`, kind, limit)
	terms, err := collect(rows, err, func(rows *sql.Rows) (t feed.Term, err error) {
		t.Kind = kind
		return t, rows.Scan(&t.Slug, &t.Stories)
	})
	for i := range terms {
		if err == nil {
			err = s.reader.QueryRowContext(ctx, `SELECT name FROM gathered WHERE kind = ? AND slug = ? AND gone IS NULL AND series IN `+configuredSeries+`
				ORDER BY stands DESC, series, guid LIMIT 1`, kind, terms[i].Slug).Scan(&terms[i].Name)
		}
	}
	return terms, s.explain(what, err)
}

// stamped is a stamp with the number of writes up to which it holds.
type stamped struct {
	writes  uint64
	stamp   string
	updated time.Time
}

// Stamp is a fingerprint of what the configured series show: it changes with
// every change of one of them, of their number and of their order. It also
// tells when the last of them changed; zero: none has a story. It is fast as
// long as nothing is written.
func (s *Store) Stamp(ctx context.Context) (stamp string, updated time.Time, err error) {
	writes := s.writes.Load()
	if last := s.stamp.Load(); last != nil && last.writes == writes {
		return last.stamp, last.updated, nil
	}
	rows, err := s.reader.QueryContext(ctx, `SELECT slug, version, updated FROM series WHERE retired = 0 ORDER BY place, slug`)
	h := sha256.New()
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var slug string
		var version int64
		var at time.Time
		err = rows.Scan(&slug, &version, scanSeconds(&at))
		fmt.Fprintf(h, "%s %d\n", slug, version)
		if at.After(updated) {
			updated = at
		}
		return none, err
	})
	if err != nil {
		return "", time.Time{}, s.explain("versions of all series", err)
	}
	stamp = hex.EncodeToString(h.Sum(nil)[:12])
	s.stamp.Store(&stamped{writes, stamp, updated})
	return stamp, updated, nil
}
