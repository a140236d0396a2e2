package store

import (
	"context"
	"database/sql"
)

// prepared is a transaction in which each statement is parsed once, however
// often it runs: SQLite needs longer to parse one than to find a row. A query must
// be read to its end before the same one runs again. Close it before the
// transaction ends.
type prepared struct {
	*sql.Tx
	statements map[string]*sql.Stmt
}

func prepareIn(tx *sql.Tx) prepared { return prepared{tx, map[string]*sql.Stmt{}} }

func (p prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := p.statements[query]; st != nil {
		return st, nil
	}
	st, err := p.PrepareContext(ctx, query)
	if err == nil {
		p.statements[query] = st
	}
	return st, err
}

// ExecContext implements queryer.
func (p prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext implements queryer.
func (p prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext implements queryer.
func (p prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := p.statement(ctx, query)
	if err != nil {
		return p.Tx.QueryRowContext(ctx, query, args...) // it says what is wrong
	}
	return st.QueryRowContext(ctx, args...)
}

func (p prepared) close() {
	for _, st := range p.statements {
		_ = st.Close() // the transaction ends
	}
}
