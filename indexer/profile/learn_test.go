package profile_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/profile"
)

func learn(t testing.TB, samples []profile.Sample, opt profile.Options) *profile.Set {
	t.Helper()
	set, err := profile.Learn(samples, opt)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// read extracts a page with and without a set.
func read(t testing.TB, f family, s story, set *profile.Set) extract.Story {
	t.Helper()
	v, err := extract.Extract(extract.Page{URL: f.url(s), HTML: []byte(f.page(s)), Now: now, Profile: set})
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return v
}

// TestKnownTemplates: stories that a set was not learned from are read as
// they are, to the letter.
func TestKnownTemplates(t *testing.T) {
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			set := learn(t, f.samples(t, 0, 12, profile.ByFeed), options())
			for i := 20; i < 40; i++ {
				s := tell(i)
				v := set.Apply(f.parse(t, s), profile.Hints{URL: f.url(s), Language: "en", ReadDate: extract.ReadDate})
				if !v.Matched || v.Changed || len(v.Failed) > 0 {
					t.Errorf("story %d: matched %v, changed %v, failed %v", i, v.Matched, v.Changed, v.Failed)
				}
				for _, field := range []profile.Field{profile.Title, profile.Published, profile.Authors, profile.Body} {
					if f.has(field) && v.Field(field).Use() != profile.Alone {
						t.Errorf("story %d: %s can't be used alone: confidence %.2f", i, field, v.Field(field).Confidence)
					}
				}
				if got := v.Title.Text(); got != s.title {
					t.Errorf("story %d: title %q, want %q", i, got, s.title)
				}
				got := read(t, f, s, set)
				if got.Text != s.text() {
					t.Errorf("story %d: text differs (-want +got):\n%s", i, cmp.Diff(s.text(), got.Text))
				}
				if want := f.author(s); strings.Join(got.Authors, ", ") != want {
					t.Errorf("story %d: authors %q, want %q", i, got.Authors, want)
				}
				if y, m, d := got.Published.Time.Date(); y != s.published.Year() || m != s.published.Month() || d != s.published.Day() {
					t.Errorf("story %d: published %v, want %v", i, got.Published.Time, s.published)
				}
				if got.Profile == nil || !got.Profile.Alone {
					t.Errorf("story %d: not read by the profile alone: %+v", i, got.Profile)
				}
			}
		})
	}
}

// TestSameWithout: a profile changes nothing about what is read from a page.
func TestSameWithout(t *testing.T) {
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			var samples []profile.Sample
			for i := range 12 {
				s := tell(i)
				v := read(t, f, s, nil)
				samples = append(samples, profile.Sample{ID: f.url(s), URL: f.url(s), Doc: f.parse(t, s), Known: consensus(v)})
			}
			set := learn(t, samples, options())
			for i := 20; i < 40; i++ {
				s := tell(i)
				want, got := read(t, f, s, nil), read(t, f, s, set)
				want.Text, got.Text = set.Strip(want.Text), set.Strip(got.Text)
				if want.Text == got.Text {
					want.HTML, got.HTML, want.Words, got.Words = "", "", 0, 0
				}
				got.Profile = nil
				got.AuthorSource = want.AuthorSource // a profile may know an element that only a byline's words betray
				if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(extract.Story{})); d != "" {
					t.Errorf("story %d (-without +with):\n%s", i, d)
				}
			}
		})
	}
}

func consensus(v extract.Story) profile.Known {
	by := profile.ByConsensus
	return profile.Known{
		Title: v.Title, TitleBy: by, Authors: v.Authors, AuthorsBy: by, Published: v.Published, DateBy: by,
		Updated: v.Updated, UpdatedBy: by, Text: v.Text, TextBy: by, Tags: v.Tags, TagsBy: by, ImageURL: v.ImageURL, ImageBy: by,
	}
}

// TestReadInFull: a page that is read in full beside a profile says of author
// and dates what it says without one, also where the byline stands in the
// body's own element and is cut out of the text.
func TestReadInFull(t *testing.T) {
	notes := family{name: "byline in the body", site: "Shed Notes", page: func(s story) string {
		return fmt.Sprintf(`<html lang="en"><head><title>%[1]s · Shed Notes</title></head><body><header><a href="/">Shed Notes</a></header><main><h1>%[1]s</h1><div class="meta">%[2]s &middot; %[3]s</div>%[4]s</main></body></html>`,
			s.title, s.published.Format("2 Jan 2006"), s.author, s.body())
	}}
	for _, f := range append([]family{notes}, families...) {
		var samples []profile.Sample
		for i := range 12 {
			s := tell(i)
			samples = append(samples, profile.Sample{ID: f.url(s), URL: f.url(s), Doc: f.parse(t, s), Known: consensus(read(t, f, s, nil))})
		}
		set := learn(t, samples, options())
		for i := 20; i < 28; i++ {
			s := tell(i)
			want := read(t, f, s, nil)
			got, err := extract.Extract(extract.Page{URL: f.url(s), HTML: []byte(f.page(s)), Now: now, Profile: set, Full: true})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.Authors, got.Authors); d != "" {
				t.Errorf("%s: authors without a profile and with (-, +):\n%s", f.name, d)
			}
			if want.Published != got.Published || want.Title != got.Title {
				t.Errorf("%s: %q of %v, without a profile %q of %v", f.name, got.Title, got.Published, want.Title, want.Published)
			}
		}
	}
}

