package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"storyfeed/feed"
)

// forgetPages drops the validators of a series' pages, that its lists were
// read to their ends, and which links were refused: read otherwise, or drawn by
// a browser, each is another page.
func forgetPages(ctx context.Context, tx *sql.Tx, slug string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM pages WHERE series = ?`, slug); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE sources SET complete = 0 WHERE series = ?`, slug); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE links SET state = ? WHERE series = ? AND state = ?`, LinkPending, slug, LinkRejected)
	return err
}

// encodeSelect is how pinned selectors are stored.
func encodeSelect(s feed.Select) (string, error) {
	if s.IsZero() {
		return "", nil
	}
	b, err := json.Marshal(s)
	return string(b), err
}

// scanSelect reads what encodeSelect wrote.
type scanSelect struct{ to *feed.Select }

// Scan implements [sql.Scanner].
func (s scanSelect) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("selectors are stored as %T, not as text", v)
	}
	*s.to = feed.Select{}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), s.to)
}
