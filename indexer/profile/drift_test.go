package profile_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/profile"
)

var class = regexp.MustCompile(`class="[^"]*"`)

// renamed gives every class of a family another name.
func renamed(f family) family {
	page := f.page
	f.page = func(s story) string {
		return class.ReplaceAllStringFunc(page(s), func(attr string) string {
			names := strings.Fields(attr[len(`class="`) : len(attr)-1])
			for i, n := range names {
				r := []byte(n)
				for k := range r {
					if r[k] >= 'a' && r[k] <= 'z' {
						r[k] = 'a' + (r[k]-'a'+11)%26
					}
				}
				names[i] = "u" + string(r)
			}
			return `class="` + strings.Join(names, " ") + `"`
		})
	}
	return f
}

// TestRedesign: a page in another template is told from one of the known, and
// is never read by the old profile alone.
func TestRedesign(t *testing.T) {
	for i, f := range families {
		set := learn(t, f.samples(t, 0, 12, profile.ByFeed), options())
		others := []family{families[(i+1)%len(families)], families[(i+3)%len(families)]}
		if strings.Count(f.page(tell(1)), "class=") > 3 && f.name != "hashed classes" {
			others = append(others, renamed(f))
		}
		for _, to := range others {
			for k := 20; k < 26; k++ {
				s := tell(k)
				v := set.Apply(to.parse(t, s), profile.Hints{URL: f.url(s), Language: "en", ReadDate: extract.ReadDate})
				if v.Matched && !v.Changed {
					t.Errorf("%s as %s: story %d passes for the old template (fit %.2f)", f.name, to.name, k, v.Fit)
				}
				to.site = f.site
				if r := read(t, to, s, set); r.Profile.Alone {
					t.Errorf("%s as %s: story %d is read by the old profile alone", f.name, to.name, k)
				}
			}
		}
	}
}

// TestNewBuild: hashed names of a new build are no new template.
func TestNewBuild(t *testing.T) {
	f := families[3]
	set := learn(t, f.samples(t, 0, 12, profile.ByFeed), options())
	f.page = modules("kLmTr")
	for k := 20; k < 26; k++ {
		if r := read(t, f, tell(k), set); r.Text != tell(k).text() || r.Title != tell(k).title || !r.Profile.Alone {
			t.Errorf("story %d is read otherwise after a new build: %+v", k, r.Profile)
		}
	}
}

// TestRelearn: after a redesign the stored stories teach the new template; the
// stories that were left out are read as they were stored.
func TestRelearn(t *testing.T) {
	for i, old := range families {
		to := families[(i+2)%len(families)]
		to.site, to.lone = old.site, false
		if to.name == "notices and a lone author" {
			continue // its pages say that another person wrote them
		}
		before := learn(t, old.samples(t, 0, 12, profile.ByFeed), options())
		stored := func(k int) profile.Known {
			v := read(t, old, tell(k), before)
			known := consensus(v)
			known.TitleBy, known.AuthorsBy, known.DateBy, known.TextBy = profile.ByStore, profile.ByStore, profile.ByStore, profile.ByStore
			if old.lone {
				known.Authors = nil
			}
			return known
		}
		var samples, left []profile.Sample
		for k := range 16 {
			s := tell(k)
			one := profile.Sample{ID: to.url(s), URL: to.url(s), Doc: to.parse(t, s), Known: stored(k)}
			if k < 12 {
				samples = append(samples, one)
			} else {
				left = append(left, one)
			}
		}
		opt := options()
		opt.Previous = before
		after, err := profile.Learn(samples, opt)
		if err != nil {
			t.Errorf("%s to %s: %v", old.name, to.name, err)
			continue
		}
		if after.Generation != 2 {
			t.Errorf("generation %d, want 2", after.Generation)
		}
		if v := profile.Verify(after, left, opt); !v.OK() || len(v.Faults) > 0 {
			t.Errorf("%s to %s: left-out stories: %+v", old.name, to.name, v)
		}
		if v := profile.Verify(before, left, opt); v.OK() {
			t.Errorf("%s to %s: the old set passes for the new template: %+v", old.name, to.name, v)
		}
		for k := 12; k < 16; k++ {
			got, want := read(t, to, tell(k), after), stored(k)
			if got.Title != want.Title || after.Strip(got.Text) != before.Strip(want.Text) {
				t.Errorf("%s to %s: story %d is another in the new template:\n%q\n%q\n%s\n%s", old.name, to.name, k, got.Title, want.Title, got.Text, want.Text)
			}
		}
	}
}

