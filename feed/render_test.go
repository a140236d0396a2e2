package feed_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden shows whole documents. Review the difference before accepting
// it: readers see it too.
func TestGolden(t *testing.T) {
	for _, tc := range []struct {
		name    string
		channel feed.Channel
		stories []feed.Story
	}{
		{"series", channel(), stories(3)},
		{"odd", channel(), oddStories()},
		{"whole", wholeChannel(), wholeStories()},
		{"nothing", feed.Channel{Series: feed.Series{Slug: "new"}}, nil},
	} {
		for _, f := range feed.Formats() {
			t.Run(tc.name+" "+string(f), func(t *testing.T) {
				got := mustRender(t, f, tc.channel, tc.stories)
				golden(t, filepath.Join("testdata", tc.name+"."+string(f)), got)
				if err := feed.Check(f, got, feed.Expectation{GUIDs: guids(tc.stories)}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestRenderIsDeterministic(t *testing.T) {
	for _, f := range feed.Formats() {
		first := mustRender(t, f, channel(), oddStories())
		for range 3 {
			if again := mustRender(t, f, channel(), oddStories()); !bytes.Equal(first, again) {
				t.Fatalf("%s: rendering twice gives other bytes:\n%s", f, cmp.Diff(string(first), string(again)))
			}
		}
	}
}

func TestRenderChangesNoStory(t *testing.T) {
	list := oddStories()
	for _, f := range feed.Formats() {
		mustRender(t, f, channel(), list)
	}
	if diff := cmp.Diff(oddStories(), list); diff != "" {
		t.Errorf("Render changed its stories (-before +after):\n%s", diff)
	}
}

func TestRenderRefusesUnknownFormat(t *testing.T) {
	if _, err := feed.Render("pdf", channel(), nil); err == nil {
		t.Error("Render(pdf) = nil error, want one")
	}
}

// TestBodyArrivesUnchanged reads the body of an item as a reader would, in
// every format.
func TestBodyArrivesUnchanged(t *testing.T) {
	for _, tc := range []struct{ name, html, want string }{
		{"markup and references", `<p class="a">1 &lt; 2 &amp; <b>x</b></p>`, `<p class="a">1 &lt; 2 &amp; <b>x</b></p>`},
		{"end of a CDATA section", "<p>a ]]> b ]]]]>> c</p>", "<p>a ]]> b ]]]]>> c</p>"},
		{"lines and tabs", "<pre>a\n\tb\n\n c</pre>", "<pre>a\n\tb\n\n c</pre>"},
		{"what XML forbids", "<p>a\x00\x1b[0m\xff\ufffe\ufffd b</p>", "<p>a[0m b</p>"},
		{"carriage returns", "<p>a\r\nb\rc</p>", "<p>a\nb\nc</p>"},
		{"emoji and bidirectional text", "<p>👩‍👩‍👧 \u2067עברית\u2069 \u2028 日本語</p>", "<p>👩‍👩‍👧 \u2067עברית\u2069 \u2028 日本語</p>"},
		{"apostrophes and their references", "<p title=\"it's\">it's &#39; &amp;#39; ]]>'&#39;</p>", "<p title=\"it's\">it's &#39; &amp;#39; ]]>'&#39;</p>"},
		{"escapes of JSON", `<p>\u0041 \n "\\" </p>`, `<p>\u0041 \n "\\" </p>`},
	} {
		s := stories(1)
		s[0].HTML = tc.html
		for _, f := range feed.Formats() {
			got := decode(t, f, mustRender(t, f, channel(), s))[0].body
			if got != tc.want {
				t.Errorf("%s, %s: a reader gets %q, want %q", tc.name, f, got, tc.want)
			}
		}
	}
}

func TestFormatsAgree(t *testing.T) {
	for _, list := range [][]feed.Story{stories(5), oddStories()} {
		want := decode(t, feed.RSS, mustRender(t, feed.RSS, channel(), list))
		for _, f := range []feed.Format{feed.Atom, feed.JSON} {
			got := decode(t, f, mustRender(t, f, channel(), list))
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(item{})); diff != "" {
				t.Errorf("RSS and %s tell readers different things (-rss +%s):\n%s", f, f, diff)
			}
		}
	}
}

// TestApostropheInAddress: a reader of addresses may know no numeric references.
func TestApostropheInAddress(t *testing.T) {
	s := stories(1)
	s[0].Permalink, s[0].ImageURL = "https://blog.example/it's/?a=1&b='", "https://blog.example/it's.png"
	for f, want := range map[feed.Format]string{
		feed.RSS:  "<link>https://blog.example/it's/?a=1&amp;b='</link>",
		feed.Atom: `<link href="https://blog.example/it's/?a=1&amp;b='" rel="alternate"`,
		feed.JSON: `"url": "https://blog.example/it's/?a=1&b='"`,
	} {
		if got := string(mustRender(t, f, channel(), s)); !strings.Contains(got, want) || !strings.Contains(got, s[0].ImageURL) {
			t.Errorf("%s: no %s in\n%s", f, want, got)
		}
	}
}

func TestSummaryOnly(t *testing.T) {
	c := channel()
	c.Series.Content = feed.ContentSummary
	s := stories(1)
	for _, f := range feed.Formats() {
		body := decode(t, f, mustRender(t, f, c, s))[0].body
		if strings.Contains(body, "<img") || !strings.Contains(body, "It is the first") || !strings.Contains(body, s[0].Permalink) {
			t.Errorf("%s: body of a summary feed = %q, want the summary and the link, no picture", f, body)
		}
	}
}

func TestNewDocument(t *testing.T) {
	c := channel()
	doc, err := feed.NewDocument("/s/selling/feed.atom", feed.Atom, c, stories(3))
	if err != nil {
		t.Fatal(err)
	}
	if doc.Series != "selling" || doc.Format != feed.Atom || doc.Path != "/s/selling/feed.atom" || doc.Version != c.Series.Version {
		t.Errorf("NewDocument = %s %s %s version %d, want what was asked for", doc.Series, doc.Format, doc.Path, doc.Version)
	}
	if want := time.Date(2026, 10, 1, 12, 0, 3, 0, time.UTC); !doc.Modified.Equal(want) {
		t.Errorf("Modified = %s, want when the last story was found, %s", doc.Modified, want)
	}
	if doc.ETag == doc.GzipETag() || doc.ETag != feed.ETag(doc.Body) || !strings.HasPrefix(doc.GzipETag(), `"`) || !strings.HasSuffix(doc.GzipETag(), `"`) {
		t.Errorf("tags %s and %s, want two quoted ones, the first of the body", doc.ETag, doc.GzipETag())
	}
	early := stories(1)
	early[0].Published = feed.Date{Time: early[0].Fetched.Add(10 * time.Hour), Precision: feed.PrecisionSecond}
	c.Series.Updated = early[0].Fetched.Add(time.Minute)
	if doc, err := feed.NewDocument("/x", feed.RSS, c, early); err != nil || !doc.Modified.Equal(c.Series.Updated) {
		t.Errorf("Modified with a story dated ahead = %s, %v; want no later than what we know of the present, %s", doc.Modified, err, c.Series.Updated)
	}
	list := stories(3)
	list[1].GUID = list[0].GUID
	if doc, err := feed.NewDocument("/x", feed.RSS, c, list); err == nil || doc.Body != nil {
		t.Errorf("NewDocument with two stories of one GUID = %d bytes, %v; want no document and an error", len(doc.Body), err)
	}
}

func BenchmarkRender(b *testing.B) {
	list := stories(50)
	for i := range list {
		list[i].HTML = strings.Repeat("<p>It's a paragraph with a <a href=\"https://blog.example/?a=1&amp;b=2\">link</a> &amp; more.</p>\n", 80)
		list[i].Text = strings.Repeat("It's a paragraph with a link & more.\n\n", 80)
	}
	for _, f := range feed.Formats() {
		b.Run(string(f), func(b *testing.B) {
			for b.Loop() {
				body, err := feed.Render(f, channel(), list)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(body)))
			}
		})
	}
}

// item is what the readers of all formats see.
type item struct {
	id, title, link, body string
	authors, tags         []string
	published, updated    string
}

// decode reads a document as strictly as a reader can, by other means than
// the gate.
func decode(t *testing.T, f feed.Format, body []byte) []item {
	t.Helper()
	switch f {
	case feed.RSS:
		return decodeRSS(t, body)
	case feed.Atom:
		return decodeAtom(t, body)
	default:
		return decodeJSON(t, body)
	}
}

func decodeRSS(t *testing.T, body []byte) []item {
	t.Helper()
	var doc struct {
		Items []struct {
			GUID    string   `xml:"guid"`
			Title   string   `xml:"title"`
			Link    string   `xml:"link"`
			Content string   `xml:"encoded"`
			Creator []string `xml:"creator"`
			Tags    []string `xml:"category"`
			PubDate string   `xml:"pubDate"`
			Updated string   `xml:"updated"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Fatalf("RSS: %v\n%s", err, body)
	}
	var out []item
	for _, i := range doc.Items {
		published := ""
		if at, err := time.Parse(time.RFC1123Z, i.PubDate); err == nil {
			published = at.Format(time.RFC3339)
		}
		out = append(out, item{i.GUID, i.Title, i.Link, i.Content, i.Creator, i.Tags, published, i.Updated})
	}
	return out
}

func decodeAtom(t *testing.T, body []byte) []item {
	t.Helper()
	var doc struct {
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Content string   `xml:"content"`
			Names   []string `xml:"author>name"`
			Tags    []struct {
				Term string `xml:"term,attr"`
			} `xml:"category"`
			Published string `xml:"published"`
			Updated   string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Fatalf("Atom: %v\n%s", err, body)
	}
	var out []item
	for _, e := range doc.Entries {
		i := item{e.ID, e.Title, e.Link.Href, e.Content, e.Names, nil, e.Published, e.Updated}
		for _, tag := range e.Tags {
			i.tags = append(i.tags, tag.Term)
		}
		out = append(out, i)
	}
	return out
}

func decodeJSON(t *testing.T, body []byte) []item {
	t.Helper()
	var doc struct {
		Items []struct {
			ID            string
			Title         string
			URL           string
			HTML          string `json:"content_html"`
			Authors       []struct{ Name string }
			Tags          []string
			DatePublished string `json:"date_published"`
			DateModified  string `json:"date_modified"`
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatalf("JSON: %v\n%s", err, body)
	}
	var out []item
	for _, i := range doc.Items {
		one := item{i.ID, i.Title, i.URL, i.HTML, nil, i.Tags, i.DatePublished, i.DateModified}
		for _, a := range i.Authors {
			one.authors = append(one.authors, a.Name)
		}
		out = append(out, one)
	}
	return out
}

func mustRender(t testing.TB, f feed.Format, c feed.Channel, list []feed.Story) []byte {
	t.Helper()
	body, err := feed.Render(f, c, list)
	if err != nil {
		t.Fatalf("Render(%s): %v", f, err)
	}
	return body
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

func guids(list []feed.Story) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.GUID
	}
	return out
}

func channel() feed.Channel {
	return feed.Channel{
		Series: feed.Series{
			Slug: "selling", Title: "Why we sell", Description: "Stories by many people.", Language: "en-US",
			Sources: []feed.Source{{URL: "https://blog.example/why-we-sell/"}}, HomeURL: "https://blog.example/why-we-sell/",
			ImageURL: "https://blog.example/logo.png", Every: time.Hour, Version: 7,
		},
		SelfURL:   "https://stories.example/s/selling/feed.xml",
		HomeURL:   "https://stories.example/s/selling",
		IconURL:   "https://stories.example/icon.png",
		Generator: "1.0",
	}
}

// stories are n of them, a day each, newest first.
func stories(n int) []feed.Story {
	list := make([]feed.Story, n)
	for i := range list {
		part := n - i
		url := fmt.Sprintf("https://blog.example/story-%d/", part)
		list[i] = feed.Story{
			GUID: feed.GUID(url), Series: "selling", Part: part, Permalink: url, CanonicalURL: url,
			Title: fmt.Sprintf("Story number %d", part), Authors: []string{"Ann Author", "Bob Writer"}, Tags: []string{"Sales", "Q&A"},
			Language: "en-US", ImageURL: url + "hero.jpg",
			Published: feed.Date{Time: time.Date(2020, 7, part, 0, 0, 0, 0, time.UTC), Precision: feed.PrecisionDay},
			Fetched:   time.Date(2026, 10, 1, 12, 0, part, 0, time.UTC),
			HTML:      `<p>It is the first & only paragraph: "quoted" <img src="` + url + `i.png" alt=""></p>`,
			Text:      `It is the first & only paragraph: "quoted"`,
		}
	}
	return list
}

// oddStories are the ones that break feeds.
func oddStories() []feed.Story {
	second := func(s string) feed.Date {
		at, _ := time.Parse(time.RFC3339, s)
		return feed.Date{Time: at, Precision: feed.PrecisionSecond}
	}
	list := stories(13)
	list[0].Title, list[0].HTML = "a\x00b \xff\u0092s ]]> c", "<p>\x00\x1b ]]> \ufffe</p>"
	list[1].Title = "<b>Bold</b> &amp;amp; &lt;canvas&gt; 1 < 2 R&D 5&6 a<b"
	list[2].Authors, list[2].Tags = nil, []string{"", "twice", "twice", `<a "b" & 'c'>`}
	list[3].HTML, list[3].Text = "", ""
	list[4].HTML = ""
	list[5].Text = ""
	list[6].Permalink = "https://bücher.example/with space/ü/[x]?q=a b&c=%zz#one#two"
	list[7].Permalink, list[7].CanonicalURL = "javascript:alert(1)", ""
	list[8].Published = feed.Date{}
	list[9].Published, list[10].Published = second("2020-05-01T10:00:00Z"), second("2020-05-01T10:00:00Z")
	list[10].Updated, list[11].Updated = second("2021-01-01T00:00:00Z"), second("2021-01-01T00:00:00Z")
	list[11].Title, list[11].Language = "שלום \u2067עברית\u2069 👩‍👩‍👧", "he"
	list[12].Title, list[12].Language = " ", "no language"
	return list
}

// wholeChannel says all that a channel can say.
func wholeChannel() feed.Channel {
	c := channel()
	c.HubURL, c.StyleURL, c.Rights, c.Expired = "https://stories.example/hub", "/feed.css?a&b", "© Ann & others", true
	c.Pages = feed.Pages{
		First: "https://stories.example/s/selling/reading.xml", Last: "https://stories.example/s/selling/reading/4/feed.xml",
		Previous: "https://stories.example/s/selling/reading/2/feed.xml", Next: "https://stories.example/s/selling/reading/4/feed.xml",
		Current: "https://stories.example/s/selling/feed.xml", PrevArchive: "https://stories.example/s/selling/archive/1/feed.xml", NextArchive: "https://stories.example/s/selling/archive/3/feed.xml",
	}
	c.Gone = []feed.Tombstone{{GUID: feed.GUID("https://blog.example/gone/"), When: time.Date(2020, 7, 4, 5, 6, 7, 0, time.UTC)}}
	c.Origin = func(slug string) feed.Origin {
		return feed.Origin{ID: feed.GUID(slug), Title: "The <best> of " + slug, HomeURL: "https://stories.example/s/" + slug, FeedURL: "https://stories.example/s/" + slug + "/feed.xml"}
	}
	return c
}

func wholeStories() []feed.Story {
	list := stories(2)
	list[0].Series, list[1].Series = "one", "two"
	return list
}
