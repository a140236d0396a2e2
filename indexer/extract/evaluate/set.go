package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// page is one annotated page. Fields without annotation are empty and not
// scored.
type page struct {
	url           string
	file          string // path of the page's bytes
	with, without []string
	title         string
	authors       []string
	date          string // YYYY-MM-DD
}

// tune reports whether rules may be tuned on the page: half of all, by name,
// so that a set that grows keeps its halves.
func (p page) tune() bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(p.url)) // a hash's Write never fails
	return h.Sum32()%2 == 0
}

type set struct {
	name      string
	datesOnly bool
	pages     []page // by address
}

// annotation is an entry of both sets' files.
type annotation struct {
	File    string          `json:"file"`
	With    []string        `json:"with"`
	Without []string        `json:"without"`
	Title   string          `json:"title"`
	Author  json.RawMessage `json:"author"` // a string, or several
	Date    string          `json:"date"`
}

// openSet recognises what a directory holds.
func openSet(dir string) (set, error) {
	if _, err := os.Stat(filepath.Join(dir, "evaldata.json")); err == nil {
		return readSet(set{name: "trafilatura"}, dir, []string{filepath.Join(dir, "evaldata.json")})
	}
	lists, err := filepath.Glob(filepath.Join(dir, "eval_*.json"))
	if err != nil {
		return set{}, fmt.Errorf("look into %s: %w", dir, err)
	}
	if len(lists) > 0 {
		return readSet(set{name: "htmldate", datesOnly: true}, dir, lists)
	}
	return set{}, fmt.Errorf("%s holds no set that is known: neither evaldata.json nor eval_*.json", dir)
}

// notNumber is what Python writes for a missing value, which JSON has not.
var notNumber = regexp.MustCompile(`:\s*NaN\b`)

func readSet(s set, dir string, lists []string) (set, error) {
	all := map[string]annotation{}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			return set{}, err
		}
		if err := json.Unmarshal(notNumber.ReplaceAll(text, []byte(": null")), &all); err != nil {
			return set{}, fmt.Errorf("read %s: %w", list, err)
		}
	}
	for url, a := range all {
		p, err := a.page(dir, url)
		if err != nil {
			return set{}, err
		}
		s.pages = append(s.pages, p)
	}
	if len(s.pages) == 0 {
		return set{}, fmt.Errorf("%s: no pages", dir)
	}
	slices.SortFunc(s.pages, func(a, b page) int { return strings.Compare(a.url, b.url) })
	return s, nil
}

func (a annotation) page(dir, url string) (page, error) {
	p := page{url: url, with: a.With, without: a.Without, title: folded(a.Title), date: a.Date}
	var one string
	var many []string
	switch {
	case len(a.Author) == 0:
	case json.Unmarshal(a.Author, &one) == nil:
		many = strings.FieldsFunc(one, func(r rune) bool { return r == ';' || r == ',' })
	default:
		if err := json.Unmarshal(a.Author, &many); err != nil {
			return page{}, fmt.Errorf("authors of %s: %w", url, err)
		}
	}
	for _, name := range many {
		if name = folded(name); name != "" {
			p.authors = append(p.authors, name)
		}
	}
	for _, sub := range []string{"test_set", "cache", "eval"} {
		p.file = filepath.Join(dir, sub, filepath.Base(a.File))
		if _, err := os.Stat(p.file); err == nil {
			return p, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return page{}, err
		}
	}
	return page{}, fmt.Errorf("the page of %s, %q, is not in %s", url, a.File, dir)
}

// folded is a text with its white space folded, as the sets compare.
func folded(s string) string { return strings.Join(strings.Fields(s), " ") }