// TestTwoTemplates: old and new stories of a site have templates of their own.
func TestTwoTemplates(t *testing.T) {
	a, b := families[0], families[2]
	b.site = a.site
	set := learn(t, append(a.samples(t, 0, 10, profile.ByFeed), b.samples(t, 50, 60, profile.ByFeed)...), options())
	if len(set.Profiles) != 2 {
		t.Fatalf("%d profiles, want 2", len(set.Profiles))
	}
	for k := 20; k < 26; k++ {
		s := tell(k)
		for _, f := range []family{a, b} {
			if r := read(t, f, s, set); !r.Profile.Alone || r.Text != s.text() || r.Title != s.title {
				t.Errorf("%s: story %d is not read by its profile: %+v", f.name, k, r.Profile)
			}
		}
	}
}

// TestOddSamples: a paywalled page and one of another kind among the samples
// teach nothing wrong.
func TestOddSamples(t *testing.T) {
	f := families[1]
	samples := f.samples(t, 0, 12, profile.ByFeed)
	s := tell(60)
	full := s.text()
	s.parts = append(s.parts[:1:1], part{tag: "p", text: "This story is for members. Join us to read on."})
	paywalled := f.sample(t, s, profile.ByFeed)
	paywalled.Known.Text = full
	odd := profile.Sample{ID: "odd", URL: "https://tin-roof.example/odd", Doc: families[4].parse(t, tell(70)), Known: f.known(tell(70), profile.ByFeed)}
	set := learn(t, append(samples, paywalled, odd), options())
	if len(set.Profiles) != 1 {
		t.Fatalf("%d profiles, want 1", len(set.Profiles))
	}
	if l := set.Profiles[0].Fields[profile.Body]; l.Support != 12 || l.Of != 13 || !strings.Contains(l.Counter, slug(s.title)) {
		t.Errorf("body: support %d of %d, counter-example %q; want 12 of 13 and the paywalled story", l.Support, l.Of, l.Counter)
	}
	for k := 20; k < 26; k++ {
		if r := read(t, f, tell(k), set); r.Text != tell(k).text() {
			t.Errorf("story %d: text %q", k, r.Text)
		}
	}
}

func TestTooFew(t *testing.T) {
	f := families[0]
	_, err := profile.Learn(f.samples(t, 0, 3, profile.ByFeed), options())
	var not *profile.NotLearned
	if !errors.As(err, &not) {
		t.Errorf("three stories: %v, want a NotLearned", err)
	}
	set := learn(t, f.samples(t, 0, 5, profile.ByFeed), options())
	if r := read(t, f, tell(20), set); r.Profile.Alone || !r.Profile.Fields[profile.Body].Agrees {
		t.Errorf("a set of five stories: %+v, want a full reading that agrees", r.Profile)
	}
}

// TestWrongTeacher: values that are not on the pages are not learned.
func TestWrongTeacher(t *testing.T) {
	f := families[0]
	samples := f.samples(t, 0, 12, profile.ByFeed)
	for i := range samples {
		samples[i].Known.Title = tell(500 + i).title
		samples[i].Known.Text = tell(500 + i).text()
	}
	if set, err := profile.Learn(samples, options()); err == nil {
		t.Errorf("learned %+v from values of other stories", set.Profiles[0].Fields)
	}
}

// TestInterview: what repeats in the midst of stories is theirs.
func TestInterview(t *testing.T) {
	ask := []string{"What did you sell first?", "Why do you still do it?", "What would you tell a beginner?"}
	page := func(s story) string {
		body := "<p>This is the next of our talks with people who sell.</p>"
		for k, q := range ask {
			body += fmt.Sprintf("<h3>%s</h3><p>%s</p>", q, s.parts[k%3].text)
		}
		return fmt.Sprintf(`<html lang="en"><head><title>%[1]s</title></head><body><div class="top">Talks</div><div class="talk"><h1>%[1]s</h1><p class="sub">%[2]s, %[3]s</p><div class="talk-text">%[4]s</div></div></body></html>`, s.title, s.author, s.day(), body)
	}
	f := family{name: "interview", site: "Talks", page: page}
	var samples []profile.Sample
	for i := range 12 {
		samples = append(samples, profile.Sample{ID: f.url(tell(i)), URL: f.url(tell(i)), Doc: f.parse(t, tell(i)), Known: consensus(read(t, f, tell(i), nil))})
	}
	set := learn(t, samples, options())
	got := read(t, f, tell(30), set)
	for _, q := range ask {
		if !strings.Contains(got.Text, q) {
			t.Errorf("the question %q was cut: %v", q, set.Profiles[0].Furniture)
		}
	}
	if strings.Contains(got.Text, "This is the next of our talks") {
		t.Errorf("the line that opens each talk was kept")
	}
}

