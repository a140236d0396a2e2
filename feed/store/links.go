package store

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"storyfeed/feed"
)

// maxLinks is how many links of a series are kept that lead to no story, so
// that a source that makes up new addresses at every visit can't fill the
// disk.
const maxLinks = 20_000

// LinkState says what became of a link.
type LinkState string

// The states of a link.
const (
	LinkPending  LinkState = "pending"  // not looked at yet
	LinkSaved    LinkState = "saved"    // leads to the story GUID
	LinkRejected LinkState = "rejected" // leads to no story of the series
	LinkFailed   LinkState = "failed"   // could not be fetched or read; to be tried again
)

// Link is one address that a series' sources lead to. Links are kept so that
// a crawl that was cut short goes on where it stopped.
type Link struct {
	URL      string
	Key      string // [feed.URLKey] of URL; filled in when empty
	Anchor   string // the link's text
	Source   string // URL of the source that has it
	Position int    // order among the series' links
	Weak     bool   // linked in passing: its target must show that it belongs

	State    LinkState // zero value: pending
	Reason   string    // why rejected or failed
	GUID     string    // the story that it leads to, when saved
	Part     int       // reserved for its story, see [Store.ReservePart]; 0: none
	Checked  time.Time // last change of State, or look at the page; zero: never
	Modified time.Time // when the page changed, as the source says; zero: it does not

	Published feed.Date // as the source says; zero: it does not
	Authors   []string  // as the source says; empty: it does not
}

// insertLink adds a link or brings up to date the one of the same source.
const insertLink = `INSERT INTO links (series, key, url, anchor, source, position, weak, state, reason, guid, part, checked, modified,
		published, published_precision, published_source, authors)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (series, key) DO UPDATE SET url = excluded.url, anchor = excluded.anchor,
		position = excluded.position, weak = excluded.weak, modified = COALESCE(excluded.modified, links.modified),
		published = COALESCE(excluded.published, links.published),
		published_precision = CASE WHEN excluded.published IS NULL THEN links.published_precision ELSE excluded.published_precision END,
		published_source = CASE WHEN excluded.published IS NULL THEN links.published_source ELSE excluded.published_source END,
		authors = CASE WHEN excluded.authors = '[]' THEN links.authors ELSE excluded.authors END
	WHERE links.source = excluded.source AND (links.url <> excluded.url OR links.anchor <> excluded.anchor
		OR links.position <> excluded.position OR links.weak <> excluded.weak
		OR (excluded.authors <> '[]' AND links.authors <> excluded.authors)
		OR (excluded.published IS NOT NULL AND links.published IS DISTINCT FROM excluded.published)
		OR (excluded.modified IS NOT NULL AND links.modified IS DISTINCT FROM excluded.modified))`

// completeLink gives a link what it lacks and another source says.
const completeLink = `UPDATE links SET
		published_precision = CASE WHEN published IS NULL THEN ?4 ELSE published_precision END,
		published_source = CASE WHEN published IS NULL THEN ?5 ELSE published_source END,
		published = COALESCE(published, ?3),
		authors = CASE WHEN authors = '[]' THEN ?6 ELSE authors END
	WHERE series = ?1 AND key = ?2 AND source <> ?7 AND (published IS NULL AND ?3 IS NOT NULL OR authors = '[]' AND ?6 <> '[]')`

// SaveLinks adds links and brings known ones (by key) up to date: URL,
// Anchor, Source, Position, Weak, and Modified, Published and Authors unless zero.
// State, Reason, GUID, Part and Checked of known ones stay, and a link that
// another source had first stays as it is, but for Published or Authors that it
// lacks. Of two links with one key the first
// counts. Links not given stay; but when more than 20,000 lead to no story and
// have no part reserved, those of them go that are not given.
func (s *Store) SaveLinks(ctx context.Context, slug string, links []Link) error {
	return s.write(ctx, "save links of "+slug, func(tx *sql.Tx) error {
		if err := seriesExists(ctx, tx, slug); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, insertLink)
		if err != nil {
			return err
		}
		defer insert.Close()
		add, err := tx.PrepareContext(ctx, completeLink)
		if err != nil {
			return err
		}
		defer add.Close()
		seen := make(map[string]bool, len(links))
		for _, l := range links {
			key := cmp.Or(l.Key, feed.URLKey(l.URL))
			if seen[key] {
				continue
			}
			seen[key] = true
			_, err := insert.ExecContext(ctx, slug, key, l.URL, l.Anchor, l.Source, l.Position, l.Weak,
				cmp.Or(l.State, LinkPending), l.Reason, l.GUID, seconds(l.Checked), seconds(l.Modified),
				seconds(l.Published.Time), l.Published.Precision, l.Published.Source, list(l.Authors))
			if err != nil {
				return err
			}
			if l.Published.IsZero() && len(l.Authors) == 0 {
				continue
			}
			if _, err := add.ExecContext(ctx, slug, key, seconds(l.Published.Time), l.Published.Precision, l.Published.Source, list(l.Authors), l.Source); err != nil {
				return err
			}
		}
		return pruneLinks(ctx, tx, slug, seen)
	})
}

