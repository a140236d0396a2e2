package local_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"

	"storyfeed/index"
)

const (
	benchStories = 2000
	benchWords   = 800
)

// benchDocs makes stories whose words follow Zipf's law, as those of people
// do. The same ones at every call.
func benchDocs(n int) []index.Document {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 4, 60_000)
	docs := make([]index.Document, n)
	for i := range docs {
		var b strings.Builder
		for w := range benchWords {
			if w > 0 && w%14 == 0 {
				b.WriteString(". ")
			}
			b.WriteString(benchWord(zipf.Uint64()))
			b.WriteByte(' ')
		}
		d := story(i)
		d.Title = benchWord(zipf.Uint64()+50) + " " + benchWord(zipf.Uint64()+50)
		d.Body = b.String()
		d.Authors = []string{fmt.Sprintf("Author %d", i%37)}
		docs[i] = d
	}
	return docs
}

// benchWord spells a number as a word that has endings to stem.
func benchWord(n uint64) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	endings := []string{"", "s", "ing", "ed", "er", "ness"}
	var b strings.Builder
	ending := endings[n%uint64(len(endings))]
	for n += 20; n > 0; n /= 70 {
		b.WriteByte(consonants[n%14])
		b.WriteByte(vowels[n/14%5])
	}
	return b.String() + ending
}

func textBytes(docs []index.Document) (n int64) {
	for _, d := range docs {
		n += int64(len(d.Title) + len(d.Body))
	}
	return n
}

func dirBytes(b *testing.B, dir string) (n int64) {
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*", "store", "*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		st, err := os.Stat(path)
		if err != nil {
			continue // merged away meanwhile
		}
		n += st.Size()
	}
	return n
}

// cpuTime is what the process has used so far. Wall time tells little on a
// machine that does other work.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportRate(b *testing.B, before time.Duration) {
	docs := float64(b.N * benchStories)
	b.ReportMetric(docs/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(docs/(cpuTime(b)-before).Seconds(), "docs/cpu-s")
}

// BenchmarkPut indexes 2,000 stories of 800 words, in batches of 1000. Compare
// with [BenchmarkBleve].
func BenchmarkPut(b *testing.B) {
	docs := benchDocs(benchStories)
	before := cpuTime(b)
	for b.Loop() {
		dir := b.TempDir()
		ix := open(b, dir)
		if err := ix.Put(b.Context(), docs...); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(dirBytes(b, dir))/float64(textBytes(docs)), "bytes/byte")
	}
	reportRate(b, before)
}

// BenchmarkRebuild does the same by a rebuild, which ends with a swap.
func BenchmarkRebuild(b *testing.B) {
	docs := benchDocs(benchStories)
	before := cpuTime(b)
	for b.Loop() {
		ix := open(b, b.TempDir())
		err := ix.Rebuild(b.Context(), func(put func(index.Document) error) error {
			for _, d := range docs {
				if err := put(d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	reportRate(b, before)
}

// BenchmarkBleve does the same with bleve alone: the same fields by a static
// mapping, its own English analyzer, no manifest.
func BenchmarkBleve(b *testing.B) {
	docs := benchDocs(benchStories)
	before := cpuTime(b)
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "index", "gen-1")
		text := bleve.NewTextFieldMapping()
		text.Analyzer, text.Store, text.DocValues, text.IncludeInAll = en.AnalyzerName, false, false, false
		name := bleve.NewTextFieldMapping()
		name.Analyzer, name.Store, name.IncludeInAll, name.IncludeTermVectors = keyword.Name, false, false, false
		doc := bleve.NewDocumentStaticMapping()
		doc.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
		doc.AddFieldMappingsAt("text", text)
		doc.AddFieldMappingsAt("title", text)
		for _, f := range []string{"series", "author", "authors", "newest", "oldest", "lang"} {
			doc.AddFieldMappingsAt(f, name)
		}
		m := bleve.NewIndexMapping()
		m.DefaultMapping = doc
		ix, err := bleve.New(dir, m)
		if err != nil {
			b.Fatal(err)
		}
		for from := 0; from < len(docs); from += 1000 {
			batch := ix.NewBatch()
			for i, d := range docs[from : from+1000] {
				key := fmt.Sprintf("%032d", from+i)
				err := batch.Index(d.ID, map[string]any{
					"text": []string{d.Title, d.Title, d.Body}, "title": d.Title, "series": d.Series,
					"author": d.Authors[0], "authors": d.Authors[0], "newest": key, "oldest": key, "lang": "en",
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			if err := ix.Batch(batch); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(dirBytes(b, filepath.Dir(filepath.Dir(dir))))/float64(textBytes(docs)), "bytes/byte")
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
	}
	reportRate(b, before)
}

func BenchmarkSearch(b *testing.B) {
	ix := open(b, b.TempDir())
	if err := ix.Put(b.Context(), benchDocs(benchStories)...); err != nil {
		b.Fatal(err)
	}
	common, middle, rare := benchWord(6), benchWord(300), benchWord(12_000)
	for _, bc := range []struct {
		name    string
		query   string
		request index.Request
	}{
		{"rare word", rare, index.Request{}},
		{"common word", common, index.Request{}},
		{"common word without facets", common, index.Request{NoFacets: true}},
		{"two words", common + " " + middle, index.Request{}},
		{"phrase", `"` + common + " " + middle + `"`, index.Request{}},
		{"prefix", middle[:2] + "*", index.Request{}},
		{"filtered", `author:"Author 3" ` + common, index.Request{}},
		{"newest", common, index.Request{Sort: index.SortNewest}},
		{"everything", "", index.Request{}},
	} {
		b.Run(bc.name, func(b *testing.B) {
			bc.request.Query, _ = index.ParseQuery(bc.query)
			for b.Loop() {
				if _, err := ix.Search(b.Context(), bc.request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSnippet(b *testing.B) {
	ix := open(b, b.TempDir())
	d := benchDocs(1)[0]
	q, _ := index.ParseQuery(benchWord(300) + " " + benchWord(6))
	for b.Loop() {
		ix.Marker(q).Snippet(d.Language, d.Body)
	}
}
