package indexer_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/index"
	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
	"storyfeed/indexer/fetch"
)

func hub(t *testing.T) *blogtest.Blog { return blogtest.Layout(t, "wordpress-hub") }

func TestUnchangedSite(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	before, _ := w.store.SeriesBySlug(t.Context(), slug)
	wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
	for _, r := range w.blog.Requests() {
		if !r.Conditional() || r.Status != 304 {
			t.Errorf("an unchanged site was asked %v (conditional: %t), want a conditional request and 304", r, r.Conditional())
		}
	}
	after, _ := w.store.SeriesBySlug(t.Context(), slug)
	if after.Version != before.Version {
		t.Errorf("version %d became %d though nothing changed", before.Version, after.Version)
	}
}

func TestEdit(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	old := w.stories()[1]
	w.wait(time.Hour)
	w.blog.Replace("/salt-bread-and-diesel/", "</p>", " A word about marmalade.</p>")
	wantReport(t, w.crawl(), "6 found, 0 new, 1 changed, 5 unchanged, 0 gone, 0 failed")
	now := w.stories()[1]
	if now.GUID != old.GUID || now.Part != old.Part || now.Published != old.Published {
		t.Errorf("an edit changed GUID, part or date: %v, was %v", now, old)
	}
	if !now.Updated.Time.After(old.Changed()) || now.Revision != 2 {
		t.Errorf("updated %v, revision %d; want later than %v, and 2", now.Updated.Time, now.Revision, old.Changed())
	}
	if n := w.found("marmalade"); n != 1 {
		t.Errorf("the new word finds %d stories, want 1", n)
	}
	w.consistent()
}

func TestNewStory(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	w.blog.Set("/an-extra-boat/", strings.ReplaceAll(w.blog.Body("/last-boat-of-the-year/"), "Last Boat of the Year", "An Extra Boat"))
	w.blog.Replace("/an-extra-boat/", "</p>", " This one is quite another story.</p>")
	w.blog.Replace("/an-extra-boat/", "/last-boat-of-the-year/", "/an-extra-boat/")
	w.blog.Replace("/the-winter-ferry/", "</ol>", `<li><a href="{{base}}/an-extra-boat/">An Extra Boat</a></li></ol>`)
	wantReport(t, w.crawl(), "7 found, 1 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
	if s := w.stories()[6]; s.Title != "An Extra Boat" || s.Part != 7 {
		t.Errorf("the last story is %q, part %d; want An Extra Boat, part 7", s.Title, s.Part)
	}
	w.consistent()
}

func TestMove(t *testing.T) {
	for _, tc := range []struct {
		name string
		move func(*blogtest.Blog)
	}{
		{"with a redirect", func(b *blogtest.Blog) {
			b.Move("/ice-in-the-sound/", "/ice/")
			b.Replace("/ice/", "/ice-in-the-sound/", "/ice/")
		}},
		{"with a redirect and a new link", func(b *blogtest.Blog) {
			b.Move("/ice-in-the-sound/", "/ice/")
			b.Replace("/ice/", "/ice-in-the-sound/", "/ice/")
			b.Replace("/the-winter-ferry/", "/ice-in-the-sound/", "/ice/")
		}},
		{"without a redirect", func(b *blogtest.Blog) {
			b.Set("/ice/", strings.ReplaceAll(b.Body("/ice-in-the-sound/"), "/ice-in-the-sound/", "/ice/"))
			b.Remove("/ice-in-the-sound/")
			b.Replace("/the-winter-ferry/", "/ice-in-the-sound/", "/ice/")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, hub(t))
			w.crawl()
			old := w.stories()[3]
			tc.move(w.blog)
			wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 1 moved, 5 unchanged, 0 gone, 0 failed")
			now := w.stories()[3]
			u, _ := url.Parse(now.Permalink)
			if now.GUID != old.GUID || u.Path != "/ice/" {
				t.Errorf("moved story: GUID %s at %s, want %s at /ice/", now.GUID, now.Permalink, old.GUID)
			}
			if now.Updated != old.Updated {
				t.Errorf("a move set updated to %v", now.Updated)
			}
			w.consistent()
		})
	}
}

func TestGoneTakesTwoLooksADayApart(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	w.blog.Remove("/ice-in-the-sound/")
	wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 5 unchanged, 0 gone, 1 failed")
	w.wait(time.Hour)
	wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 5 unchanged, 0 gone, 1 failed")
	if n := len(w.stories()); n != 6 {
		t.Fatalf("%d stories after an hour of 404, want all 6", n)
	}
	if h := w.health(); h.State != feed.StateDegraded || !strings.Contains(h.Reason, "missing") {
		t.Errorf("health is %s (%s), want degraded because a story is missing", h.State, h.Reason)
	}
	w.wait(24 * time.Hour)
	wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 5 unchanged, 1 gone, 0 failed")
	if n := len(w.stories()); n != 5 {
		t.Errorf("%d stories after the second look, want 5", n)
	}
	s, err := w.store.StoryByPart(t.Context(), slug, 4)
	if err != nil || s.Gone.IsZero() {
		t.Errorf("part 4 after it went: %v, %v; want a tombstone", s, err)
	}
	if n := w.found("title:ice"); n != 0 {
		t.Errorf("search finds %d stories that are gone", n)
	}
	w.consistent()

	w.blog.Recover("/ice-in-the-sound/")
	w.crawl()
	if now := w.stories(); len(now) != 6 || now[3].GUID != s.GUID {
		t.Errorf("the story that came back is not the one that went: %v", w.titles())
	}
	w.consistent()
}

