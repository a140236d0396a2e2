package indexer_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/blogtest"
)

// tale is a story of a made-up blog whose template tests change.
type tale struct {
	n             int
	title, author string
	day           time.Time
	paragraphs    []string
}

// tales are n stories of different length, of words that no two share in
// order.
func tales(n int) []tale {
	words := strings.Fields(`harbour winter rope lantern gull anchor tide salt cabin letter stove island captain sister bread
		engine fog ladder window candle market orchard bridge kettle wagon needle river silver thunder meadow copper violin
		garden stranger bottle paper shoulder winding narrow early quiet heavy broken gentle sudden distant patient hollow`)
	authors := []string{"Astrid Moen", "Jonas Eide", "Greta Lindholm"}
	var all []tale
	for i := range n {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		t := tale{n: i + 1, author: authors[i%len(authors)], day: time.Date(2026, 1, 5+7*i, 0, 0, 0, 0, time.UTC)}
		pick := func() string { return words[r.IntN(len(words))] }
		t.title = fmt.Sprintf("The %s and the %s of %s", pick(), pick(), pick())
		for range 4 + r.IntN(5) {
			var p strings.Builder
			for s := range 3 {
				fmt.Fprintf(&p, "%s the %s %s", []string{"Then", "Often", "Once"}[s], pick(), pick())
				for range 8 + r.IntN(9) {
					p.WriteString(" " + pick())
				}
				p.WriteString(", it's said. ")
			}
			t.paragraphs = append(t.paragraphs, strings.TrimSpace(p.String()))
		}
		all = append(all, t)
	}
	return all
}

func (t tale) path() string { return fmt.Sprintf("/tale-%d/", t.n) }

// design writes the page of a story.
type design func(t tale) string

func classic(t tale) string {
	return page(t.title+" – The Long Quay", "", fmt.Sprintf(`<header class="masthead"><a class="brand" href="{{base}}/">The Long Quay</a><nav class="menu"><a href="{{base}}/about/">About us</a></nav></header>
<main class="site-main"><article class="post"><h1 class="entry-title">%s</h1><p class="entry-meta">by <a rel="author" class="author" href="{{base}}/author/x/">%s</a> on <time class="entry-date" datetime="%s">%s</time></p>
<div class="entry-content">%s</div></article></main>
<aside class="sidebar"><h2 class="widget-title">On this quay</h2><p class="widget-text">Letters from a harbour, one a week, and never more than that.</p></aside>
<footer class="colophon"><p>Written by hand. All rights reserved by the quay.</p></footer>`,
		t.title, t.author, t.day.Format(time.DateOnly), t.day.Format("January 2, 2006"), "<p>"+strings.Join(t.paragraphs, "</p>\n<p>")+"</p>"))
}

// modern is a template of nameless boxes, with lines of its own within the
// text, other quotes, and the site's name before the title.
func modern(t tale) string {
	body := strings.ReplaceAll("<p>"+strings.Join(t.paragraphs, "</p>\n<p>")+"</p>", "'", "’")
	return page("The Long Quay: "+t.title, "", fmt.Sprintf(`<div class="top"><div class="top-in"><a href="{{base}}/">The Long Quay</a> <a href="{{base}}/about/">About us</a></div></div>
<div class="wrap"><div class="col"><div class="kick">Letters</div><h2 class="hed">%s</h2><div class="who"><span>%s</span> <span>%s</span></div>
<div class="txt"><p class="lead-in">A letter from the quay, %d min read</p>%s<p class="tail">Like what you read? Tell a friend who lives by the sea.</p></div></div>
<div class="col2"><b>On this quay</b><div>Letters from a harbour, one a week, and never more than that.</div></div></div>
<div class="bot">Made with care</div>`, t.title, t.author, t.day.Format("2 January 2006"), len(t.paragraphs), body))
}

func page(title, head, body string) string {
	return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title + "</title>" + head + "</head><body>" + body + "</body></html>"
}

// renamed gives every class and id another name.
func renamed(d design) design {
	name := regexp.MustCompile(`(class|id)="([^"]*)"`)
	return func(t tale) string {
		return name.ReplaceAllStringFunc(d(t), func(s string) string {
			m := name.FindStringSubmatch(s)
			var out []string
			for c := range strings.FieldsSeq(m[2]) {
				b := []byte(c)
				for i := range b {
					if 'a' <= b[i] && b[i] <= 'z' {
						b[i] = 'a' + (b[i]-'a'+11)%26
					}
				}
				out = append(out, "x"+string(b))
			}
			return m[1] + `="` + strings.Join(out, " ") + `"`
		})
	}
}

// quay is a blog of tales in a design.
func quay(t *testing.T, all []tale, d design) *blogtest.Blog {
	t.Helper()
	blog := blogtest.New(t, []byte("-- source --\n/\n-- /about/ --\n<title>About</title><h1>About</h1><p>Us.</p>\n"))
	dress(blog, all, d)
	return blog
}

