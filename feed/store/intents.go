package store

import (
	"context"
	"database/sql"
	"time"

	"storyfeed/feed"
)

const intentColumns = `id, wish, topic, callback, host, secret, lease_ms, etag, reason, due_ms, tries`

// SaveIntent keeps an intent in the place of any other one for its topic and
// callback. ID and Tries are the store's.
func (s *Store) SaveIntent(ctx context.Context, in feed.Intent) error {
	return s.write(ctx, "save an intent to "+string(in.Wish), func(tx *sql.Tx) error { return saveIntent(ctx, tx, in) })
}

func saveIntent(ctx context.Context, tx *sql.Tx, in feed.Intent) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM hub_intents WHERE topic = ? AND callback = ?`, in.Topic, in.Callback); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO hub_intents (wish, topic, callback, host, secret, lease_ms, etag, reason, due_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		in.Wish, in.Topic, in.Callback, in.Host, in.Secret, in.Lease.Milliseconds(), in.ETag, in.Reason, in.Due.UnixMilli())
	return err
}

// DueIntents returns intents that are due, the longest due first: at most
// limit, one for each host, none for a host that is busy.
func (s *Store) DueIntents(ctx context.Context, now time.Time, busy []string, limit int) ([]feed.Intent, error) {
	ms := now.UnixMilli()
	args := append([]any{ms, ms + maxHubWait.Milliseconds()}, texts(busy)...)
	rows, err := s.reader.QueryContext(ctx, `SELECT `+intentColumns+` FROM (
		SELECT *, row_number() OVER (PARTITION BY host ORDER BY due_ms, id) AS nth FROM hub_intents
		WHERE `+isWaiting+` AND host NOT IN (`+marks(len(busy))+`)) AS ready WHERE nth = 1 ORDER BY due_ms, id LIMIT ?`, append(args, limit)...)
	due, err := collect(rows, err, func(rows *sql.Rows) (in feed.Intent, err error) {
		var lease int64
		err = rows.Scan(&in.ID, &in.Wish, &in.Topic, &in.Callback, &in.Host, &in.Secret, &lease, &in.ETag, &in.Reason, scanMillis(&in.Due), &in.Tries)
		in.Lease = time.Duration(lease) * time.Millisecond
		return in, err
	})
	return due, s.explain("intents that are due", err)
}

// DelayIntent notes that a call failed and plans the next one. An intent that
// was replaced meanwhile is left alone, here as below.
func (s *Store) DelayIntent(ctx context.Context, id int64, next time.Time) error {
	return s.write(ctx, "delay an intent", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE hub_intents SET due_ms = ?, tries = tries + 1 WHERE id = ?`, next.UnixMilli(), id)
		return err
	})
}

// DropIntent removes an intent and changes nothing else.
func (s *Store) DropIntent(ctx context.Context, id int64) error {
	return s.write(ctx, "drop an intent", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM hub_intents WHERE id = ?`, id)
		return err
	})
}

// ConfirmIntent does what an intent wants, and removes it: the subscription
// begins, or goes on with another lease and secret, or it ends.
// [feed.ErrNotFound], and nothing done, when the intent was replaced or
// dropped meanwhile.
func (s *Store) ConfirmIntent(ctx context.Context, in feed.Intent, now time.Time) error {
	return s.write(ctx, "confirm an intent to "+string(in.Wish), func(tx *sql.Tx) error {
		n, err := affected(tx.ExecContext(ctx, `DELETE FROM hub_intents WHERE id = ?`, in.ID))
		switch {
		case err != nil:
			return err
		case n == 0:
			return feed.ErrNotFound
		case in.Wish != feed.WishSubscribe:
			return endSubscription(ctx, tx, in.Topic, in.Callback)
		}
		// One whose lease has ended is not taken up again with what waited for it.
		if _, err := tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE topic = ? AND callback = ? AND until_ms > 0 AND until_ms <= ?`,
			in.Topic, in.Callback, now.UnixMilli()); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO hub_subscriptions (topic, callback, host, ping, secret, until_ms, etag) VALUES (?, ?, ?, 0, ?, ?, ?)
			ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret, until_ms = excluded.until_ms`,
			in.Topic, in.Callback, in.Host, in.Secret, now.Add(in.Lease).UnixMilli(), in.ETag)
		return err
	})
}

// DenyTopic ends all subscriptions to a topic, but no ping, and leaves an
// intent for each subscriber to be told why.
func (s *Store) DenyTopic(ctx context.Context, topic, reason string, now time.Time) error {
	return s.write(ctx, "end the subscriptions to "+topic, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+subscriptionColumns+` FROM hub_subscriptions WHERE topic = ? AND ping = 0`, topic)
		subs, err := collect(rows, err, func(rows *sql.Rows) (feed.Subscription, error) { return scanSubscription(rows) })
		if err != nil {
			return err
		}
		for _, sub := range subs {
			in := feed.Intent{Wish: feed.WishDenied, Topic: topic, Callback: sub.Callback, Host: sub.Host, Reason: reason, Due: now}
			if err := saveIntent(ctx, tx, in); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE topic = ? AND ping = 0`, topic)
		return err
	})
}

// HubUse counts what the limits of a hub are about.
func (s *Store) HubUse(ctx context.Context, topic, host string) (u feed.HubUse, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM hub_subscriptions WHERE ping = 0),
		(SELECT count(*) FROM hub_subscriptions WHERE ping = 0 AND topic = ?),
		(SELECT count(*) FROM hub_subscriptions WHERE ping = 0 AND host = ?),
		(SELECT count(*) FROM hub_intents WHERE wish <> ?),
		(SELECT count(*) FROM hub_intents WHERE wish <> ? AND host = ?)`,
		topic, host, feed.WishDenied, feed.WishDenied, host).
		Scan(&u.Subscriptions, &u.OfTopic, &u.OfHost, &u.Pending, &u.PendingOfHost)
	return u, s.explain("count subscriptions", err)
}