// pruneLinks lets go of links beyond the limit that are not in keep.
func pruneLinks(ctx context.Context, tx *sql.Tx, slug string, keep map[string]bool) error {
	rows, err := tx.QueryContext(ctx, `SELECT key FROM links WHERE series = ? AND state <> ? AND part = 0 ORDER BY position DESC, key`, slug, LinkSaved)
	keys, err := collect(rows, err, scanString)
	if err != nil {
		return err
	}
	n := len(keys)
	for _, key := range keys {
		if n <= maxLinks {
			break
		}
		if keep[key] {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE series = ? AND key = ?`, slug, key); err != nil {
			return err
		}
		n--
	}
	return nil
}

// Links returns all links of a series by Position. None is no error.
func (s *Store) Links(ctx context.Context, slug string) ([]Link, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT url, key, anchor, source, position, weak, state, reason, guid, part, checked, modified,
			published, published_precision, published_source, authors
		FROM links WHERE series = ? ORDER BY position, key`, slug)
	links, err := collect(rows, err, func(rows *sql.Rows) (l Link, err error) {
		err = rows.Scan(&l.URL, &l.Key, &l.Anchor, &l.Source, &l.Position, &l.Weak, &l.State, &l.Reason, &l.GUID, &l.Part,
			scanSeconds(&l.Checked), scanSeconds(&l.Modified),
			scanSeconds(&l.Published.Time), &l.Published.Precision, &l.Published.Source, scanJSON(&l.Authors))
		if len(l.Authors) == 0 {
			l.Authors = nil
		}
		return l, err
	})
	return links, s.explain("links of "+slug, err)
}

// SetLinkState notes what became of a link; an empty guid leaves the one
// known. Checked becomes now, except that nothing is written for a saved
// link that stays as it is. [feed.ErrNotFound] when there is no such link.
func (s *Store) SetLinkState(ctx context.Context, slug, key string, st LinkState, reason, guid string) error {
	return s.write(ctx, "link "+key+" of "+slug, func(tx *sql.Tx) error {
		var old Link
		err := tx.QueryRowContext(ctx, `SELECT state, reason, guid FROM links WHERE series = ? AND key = ?`, slug, key).
			Scan(&old.State, &old.Reason, &old.GUID)
		if err != nil {
			return err
		}
		guid := cmp.Or(guid, old.GUID)
		if st == LinkSaved && old.State == st && old.Reason == reason && old.GUID == guid {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE links SET state = ?, reason = ?, guid = ?, checked = ? WHERE series = ? AND key = ?`,
			st, reason, guid, s.now().Unix(), slug, key)
		return err
	})
}

// ReservePart holds the next free part for the story behind a link that can't
// be read for now, so that the stories after it need not wait:
// [Store.SaveStory] gives it to that story. Asking again returns the same part;
// for a link whose story is there it is that story's. [feed.ErrNotFound] when
// there is no such link.
func (s *Store) ReservePart(ctx context.Context, slug, key string) (int, error) {
	var part int
	err := s.write(ctx, "reserve a part for "+key+" of "+slug, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT part FROM stories WHERE stories.series = links.series AND stories.guid = links.guid), part)
			FROM links WHERE series = ? AND key = ?`, slug, key).Scan(&part)
		if err != nil || part > 0 {
			return err
		}
		if part, err = nextPart(ctx, tx, slug, 0); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE links SET part = ? WHERE series = ? AND key = ?`, part, slug, key)
		return err
	})
	return part, err
}

// nextPart gives out a part that was never given before: wish when that is
// higher than all given so far, else the next.
func nextPart(ctx context.Context, tx *sql.Tx, slug string, wish int) (part int, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE series SET last_part = CASE WHEN ? > last_part THEN ? ELSE last_part + 1 END WHERE slug = ? RETURNING last_part`,
		wish, wish, slug).Scan(&part)
	return part, err
}

// seriesExists returns an error for which [feed.ErrNotFound] holds when there is
// no such series, retired or not.
func seriesExists(ctx context.Context, q queryer, slug string) error {
	var one int
	return q.QueryRowContext(ctx, `SELECT 1 FROM series WHERE slug = ?`, slug).Scan(&one)
}
