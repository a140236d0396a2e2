package local_test

import (
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/index"
	"storyfeed/index/local"
)

// BenchmarkSearchDuringRebuild searches 5,000 stories of 800 words, at rest and
// while they are indexed anew, in turn, and tells both times: the slowest
// hundredth of searches may take three times as long.
func BenchmarkSearchDuringRebuild(b *testing.B) {
	const documents = 5000
	docs := benchDocs(documents)
	ix := open(b, b.TempDir())
	fill := func(put func(index.Document) error) error {
		for _, d := range docs {
			if err := put(d); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ix.Rebuild(b.Context(), fill); err != nil {
		b.Fatal(err)
	}
	var idle, busy []time.Duration
	var took time.Duration
	for b.Loop() {
		searchUntil(b, ix, after(2*time.Second))
		idle = append(idle, searchUntil(b, ix, after(5*time.Second))...)
		var over atomic.Bool
		done := make(chan error, 1)
		start := time.Now()
		go func() {
			usual := runtime.GOMAXPROCS(0)
			runtime.GOMAXPROCS(4 * usual) // as the program does
			err := ix.Rebuild(b.Context(), fill)
			runtime.GOMAXPROCS(usual)
			took += time.Since(start)
			over.Store(true)
			done <- err
		}()
		busy = append(busy, searchUntil(b, ix, over.Load)...)
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(idle)
	slices.Sort(busy)
	at := func(list []time.Duration, share float64) float64 {
		return float64(list[int(float64(len(list)-1)*share)].Microseconds()) / 1000
	}
	b.ReportMetric(at(idle, .5), "idle-p50-ms")
	b.ReportMetric(at(busy, .5), "busy-p50-ms")
	b.ReportMetric(at(idle, .99), "idle-p99-ms")
	b.ReportMetric(at(busy, .99), "busy-p99-ms")
	b.ReportMetric(at(busy, .99)/at(idle, .99), "busy/idle")
	b.ReportMetric(float64(documents*b.N)/took.Seconds(), "docs/s")
}

func after(d time.Duration) func() bool {
	end := time.Now().Add(d)
	return func() bool { return time.Now().After(end) }
}

// searchUntil asks one question after the other, at most one a millisecond:
// searches that follow each other without a pause take a core for themselves.
func searchUntil(b *testing.B, ix *local.Index, over func() bool) (times []time.Duration) {
	requests := benchRequests()
	next := time.NewTicker(time.Millisecond)
	defer next.Stop()
	for i := 0; !over(); i++ {
		start := time.Now()
		if _, err := ix.Search(b.Context(), requests[i%len(requests)]); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
		<-next.C
	}
	return times
}

// benchRequests are of all kinds, with words from frequent to rare.
func benchRequests() (list []index.Request) {
	for i := range uint64(50) {
		common, middle, rare := benchWord(i), benchWord(200+17*i), benchWord(5000+131*i)
		for _, query := range []string{rare, common, middle, common + " " + middle, `"` + common + " " + middle + `"`, middle + " OR " + rare, rare[:3] + "*"} {
			q, _ := index.ParseQuery(query)
			list = append(list, index.Request{Query: q})
		}
	}
	return list
}
