package store

import (
	"context"
	"database/sql"
	"errors"

	"storyfeed/feed"
)

// Place is where in the order of their coming a story stands. The zero value is
// before the first.
type Place struct {
	Arrival int64  // from 1; of all series
	GUID    string // of the story that stands there
}

// Arrived is a stretch of all stories in the order in which they came.
type Arrived struct {
	Stories []feed.Story
	End     Place // where the last of them stands; as asked for when there is none
	More    bool  // others follow
	Total   int   // how many there are in all
}

// ErrOtherPlace is returned, wrapped, for a place that is not of this store.
var ErrOtherPlace = errors.New("this place is not of this store")

// Arrived returns stories of a configured series, or of all for an empty slug, in
// the order in which they came first, after a place: at most limit, which must be positive, and
// of those only so many that their bodies stay within size bytes, but one at
// least; size 0 leaves the bodies out. A story that is in two series comes for each.
// Those that are gone are left out.
//
// Stories that come later come after all that are there: who goes from End to
// End until there is no More has each story once, and can go on from there
// later. What was edited keeps its place.
func (s *Store) Arrived(ctx context.Context, slug string, after Place, limit, size int) (a Arrived, err error) {
	what := "stories in the order in which they came"
	tx, err := s.reader.BeginTx(ctx, nil) // so that the count and the list show the same state
	if err != nil {
		return a, s.explain(what, err)
	}
	defer func() {
		_ = tx.Rollback() // it only read
	}()
	if after.Arrival != 0 {
		var known bool
		err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM stories WHERE arrival = ? AND guid = ?)`, after.Arrival, after.GUID).Scan(&known)
		if err == nil && !known {
			err = ErrOtherPlace
		}
		if err != nil {
			return a, s.explain(what, err)
		}
	}
	where, args := `s.gone IS NULL AND s.series IN `+configuredSeries, []any{after.Arrival, limit + 1}
	if slug != "" {
		where, args = where+` AND s.series = ?3`, append(args, slug)
	}
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM stories s WHERE ?1 >= 0 AND ?2 > 0 AND `+where, args...).Scan(&a.Total); err != nil {
		return a, s.explain(what, err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT s.arrival, s.guid FROM stories s WHERE s.arrival > ?1 AND `+where+` ORDER BY s.arrival LIMIT ?2`, args...)
	places, err := collect(rows, err, func(rows *sql.Rows) (p Place, err error) { return p, rows.Scan(&p.Arrival, &p.GUID) })
	if err != nil {
		return a, s.explain(what, err)
	}
	a.End = after
	bodies := size > 0
	for i, p := range places {
		if i == limit {
			a.More = true
			break
		}
		st, err := s.readArrived(ctx, tx, p.Arrival, bodies)
		if err != nil {
			return a, s.explain(what, err)
		}
		if size -= len(st.HTML) + len(st.Text); bodies && size < 0 && i > 0 {
			a.More = true
			break
		}
		a.Stories, a.End = append(a.Stories, st), p
	}
	return a, nil
}

func (s *Store) readArrived(ctx context.Context, q queryer, arrival int64, body bool) (feed.Story, error) {
	columns := storyColumns + withoutBody
	if body {
		columns = storyColumns + withBody
	}
	rows, err := q.QueryContext(ctx, columns+`WHERE s.arrival = ?`, arrival)
	one, err := collect(rows, err, s.scanListed)
	if err == nil && len(one) == 0 {
		err = feed.ErrNotFound
	}
	if err != nil {
		return feed.Story{}, err
	}
	return one[0], nil
}
