package local_test

import (
	"testing"

	"storyfeed/index"
	"storyfeed/index/indextest"
	"storyfeed/index/local"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	indextest.Run(t, func(t *testing.T) index.Index { return open(t, t.TempDir()) })
}

func open(t testing.TB, dir string) *local.Index {
	t.Helper()
	ix, err := local.Open(t.Context(), local.Config{Dir: dir})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return ix
}
