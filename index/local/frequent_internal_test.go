package local

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/index"
)

// TestFrequentWords asks the same with and without frequent words in memory.
func TestFrequentWords(t *testing.T) {
	x, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	words := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.1, 4, 2000)
	text := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "w%dq ", words.Uint64())
		}
		return b.String()
	}
	const documents = frequentSegment + 200
	docs := make([]index.Document, documents)
	for i := range docs {
		guid := fmt.Sprint(i)
		docs[i] = index.Document{
			ID: index.DocumentID("s", guid), Series: "s", GUID: guid, Language: "en",
			Title: text(4), Body: text(100), Part: i + 1, Published: time.Unix(int64(i)*1e6, 0),
		}
	}
	err = x.Rebuild(t.Context(), func(put func(index.Document) error) error {
		for _, d := range docs {
			if err := put(d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Put(t.Context(), docs[7]); err != nil { // another segment, and a document that is deleted in the large one
		t.Fatal(err)
	}
	queries := []string{"w0q", "w0q w1q", `"w0q w1q"`, `"w0q w0q"`, `"w3q w1q w0q"`, `"w0q w90q"`, `"w60q w0q"`, "w1q -w2q", "w1q OR w700q", `w5q "w2q w1q"`, "w1q part:5..900", "title:w1q"}
	all := x.current.Load()
	err = all.asked(func(v *view) error {
		answers := map[bool][]index.Results{}
		for _, kept := range []bool{false, true} {
			read := 0
			for _, c := range v.columns {
				c.frequent.Store(nil)
			}
			if kept {
				if err := v.readFrequent(t.Context().Done()); err != nil {
					return err
				}
			}
			for _, c := range v.columns {
				if known := c.frequent.Load(); known != nil {
					read += len(*known)
				}
			}
			if kept != (read > 10) {
				t.Errorf("%d words in memory", read)
			}
			for _, text := range queries {
				q, _ := index.ParseQuery(text)
				res, err := v.answer(t.Context(), index.Request{Query: q, Limit: 50})
				if err != nil {
					return err
				}
				answers[kept] = append(answers[kept], res)
			}
		}
		for i, q := range queries {
			if answers[false][i].Total == 0 {
				t.Errorf("%s finds nothing", q)
			}
			if diff := cmp.Diff(answers[false][i], answers[true][i]); diff != "" {
				t.Errorf("%s: with the words in memory (+) otherwise:\n%s", q, diff)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
