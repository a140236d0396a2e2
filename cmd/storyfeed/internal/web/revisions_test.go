package web_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
)

// version saves letter 13 with another title and text.
func (s *site) version(t testing.TB, title string, paragraphs ...string) {
	t.Helper()
	story := letter(13, title, nil)
	story.Text = strings.Join(paragraphs, "\n\n")
	story.HTML = "<p>" + strings.Join(paragraphs, "</p><p>") + "</p>"
	story.Hash = feed.ContentHash(story.Title, story.Text)
	_, err := s.store.SaveStory(t.Context(), store.Save{Story: story})
	must(t, err)
}

const (
	stayed  = "A hive is quiet in the morning, and so am I."
	before  = "One hears a single bee first, then ten, and then the wood itself."
	after   = "One hears a lone bee first, then ten, and then the wood itself."
	added   = "In winter there is nothing to do at all."
	hostile = `Now <script>alert("x")</script> & <img src=x onerror=alert(1)> are told, too.`
)

func TestRevisions(t *testing.T) {
	s := newSite(t, nil)
	s.version(t, "Winter", stayed, stayed+" Again.", before)
	s.version(t, "Winter & spring", stayed, stayed+" Again.", after, added)
	s.version(t, "Winter & spring", stayed, stayed+" Again.", after, added, hostile)

	doc := s.page(t, "/s/bees/13/revisions", 200)
	want := []string{"Revision 4", "Revision 3", "Revision 2", "4 revisions"}
	if d := cmp.Diff(want, texts(doc, ".revision h2")); d != "" {
		t.Errorf("revisions, newest first (-want +got):\n%s", d)
	}
	if got := texts(doc, "#r3 .total")[0]; got != "The title was changed, 1 paragraph was changed, 1 paragraph was added." {
		t.Errorf("revision 3 says %q", got)
	}
	if got := texts(doc, "#r3 .meta")[0]; got != "seen 4 May 2026, 12:00 UTC compared with revision 2" {
		t.Errorf("revision 3 says %q", got)
	}
	if got := texts(doc, "#r3 .retitled ins"); len(got) != 1 || got[0] != "& spring" {
		t.Errorf("the title got %q, want the words added", got)
	}
	var blocks []string
	for i, class := range attrs(doc, "#r3 .diff > *", "class") {
		blocks = append(blocks, class+": "+texts(doc, "#r3 .diff > *")[i])
	}
	want = []string{
		"same: 2 unchanged paragraphs" + stayed + stayed + " Again.",
		"changed: One hears a single lone bee first, then ten, and then the wood itself.",
		"added: " + added,
	}
	if d := cmp.Diff(want, blocks); d != "" {
		t.Errorf("what revision 3 changed (-want +got):\n%s", d)
	}
	if del, ins := texts(doc, "#r3 .changed del"), texts(doc, "#r3 .changed ins"); len(del) != 1 || len(ins) != 1 || del[0] != "single" || ins[0] != "lone" {
		t.Errorf("words removed %q and added %q, want single and lone", del, ins)
	}
	if got := texts(doc, "#r4 .added ins"); len(got) != 1 || got[0] != hostile {
		t.Errorf("markup in a text is shown as %q", got)
	}
	if n := doc.Find("main script, main img").Length(); n > 0 {
		t.Errorf("markup of a text became %d elements of the page", n)
	}
}

