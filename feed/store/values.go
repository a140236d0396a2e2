package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// seconds is a time as it is stored: seconds since 1970, NULL for the zero
// time.
func seconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// whole cuts a time to what the store keeps of it: UTC, whole seconds.
func whole(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.Unix(t.Unix(), 0).UTC()
}

// scanSeconds reads into t what [seconds] wrote.
func scanSeconds(t *time.Time) sql.Scanner {
	return scanner(func(v any) error {
		switch v := v.(type) {
		case nil:
			*t = time.Time{}
		case int64:
			*t = time.Unix(v, 0).UTC()
		default:
			return fmt.Errorf("a time is stored as %T", v)
		}
		return nil
	})
}

// scanMillis reads milliseconds since 1970 into t; 0 is the zero time.
func scanMillis(t *time.Time) sql.Scanner {
	return scanner(func(v any) error {
		ms, ok := v.(int64)
		if !ok {
			return fmt.Errorf("a time is stored as %T", v)
		}
		*t = time.Time{}
		if ms != 0 {
			*t = time.UnixMilli(ms).UTC()
		}
		return nil
	})
}

// list is a list of strings as it is stored.
func list(values []string) string {
	if len(values) == 0 {
		return "[]"
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings can't fail
	}
	return string(b)
}

// scanJSON reads what is stored as JSON into dst, a pointer.
func scanJSON(dst any) sql.Scanner {
	return scanner(func(v any) error {
		switch v := v.(type) {
		case string:
			return json.Unmarshal([]byte(v), dst)
		case []byte:
			return json.Unmarshal(v, dst)
		}
		return fmt.Errorf("JSON is stored as %T", v)
	})
}

// scanner makes a function a sql.Scanner.
type scanner func(any) error

// Scan implements sql.Scanner.
func (f scanner) Scan(v any) error { return f(v) }

// collect reads all rows with scan and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// affected returns how many rows a statement changed.
func affected(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}
