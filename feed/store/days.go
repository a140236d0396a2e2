package store

import (
	"context"
	"database/sql"
	"time"

	"storyfeed/feed"
)

// keptDays is for how long it is known what happened day by day.
const keptDays = 62

const daySeconds = 24 * 60 * 60

// Day is what happened on one day (UTC).
type Day struct {
	Start                 time.Time
	Crawls                int // visits that ended
	Failed                int // of those, failed as a whole
	Requests, NotModified int // to the sites; of those, answered 304
	New, Changed          int // stories
	Sizes
}

// Sizes are what there was at the last measurement of a day; zero: none was
// made.
type Sizes struct {
	Stories    int   // kept
	StoreBytes int64 // on disk
	IndexBytes int64 // likewise
	Polls      int   // of feeds by readers, ever
}

// noteDay counts a crawl, and forgets the days that are long past.
func noteDay(ctx context.Context, tx *sql.Tx, c feed.Crawl) error {
	day := c.Started.Unix() / daySeconds * daySeconds
	failed := 0
	if c.Err != "" {
		failed = 1
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO days (day, crawls, failed, requests, not_modified, new, changed) VALUES (?, 1, ?, ?, ?, ?, ?)
		ON CONFLICT (day) DO UPDATE SET crawls = crawls + 1, failed = failed + excluded.failed, requests = requests + excluded.requests,
		not_modified = not_modified + excluded.not_modified, new = new + excluded.new, changed = changed + excluded.changed`,
		day, failed, c.Requests, c.NotModified, c.New, c.Changed)
	for _, table := range []string{"days", "host_days"} {
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE day <= ?`, day-keptDays*daySeconds)
		}
	}
	return err
}

// SaveSizes keeps a measurement for today, in place of an earlier one.
func (s *Store) SaveSizes(ctx context.Context, m Sizes) error {
	return s.write(ctx, "save the sizes", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO days (day, stories, store_bytes, index_bytes, polls) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (day) DO UPDATE SET stories = excluded.stories, store_bytes = excluded.store_bytes, index_bytes = excluded.index_bytes, polls = excluded.polls`,
			s.now().Unix()/daySeconds*daySeconds, m.Stories, m.StoreBytes, m.IndexBytes, m.Polls)
		return err
	})
}

// Days returns the last so many days on which anything happened, at most 62,
// the oldest first, today at the end.
func (s *Store) Days(ctx context.Context, most int) ([]Day, error) {
	today := s.now().Unix() / daySeconds * daySeconds
	rows, err := s.reader.QueryContext(ctx, `SELECT day, crawls, failed, requests, not_modified, new, changed, stories, store_bytes, index_bytes, polls
		FROM days WHERE day BETWEEN ? AND ? ORDER BY day`, today-int64(most-1)*daySeconds, today)
	days, err := collect(rows, err, func(rows *sql.Rows) (d Day, err error) {
		return d, rows.Scan(scanSeconds(&d.Start), &d.Crawls, &d.Failed, &d.Requests, &d.NotModified, &d.New, &d.Changed, &d.Stories, &d.StoreBytes, &d.IndexBytes, &d.Polls)
	})
	return days, s.explain("the last days", err)
}

// HostUse is how a host was asked over some days.
type HostUse struct {
	Host     string        // name:port
	Requests int           // made
	Shortest time.Duration // the shortest pause between the end of a request and the next; 0: there was one request only
	Gap      time.Duration // the pause that is kept now
	Next     time.Time     // no request before; zero: now
}

// noteRequest counts a request that is about to be made to a host, with the
// pause since the one before. A clock that was set back tells no pause.
func noteRequest(ctx context.Context, tx *sql.Tx, host string, now int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO host_days (host, day, requests, shortest_ms)
		SELECT host, ?1 / 86400000 * 86400, 1, CASE WHEN released_ms > 0 AND released_ms <= ?1 THEN ?1 - released_ms END FROM hosts WHERE host = ?2
		ON CONFLICT (host, day) DO UPDATE SET requests = requests + 1,
		shortest_ms = min(COALESCE(shortest_ms, excluded.shortest_ms), COALESCE(excluded.shortest_ms, shortest_ms))`, now, host)
	return err
}

// HostUses returns the hosts that were asked in the last so many days, those
// that were asked most first, at most limit.
func (s *Store) HostUses(ctx context.Context, most, limit int) ([]HostUse, error) {
	now := s.now()
	since := now.Unix()/daySeconds*daySeconds - int64(most-1)*daySeconds
	rows, err := s.reader.QueryContext(ctx, `SELECT d.host, sum(d.requests) AS requests, COALESCE(min(d.shortest_ms), 0), h.gap_ms, `+planned+`
		FROM host_days d JOIN hosts h ON h.host = d.host WHERE d.day >= ? GROUP BY d.host ORDER BY requests DESC, d.host LIMIT ?`,
		now.UnixMilli()+maxSkew.Milliseconds(), since, limit)
	hosts, err := collect(rows, err, func(rows *sql.Rows) (h HostUse, err error) {
		var shortest, gap, next int64
		err = rows.Scan(&h.Host, &h.Requests, &shortest, &gap, &next)
		h.Shortest, h.Gap = time.Duration(shortest)*time.Millisecond, time.Duration(gap)*time.Millisecond
		if next > now.UnixMilli() {
			h.Next = time.UnixMilli(next).UTC()
		}
		return h, err
	})
	return hosts, s.explain("hosts of the last days", err)
}
