package indexer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/indexer/blogtest"
)

const (
	ice  = "/ice-in-the-sound/"
	list = "/the-winter-ferry/"
)

// link adds addresses to the list of the hub.
func link(b *blogtest.Blog, addresses ...string) {
	for _, a := range addresses {
		b.Replace(list, "</ol>", `<li><a href="{{base}}`+a+`">When the sound froze</a></li></ol>`)
	}
}

// copyTo puts the story about ice under another address, which it calls its
// own, with changes.
func copyTo(b *blogtest.Blog, path string, oldnew ...string) {
	body := strings.ReplaceAll(b.Body(ice), "{{base}}"+ice, "{{base}}"+path)
	b.Set(path, strings.NewReplacer(oldnew...).Replace(body))
}

func canonicalOf(b *blogtest.Blog, path, canonical string) {
	b.Replace(path, `<link rel="canonical" href="{{base}}`+path+`">`, `<link rel="canonical" href="{{base}}`+canonical+`">`)
}

// TestOneStoryWhateverItsAddresses links the story about ice in more ways than
// one.
func TestOneStoryWhateverItsAddresses(t *testing.T) {
	for _, tc := range []struct {
		name string
		also func(*blogtest.Blog)
	}{
		{"tracking parameters", func(b *blogtest.Blog) { link(b, ice+"?utm_source=mail&utm_medium=x", ice+"?fbclid=abc") }},
		{"the name of a visit", func(b *blogtest.Blog) { link(b, ice+"?PHPSESSID=0123456789abcdef") }},
		{"no slash at the end", func(b *blogtest.Blog) { link(b, strings.TrimSuffix(ice, "/")) }},
		{"a permanent redirect", func(b *blogtest.Blog) { b.Redirect("/frozen/", ice, 301); link(b, "/frozen/") }},
		{"a temporary redirect", func(b *blogtest.Blog) { b.Redirect("/?p=14", ice, 302); link(b, "/?p=14") }},
		{"a copy that names its original", func(b *blogtest.Blog) {
			copyTo(b, "/print/ice/")
			canonicalOf(b, "/print/ice/", ice)
			link(b, "/print/ice/")
		}},
		{"a changed copy that names its original", func(b *blogtest.Blog) {
			copyTo(b, "/print/ice/", "</h1>", "</h1><p>You are reading the version for printers.</p>")
			canonicalOf(b, "/print/ice/", ice)
			link(b, "/print/ice/")
		}},
		{"an AMP copy", func(b *blogtest.Blog) {
			copyTo(b, ice+"amp/", `<html lang="en-US">`, `<html ⚡ lang="en-US">`)
			canonicalOf(b, ice+"amp/", ice)
			link(b, ice+"amp/")
		}},
		{"a shorter AMP copy", func(b *blogtest.Blog) {
			body := b.Body(ice)
			copyTo(b, "/amp/ice/", `<html lang="en-US">`, `<html amp>`, body[strings.LastIndex(body, "<p>"):strings.LastIndex(body, "</p>")], "<p>")
			canonicalOf(b, "/amp/ice/", ice)
			link(b, "/amp/ice/")
		}},
		{"two categories", func(b *blogtest.Blog) {
			copyTo(b, "/winter/ice/")
			copyTo(b, "/boats/ice/")
			link(b, "/winter/ice/", "/boats/ice/")
		}},
		{"two categories that the pages name", func(b *blogtest.Blog) {
			copyTo(b, "/winter/ice/", `<div class="entry-content">`, `<div class="entry-content"><p>Everything on winter in one place</p>`)
			link(b, "/winter/ice/")
		}},
		{"a parameter that is another at each visit", func(b *blogtest.Blog) {
			for i := range 3 {
				copyTo(b, fmt.Sprintf("%s?v=%d", ice, i))
				link(b, fmt.Sprintf("%s?v=%d", ice, i))
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			blog := hub(t)
			tc.also(blog)
			w := newWorld(t, blog)
			w.crawl()
			if n := len(w.stories()); n != 6 {
				t.Fatalf("%d stories, want 6: %v", n, w.titles())
			}
			var at []string
			for _, s := range w.stories() {
				at = append(at, strings.TrimPrefix(s.Permalink, blog.URL))
			}
			if diff := cmp.Diff(paths(blog), at); diff != "" {
				t.Errorf("addresses of the stories (-want +got):\n%s", diff)
			}
			wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
			w.consistent()
		})
	}
}

// An AMP copy that is linked alone leads to its original.
func TestOnlyTheAMPCopyIsLinked(t *testing.T) {
	blog := hub(t)
	copyTo(blog, ice+"amp/", `<html lang="en-US">`, `<html amp lang="en-US">`)
	canonicalOf(blog, ice+"amp/", ice)
	blog.Replace(list, "{{base}}"+ice, "{{base}}"+ice+"amp/")
	w := newWorld(t, blog)
	w.crawl()
	if s := w.stories()[3]; s.Permalink != blog.URL+ice || s.GUID != feed.GUID(blog.URL+ice) {
		t.Errorf("the story is at %s, want it at its original", s.Permalink)
	}
}

func TestTwoStories(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*blogtest.Blog)
	}{
		{"with a significant parameter", func(b *blogtest.Blog) {
			for id, p := range map[string]string{"12": "/die-naechste-faehre/", "13": ice} {
				b.Set("/?p="+id, strings.ReplaceAll(b.Body(p), p, "/?p="+id))
				b.Replace(list, "{{base}}"+p, "{{base}}/?p="+id)
			}
		}},
		{"with the same words every week", func(b *blogtest.Blog) {
			b.Set("/die-naechste-faehre/", strings.NewReplacer("{{base}}"+ice, "{{base}}/die-naechste-faehre/", "February 6th, 2026", "February 13th, 2026").Replace(b.Body(ice)))
		}},
		{"with nearly the same words and another number in the title", func(b *blogtest.Blog) {
			b.Set("/die-naechste-faehre/", strings.NewReplacer("{{base}}"+ice, "{{base}}/die-naechste-faehre/", "Ice in the Sound", "Ice in the Sound 2", "</p>", " 17.</p>").Replace(b.Body(ice)))
		}},
		{"with nearly the same words a day later", func(b *blogtest.Blog) {
			b.Set("/die-naechste-faehre/", strings.NewReplacer("{{base}}"+ice, "{{base}}/die-naechste-faehre/", "February 6th, 2026", "February 7th, 2026", "<p>", "<p>Log: ").Replace(b.Body(ice)))
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			blog := hub(t)
			tc.change(blog)
			w := newWorld(t, blog)
			w.crawl()
			if n := len(w.stories()); n != 6 {
				t.Errorf("%d stories, want 6: %v", n, w.titles())
			}
			w.consistent()
		})
	}
}