// dress puts all pages of a blog into a design.
func dress(blog *blogtest.Blog, all []tale, d design) {
	hub := tale{title: "Letters from the Long Quay", author: "Astrid Moen", day: all[0].day}
	var items strings.Builder
	for _, t := range all {
		blog.Set(t.path(), d(t))
		fmt.Fprintf(&items, `<li><a href="{{base}}%s">%s</a></li>`, t.path(), t.title)
	}
	hub.paragraphs = []string{"All letters, in the order in which they were written:</p><ol>" + items.String() + "</ol><p>More will follow."}
	blog.Set("/", d(hub))
}

func (w *world) template() store.Template {
	w.t.Helper()
	all, err := w.store.Templates(w.t.Context(), slug)
	must(w.t, err)
	if len(all) != 1 {
		w.t.Fatalf("%d templates, want that of the one site", len(all))
	}
	return all[0]
}

// TestRedesign dresses a blog anew; nothing of that may reach readers.
func TestRedesign(t *testing.T) {
	for _, tc := range []struct {
		name     string
		from, to design
	}{
		{"all classes renamed", classic, renamed(classic)},
		{"a theme of nameless boxes with lines of its own", classic, modern},
		{"and back", modern, classic},
		{"nameless boxes, renamed", modern, renamed(modern)},
	} {
		for _, validators := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, validators %t", tc.name, validators), func(t *testing.T) {
				all := tales(14)
				blog := quay(t, all, tc.from)
				blog.Validators(validators)
				w := newWorld(t, blog)
				wantReport(t, w.crawl(), "14 found, 14 new, 0 changed, 0 unchanged, 0 gone, 0 failed")
				if n := len(blog.Requests()); n > 17 {
					t.Errorf("%d requests for 14 stories: pages were fetched to learn from", n)
				}
				if first := w.template(); !bytes.Contains(first.Profile, []byte(`"generation":1`)) {
					t.Fatalf("nothing was learned: %s", first.Profile)
				}
				before := w.stories()

				dress(blog, all, tc.to)
				w.wait(time.Hour)
				c := w.crawl()
				wantReport(t, c, "14 found, 0 new, 0 changed, 14 unchanged, 0 gone, 0 failed")
				if n := len(blog.Requests()); n > 18 {
					t.Errorf("%d requests for 14 stories: some were fetched twice", n)
				}
				if len(c.Events) != 1 || c.Events[0].Kind != feed.EventLearned {
					t.Errorf("events %v, want one: learned anew", c.Events)
				}
				if h := w.health(); h.State != feed.StateOK {
					t.Errorf("health is %s: %s", h.State, h.Reason)
				}
				if now := w.template(); !bytes.Contains(now.Profile, []byte(`"generation":2`)) || now.Changed.IsZero() || !strings.Contains(now.Note, "learned anew") {
					t.Errorf("template: changed %v, note %q", now.Changed, now.Note)
				}
				if diff := cmp.Diff(before, w.stories()); diff != "" {
					t.Errorf("stories changed (-before +after):\n%s", diff)
				}

				w.wait(time.Hour)
				if c := w.crawl(); c.Unchanged != 14 || len(c.Events) != 0 {
					t.Errorf("the next crawl: %v, want 14 unchanged and no event", c)
				}

				all[4].paragraphs[1] += " And then a marmalade invoice came."
				dress(blog, all, tc.to)
				w.wait(time.Hour)
				wantReport(t, w.crawl(), "14 found, 0 new, 1 changed, 13 unchanged, 0 gone, 0 failed")
				if n := w.found("marmalade"); n != 1 {
					t.Errorf("the edit is found in %d stories, want 1", n)
				}
				w.consistent()
			})
		}
	}
}

// An author's edit on the day of the redesign is no part of it.
func TestEditWithRedesign(t *testing.T) {
	for name, to := range map[string]design{"renamed": renamed(classic), "modern": modern} {
		t.Run(name, func(t *testing.T) {
			all := tales(14)
			blog := quay(t, all, classic)
			w := newWorld(t, blog)
			w.crawl()
			all[4].paragraphs[1] += " And then a marmalade invoice came."
			dress(blog, all, to)
			w.wait(time.Hour)
			wantReport(t, w.crawl(), "14 found, 0 new, 1 changed, 13 unchanged, 0 gone, 0 failed")
			if s := w.stories()[4]; s.Revision != 2 || !strings.Contains(s.Text, "marmalade") {
				t.Errorf("the edited story has revision %d", s.Revision)
			}
			w.consistent()
		})
	}
}

