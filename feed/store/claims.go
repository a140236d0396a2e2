package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"storyfeed/feed"
)

const (
	// maxClaim is the longest claim on a series; longer work renews it.
	maxClaim = time.Hour
	// maxSkew is how far ahead of us a clock may be that planned something;
	// a plan from later than that was written before the clock was set back.
	maxSkew = 5 * time.Minute
)

// claim is who crawls a series, and until when.
type claim struct {
	owner string
	until int64 // milliseconds since 1970
}

// live reports whether the claim still holds.
func (c claim) live(now int64) bool {
	return c.owner != "" && c.until > now && c.until <= now+maxClaim.Milliseconds()
}

// Conditions on a row of series. Each takes the time now in milliseconds, and
// that time again plus maxClaim or maxSkew.
const (
	isFree = `(claim_owner = '' OR claim_ms <= ? OR claim_ms > ?)`
	isDue  = `(next_crawl_ms <= ? OR planned_ms > ?)`
)

// soon stands for the time of the next crawl when the configuration changed
// while one was under way: at once after it, whatever it plans. Who claims the
// series does what was meant.
const (
	soon      = `-1`
	takesPlan = `, next_crawl_ms = CASE WHEN next_crawl_ms = ` + soon + ` THEN 0 ELSE next_crawl_ms END`
)

// ClaimDue takes the most overdue series for owner, who alone may crawl it
// until the lease (at most an hour) ends; [feed.ErrNotFound] when none is due.
// Owner names one worker, not empty.
func (s *Store) ClaimDue(ctx context.Context, owner string, lease time.Duration) (feed.Series, error) {
	now := s.now().UnixMilli()
	return s.claim(ctx, "claim a due series", `UPDATE series SET claim_owner = ?, claim_ms = ?`+takesPlan+` WHERE slug = (
		SELECT slug FROM series WHERE retired = 0 AND `+isFree+` AND `+isDue+` ORDER BY next_crawl_ms, place LIMIT 1) RETURNING slug`,
		owner, leaseEnd(now, lease, maxClaim), now, now+maxClaim.Milliseconds(), now, now+maxSkew.Milliseconds())
}

// Claim takes one series, due or not. [feed.ErrBusy] while any claim on it
// holds, one of the same owner included: two crawls of one series never run
// at once. [feed.ErrNotFound] when it is not configured.
func (s *Store) Claim(ctx context.Context, slug, owner string, lease time.Duration) (feed.Series, error) {
	now := s.now().UnixMilli()
	sr, err := s.claim(ctx, "claim series "+slug, `UPDATE series SET claim_owner = ?, claim_ms = ?`+takesPlan+`
		WHERE slug = ? AND retired = 0 AND `+isFree+` RETURNING slug`,
		owner, leaseEnd(now, lease, maxClaim), slug, now, now+maxClaim.Milliseconds())
	if !errors.Is(err, feed.ErrNotFound) {
		return sr, err
	}
	if _, known := s.SeriesBySlug(ctx, slug); known != nil {
		return sr, known
	}
	return sr, fmt.Errorf("claim series %s: it is being crawled: %w", slug, feed.ErrBusy)
}

func (s *Store) claim(ctx context.Context, what, update string, args ...any) (feed.Series, error) {
	var sr feed.Series
	if args[0] == "" {
		return sr, fmt.Errorf("%s: the owner has no name", what)
	}
	err := s.write(ctx, what, func(tx *sql.Tx) error {
		var slug string
		err := tx.QueryRowContext(ctx, update, args...).Scan(&slug)
		if err != nil {
			return err
		}
		sr, err = s.readSeries(ctx, tx, slug)
		return err
	})
	return sr, err
}

// RenewClaim lets owner's claim end a lease from now. [feed.ErrBusy] when it
// is owner's no more: the crawl must stop. A claim that ran out but that
// nobody took is renewed.
func (s *Store) RenewClaim(ctx context.Context, slug, owner string, lease time.Duration) error {
	now := s.now().UnixMilli()
	return s.write(ctx, "renew the claim on "+slug, func(tx *sql.Tx) error {
		n, err := affected(tx.ExecContext(ctx, `UPDATE series SET claim_ms = ? WHERE slug = ? AND claim_owner = ? AND claim_owner <> ''`,
			leaseEnd(now, lease, maxClaim), slug, owner))
		if err == nil && n == 0 {
			return fmt.Errorf("%s holds it no more: %w", owner, feed.ErrBusy)
		}
		return err
	})
}