// TestNothingIsLost breaks a site in every way that it can be broken.

func TestNothingIsLost(t *testing.T) {
	const story, source = "/ice-in-the-sound/", "/the-winter-ferry/"
	for _, tc := range []struct {
		name, reason string
		harm         func(*blogtest.Blog)
	}{
		{"an empty source", "", func(b *blogtest.Blog) { b.Set(source, "") }},
		{"a source without links", "", func(b *blogtest.Blog) {
			b.Set(source, "<title>Maintenance</title><h1>We are back soon</h1><p>Please be patient.</p>")
		}},
		{"a source that shrank", "shrank", func(b *blogtest.Blog) {
			body := b.Body(source)
			from, to := strings.Index(body, "<li><a href=\"{{base}}/what-the-captain-kept/"), strings.Index(body, "</ol>")
			b.Set(source, body[:from]+body[to:])
		}},
		{"a source that is gone", "410", func(b *blogtest.Blog) { b.Gone(source) }},
		{"a source that fails", "500", func(b *blogtest.Blog) { b.Fail(source, 500, 0) }},
		{"an empty story", "kept", func(b *blogtest.Blog) { b.Set(story, "") }},
		{"a soft 404", "kept", func(b *blogtest.Blog) {
			b.Set(story, "<title>Page not found</title><h1>Page not found</h1><p>Sorry, we looked everywhere for it.</p>")
		}},
		{"a cut story", "kept", func(b *blogtest.Blog) { b.Set(story, b.Body(story)[:len(b.Body(story))/3]) }},
		{"a story that fails", "503", func(b *blogtest.Blog) { b.Fail(story, 503, 0) }},
		{"a broken connection", "connection", func(b *blogtest.Blog) { b.Fail(story, 0, 0) }},
		{"a login wall", "", func(b *blogtest.Blog) {
			b.Redirect(story, "/login/", 302)
			b.Set("/login/", `<title>Log in</title><h1>Log in</h1><form action="/login/" method="post"><input name="user"><input name="pass" type="password"><button>Log in</button></form>`)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, hub(t))
			w.crawl()
			before := w.stories()
			tc.harm(w.blog)
			w.crawl()
			if diff := cmp.Diff(before, w.stories()); diff != "" {
				t.Errorf("stories changed (-before +after):\n%s", diff)
			}
			if h := w.health(); h.State == feed.StateOK || !strings.Contains(h.Reason, tc.reason) {
				t.Errorf("health is %s (%s), want a complaint that names %q", h.State, h.Reason, tc.reason)
			}
			w.consistent()
		})
	}
}

func TestPartIsKeptForAStoryThatFails(t *testing.T) {
	w := newWorld(t, hub(t))
	w.blog.Fail("/salt-bread-and-diesel/", 500, 0)
	wantReport(t, w.crawl(), "6 found, 5 new, 0 changed, 0 unchanged, 0 gone, 1 failed")
	w.blog.Recover("/salt-bread-and-diesel/")
	wantReport(t, w.crawl(), "6 found, 1 new, 0 changed, 5 unchanged, 0 gone, 0 failed")
	for i, s := range w.stories() {
		if want := w.blog.Stories()[i].Title; s.Part != i+1 || s.Title != want {
			t.Errorf("part %d is %q, want part %d, %q", s.Part, s.Title, i+1, want)
		}
	}
	w.consistent()
}

func TestStoppedCrawlGoesOn(t *testing.T) {
	dir, blog := t.TempDir(), hub(t)
	w := openWorld(t, dir, blog)
	ctx, progress := stopAfter(t.Context(), 3)
	if c, err := w.Crawl(ctx, slug, progress); err != nil || c.New >= 6 {
		t.Fatalf("stopped crawl: %v, %v; want a part of the stories and no error", c, err)
	}
	had := len(w.stories())
	if got := len(w.published()); got != had || had == 0 {
		t.Errorf("%d stories saved before the stop, %d published", had, got)
	}
	blog.Reset()
	if c := w.crawl(); c.New != 6-had {
		t.Errorf("the second crawl found %d new stories, want the %d that were left", c.New, 6-had)
	}
	for i, s := range w.stories() {
		if s.Title != blog.Stories()[i].Title {
			t.Errorf("part %d is %q, want %q", s.Part, s.Title, blog.Stories()[i].Title)
		}
	}
	w.consistent()
}

