package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a set's directory of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// story is a page with 40 words of text, in any encoding that has ASCII.
func story(head, byline string) string {
	return `<html lang="en"><head><title>The Ferry</title>` + head + `</head><body><article><h1>The Ferry</h1>` + byline +
		`<div class="entry-content"><p>The ferry leaves at seven, and whoever is late waits on the quay.</p><p>` +
		strings.Repeat("The water is cold and the rope is wet. ", 4) + `</p></div></article><div>Imprint of the harbour</div></body></html>`
}

const segments = `{
  "https://b.example/ferry": {"file": "ferry.html", "with": ["leaves at seven,", "never said"], "without": ["Imprint of  the harbour", "rope is wet"],
    "title": "The  Ferry", "author": "Jill Roe; Ann Poe", "date": "2024-03-05", "tags": []},
  "hard::quay": {"file": "quay.html", "with": ["on the quay"], "without": ["harbour"], "title": "A Quay", "author": ["Jill Roe"], "date": ""},
  "https://b.example/none": {"file": "none.html", "with": ["lost"], "without": ["kept"], "title": "None", "author": "", "date": "2024-01-01"}
}`

func trafilaturaSet(t *testing.T) string {
	return write(t, map[string]string{
		"evaldata.json": segments,
		"eval/ferry.html": story(`<meta property="article:published_time" content="2024-03-05T10:00:00Z">`,
			`<p class="byline">by <a rel="author" href="/a">Ann Poe</a> and <a rel="author" href="/j">Jill Roe</a></p>`),
		"cache/quay.html": story(`<meta charset="iso-8859-1"><meta name="author" content="J`+"\xf6"+`rg Roe">`, ""),
		"eval/none.html":  `<html><body>lost</body></html>`,
	})
}

// TestTrafilaturaSet: counts as the set's own program does, by the half.
func TestTrafilaturaSet(t *testing.T) {
	var out, errs strings.Builder
	if code := run([]string{"-v", "-rounds", "1", trafilaturaSet(t)}, &out, &errs); code != 0 {
		t.Fatalf("run = %d, want 0: %s", code, errs.String())
	}
	got := squeeze(out.String())
	for _, want := range []string{
		"trafilatura set, 3 pages, 1 of them refused",
		"body whole 3 0.667 0.500 0.571 0.625", // right 2, wrong 1, missed 2, avoided 3
		"title whole 3 0.500 0.500 0.500 0.333",
		"author whole 2 0.500 1.000 0.667 0.500",
		"date whole 2 1.000 0.500 0.667 0.500",
		"dates: 1 certain with precision 1.000, 0 guessed",
		`ferry.html body: lost "never said"`,
		`ferry.html body: kept "rope is wet"`,
		`quay.html title: want "A Quay", read "The Ferry" from heading`,
		`quay.html author: want "Jill Roe", read "Jörg Roe" from meta`,
		"none.html refused:",
		"× html.Parse on the median page",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("output lacks %q:\n%s", want, got)
		}
	}
}

// TestHalves: both halves together are the whole, and -tune reads one only.
func TestHalves(t *testing.T) {
	dir := trafilaturaSet(t)
	s, err := openSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	tuned := 0
	for _, p := range s.pages {
		if p.tune() {
			tuned++
		}
	}
	results, err := read(s, options{tuneOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != tuned || tuned == 0 || tuned == len(s.pages) {
		t.Errorf("%d pages of %d read with -tune, want the %d of that half, neither none nor all", len(results), len(s.pages), tuned)
	}
}

// TestDateSet: NaN is no date, and the address is kept from the pages, for
// the published figures were measured so.
func TestDateSet(t *testing.T) {
	dir := write(t, map[string]string{
		"eval_default.json": `{"https://b.example/2024/03/05/ferry": {"file": "a.html", "date": "2024-03-05"}}`,
		"eval_more.json":    `{"https://c.example/x": {"file": "b.html", "date": NaN}}`,
		"test_set/a.html":   story("", ""),
		"cache/b.html":      story("", ""),
	})
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"-rounds", "0"}, "date whole 1 0.000 0.000 0.000 0.000"},
		{[]string{"-rounds", "0", "-url"}, "date whole 1 1.000 1.000 1.000 1.000"},
	} {
		var out, errs strings.Builder
		if code := run(append(tc.args, dir), &out, &errs); code != 0 {
			t.Fatalf("run = %d, want 0: %s", code, errs.String())
		}
		got := squeeze(out.String())
		if !strings.Contains(got, tc.want) || strings.Contains(got, "body") || strings.Contains(got, "cost") {
			t.Errorf("%q: output lacks %q or has more than dates:\n%s", tc.args, tc.want, got)
		}
	}
}

// TestFaults: wrong usage is 2 with the usage, an unreadable set 1 with what
// is wrong with it.
func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		name  string
		args  []string
		code  int
		words string
	}{
		{"no directory", nil, 2, "usage: evaluate"},
		{"unknown field", []string{"-field", "nose", "."}, 2, "usage: evaluate"},
		{"unknown flag", []string{"-nose"}, 2, "nose"},
		{"nothing there", []string{t.TempDir()}, 1, "neither evaldata.json nor eval_*.json"},
		{"faulty list", []string{write(t, map[string]string{"evaldata.json": "{"})}, 1, "evaldata.json"},
		{"page missing", []string{write(t, map[string]string{"evaldata.json": `{"https://b.example/": {"file": "a.html"}}`})}, 1, `"a.html", is not in`},
	} {
		var out, errs strings.Builder
		if code := run(tc.args, &out, &errs); code != tc.code || !strings.Contains(errs.String(), tc.words) {
			t.Errorf("%s: run = %d, want %d, with %q in:\n%s", tc.name, code, tc.code, tc.words, errs.String())
		}
	}
}

// squeeze folds the blanks of a table.
func squeeze(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}