// Stories that are much alike, as those of a serial may be, are not downloaded
// again for each other: that one has not moved is known, or asked politely.
func TestAlikeStoriesAreDownloadedOnce(t *testing.T) {
	blog := hub(t)
	const next = "/die-naechste-faehre/"
	as := func(path, day string) {
		copyTo(blog, path, "Ice in the Sound", "Ice in the Sound, "+day, "February 6th, 2026", day)
	}
	as(next, "February 13th, 2026")
	w := newWorld(t, blog)
	w.crawl()
	for _, p := range []string{ice, next} {
		if n := len(blog.RequestsTo(p)); n != 1 {
			t.Errorf("%s was asked for %d times, want once", p, n)
		}
	}

	as("/fourth/", "February 20th, 2026")
	link(blog, "/fourth/")
	w.wait(time.Hour)
	w.crawl()
	if n := len(w.stories()); n != 7 {
		t.Errorf("%d stories, want 7: %v", n, w.titles())
	}
	for _, p := range []string{ice, next} {
		for _, r := range blog.RequestsTo(p) {
			if !r.Conditional() || r.Status != 304 {
				t.Errorf("%v was sent again, want 304", r)
			}
		}
	}
	w.consistent()
}

// TestMoveWithoutRedirect moves a story and changes it on the way.
func TestMoveWithoutRedirect(t *testing.T) {
	for _, tc := range []struct {
		name    string
		changes []string
		leave   func(*blogtest.Blog)
	}{
		{"with a mended title", []string{"Ice in the Sound", "Ice in the Great Sound"}, func(b *blogtest.Blog) { b.Remove(ice) }},
		{"with a new title", []string{"Ice in the Sound", "How It Froze"}, func(b *blogtest.Blog) { b.Gone(ice) }},
		{"with another sentence", []string{"</p>", " This was added.</p>"}, func(b *blogtest.Blog) { b.Remove(ice) }},
		{"leaving a soft 404", nil, func(b *blogtest.Blog) {
			b.Set(ice, "<title>Page not found</title><h1>Page not found</h1><p>Sorry, we looked everywhere for it.</p>")
		}},
		{"leaving a redirect to the home page", nil, func(b *blogtest.Blog) {
			b.Set("/", b.Body("/about/"))
			b.Redirect(ice, "/", 302)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, hub(t))
			w.crawl()
			old := w.stories()[3]
			copyTo(w.blog, "/archive/frozen/", tc.changes...)
			w.blog.Replace(list, "{{base}}"+ice, "{{base}}/archive/frozen/")
			tc.leave(w.blog)
			w.wait(time.Hour)
			report := "6 found, 0 new, 1 changed, 5 unchanged, 0 gone, 0 failed"
			if tc.changes == nil {
				report = "6 found, 0 new, 0 changed, 1 moved, 5 unchanged, 0 gone, 0 failed"
			}
			wantReport(t, w.crawl(), report)
			now := w.stories()[3]
			if len(w.stories()) != 6 || now.GUID != old.GUID || now.Permalink != w.blog.URL+"/archive/frozen/" {
				t.Errorf("moved story: GUID %s at %s, want %s at /archive/frozen/", now.GUID, now.Permalink, old.GUID)
			}
			if changed := now.Hash != old.Hash; changed != !now.Updated.IsZero() || changed != (tc.changes != nil) {
				t.Errorf("updated is %v, text or title changed: %t", now.Updated, changed)
			}
			wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
			w.consistent()
		})
	}
}

