package local

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	api "github.com/blevesearch/bleve_index_api"

	"storyfeed/feed"
	"storyfeed/index"
)

// stateKey is the internal key under which an index keeps its state. It is
// written in the batch that it describes, so that both are in or neither.
var stateKey = []byte("storyfeed")

// state describes the content of a generation. A published state is never
// changed.
type state struct {
	Manifest  feed.Manifest
	Languages []string // of its documents, past ones included; sorted
}

func (s state) withLanguage(name string) state {
	if i, found := slices.BinarySearch(s.Languages, name); !found {
		s.Languages = slices.Insert(slices.Clone(s.Languages), i, name)
	}
	return s
}

func (s state) encode() ([]byte, error) { return json.Marshal(s) }

func decodeState(data []byte) (state, error) {
	var s state
	if len(data) == 0 {
		return s, fmt.Errorf("no manifest: %w", index.ErrDamaged)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return state{}, fmt.Errorf("read manifest: %v: %w", err, index.ErrDamaged)
	}
	for _, name := range s.Languages {
		if languages()[name] == nil {
			return state{}, fmt.Errorf("manifest names language %q: %w", name, index.ErrDamaged)
		}
	}
	return s, nil
}

// change is what one batch does: at most one thing to a document.
type change struct {
	puts    []index.Document
	deletes []string // IDs
}

// lastOfEach leaves out documents that a later one with the same ID replaces.
func lastOfEach(docs []index.Document) []index.Document {
	last := make(map[string]int, len(docs))
	for i, d := range docs {
		last[d.ID] = i
	}
	if len(last) == len(docs) {
		return docs
	}
	var kept []index.Document
	for i, d := range docs {
		if last[d.ID] == i {
			kept = append(kept, d)
		}
	}
	return kept
}

// size is the number of documents that the change touches.
func (c change) size() int { return len(c.puts) + len(c.deletes) }

// replaced takes what the change replaces out of the manifest and puts in what
// it brings. The hash of a document that is in already comes from the index
// itself, where it is stored: a map of all hashes in memory would have to be
// read at every start, and look-ups in batches of 1000 are below one per cent
// of the time of indexing them.
func (s state) replaced(ctx context.Context, r api.IndexReader, c change) (state, error) {
	out := func(id string) error {
		series, guid, _ := strings.Cut(id, "/")
		hash, found, err := storedHash(r, id)
		if err != nil {
			return fmt.Errorf("look up %s: %w", id, err)
		}
		if found {
			s.Manifest.Remove(series, guid, hash)
		}
		return ctx.Err()
	}
	for _, d := range c.puts {
		if err := out(d.ID); err != nil {
			return state{}, err
		}
		s.Manifest.Add(d.Series, d.GUID, d.Hash)
		s = s.withLanguage(languageOfDocument(d).name)
	}
	for _, id := range c.deletes {
		if err := out(id); err != nil {
			return state{}, err
		}
	}
	return s, nil
}

// storedHash is the hash of a document in the index.
func storedHash(r api.IndexReader, id string) (hash string, found bool, err error) {
	d, err := r.Document(id)
	if err != nil || d == nil {
		return "", false, err
	}
	d.VisitFields(func(f api.Field) {
		if f.Name() == fieldHash {
			hash = string(f.Value())
		}
	})
	return hash, true, nil
}
