package local

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"

	"storyfeed/index"
)

// frequentDocuments are as many documents of common and rare words.
func frequentDocuments(n int) []index.Document {
	words := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.1, 4, 2000)
	text := func(n int) string {
		var b strings.Builder
		for range n {
			w := words.Uint64()
			fmt.Fprintf(&b, "w%dq ", w)
			if w%3 == 0 {
				b.WriteString("the ") // is not indexed, but counts in rows
			}
		}
		return b.String()
	}
	docs := make([]index.Document, n)
	for i := range docs {
		guid := fmt.Sprint(i)
		docs[i] = index.Document{
			ID: index.DocumentID("s", guid), Series: "s", GUID: guid, Language: "en", Authors: []string{fmt.Sprint("Author ", i%7)},
			Title: text(4), Body: text(150), Part: i + 1, Published: time.Unix(int64(i)*1e6, 0),
		}
	}
	return docs
}

// knownDocuments are how many documents there are in segments of which frequent
// words are in memory.
func (x *Index) knownDocuments(t *testing.T) (n int) {
	g := x.current.Load()
	g.reading.Lock()
	defer g.reading.Unlock()
	err := g.asked(func(v *view) error {
		for i, c := range v.columns {
			if known := c.frequent.Load(); known != nil && len(known.words) > 0 {
				n += int(v.segments[i].FullSize())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func openFrequent(t *testing.T, dir string) *Index {
	x, err := Open(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func fillFrequent(t *testing.T, x *Index, docs []index.Document) {
	err := x.Rebuild(t.Context(), func(put func(index.Document) error) error {
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
}

// occurrencesAt are occurrences with these places, by document.
func occurrencesAt(t testing.TB, places [][]uint64) *occurrences {
	o := &occurrences{starts: []uint32{0}}
	for _, list := range places {
		var err error
		if o.places, err = appendPlaces(o.places, list); err != nil {
			t.Fatal(err)
		}
		o.starts = append(o.starts, uint32(len(o.places)))
		o.counts = append(o.counts, uint8(min(len(list), math.MaxUint8)))
	}
	return o
}

func manyPlaces(n int) (list []uint64) {
	for i := range n {
		list = append(list, uint64(3*i+1))
	}
	return list
}

func TestPlaces(t *testing.T) {
	title := func(n uint64) uint64 { return 1<<32 | n }
	lists := [][]uint64{
		{},
		{1},
		{1, 2, 254, 255, 256},
		{253},
		{254},
		{255},
		{508},
		{509},
		{510},
		{1, 1000, 100_000, mostPlace},
		manyPlaces(254), manyPlaces(255), manyPlaces(1000),
		{title(1)},
		{3, title(3)},
		{255, 509, title(254), title(255), title(509), 2<<32 | 1},
		{5<<32 | 7},
	}
	o := occurrencesAt(t, lists)
	for n, want := range lists {
		got, err := o.placesIn(uint32(n), []uint64{})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("places %d: -want +got:\n%s%v", n, diff, err)
		}
		if got := o.count(uint32(n)); got != uint64(len(want)) {
			t.Errorf("places %v: count %d", want, got)
		}
	}
	for _, damaged := range [][]uint64{{0}, {2, 2}, {2, 1}, {title(0)}, {1 << 63}, {mostPlace + 1}, {title(1), 4}} {
		if _, err := appendPlaces(nil, damaged); !errors.Is(err, index.ErrDamaged) {
			t.Errorf("places %v: error %v", damaged, err)
		}
	}
}

// TestMayPrecede checks that no document is left out that has both in a row.
func TestMayPrecede(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	some := func() (list []uint64) {
		place := uint64(0)
		for range r.IntN(12) {
			if r.IntN(9) == 0 {
				place = (place>>32 + 1) << 32
			}
			place += 1 + uint64(r.IntN([]int{3, 300, 3000}[r.IntN(3)]))
			list = append(list, place)
		}
		return list
	}
	const documents = 5000
	first, second := make([][]uint64, documents), make([][]uint64, documents)
	all := roaring.New()
	for n := range documents {
		first[n], second[n] = some(), some()
		all.Add(uint32(n))
	}
	x, y := occurrencesAt(t, first), occurrencesAt(t, second)
	for distance := range uint64(5) {
		left := x.mayPrecede(y, distance+1, all)
		there := 0
		for n := range documents {
			if len(followed(slices.Clone(first[n]), slices.Clone(second[n]), distance+1)) == 0 {
				continue
			}
			there++
			if !left.Contains(uint32(n)) {
				t.Fatalf("%v and %v are left out at distance %d", first[n], second[n], distance+1)
			}
		}
		if there == 0 || left.GetCardinality() > documents/2 {
			t.Errorf("distance %d: %d of %d documents are left, %d should be", distance+1, left.GetCardinality(), documents, there)
		}
	}
}

func BenchmarkMayPrecede(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	const documents = 20_000
	word := func(share float64) *occurrences {
		lists := make([][]uint64, documents)
		for n := range lists {
			for place := range uint64(800) {
				if r.Float64() < share {
					lists[n] = append(lists[n], place+1)
				}
			}
		}
		return occurrencesAt(b, lists)
	}
	x, y := word(0.01), word(0.012)
	all := roaring.New()
	all.AddRange(0, documents)
	for b.Loop() {
		x.mayPrecede(y, 1, all)
	}
}

// TestFrequentWords asks the same with and without frequent words in memory.
func TestFrequentWords(t *testing.T) {
	x := openFrequent(t, t.TempDir())
	docs := frequentDocuments(frequentSegment + 300)
	fillFrequent(t, x, docs)
	if err := x.Put(t.Context(), docs[7]); err != nil { // another segment, and a document that is deleted in the large one
		t.Fatal(err)
	}
	queries := []string{
		"w0q", "w0q w1q", `"w1q w1q"`, `"w2q w1q w4q"`, `"w1q w90q"`, `"w61q w1q"`, "w1q -w2q", "w1q OR w700q",
		`w5q "w2q w1q"`, "w1q part:5..700", "title:w1q", `"w0q the w1q"`, `"w3q the w0q the w1q"`,
	}
	g := x.current.Load()
	g.reading.Lock() // nobody reads any meanwhile
	defer g.reading.Unlock()
	err := g.asked(func(v *view) error {
		ask := func() (answers []index.Results) {
			for _, text := range queries {
				q, _ := index.ParseQuery(text)
				res, err := v.answer(t.Context(), index.Request{Query: q, Limit: 50})
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, res)
			}
			return answers
		}
		for _, c := range v.columns {
			c.frequent.Store(nil)
		}
		want := ask()
		if err := v.readFrequent(t.Context().Err); err != nil {
			return err
		}
		got := ask()
		for i, q := range queries {
			if want[i].Total == 0 {
				t.Errorf("%s finds nothing", q)
			}
			if diff := cmp.Diff(want[i], got[i]); diff != "" {
				t.Errorf("%s: with the words in memory (+) otherwise:\n%s", q, diff)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestFrequentWordsAreRead waits for them after all that changes an index.
func TestFrequentWordsAreRead(t *testing.T) {
	t.Parallel() // it waits
	dir := t.TempDir()
	x := openFrequent(t, dir)
	docs := frequentDocuments(2 * (frequentSegment + 100))
	first, second := docs[:len(docs)/2], docs[len(docs)/2:]
	fillFrequent(t, x, first)
	known := x.knownDocuments(t)
	if known < frequentSegment {
		t.Errorf("words of %d documents in memory after a rebuild", known)
	}
	more := func(when string, than int) {
		t.Helper()
		deadline := time.Now().Add(20 * time.Second)
		for ; x.knownDocuments(t) <= than; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("words of no more than %d documents in memory %s", than, when)
			}
		}
	}
	if err := x.Put(t.Context(), second...); err != nil {
		t.Fatal(err)
	}
	more("after as many documents came", known)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openFrequent(t, dir)
	more("after a start", 0)
}

// TestFrequentWordsHaveBounds looks at the room that they take.
func TestFrequentWordsHaveBounds(t *testing.T) {
	for documents, want := range map[int]int{0: 800, 1000: 800, 31_457: 800, 31_458: 400, 200_000: 100, 10_000_000: 1} {
		if got := shareOf(documents); got != want {
			t.Errorf("%d bytes for each of %d documents, want %d", got, documents, want)
		}
	}
	x := openFrequent(t, t.TempDir())
	fillFrequent(t, x, frequentDocuments(600))
	err := x.current.Load().asked(func(v *view) error {
		sizes := map[int]int{}
		for _, share := range []int{50, 100, 200} {
			for i, s := range v.segments {
				words, err := readFrequentOf(s, v.columns[i], share*int(s.FullSize()), t.Context().Err)
				if err != nil {
					return err
				}
				for _, o := range words {
					sizes[share] += o.size()
				}
			}
			if room := share * 600; sizes[share] > room || sizes[share] < room/2 {
				t.Errorf("%d bytes in memory, of %d that there is room for", sizes[share], room)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