// A parameter that pages do without, time and again, is not looked into for
// every one of them.
func TestSpareParameter(t *testing.T) {
	blog := hub(t)
	for _, p := range paths(blog) {
		blog.Replace(list, p+`"`, p+`?series=ferry"`)
	}
	w := newWorld(t, blog)
	w.crawl()
	pages := map[string]int{}
	for _, r := range blog.Requests() {
		if path, _, _ := strings.Cut(r.Path, "?"); slices.Contains(paths(blog), path) {
			pages[path]++
		}
	}
	twice := 0
	for _, n := range pages {
		twice += n - 1
	}
	if len(pages) != 6 || twice != 3 {
		t.Errorf("%d stories were read, and %d of them twice; want 6, and 3 to see that the parameter makes no difference", len(pages), twice)
	}
	for _, s := range w.stories() {
		if strings.Contains(s.Permalink, "?") {
			t.Errorf("%s is at %s", s.Title, s.Permalink)
		}
	}
	wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
	w.consistent()
}

func TestHostileCanonicals(t *testing.T) {
	for _, tc := range []struct {
		name string
		harm func(*blogtest.Blog)
	}{
		{"all pages claim one story", func(b *blogtest.Blog) {
			for _, p := range paths(b)[1:] {
				canonicalOf(b, p, paths(b)[0])
			}
		}},
		{"all pages claim the hub page", func(b *blogtest.Blog) {
			for _, p := range paths(b) {
				canonicalOf(b, p, list)
			}
		}},
		{"all pages claim the home page", func(b *blogtest.Blog) {
			b.Set("/", b.Body("/about/"))
			for _, p := range paths(b) {
				canonicalOf(b, p, "/")
			}
		}},
		{"all pages claim a page outside the series", func(b *blogtest.Blog) {
			for _, p := range paths(b) {
				canonicalOf(b, p, "/winter-sale-of-postcards/")
			}
		}},
		{"two pages claim each other", func(b *blogtest.Blog) {
			canonicalOf(b, ice, "/salt-bread-and-diesel/")
			canonicalOf(b, "/salt-bread-and-diesel/", ice)
		}},
		{"a copy claims another copy that claims the first", func(b *blogtest.Blog) {
			copyTo(b, "/copy/")
			canonicalOf(b, "/copy/", ice)
			canonicalOf(b, ice, "/copy/")
		}},
		{"a page claims one that is not there", func(b *blogtest.Blog) { canonicalOf(b, ice, "/nowhere/") }},
		{"a page claims another site", func(b *blogtest.Blog) {
			b.Replace(ice, `<link rel="canonical" href="{{base}}`+ice+`">`, `<link rel="canonical" href="https://evil.example/ice/">`)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			blog := hub(t)
			tc.harm(blog)
			w := newWorld(t, blog)
			w.crawl()
			var want, at []string
			for _, s := range blog.Stories() {
				want = append(want, s.Title+" at "+s.Path)
			}
			for _, s := range w.stories() {
				at = append(at, s.Title+" at "+strings.TrimPrefix(s.Permalink, blog.URL))
			}
			if diff := cmp.Diff(want, at); diff != "" {
				t.Errorf("stories (-want +got):\n%s", diff)
			}
			if n := len(blog.Requests()); n > 13 {
				t.Errorf("%d requests for 6 stories: a claim is checked once", n)
			}
			wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
			w.consistent()
		})
	}
}

// A site that redirects one story to another must not put the one's text in
// the place of the other's.
func TestRedirectToAnotherStory(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	before := w.stories()
	w.blog.Redirect(ice, "/the-first-crossing/", 301)
	w.crawl()
	if diff := cmp.Diff(before, w.stories()); diff != "" {
		t.Errorf("stories changed (-before +after):\n%s", diff)
	}
	if h := w.health(); !strings.Contains(h.Reason, "leads to part 1") {
		t.Errorf("health is %s (%s), want it to name the redirect", h.State, h.Reason)
	}
}
