package local_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"storyfeed/index"
	"storyfeed/index/local"
)

// saboteur is the name of a callback that bleve calls within its goroutines,
// from indexes that name it in their index_meta.json.
const saboteur = "saboteur"

// sabotage is what the callback does, if anything.
var sabotage atomic.Pointer[func(scorch.EventKind)]

// registerSaboteur must be called before any index is opened.
func registerSaboteur() {
	scorch.RegistryEventCallbacks[saboteur] = func(e scorch.Event) bool {
		if f := sabotage.Load(); f != nil {
			(*f)(e.Kind)
		}
		return true
	}
}

// openSabotaged opens an index of n stories, with which bleve calls f.
func openSabotaged(t *testing.T, n int, f func(scorch.EventKind)) (*local.Index, func()) {
	t.Helper()
	dir, want := filled(t, n)
	metas, err := filepath.Glob(filepath.Join(dir, "index", "gen-*", "index_meta.json"))
	if err != nil || len(metas) != 1 {
		t.Fatalf("generations: %v, %v; want one", metas, err)
	}
	data, err := os.ReadFile(metas[0])
	if err != nil {
		t.Fatal(err)
	}
	var meta map[string]any
	if err := json.Unmarshal(data, &meta); err != nil {
		t.Fatal(err)
	}
	meta["config"].(map[string]any)["eventCallbackName"] = saboteur
	if data, err = json.Marshal(meta); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(metas[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	sabotage.Store(&f)
	t.Cleanup(func() { sabotage.Store(nil) })
	ix := open(t, dir)
	if ix.Fresh() {
		t.Fatal("the sabotaged index is fresh")
	}
	return ix, func() {
		t.Helper()
		if err := ix.Rebuild(t.Context(), fillAgain(n)); err != nil {
			t.Fatalf("Rebuild: %v", err)
		}
		wantAll(t, ix, n, want)
	}
}

// putUntilError writes what is in already, until it fails.
func putUntilError(t *testing.T, ix *local.Index) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		if err := ix.Put(ctx, story(0)); err != nil {
			return err
		}
	}
}

// TestWritersThatPanic ends one of bleve's goroutines by a panic, as damaged
// files do. A write must then fail instead of waiting for it, and the next one
// succeed.
func TestWritersThatPanic(t *testing.T) {
	const n = 10
	for name, kind := range map[string]scorch.EventKind{
		"persister":                     scorch.EventKindPersisterProgress,
		"persister while a write waits": scorch.EventKindPersisterProgress,
		"merger":                        scorch.EventKindPreMergeCheck,
	} {
		t.Run(name, func(t *testing.T) {
			writing := make(chan struct{})
			begin := sync.OnceFunc(func() { close(writing) })
			if name != "persister while a write waits" {
				begin()
			}
			ix, rebuild := openSabotaged(t, n, func(got scorch.EventKind) {
				switch got {
				case scorch.EventKindBatchIntroductionStart:
					begin()
				case kind:
					<-writing
					sabotage.Store(nil)
					panic("sabotage")
				}
			})
			if err := putUntilError(t, ix); !errors.Is(err, index.ErrDamaged) {
				t.Errorf("Put = %v, want %v", err, index.ErrDamaged)
			}
			if err := ix.Put(t.Context(), story(0)); err != nil {
				t.Errorf("Put after the index was reopened: %v", err)
			}
			rebuild()
		})
	}
}

// TestWriteThatNeverEnds holds one of bleve's goroutines up for ever. Neither
// a write nor what comes after it may wait for it.
func TestWriteThatNeverEnds(t *testing.T) {
	block := make(chan struct{})
	t.Cleanup(func() { close(block) })
	ix, rebuild := openSabotaged(t, 10, func(kind scorch.EventKind) {
		if kind == scorch.EventKindPersisterProgress {
			<-block
		}
	})
	ix.SetPatience(50 * time.Millisecond)
	for range 2 { // the second one finds the files still locked
		if err := putUntilError(t, ix); !errors.Is(err, index.ErrDamaged) {
			t.Errorf("Put = %v, want %v", err, index.ErrDamaged)
		}
		if _, err := ix.Search(t.Context(), index.Request{}); !errors.Is(err, index.ErrDamaged) {
			t.Errorf("Search = %v, want %v", err, index.ErrDamaged)
		}
	}
	rebuild()
}

func TestCloseThatNeverEnds(t *testing.T) {
	block := make(chan struct{})
	t.Cleanup(func() { close(block) })
	ix, _ := openSabotaged(t, 10, func(kind scorch.EventKind) {
		if kind == scorch.EventKindCloseStart {
			<-block
		}
	})
	ix.SetPatience(50 * time.Millisecond)
	if err := ix.Close(); err == nil {
		t.Error("Close succeeds while bleve goes on, want an error")
	}
}
