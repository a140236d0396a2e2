package indexer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/indexer/blogtest"
)

// The address of one chapter gives them all, that one included; a chapter that
// is published later comes after them.
func TestSerial(t *testing.T) {
	blog := blogtest.Layout(t, "serial-chapter")
	blog.Gone("/a-letter-unsent/") // not written yet
	w := newWorld(t, blog)
	wantReport(t, w.crawl(), "3 found, 3 new, 0 changed, 0 unchanged, 0 gone, 0 failed")
	blog.Recover("/a-letter-unsent/")
	wantReport(t, w.crawl(), "4 found, 1 new, 0 changed, 3 unchanged, 0 gone, 0 failed")
	var want []string
	for _, s := range blog.Stories() {
		want = append(want, s.Title)
	}
	if diff := cmp.Diff(want, w.titles()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A blog that a browser draws is read without one.
func TestDrawnFromData(t *testing.T) {
	blog := blogtest.Layout(t, "drawn-from-data")
	w := newWorld(t, blog)
	wantReport(t, w.crawl(), "4 found, 4 new, 0 changed, 0 unchanged, 0 gone, 0 failed")
	wantReport(t, w.crawl(), "4 found, 0 new, 0 changed, 4 unchanged, 0 gone, 0 failed")
	var want []string
	for _, s := range blog.Stories() {
		want = append(want, s.Title)
	}
	if diff := cmp.Diff(want, w.titles()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