func TestSameTextAtTwoAddresses(t *testing.T) {
	w := newWorld(t, hub(t))
	w.blog.Set("/topics/ice/", strings.ReplaceAll(w.blog.Body("/ice-in-the-sound/"), "{{base}}/ice-in-the-sound/", "{{base}}/topics/ice/"))
	w.blog.Replace("/the-winter-ferry/", "</ol>", `<li><a href="{{base}}/topics/ice/">Ice in the Sound</a></li></ol>`)
	wantReport(t, w.crawl(), "6 found, 6 new, 0 changed, 0 unchanged, 0 gone, 0 failed")
	a, _ := w.store.StoryByURL(t.Context(), slug, w.blog.URL+"/topics/ice/")
	if u := w.stories()[3]; a.GUID != u.GUID || u.Permalink != w.blog.URL+"/ice-in-the-sound/" {
		t.Errorf("the copy leads to %q at %s, want the story at its first address", a.Title, u.Permalink)
	}
}

func TestHostileCanonical(t *testing.T) {
	w := newWorld(t, hub(t))
	w.blog.Replace("/ice-in-the-sound/", `href="{{base}}/ice-in-the-sound/"`, `href="{{base}}/the-first-crossing/"`)
	w.crawl()
	if n := len(w.stories()); n != 6 {
		t.Errorf("%d stories when one claims the address of another, want 6: %v", n, w.titles())
	}
}

// TestWordPressFeedSpeaksForPages is a site whose pages have no validators:

// the 304 of its feed is enough to leave them alone, and once a day not.

func paths(b *blogtest.Blog) []string {
	var all []string
	for _, s := range b.Stories() {
		all = append(all, s.Path)
	}
	return all
}

func TestUnknownSeries(t *testing.T) {
	w := newWorld(t, hub(t))
	if _, err := w.Crawl(t.Context(), "nobody", nil); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("crawl of an unknown series: %v, want not found", err)
	}
	if _, err := w.store.Claim(t.Context(), slug, "other", time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Crawl(t.Context(), slug, nil); !errors.Is(err, feed.ErrBusy) {
		t.Errorf("crawl of a series that is being crawled: %v, want busy", err)
	}
}

// A list that breaks off would give its newest stories the first parts, for

// ever.

// A page of a known list that can't be read for now must not hide behind the

// 304 of the first one.

// waitFor looks again and again until a condition holds.

func TestRetiredSeriesLeavesTheIndex(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	must(t, w.store.SyncSeries(t.Context(), []feed.Series{{Slug: "other", Sources: []feed.Source{{URL: w.blog.URL + "/blog/"}}, Every: time.Hour}}))
	if rebuilt, err := w.Reconcile(t.Context()); err != nil || rebuilt {
		t.Errorf("retiring a series rebuilt the index (%t, %v), want its stories removed", rebuilt, err)
	}
	if n := w.found(""); n != 0 {
		t.Errorf("search finds %d stories of a series that is not followed any more", n)
	}
}

func TestFeedsOfASeriesWhoseStoriesAreAllGone(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	for _, p := range paths(w.blog) {
		w.blog.Gone(p)
	}
	w.crawl()
	w.wait(25 * time.Hour)
	w.crawl()
	if got := w.published(); len(w.stories()) != 0 || len(got) != 0 {
		t.Errorf("%d stories, %d published; want none of both", len(w.stories()), len(got))
	}
}

// brokenFetcher panics outside of any story.

type brokenFetcher struct{}

func (brokenFetcher) Get(context.Context, fetch.Request) (*fetch.Page, error) { panic("broken") }

func TestPanicGivesTheSeriesBack(t *testing.T) {
	w := newWorld(t, hub(t))
	w.Fetch = brokenFetcher{}
	if c := w.crawl(); !strings.Contains(c.Err, "internal fault") {
		t.Errorf("report %v, want an internal fault", c)
	}
	if _, err := w.store.Claim(t.Context(), slug, "next", time.Minute); err != nil {
		t.Errorf("the series can't be claimed after a panic: %v", err)
	}
}

// One page that asks for patience must not keep the others from being read.

// The source that is named first gives the order; a feed beside it, which

// lists the same stories by date, does not.

// damagedIndex refuses every write until it is rebuilt.

type damagedIndex struct {
	indexer.Index
	damaged bool
}

func (d *damagedIndex) Put(ctx context.Context, docs ...index.Document) error {
	if d.damaged {
		return fmt.Errorf("put: %w", index.ErrDamaged)
	}
	return d.Index.Put(ctx, docs...)
}

func (d *damagedIndex) Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error {
	err := d.Index.Rebuild(ctx, each)
	d.damaged = err != nil
	return err
}

func TestDamagedIndexIsRebuilt(t *testing.T) {
	w := newWorld(t, hub(t))
	d := &damagedIndex{Index: w.index, damaged: true}
	w.Index = d
	w.crawl()
	if d.damaged || w.found("") != 6 {
		t.Errorf("search finds %d stories after the index was damaged, want all 6", w.found(""))
	}
	w.consistent()
}
