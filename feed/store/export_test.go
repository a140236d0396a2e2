package store

import (
	"fmt"
	"testing"
)

// LimitPages stands in for a full disk: the database can't grow beyond so
// many pages.
func LimitPages(t testing.TB, s *Store, pages int) {
	t.Helper()
	if _, err := s.writer.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)); err != nil {
		t.Fatal(err)
	}
}
