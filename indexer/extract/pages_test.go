package extract_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
)

var update = flag.Bool("update", false, "write the bodies that the pages in testdata give now")

// today is when the pages of the tests were fetched.
var today = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// TestPages reads whole pages of many engines. Each file in testdata holds a
// page, what must be read from it, and its body.
func TestPages(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := fields(section(a, "want"))
			got, err := extract.Extract(extract.Page{URL: want["url"], HTML: []byte(section(a, "page.html")), Now: today})
			if err != nil {
				t.Fatalf("Extract: %v", err)
			}
			if diff := cmp.Diff(want, known(want, got)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			body := got.HTML + "\n"
			if *update {
				setSection(a, "body.html", body)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(section(a, "body.html"), body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if again := extract.Sanitise(got.HTML); again != got.HTML {
				t.Errorf("Sanitise changes the body once more: %s", cmp.Diff(got.HTML, again))
			}
			if text := extract.Text(got.HTML); text != got.Text {
				t.Errorf("Text of the body differs: %s", cmp.Diff(got.Text, text))
			}
		})
	}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setSection(a *txtar.Archive, name, data string) {
	for i, f := range a.Files {
		if f.Name == name {
			a.Files[i].Data = []byte(data)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(data)})
}

// fields reads "key: value" lines.
func fields(s string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(s) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			m[key] = strings.TrimSpace(value)
		}
	}
	return m
}

// known is the story's values in the form of the expectation, those alone
// that are expected.
func known(want map[string]string, s extract.Story) map[string]string {
	date := func(d feed.Date) string {
		switch {
		case d.IsZero():
			return ""
		case d.Precision == feed.PrecisionDay:
			return d.Time.Format(time.DateOnly)
		}
		return d.Time.Format(time.RFC3339)
	}
	all := map[string]string{
		"url": want["url"], "title": s.Title, "source": s.TitleSource, "authors": strings.Join(s.Authors, ", "),
		"published": date(s.Published), "updated": date(s.Updated), "precision": string(s.Published.Precision),
		"tags": strings.Join(s.Tags, ", "), "image": s.ImageURL, "language": s.Language, "canonical": s.CanonicalURL,
		"words": strconv.Itoa(s.Words), "wordpress": strconv.Itoa(s.WordPressID), "api": s.APIURL, "partial": strconv.FormatBool(s.Partial),
	}
	got := map[string]string{}
	for key := range want {
		got[key] = all[key]
	}
	// No page may show an update or be partial unless it says so.
	if s.Updated.IsZero() != (want["updated"] == "") {
		got["updated"] = all["updated"]
	}
	if s.Partial != (want["partial"] == "true") {
		got["partial"] = all["partial"]
	}
	return got
}
