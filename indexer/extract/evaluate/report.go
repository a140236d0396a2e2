package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
)

// maxShown is how much of a value is listed, in runes.
const maxShown = 120

func quote(s string) string {
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown]) + "…"
	}
	return strconv.Quote(s)
}

// half is a part of a set over which figures are summed.
type half struct {
	name string
	in   func(page) bool
}

var halves = []half{
	{"tune", page.tune},
	{"held out", func(p page) bool { return !p.tune() }},
	{"whole", func(page) bool { return true }},
}

// report prints the misses, if asked for, then the figures.
func report(out io.Writer, s set, results []result, o options) error {
	w := bufio.NewWriter(out)
	fs := fields(s, o)
	refused := 0
	for _, r := range results {
		if r.err != nil {
			refused++
		}
		if o.verbose {
			listMisses(w, r, fs)
		}
	}
	_, _ = fmt.Fprintf(w, "%s set, %d pages, %d of them refused\n\n", s.name, len(results), refused) // Flush tells
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "field\thalf\tpages\tprecision\trecall\tF\taccuracy")
	for _, f := range fs {
		for _, h := range halves {
			sum := sumOf(results, f, h)
			if sum.of > 0 {
				_, _ = fmt.Fprintf(t, "%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\n", f.name, h.name, sum.of, sum.precision(), sum.recall(), sum.f(), sum.accuracy())
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	reportGuesses(w, results, fs)
	reportCost(w, results)
	return w.Flush()
}

func sumOf(results []result, f field, h half) tally {
	var sum tally
	for _, r := range results {
		if h.in(r.page) {
			sum.add(f.score(r))
		}
	}
	return sum
}

func listMisses(w io.Writer, r result, fs []field) {
	half := "held out"
	if r.tune() {
		half = "tune"
	}
	if r.err != nil {
		_, _ = fmt.Fprintf(w, "%s\t%s\trefused: %v\n", half, filepath.Base(r.file), r.err)
	}
	for _, f := range fs {
		for _, m := range f.score(r).misses {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s: %s\n", half, filepath.Base(r.file), f.name, m)
		}
	}
}

// reportGuesses says how far days of publication can be trusted that are not
// marked as guesses. The days of a change stand with these.
func reportGuesses(w io.Writer, results []result, fs []field) {
	if !slices.ContainsFunc(fs, func(f field) bool { return f.name == "date" }) {
		return
	}
	var sure, guessed tally
	for _, r := range results {
		if p := r.story.Published; p.IsZero() || p.Guessed() || p.Coarse() {
			guessed.add(scoreDate(r))
		} else {
			sure.add(scoreDate(r))
		}
	}
	_, _ = fmt.Fprintf(w, "\ndates: %d certain with precision %.3f, %d guessed with precision %.3f\n",
		sure.right+sure.wrong, sure.precision(), guessed.right+guessed.wrong, guessed.precision())
}

// reportCost says how many times as long as parsing it takes to extract a
// page, parsing included.
func reportCost(w io.Writer, results []result) {
	var parse, whole float64
	type cost struct {
		times float64
		file  string
	}
	var costs []cost
	for _, r := range results {
		if r.parse > 0 && r.extract > 0 {
			parse += r.parse.Seconds()
			whole += r.extract.Seconds()
			costs = append(costs, cost{r.extract.Seconds() / r.parse.Seconds(), filepath.Base(r.file)})
		}
	}
	if len(costs) == 0 {
		return
	}
	slices.SortFunc(costs, func(a, b cost) int { return cmp.Compare(a.times, b.times) })
	at := func(q float64) cost { return costs[int(q*float64(len(costs)-1))] }
	_, _ = fmt.Fprintf(w, "\ncost: %.2f × html.Parse on the median page, %.2f on the 90th percentile, at most %.2f (%s); %.2f over all pages, %.1f ms a page\n",
		at(.5).times, at(.9).times, at(1).times, at(1).file, whole/parse, 1000*whole/float64(len(costs)))
}
