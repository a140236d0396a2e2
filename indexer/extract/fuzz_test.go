package extract_test

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
)

func addPages(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(section(a, "page.html"))
	}
}

// FuzzExtract: no page makes it panic, and whatever it gives is fit to be
// published.
func FuzzExtract(f *testing.F) {
	addPages(f)
	f.Fuzz(func(t *testing.T, page string) {
		s, err := extract.Extract(extract.Page{URL: "https://b.example/2024/01/02/story", HTML: []byte(page), Now: today})
		if err != nil {
			return
		}
		if s.Title == "" || feed.CleanLine(s.Title) != s.Title {
			t.Errorf("title %q is empty or not clean", s.Title)
		}
		if bad := unsafe(s.HTML); len(bad) > 0 {
			t.Errorf("body has %q: %s", bad, s.HTML)
		}
		if again := extract.Sanitise(s.HTML); again != s.HTML {
			t.Errorf("body is not stable: %q becomes %q", s.HTML, again)
		}
		if feed.CleanText(s.Text) != s.Text {
			t.Errorf("text %q is not clean", s.Text)
		}
		if y := s.Published.Time.Year(); !s.Published.IsZero() && (y < 1995 || y > 2026) {
			t.Errorf("published %v", s.Published)
		}
	})
}

// FuzzSanitise: nothing dangerous survives, and a second pass changes
// nothing.
func FuzzSanitise(f *testing.F) {
	addPages(f)
	for _, s := range []string{
		`<a href="java&#10;script:alert(1)">`, `<svg><style><img src=x onerror=alert(1)>`, `<p><button><p>x</p></button></p>`, `<table><a>x<td>y`,
		`<ruby>a<rt>b<table><p>`, `<li><p>a<h2>b`, `<dl><p>x</dl>`, `<b><i></b></i>x`, `<a href=https://x><a href=https://y>z`, `<pre>` + "\n\n" + `x</pre>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := extract.Sanitise(in)
		if again := extract.Sanitise(got); again != got {
			t.Errorf("Sanitise(%q) = %q, again %q", in, got, again)
		}
		if bad := unsafe(got); len(bad) > 0 {
			t.Errorf("Sanitise(%q) = %q has %q", in, got, bad)
		}
		if feed.CleanText(got) != got {
			t.Errorf("Sanitise(%q) = %q is not clean", in, got)
		}
	})
}
