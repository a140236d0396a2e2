package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	// maxHostLease is the longest lease of a host.
	maxHostLease = 10 * time.Minute
	// maxHostDelay is how long a host can keep us away by Retry-After.
	maxHostDelay = 24 * time.Hour
	// hostPoll is how soon to look again at a host that is leased: mostly it
	// comes free long before the lease ends.
	hostPoll = 200 * time.Millisecond
)

// planned is the column next_ms as far as it counts: one from before the
// clock was set back does not. It takes the time now plus [maxSkew].
const planned = `(CASE WHEN planned_ms > ? THEN 0 ELSE next_ms END)`

// AcquireHost takes a host for one request: nobody else gets it until
// [Store.ReleaseHost], or until the lease (at most ten minutes) ends. Wait is
// 0 when it was taken, else the time after which to try again. It never
// blocks for a host.
//
// Host is "name:port" in lower case. The lease must outlast the request: a
// request that is cut off before its lease ends never meets another one,
// even when its process was killed. A second call of the same owner waits
// like any other.
func (s *Store) AcquireHost(ctx context.Context, host, owner string, lease time.Duration) (wait time.Duration, err error) {
	what := "acquire host " + host
	if host == "" || owner == "" {
		return 0, fmt.Errorf("%s: host and owner need a name", what)
	}
	err = s.write(ctx, what, func(tx *sql.Tx) error {
		now := s.now().UnixMilli() // inside: waiting for the writer takes time too
		skewed := now + maxSkew.Milliseconds()
		var got int
		err := tx.QueryRowContext(ctx, `INSERT INTO hosts (host, owner, lease_ms) VALUES (?, ?, ?)
			ON CONFLICT (host) DO UPDATE SET owner = excluded.owner, lease_ms = excluded.lease_ms
			WHERE (hosts.owner = '' OR hosts.lease_ms <= ? OR hosts.lease_ms > ?) AND `+planned+` <= ? RETURNING 1`,
			host, owner, leaseEnd(now, lease, maxHostLease), now, now+maxHostLease.Milliseconds(), skewed, now).Scan(&got)
		if err == nil {
			return noteRequest(ctx, tx, host, now)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var leased, next int64
		err = tx.QueryRowContext(ctx, `SELECT CASE WHEN owner = '' THEN 0 ELSE lease_ms END, `+planned+` FROM hosts WHERE host = ?`,
			skewed, host).Scan(&leased, &next)
		leased = min(leased, now+hostPoll.Milliseconds())
		wait = time.Duration(max(leased, next, now+1)-now) * time.Millisecond
		return err
	})
	return wait, err
}

// ReleaseHost ends owner's lease and keeps everybody from the host for gap.
// When the lease was lost meanwhile, the gap is kept all the same.
func (s *Store) ReleaseHost(ctx context.Context, host, owner string, gap time.Duration) error {
	gap = min(max(gap, 0), maxHostDelay)
	return s.write(ctx, "release host "+host, func(tx *sql.Tx) error {
		now := s.now().UnixMilli()
		next := now + gap.Milliseconds()
		skewed := now + maxSkew.Milliseconds()
		_, err := tx.ExecContext(ctx, `UPDATE hosts SET lease_ms = CASE WHEN owner = ? THEN 0 ELSE lease_ms END,
			owner = CASE WHEN owner = ? THEN '' ELSE owner END,
			next_ms = CASE WHEN `+planned+` > ? THEN next_ms ELSE ? END, planned_ms = ?, gap_ms = ?, released_ms = ? WHERE host = ?`,
			owner, owner, skewed, next, next, now, gap.Milliseconds(), now, host)
		return err
	})
}

// DelayHost keeps everybody from a host until then, as its Retry-After asked
// (RFC 9110 §10.2.3): at most a day, and never shorter than was asked before.
func (s *Store) DelayHost(ctx context.Context, host string, until time.Time) error {
	return s.write(ctx, "delay host "+host, func(tx *sql.Tx) error {
		now := s.now().UnixMilli()
		next := min(until.UnixMilli(), now+maxHostDelay.Milliseconds())
		skewed := now + maxSkew.Milliseconds()
		_, err := tx.ExecContext(ctx, `INSERT INTO hosts (host, next_ms, planned_ms) VALUES (?, ?, ?)
			ON CONFLICT (host) DO UPDATE SET next_ms = excluded.next_ms, planned_ms = excluded.planned_ms
			WHERE `+planned+` < excluded.next_ms`, host, next, now, skewed)
		return err
	})
}

// Robots returns the last answer to an origin's /robots.txt; [feed.ErrNotFound]
// when there is none. Origin is "scheme://host:port".
func (s *Store) Robots(ctx context.Context, origin string) (body []byte, status int, fetched time.Time, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT body, status, fetched FROM robots WHERE origin = ?`, origin).
		Scan(&body, &status, scanSeconds(&fetched))
	return body, status, fetched, s.explain("robots.txt of "+origin, err)
}

// SaveRobots keeps the answer to an origin's /robots.txt, with the time.
func (s *Store) SaveRobots(ctx context.Context, origin string, status int, body []byte) error {
	if body == nil {
		body = []byte{}
	}
	return s.write(ctx, "robots.txt of "+origin, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO robots (origin, status, body, fetched) VALUES (?, ?, ?, ?)
			ON CONFLICT (origin) DO UPDATE SET status = excluded.status, body = excluded.body, fetched = excluded.fetched`,
			origin, status, body, s.now().Unix())
		return err
	})
}