// TestPins: a person's selectors overrule what was learned, and are reported
// where they find nothing.
func TestPins(t *testing.T) {
	f := families[0]
	s := tell(20)
	opt := options()
	opt.Pins = feed.Select{Title: "p.site-title", Body: ".entry-content", Remove: "h2, ul"}
	set := learn(t, f.samples(t, 0, 12, profile.ByFeed), opt)
	if l := set.Profiles[0].Fields[profile.Title]; l.Support != 0 || l.Of != 12 || l.Counter == "" || l.Places[0].Kind != profile.Pinned {
		t.Errorf("the pinned title was not checked: %+v", l)
	}
	for name, set := range map[string]*profile.Set{"learned": set, "without a set": nil} {
		v, err := extract.Extract(extract.Page{URL: f.url(s), HTML: []byte(f.page(s)), Now: now, Profile: set, Pins: opt.Pins})
		if err != nil {
			t.Fatal(err)
		}
		if v.Title != "The Slow Ledger" || v.TitleSource != "selector" {
			t.Errorf("%s: title %q by %q, want the pinned one", name, v.Title, v.TitleSource)
		}
		if strings.Contains(v.HTML, "<h2") || strings.Contains(v.HTML, "<ul") {
			t.Errorf("%s: what is to be removed is still in %q", name, v.HTML)
		}
		if !v.Profile.Fields[profile.Title].Pinned {
			t.Errorf("%s: reading says %+v", name, v.Profile.Fields)
		}
	}
	v, err := extract.Extract(extract.Page{URL: f.url(s), HTML: []byte(f.page(s)), Now: now, Pins: feed.Select{Date: ".nowhere", Author: "a[rel=author]"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Profile.Failures) != 1 || v.Profile.Failures[0].Field != profile.Published || v.Published.IsZero() || strings.Join(v.Authors, "") != s.author {
		t.Errorf("a pin that finds nothing: failures %v, published %v, authors %v", v.Profile.Failures, v.Published, v.Authors)
	}
}

func FuzzApply(f *testing.F) {
	set := learn(f, families[0].samples(f, 0, 9, profile.ByFeed), options())
	for _, fam := range families {
		f.Add(fam.page(tell(40)))
	}
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > maxFuzzed {
			return // what is slow on long pages is measured elsewhere
		}
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		v := set.Apply(doc, profile.Hints{URL: "https://x.example/a", Anchor: "A link of words", ReadDate: extract.ReadDate})
		for _, n := range v.Cut {
			for p := n.Parent; p != v.Body.Node(); p = p.Parent {
				if p == nil {
					t.Fatal("a node outside of the body is cut")
				}
			}
		}
	})
}

// maxFuzzed are bytes of a page, more than the longest of the families has.
const maxFuzzed = 16 << 10

// FuzzLearn learns from pages of any kind, which costs far more than to read
// one of them.
func FuzzLearn(f *testing.F) {
	f.Add("<title>A</title><main><h1>A</h1><p>Some words of a story that nobody has told.</p></main>", "A", "Some words of a story that nobody has told.")
	f.Fuzz(func(t *testing.T, page, title, text string) {
		const most = 2 << 10
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil || len(page) > most {
			return
		}
		samples := slices.Repeat([]profile.Sample{{Doc: doc, Known: profile.Known{Title: title, Text: text}}}, profile.MinSamples)
		if set, err := profile.Learn(samples, options()); err == nil {
			set.Apply(doc, profile.Hints{URL: "https://x.example/a"})
		}
	})
}

// TestPinnedBodyOfSeveralElements: a selector may name the paragraphs rather
// than what holds them.
func TestPinnedBodyOfSeveralElements(t *testing.T) {
	const page = `<html><head><title>Low Tide</title></head><body><nav><a href="/">Home</a></nav><h1>Low Tide</h1><div class="c">
<p>The water went out further than anybody in the village could remember.</p><aside>Our sponsor sells very good boots for the mud.</aside>
<p>We walked to the old wreck, and nobody said a word on the way there.</p></div>
<div class="c"><p>In the evening it came back as if nothing at all had happened.</p></div><footer>Some rights reserved by us.</footer></body></html>`
	const want = `The water went out further than anybody in the village could remember.

We walked to the old wreck, and nobody said a word on the way there.

In the evening it came back as if nothing at all had happened.`
	v, err := extract.Extract(extract.Page{URL: "https://shore.example/low-tide/", HTML: []byte(page), Now: now, Pins: feed.Select{Body: "div.c > p"}})
	if err != nil {
		t.Fatal(err)
	}
	if v.Text != want {
		t.Errorf("body pinned to div.c > p:\n%s\nwant:\n%s", v.Text, want)
	}
}
