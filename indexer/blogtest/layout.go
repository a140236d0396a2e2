package blogtest

import (
	"embed"
	"slices"
	"strings"
	"testing"
	"time"
)

//go:embed testdata/*.txtar
var layouts embed.FS

// Story is what a test may expect of one story.
type Story struct {
	Path      string
	Title     string
	Author    string    // empty: the pages name none
	Published time.Time // the day, 00:00 UTC; zero: the pages name none
}

// Layout starts one of the ready-made blogs. Each is described at the top of
// its file in testdata.
func Layout(t testing.TB, name string) *Blog {
	t.Helper()
	archive, err := layouts.ReadFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Fatalf("blogtest: no layout %q; there are %s", name, strings.Join(Layouts(), ", "))
	}
	return New(t, archive)
}

// Layouts lists the names of the ready-made blogs.
func Layouts() []string {
	entries, _ := layouts.ReadDir("testdata") // embedded: it is there
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".txtar"))
	}
	return slices.Sorted(slices.Values(names))
}

// Source is the URL of the page that leads to the stories, from the archive's
// file "source".
func (b *Blog) Source() string {
	return b.URL + strings.TrimSpace(b.notes["source"])
}

// Stories are the stories that the source leads to, in reading order (of a
// list of posts: oldest first), from the archive's file "stories". A page that is not among them must not be
// taken for one.
func (b *Blog) Stories() []Story {
	b.t.Helper()
	var list []Story
	for line := range strings.Lines(b.notes["stories"]) {
		fields := strings.Split(strings.TrimSpace(line), " | ")
		if len(fields) != 4 {
			b.t.Fatalf("blogtest: %q is not path | title | author | day", line)
		}
		s := Story{Path: fields[0], Title: fields[1], Author: fields[2]}
		if fields[2] == "-" {
			s.Author = ""
		}
		if fields[3] != "-" {
			day, err := time.Parse(time.DateOnly, fields[3])
			if err != nil {
				b.t.Fatalf("blogtest: %v", err)
			}
			s.Published = day
		}
		list = append(list, s)
	}
	return list
}