// FinishCrawl ends owner's claim on c.Series, keeps the report and the health
// and plans the next crawl at h.Next; zero: an interval from now. A zero
// Since is the time of the change of state, a zero LastGood leaves the one
// known. The newest 100 reports of a series are kept, each with at most 1,000
// dropped links. Another state or kind of fault, and the crawl's events, are
// kept too: see [Store.Changes].
//
// [feed.ErrBusy], and nothing written, when the claim is owner's no more.
func (s *Store) FinishCrawl(ctx context.Context, owner string, c feed.Crawl, h feed.Health) error {
	now := s.now()
	return s.write(ctx, "finish the crawl of "+c.Series, func(tx *sql.Tx) error {
		if err := outdated(ctx, tx, c.Series); err != nil {
			return err
		}
		if err := s.insertChanges(ctx, tx, c, h); err != nil {
			return err
		}
		next := sql.NullInt64{Int64: h.Next.UnixMilli(), Valid: !h.Next.IsZero()}
		n, err := affected(tx.ExecContext(ctx, `UPDATE series SET claim_owner = '', claim_ms = 0,
			next_crawl_ms = CASE WHEN next_crawl_ms = `+soon+` THEN 0 ELSE COALESCE(?, ? + every_ms) END, planned_ms = ?,
			since = COALESCE(?, CASE WHEN state = ? THEN since END, ?), last_good = COALESCE(?, last_good),
			state = ?, fault = ?, reason = ?, failures = ? WHERE slug = ? AND claim_owner = ? AND claim_owner <> ''`,
			next, now.UnixMilli(), now.UnixMilli(), seconds(h.Since), h.State, now.Unix(), seconds(h.LastGood),
			h.State, h.Fault, h.Reason, h.Failures, c.Series, owner))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%s holds it no more: %w", owner, feed.ErrBusy)
		}
		return insertCrawl(ctx, tx, c)
	})
}

// Degrade notes a fault that was found outside a crawl, with its reason: the
// series is degraded by it until the next crawl ends, and that is a change of
// health as any other. A series that fails as a whole stays as it is.
// [feed.ErrNotFound] when the series is not known.
func (s *Store) Degrade(ctx context.Context, slug string, fault feed.Fault, reason string) error {
	return s.write(ctx, "note a fault of "+slug, func(tx *sql.Tx) error {
		var state feed.State
		if err := tx.QueryRowContext(ctx, `SELECT state FROM series WHERE slug = ?`, slug).Scan(&state); err != nil || state == feed.StateFailing {
			return err
		}
		h := feed.Health{State: feed.StateDegraded, Fault: fault, Reason: reason}
		if err := s.insertChanges(ctx, tx, feed.Crawl{Series: slug}, h); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE series SET since = CASE WHEN state = ? THEN since ELSE ? END, state = ?, fault = ?, reason = ? WHERE slug = ?`,
			h.State, s.now().Unix(), h.State, h.Fault, h.Reason, slug)
		return err
	})
}

// outdated forgets the pages that a crawl has read by a configuration that was
// changed meanwhile.
func outdated(ctx context.Context, tx *sql.Tx, slug string) error {
	var is bool
	err := tx.QueryRowContext(ctx, `SELECT next_crawl_ms = `+soon+` FROM series WHERE slug = ?`, slug).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !is {
		return nil
	}
	if err != nil {
		return err
	}
	return forgetPages(ctx, tx, slug)
}

// ClearLeases ends every claim and every host's lease, whoever holds it. It
// is for the one process that holds the directory's lock, before it starts
// to work: all other owners are dead. A host that was leased is left alone
// for its usual gap, as its last request may just have been made.
func (s *Store) ClearLeases(ctx context.Context) error {
	now := s.now().UnixMilli()
	return s.write(ctx, "clear leases", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE series SET claim_owner = '', claim_ms = 0 WHERE claim_owner <> ''`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE hosts SET owner = '', lease_ms = 0,
			next_ms = CASE WHEN next_ms > ? + gap_ms AND planned_ms <= ? THEN next_ms ELSE ? + gap_ms END, planned_ms = ? WHERE owner <> ''`,
			now, now+maxSkew.Milliseconds(), now, now)
		return err
	})
}

// NextDue returns when a series will be due that [Store.ClaimDue] would give
// out: now or earlier when one is, zero when none is configured.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	now := s.now()
	ms := now.UnixMilli()
	var next sql.NullInt64
	err := s.reader.QueryRowContext(ctx, `SELECT min(CASE
			WHEN NOT `+isFree+` THEN claim_ms
			WHEN `+isDue+` THEN ?
			ELSE next_crawl_ms END) FROM series WHERE retired = 0`,
		ms, ms+maxClaim.Milliseconds(), ms, ms+maxSkew.Milliseconds(), ms).Scan(&next)
	if err != nil || !next.Valid {
		return time.Time{}, s.explain("next crawl", err)
	}
	return time.UnixMilli(next.Int64).UTC(), nil
}

// leaseEnd is when a lease of that length ends, in milliseconds since 1970.
func leaseEnd(now int64, lease, longest time.Duration) int64 {
	return now + min(max(lease, 0), longest).Milliseconds()
}
