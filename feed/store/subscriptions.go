package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"storyfeed/feed"
)

// maxHubWait is how far ahead a call to a callback may be planned. One that is
// planned later was so before the clock was set back, and is due.
const maxHubWait = 24 * time.Hour

const subscriptionColumns = `topic, callback, host, ping, secret, until_ms, etag, due_ms, since_ms, tries, standing`

// isWaiting picks the rows whose call is due. It takes the time now in
// milliseconds, and that time plus maxHubWait.
const isWaiting = `due_ms > 0 AND (due_ms <= ? OR due_ms > ?)`

func scanSubscription(row interface{ Scan(...any) error }) (s feed.Subscription, err error) {
	return s, row.Scan(&s.Topic, &s.Callback, &s.Host, &s.Ping, &s.Secret, scanMillis(&s.Until), &s.ETag,
		scanMillis(&s.Due), scanMillis(&s.Since), &s.Tries, &s.Standing)
}

// Subscription returns one subscription, [feed.ErrNotFound] when there is none
// or its lease has ended.
func (s *Store) Subscription(ctx context.Context, topic, callback string, now time.Time) (feed.Subscription, error) {
	sub, err := scanSubscription(s.reader.QueryRowContext(ctx, `SELECT `+subscriptionColumns+` FROM hub_subscriptions
		WHERE topic = ? AND callback = ? AND (until_ms = 0 OR until_ms > ?)`, topic, callback, now.UnixMilli()))
	return sub, s.explain("subscription to "+topic, err)
}

// DueSubscriptions returns subscriptions for which something waits that is due,
// the longest due first: at most limit, and at most each of one host, none for
// a host that is busy, and all of one standing.
func (s *Store) DueSubscriptions(ctx context.Context, standing feed.Standing, now time.Time, busy []string, each, limit int) ([]feed.Subscription, error) {
	ms := now.UnixMilli()
	args := append([]any{standing, ms, ms + maxHubWait.Milliseconds(), ms}, texts(busy)...)
	rows, err := s.reader.QueryContext(ctx, `SELECT `+subscriptionColumns+` FROM (
		SELECT *, row_number() OVER (PARTITION BY host ORDER BY due_ms, topic) AS nth FROM hub_subscriptions
		WHERE standing = ? AND `+isWaiting+` AND (until_ms = 0 OR until_ms > ?) AND host NOT IN (`+marks(len(busy))+`)) AS ready
		WHERE nth <= ? ORDER BY due_ms, topic LIMIT ?`, append(args, each, limit)...)
	due, err := collect(rows, err, func(rows *sql.Rows) (feed.Subscription, error) { return scanSubscription(rows) })
	return due, s.explain("deliveries that are due", err)
}

// TopicChanged notes that a feed has another version now: it waits, from now
// on, for each subscription that does not have it. It returns for how many.
func (s *Store) TopicChanged(ctx context.Context, topic, etag string, now time.Time) (int64, error) {
	var n int64
	err := s.write(ctx, "note the change of "+topic, func(tx *sql.Tx) (err error) {
		n, err = affected(tx.ExecContext(ctx, `UPDATE hub_subscriptions SET etag = ?, due_ms = ?, since_ms = ?, tries = 0
			WHERE topic = ? AND etag <> ?`, etag, now.UnixMilli(), now.UnixMilli(), topic, etag))
		return err
	})
	return n, err
}

// Delivered notes that a subscription as it was read got the version named:
// nothing waits any more, unless there is a newer one than both.
func (s *Store) Delivered(ctx context.Context, read feed.Subscription, etag string) error {
	return s.write(ctx, "note a delivery", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE hub_subscriptions SET standing = ?, tries = 0,
			due_ms = CASE WHEN etag IN (?, ?) THEN 0 ELSE due_ms END, etag = CASE WHEN etag = ? THEN ? ELSE etag END
			WHERE topic = ? AND callback = ?`, feed.StandingGood, read.ETag, etag, read.ETag, etag, read.Topic, read.Callback)
		return err
	})
}

// NotDelivered notes that a try for a subscription as it was read failed, and
// plans the next one; a zero time gives the version up. When a newer version
// waits meanwhile, that one's plan stays.
func (s *Store) NotDelivered(ctx context.Context, read feed.Subscription, next time.Time) error {
	due := int64(0)
	if !next.IsZero() {
		due = next.UnixMilli()
	}
	return s.write(ctx, "note a failed delivery", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE hub_subscriptions SET standing = ?,
			due_ms = CASE WHEN etag = ? THEN ? ELSE due_ms END, tries = CASE WHEN etag = ? THEN tries + 1 ELSE tries END
			WHERE topic = ? AND callback = ?`, feed.StandingFailing, read.ETag, due, read.ETag, read.Topic, read.Callback)
		return err
	})
}

// EndSubscription removes a subscription; that there is none is no error.
func (s *Store) EndSubscription(ctx context.Context, topic, callback string) error {
	return s.write(ctx, "end a subscription", func(tx *sql.Tx) error { return endSubscription(ctx, tx, topic, callback) })
}

func endSubscription(ctx context.Context, tx *sql.Tx, topic, callback string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE topic = ? AND callback = ?`, topic, callback)
	return err
}

// ExpireSubscriptions removes those whose lease has ended.
func (s *Store) ExpireSubscriptions(ctx context.Context, now time.Time) error {
	return s.write(ctx, "end leases", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE until_ms > 0 AND until_ms <= ?`, now.UnixMilli())
		return err
	})
}

// SavePing sees to it that a hub of others is told of a topic's changes. For a
// topic that is new to it the next [Store.TopicChanged] is one.
func (s *Store) SavePing(ctx context.Context, topic, hub, host string) error {
	return s.write(ctx, "save a ping", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO hub_subscriptions (topic, callback, host, ping, secret, until_ms, etag)
			VALUES (?, ?, ?, 1, '', 0, '') ON CONFLICT (topic, callback) DO NOTHING`, topic, hub, host)
		return err
	})
}

// KeepPings removes the pings to other hubs than the one at an address; empty:
// to all.
func (s *Store) KeepPings(ctx context.Context, hub string) error {
	return s.write(ctx, "remove pings", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE ping = 1 AND callback <> ?`, hub)
		return err
	})
}

// Topics returns the feeds that somebody is to be told of, pings included, in
// order.
func (s *Store) Topics(ctx context.Context) ([]string, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT DISTINCT topic FROM hub_subscriptions ORDER BY topic`)
	topics, err := collect(rows, err, func(rows *sql.Rows) (topic string, err error) { return topic, rows.Scan(&topic) })
	return topics, s.explain("topics of subscriptions", err)
}

// NextCall returns when the next call to a callback will be due that is not
// due now; zero: none is planned.
func (s *Store) NextCall(ctx context.Context, now time.Time) (time.Time, error) {
	var next sql.NullInt64
	err := s.reader.QueryRowContext(ctx, `SELECT min(at) FROM (
		SELECT min(due_ms) AS at FROM hub_subscriptions WHERE due_ms > ? UNION ALL SELECT min(due_ms) FROM hub_intents WHERE due_ms > ?) AS both`,
		now.UnixMilli(), now.UnixMilli()).Scan(&next)
	if err != nil || !next.Valid {
		return time.Time{}, s.explain("next call", err)
	}
	return time.UnixMilli(next.Int64).UTC(), nil
}

// marks is a list of so many marks for arguments, after an empty text: a list
// of none is no SQL.
func marks(n int) string { return "''" + strings.Repeat(", ?", n) }

func texts(list []string) []any {
	args := make([]any, len(list))
	for i, s := range list {
		args[i] = s
	}
	return args
}