func TestLearnIsFast(t *testing.T) {
	f := families[0]
	samples := f.samples(t, 0, 12, profile.ByFeed)
	start := time.Now()
	learn(t, samples, options())
	if d := time.Since(start); d > 3*time.Second { // a second on a machine of its own
		t.Errorf("learning 12 pages took %v", d)
	}
}

func TestLearnIsStable(t *testing.T) {
	f := families[0]
	one, two := learn(t, f.samples(t, 0, 12, profile.ByFeed), options()), learn(t, f.samples(t, 0, 12, profile.ByFeed), options())
	if d := cmp.Diff(one, two); d != "" {
		t.Errorf("the same samples give another set:\n%s", d)
	}
	b, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	back := new(profile.Set)
	if err := json.Unmarshal(b, back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(one, back); d != "" {
		t.Errorf("JSON loses:\n%s", d)
	}
}

// TestWholePageIsNoBody: where stories share their parent with menus, no place
// holds them alone, and what would take in the menus is not learned.
func TestWholePageIsNoBody(t *testing.T) {
	for name, column := range map[string]string{
		"a menu":         `<nav>` + menu + `</nav>`,
		"a list":         `<ul><li><a href="/">Home</a><li><a href="/all/">All</a><li><a href="/me/">Me</a></ul>`,
		"recent stories": `<div>` + teaser(301) + teaser(302) + teaser(303) + `</div>`,
	} {
		f := family{name: name, site: "Side By Side", page: func(s story) string {
			return strings.Replace(bare(s), "<hr>", "<hr>"+column, 1)
		}}
		if set, err := profile.Learn(f.samples(t, 0, 12, profile.ByFeed), options()); err == nil {
			t.Errorf("%s: learned %+v, want nothing", name, set.Profiles[0].Fields[profile.Body].Places)
		}
	}
}

// TestTinyPages: a heading, a line and some paragraphs have a template, too.
func TestTinyPages(t *testing.T) {
	f := family{name: "tiny", site: "Plain Talk", page: func(s story) string { return plain(short(s)) }, grown: short}
	set := learn(t, f.samples(t, 0, 12, profile.ByFeed), options())
	for i := 20; i < 30; i++ {
		s := short(tell(i))
		got := read(t, f, s, set)
		if got.Text != s.text() || got.Title != s.title || strings.Join(got.Authors, ", ") != s.author || !got.Profile.Alone {
			t.Errorf("story %d: %q by %q, %+v\n%s", i, got.Title, got.Authors, got.Profile, cmp.Diff(s.text(), got.Text))
		}
	}
}

// short is a story of four paragraphs.
func short(s story) story {
	var of []part
	for _, p := range s.parts {
		if p.tag == "p" && len(of) < 4 {
			of = append(of, p)
		}
	}
	s.parts = of
	return s
}

// TestSharedTitle: what every page has in its <title> is the site's name and
// teaches no title, also where reading a page by itself found no better.
func TestSharedTitle(t *testing.T) {
	f := family{name: "one title", site: "one-title", page: func(s story) string {
		return `<html lang="en"><head><title>One and the Same</title></head><body><div>` + menu + `</div><table><tr><td><font size="5">` + s.title + `</font><br>` + s.body() + `</td></tr></table></body></html>`
	}, lacks: []profile.Field{profile.Published, profile.Authors}}
	samples := f.samples(t, 0, 12, profile.ByConsensus)
	for i := range 2 {
		samples[5*i].Known.Title = "One and the Same"
	}
	set := learn(t, samples, options())
	s := tell(30)
	v := set.Apply(f.parse(t, s), profile.Hints{URL: f.url(s), Language: "en", ReadDate: extract.ReadDate})
	if got := v.Title.Text(); got != s.title || v.Title.Use() != profile.Alone {
		t.Errorf("title %q, confidence %.2f at %+v, want %q for sure", got, v.Title.Confidence, v.Title.Place, s.title)
	}
}
