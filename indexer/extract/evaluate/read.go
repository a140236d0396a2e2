package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/html"

	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// result is what was read of one page. err is set where nothing was.
type result struct {
	page
	story          extract.Story
	err            error
	parse, extract time.Duration // best of the rounds; zero: not measured
}

// nowhere stands in for the address of a page that is not told its own.
const nowhere = "https://page.invalid/p"

// read extracts all pages of a set, in its order. A page that can't be
// opened ends it: the figures would be wrong.
func read(s set, o options) ([]result, error) {
	var out []result
	for _, p := range s.pages {
		if !o.tuneOnly || p.tune() {
			out = append(out, result{page: p})
		}
	}
	workers := 1
	if o.rounds == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	faults := make(chan error, workers)
	next := make(chan *result)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var fault error
			for r := range next {
				if fault == nil {
					fault = r.read(s.datesOnly && !o.address, o.rounds)
				}
			}
			faults <- fault
		})
	}
	for i := range out {
		next <- &out[i]
	}
	close(next)
	wg.Wait()
	for range workers {
		if err := <-faults; err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *result) read(unaddressed bool, rounds int) error {
	raw, err := os.ReadFile(r.file)
	if err != nil {
		return err
	}
	text, err := fetch.ToUTF8(raw, "text/html", "")
	if err != nil {
		return fmt.Errorf("decode %s: %w", r.file, err)
	}
	p := extract.Page{URL: r.url, HTML: text}
	if unaddressed || !strings.HasPrefix(r.url, "http") {
		p.URL = nowhere // some pages are known by another name than their address
	}
	for i := range max(rounds, 1) {
		start := time.Now()
		_, err := html.Parse(bytes.NewReader(text))
		parsed := time.Now()
		r.story, r.err = extract.Extract(p)
		done := time.Now()
		if err != nil || rounds == 0 {
			continue // what does not parse costs nothing afterwards
		}
		if i == 0 || parsed.Sub(start) < r.parse {
			r.parse = parsed.Sub(start)
		}
		if i == 0 || done.Sub(parsed) < r.extract {
			r.extract = done.Sub(parsed)
		}
	}
	return nil
}
