package discover

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"storyfeed/feed"
)

var update = flag.Bool("update", false, "write what is found into testdata; review the difference")

// blog answers from the files of an archive: "/path?query" is a page, "HEAD
// /path" its header lines. What is not there is a 404.
type blog struct {
	origin string
	files  map[string]string
	asked  []string
}

type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }
func (e statusError) Gone() bool    { return e == 404 || e == 410 }

func (b *blog) Get(_ context.Context, url string) (*Page, error) {
	at := strings.TrimPrefix(url, b.origin)
	b.asked = append(b.asked, at)
	body, ok := b.files[at]
	if !ok {
		return nil, statusError(404)
	}
	p := &Page{FinalURL: url, Header: http.Header{}, Body: []byte(body)}
	for line := range strings.Lines(b.files["HEAD "+at]) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "Location":
			p.FinalURL = value
		case "Status":
			if value != "200" {
				return nil, statusError(500)
			}
		default:
			p.Header.Add(name, value)
		}
	}
	return p, nil
}

const testOrigin = "https://blog.example"

// render shows a result in the form of the wanted part of an archive.
func render(r Result, err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kind: %s\n", r.Kind)
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	if !r.Complete {
		fmt.Fprintf(&b, "incomplete: %s\n", r.Incomplete)
	}
	for _, f := range [][2]string{{"title", r.Title}, {"description", r.Description}, {"language", r.Language}, {"image", r.ImageURL}, {"feed", r.FeedURL}} {
		if f[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", f[0], f[1])
		}
	}
	fmt.Fprintf(&b, "wordpress: %v\npages: %d\n", r.WordPress, r.Pages)
	for _, w := range r.Why {
		fmt.Fprintf(&b, "why: %s\n", w)
	}
	b.WriteByte('\n')
	for i, l := range r.Links {
		fmt.Fprintf(&b, "%d %s", i+1, strings.TrimPrefix(l.URL, testOrigin))
		if !l.Published.IsZero() {
			layout := "2006-01-02"
			if l.Published.Precision == feed.PrecisionSecond {
				layout = "2006-01-02T15:04:05"
			}
			fmt.Fprintf(&b, " %s by %s", l.Published.Time.Format(layout), l.Published.Source)
		}
		fmt.Fprintf(&b, " %q (%s)", l.Anchor, strings.Join(l.Evidence, ", "))
		if l.Weak {
			b.WriteString(" WEAK")
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for _, d := range r.Dropped {
		fmt.Fprintf(&b, "- %s: %s\n", strings.TrimPrefix(d.URL, testOrigin), d.Reason)
	}
	return b.String()
}

// Each archive is a layout: its comment says what is special about it and
// ends in "source: /path", its files are the pages, "want" is what is found.
func TestLayouts(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no layouts: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			b := &blog{origin: testOrigin, files: map[string]string{}}
			want := -1
			for i, f := range a.Files {
				b.files[f.Name] = string(f.Data)
				if f.Name == "want" {
					want = i
				}
			}
			_, at, ok := strings.Cut(string(a.Comment), "source: ")
			if !ok {
				t.Fatalf("%s names no source", name)
			}
			r, err := Discover(t.Context(), b, feed.Source{URL: testOrigin + strings.TrimSpace(at)}, Options{})
			got := render(r, err)
			if *update {
				if want < 0 {
					a.Files = append(a.Files, txtar.File{Name: "want"})
					want = len(a.Files) - 1
				}
				a.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatalf("%s has no want", name)
			}
			if diff := cmp.Diff(string(a.Files[want].Data), got); diff != "" {
				t.Errorf("Discover(%s) (-want +got):\n%s", strings.TrimSpace(at), diff)
			}
		})
	}
}
