package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// childDir makes the test binary the process that is killed: it works in the
// directory that this variable names.
const childDir = "STORE_TEST_CHILD_DIR"

// childHolds makes the child only hold the directory's lock.
const childHolds = "STORE_TEST_CHILD_HOLDS"

func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	switch {
	case dir == "":
		os.Exit(m.Run())
	case os.Getenv(childHolds) != "":
		hold(dir)
	default:
		saveForEver(dir)
	}
}

// numbered is the nth story of series a, of some kilobytes.
func numbered(n int) feed.Story {
	url := fmt.Sprintf("https://a.example/%d/", n)
	text := strings.Repeat(fmt.Sprintf("Words of story %d, and more of them. ", n), 150)
	return feed.Story{
		Series: "a", GUID: feed.GUID(url), Permalink: url, Title: fmt.Sprintf("Story %d", n),
		Published: feed.Date{Time: time.Unix(int64(n)*60, 0), Precision: feed.PrecisionSecond, Source: "byline"},
		Text:      text, HTML: "<p>" + text + "</p>", Words: 1050, Hash: feed.ContentHash(fmt.Sprintf("Story %d", n), text),
	}
}

// saveForEver saves and edits stories, and prints "guid revision" after the
// store has acknowledged each.
func saveForEver(dir string) {
	ctx := context.Background()
	lock, err := store.Lock(dir)
	check(err)
	defer lock.Release()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	check(err)
	check(s.SyncSeries(ctx, series()))
	known, err := s.SeriesBySlug(ctx, "a")
	check(err)
	for n := known.Stories; ; n++ {
		st := numbered(n)
		for range 2 {
			st, err = s.SaveStory(ctx, store.Save{Story: st})
			check(err)
			fmt.Println(st.GUID, st.Revision)
			st.Text += "Edited."
			st.Hash = feed.ContentHash(st.Title, st.Text)
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]int{} // GUID → revision
	for round := range 8 {
		output := saveAndKill(t, dir, 1+rand.IntN(60))
		for _, line := range output {
			var guid string
			var revision int
			if _, err := fmt.Sscan(line, &guid, &revision); err != nil {
				t.Fatalf("round %d: the child said %q", round, line)
			}
			acknowledged[guid] = revision
		}
		checkAll(t, dir, acknowledged)
	}
	if len(acknowledged) < 8 {
		t.Fatalf("the children saved only %d stories", len(acknowledged))
	}
}

// saveAndKill lets a child save stories, kills it at some moment after it
// acknowledged that many, and returns all complete lines that it printed.
func saveAndKill(t *testing.T, dir string, after int) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			break // a half line was not acknowledged
		}
		lines = append(lines, strings.TrimSpace(line))
		if len(lines) == after {
			if err := cmd.Process.Kill(); err != nil { // SIGKILL, while it goes on writing
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if len(lines) < after {
		t.Fatalf("the child ended by itself after %d of %d stories", len(lines), after)
	}
	return lines
}

// checkAll opens the store after a crash and compares.
func checkAll(t *testing.T, dir string, acknowledged map[string]int) {
	t.Helper()
	ctx := t.Context()
	lock, err := store.Lock(dir)
	if err != nil {
		t.Fatalf("the lock outlived its process: %v", err)
	}
	defer lock.Release()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for guid, revision := range acknowledged {
		st, err := s.StoryIn(ctx, "a", guid)
		if err != nil {
			t.Errorf("an acknowledged story is lost: %v", err)
			continue
		}
		if st.Revision < revision || feed.ContentHash(st.Title, st.Text) != st.Hash {
			t.Errorf("story %s has revision %d and content that is not its hash's, want at least revision %d, whole", guid, st.Revision, revision)
		}
		if found, err := s.StoryByURL(ctx, "a", st.Permalink); err != nil || found.GUID != guid {
			t.Errorf("story %s is not found by its address: %v", guid, err)
		}
	}
	stories, total, err := s.Stories(ctx, "a", store.StoryQuery{Order: store.OrderReading, WithoutBody: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, st := range stories {
		if st.Part != i+1 {
			t.Fatalf("part %d stands at place %d", st.Part, i+1)
		}
	}
	st, err := s.Stats(ctx)
	if err != nil || st.Pending != total {
		t.Errorf("%d changes wait for the index (%v), want all %d", st.Pending, err, total)
	}
}