// New stories show a redesign of which the old ones know nothing yet, as on a
// site whose pages are made once.
func TestRedesignThatNewStoriesShow(t *testing.T) {
	all := tales(20)
	blog := quay(t, all[:12], classic)
	w := newWorld(t, blog)
	w.crawl()
	for _, s := range all[12:] {
		blog.Set(s.path(), renamed(modern)(s))
		blog.Replace("/", "</ol>", `<li><a href="{{base}}`+s.path()+`">`+s.title+`</a></li></ol>`)
	}
	w.wait(time.Hour)
	wantReport(t, w.crawl(), "20 found, 8 new, 0 changed, 12 unchanged, 0 gone, 0 failed")
	for i, s := range w.stories() {
		if s.Title != all[i].title || strings.Join(s.Authors, ", ") != all[i].author || s.Published.Time != all[i].day {
			t.Errorf("part %d: %q by %v on %v; want %q by %s on %v", s.Part, s.Title, s.Authors, s.Published.Time, all[i].title, all[i].author, all[i].day)
		}
	}
	w.consistent()
}

// One page that is built otherwise is no redesign.
func TestOneOddPage(t *testing.T) {
	all := tales(14)
	blog := quay(t, all, classic)
	w := newWorld(t, blog)
	w.crawl()
	odd := tales(15)[14]
	blog.Set(odd.path(), renamed(modern)(odd))
	blog.Replace("/", "</ol>", `<li><a href="{{base}}`+odd.path()+`">`+odd.title+`</a></li></ol>`)
	w.wait(time.Hour)
	c := w.crawl()
	wantReport(t, c, "15 found, 1 new, 0 changed, 14 unchanged, 0 gone, 0 failed")
	if h := w.health(); h.State != feed.StateOK || len(c.Events) != 0 {
		t.Errorf("one odd page made the series %s (%s), events %v", h.State, h.Reason, c.Events)
	}
}

// A pinned selector that finds nothing is a fault with a name.
func TestPins(t *testing.T) {
	all := tales(6)
	blog := quay(t, all, classic)
	for _, s := range all {
		blog.Replace(s.path(), `<div class="entry-content">`, `<div class="entry-content"><p class="promo">Buy the book of the quay.</p>`)
	}
	w := newWorld(t, blog, func(s *feed.Series) {
		s.Select = feed.Select{Title: "h1.entry-title", Remove: ".promo", Author: ".nobody"}
	})
	w.crawl()
	for i, s := range w.stories() {
		if s.Title != all[i].title || strings.Contains(s.Text, "Buy the book") {
			t.Errorf("part %d: %q %.60q", s.Part, s.Title, s.Text)
		}
	}
	if h := w.health(); h.State != feed.StateDegraded || !strings.Contains(h.Reason, "pinned") {
		t.Errorf("health is %s (%s), want degraded: a pinned selector finds nothing", h.State, h.Reason)
	}
}

// torn is no template: every story is built in its own way.
func torn(t tale) string {
	tags := []string{"div", "section", "center", "blockquote", "dl", "ul", "fieldset", "form", "main", "article", "figure", "details", "address", "dd"}
	body := "<h1>" + t.title + "</h1><p>" + strings.Join(t.paragraphs, "</p><p>") + "</p>"
	for i := range 6 {
		tag := tags[(t.n*(i+3)+i*i)%len(tags)]
		body = fmt.Sprintf(`<%s class="%c%s"><i class="%s">.</i>%s</%s>`, tag, 'a'+t.n%26, strings.Repeat("x", i+1), strings.Repeat("y", t.n), body, tag)
	}
	return page(t.title, "", body)
}

// A change that can't be learned is told as a fault until it can, and takes
// nothing from readers.
func TestRedesignThatIsNotLearned(t *testing.T) {
	all := tales(14)
	blog := quay(t, all, classic)
	w := newWorld(t, blog)
	w.crawl()
	before := w.stories()
	dress(blog, all, torn)
	w.wait(time.Hour)
	c := w.crawl()
	if c.New != 0 || c.Gone != 0 || c.Changed != 0 {
		t.Errorf("%v, want nothing new, gone or changed", c)
	}
	if diff := cmp.Diff(before, w.stories()); diff != "" {
		t.Errorf("stories changed (-before +after):\n%s", diff)
	}
	if h := w.health(); h.State != feed.StateDegraded || h.Fault != feed.FaultTemplate {
		t.Errorf("health is %s (%s), want degraded by the template", h.State, h.Reason)
	}
	dress(blog, all, classic)
	w.wait(25 * time.Hour)
	wantReport(t, w.crawl(), "14 found, 0 new, 0 changed, 14 unchanged, 0 gone, 0 failed")
	if h := w.health(); h.State != feed.StateOK {
		t.Errorf("health with the old template is %s: %s", h.State, h.Reason)
	}
	if diff := cmp.Diff(before, w.stories()); diff != "" {
		t.Errorf("stories changed (-before +after):\n%s", diff)
	}
}