func TestRevisionsChosen(t *testing.T) {
	s := newSite(t, nil)
	s.version(t, "Winter", stayed, before)
	s.version(t, "Winter", stayed, after)
	s.version(t, "Winter", stayed, before)
	for query, want := range map[string]string{
		"?from=2&to=3": "seen 4 May 2026, 12:00 UTC compared with revision 2 / 1 paragraph was changed.",
		"?from=2&to=4": "seen 4 May 2026, 12:00 UTC compared with revision 2 / No word differs.",
		"?to=3":        "seen 4 May 2026, 12:00 UTC compared with revision 2 / 1 paragraph was changed.",
		"?from=3":      "seen 4 May 2026, 12:00 UTC compared with revision 3 / 1 paragraph was changed.",
		"?from=3&to=3": "seen 4 May 2026, 12:00 UTC compared with revision 3 / No word differs.",
		"?to=1":        "seen 1 May 2026, 12:00 UTC compared with revision 1 / No word differs.",
	} {
		doc := s.page(t, "/s/bees/13/revisions"+query, 200)
		if got := strings.Join(append(texts(doc, ".revision .meta"), texts(doc, ".revision .total")...), " / "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for _, query := range []string{"?from=0", "?to=5", "?from=x&to=2", "?from=2&to=", "?to=02", "?from=-1", "?from=99999999999999999999"} {
		doc := s.page(t, "/s/bees/13/revisions"+query, 404)
		if got := texts(doc, "main")[0]; !strings.Contains(got, "The newest revision of this story is 4") {
			t.Errorf("%s: %q, want which revisions there are", query, got)
		}
	}
}

func TestRevisionsAreLinkedWhereThereAreAny(t *testing.T) {
	s := newSite(t, nil)
	s.version(t, "Winter", stayed)
	if got := attrs(s.page(t, "/s/bees/13", 200), `header a[href$="/revisions"]`, "href"); len(got) != 1 || got[0] != "/s/bees/13/revisions" {
		t.Errorf("a story that changed leads to %q", got)
	}
	if n := s.page(t, "/s/bees/12", 200).Find(`a[href$="/revisions"]`).Length(); n > 0 {
		t.Error("a story that never changed leads to its revisions")
	}
	if got := texts(s.page(t, "/s/bees/12/revisions", 200), "main")[0]; !strings.Contains(got, "has not changed since it was first read here on 1 May 2026") {
		t.Errorf("the revisions of a story that never changed: %q", got)
	}
	s.page(t, "/s/bees/99/revisions", 404)
}

// TestRevisionsOfGoneStory: its author took it back, with all its versions.
func TestRevisionsOfGoneStory(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/s/bees/11/revisions", "/s/bees/11/revisions?from=1&to=1"} {
		doc := s.page(t, path, 410)
		got := texts(doc, "main")[0]
		if !strings.Contains(got, "removed at its source") || !strings.Contains(got, "first read here") || strings.Contains(got, "hive is quiet") {
			t.Errorf("%s: %q, want that it is gone, when it was read, and no text", path, got)
		}
	}
}

// TestRevisionsOfHugeStory: the page and what it costs stay bounded.
func TestRevisionsOfHugeStory(t *testing.T) {
	if testing.Short() {
		t.Skip("it computes much, and alone")
	}
	s := newSite(t, nil)
	var paragraphs, others []string
	for i := range 50_000 {
		p := fmt.Sprintf("Paragraph %d is about the %d bees of a hive and nothing else, but it goes on.", i, i*7919%50021)
		paragraphs = append(paragraphs, p)
		others = append(others, strings.Replace(p, "nothing", "little", 1))
	}
	s.version(t, "Winter", paragraphs...)
	s.version(t, "Winter", append(paragraphs, added)...)
	s.version(t, "Winter", others...)
	res := s.get("/s/bees/13/revisions")
	page := body(t, res)
	if res.StatusCode != 200 || len(page) > 1<<20 {
		t.Fatalf("%d, a page of %d bytes; want 200 and less than a megabyte", res.StatusCode, len(page))
	}
	for _, want := range []string{"more that came, went or changed", "?from=2&amp;to=3"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	alone := s.page(t, "/s/bees/13/revisions?from=2&to=3", 200)
	if got := texts(alone, ".diff > *"); len(got) != 2 || got[0] != "50,000 unchanged paragraphs" || got[1] != added {
		t.Errorf("one paragraph more in 50,000 is shown as %q", got)
	}
}

// blind is a store whose disk lost a revision.
type blind struct {
	web.Store
	err error
}

func (b blind) Revision(context.Context, string, string, int) (store.Revision, error) {
	return store.Revision{}, b.err
}

func TestDamagedRevision(t *testing.T) {
	s := newSite(t, func(c *web.Config) {
		c.Store = blind{c.Store, fmt.Errorf("revision 2: %w", &store.FileError{Path: "storyfeed.db", Problem: "damaged", Err: errors.New("a bit")})}
	})
	s.version(t, "Winter", stayed)
	doc := s.page(t, "/s/bees/13/revisions", 200)
	if got := texts(doc, "#r2 .trouble"); len(got) != 1 || !strings.Contains(got[0], "damaged") {
		t.Errorf("a damaged revision says %q", got)
	}
	if !strings.Contains(s.log.String(), "a revision can't be compared") {
		t.Error("the log does not tell of the damage")
	}
}
