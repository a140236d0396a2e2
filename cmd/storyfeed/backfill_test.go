package main

import (
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/indexer/blogtest"
)

const (
	drillPosts    = 120 // more than are read in the order of the list
	backfillKills = 6
)

// TestKilledInABackfill kills the program at any moment of the first reading of
// an archive. It goes on where it was: nothing that was reported saved is asked
// for again, the list is not read from its start, and the result is that of a
// program that nobody disturbed.
func TestKilledInABackfill(t *testing.T) {
	t.Parallel()
	archive, host := newArchive(t)
	dir := configure(t, host, "harbour", "http://"+host+"/")
	dice := rand.New(rand.NewPCG(3, 36))
	last := map[string]int{} // requests that a kill may have cut off, by path
	for kill := range times(backfillKills) {
		before := len(archive.Requests())
		p := serving(t, dir)
		w := watch(p, nil)
		fate := before + 1 + dice.IntN(2*drillPosts/backfillKills)
		if kill == 0 {
			fate = 6 // in the list
		}
		await(t, "requests", func() bool { return len(archive.Requests()) >= fate || len(archive.Requests()) > drillPosts+12 })
		p.kill()
		known := w.reported()
		all := archive.Requests()
		last[all[len(all)-1].Path]++
		t.Logf("killed with %d stories reported saved, after %d requests", len(known), len(all))
		all = mustNotAsk(t, archive, dir, known)
		last[all[len(all)-1].Path]++
	}
	got := finished(t, dir)
	for path, n := range askedOf(archive) {
		if n > 1+last[path] && path != "/robots.txt" && path != "/" {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}

	_, host = newArchive(t)
	want := finished(t, configure(t, host, "harbour", "http://"+host+"/"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was disturbed differs (-undisturbed +killed):\n%s", diff)
	}
}

func newArchive(t *testing.T) (*blogtest.Archive, string) {
	t.Helper()
	archive := blogtest.NewArchive(drillPosts)
	archive.PostBytes = 2000
	server := httptest.NewServer(archive)
	t.Cleanup(server.Close)
	return archive, strings.TrimPrefix(server.URL, "http://")
}

// mustNotAsk looks whether the next start asks for stories that are saved,
// kills it too and returns all requests.
func mustNotAsk(t *testing.T, archive *blogtest.Archive, dir string, known []saved) []blogtest.Request {
	t.Helper()
	before := len(archive.Requests())
	p := serving(t, dir)
	await(t, "requests", func() bool {
		return len(archive.Requests()) > before+2 || len(known) >= drillPosts-2
	})
	p.kill()
	paths := map[string]bool{}
	for _, s := range known {
		if u, err := url.Parse(s.Permalink); err == nil {
			paths[u.Path] = true
		}
	}
	all := archive.Requests()
	for _, r := range all[before:] {
		if paths[r.Path] {
			t.Errorf("%s was asked for again, though it was saved", r.Path)
		}
	}
	return all
}

func askedOf(archive *blogtest.Archive) map[string]int {
	asked := map[string]int{}
	for _, r := range archive.Requests() {
		asked[r.Path]++
	}
	return asked
}

// outcome is what of a story must not depend on what befell the program.
type outcome struct {
	Part        int
	Title, Path string
}

// finished lets the program do its work and returns the stories in their order.
func finished(t *testing.T, dir string) []outcome {
	t.Helper()
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	p := serving(t, dir)
	defer p.stop()
	var list []outcome
	for _, s := range mustAgree(t, p, "harbour", "lo") { // the most frequent word of the posts
		u, err := url.Parse(s.Permalink)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, outcome{s.Part, s.Title, u.Path})
	}
	if len(list) != drillPosts {
		t.Errorf("%d stories, want %d", len(list), drillPosts)
	}
	return list
}
