package feed_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// FuzzRender puts foreign text everywhere: whatever it is, every document
// must pass the gate, be strictly what its format is, give the body back and
// say the same as the others.
func FuzzRender(f *testing.F) {
	const day, then = 24 * 60 * 60, 1593734400
	f.Add("a title", "<p>a body</p>", "some text", "https://blog.example/a b", "en-US", "Ann Author", int64(then), int64(then+day))
	f.Add("]]> <b>\x00&amp;amp;lt;", "]]><![CDATA[\xff", "\u202e<", "http://[::1]:80/%zz?ü#a#b", "x_y", "?> <a \"b\" & 'c'>", int64(0), int64(-1))
	f.Add("&#0;", "", "", "javascript:alert(1)", "", "", int64(-1<<40), int64(1<<40))
	f.Add("it's &#39;", "<![CDATA[ it's ]]> &#39; ]]> &#39;", "&#39;", "https://it's.example/it's?'", "de", "O'Neil &bogus; \U0001f600", int64(then), int64(then))
	f.Fuzz(func(t *testing.T, title, html, text, link, language, name string, published, updated int64) {
		s := wholeStories()
		s[0].Title, s[0].HTML, s[0].Text, s[0].Permalink, s[0].ImageURL, s[0].Language = title, html, text, link, link, language
		s[0].Authors, s[0].Tags = []string{name, title, text}, []string{text, name, language}
		s[0].Published, s[0].Updated = second(published), second(updated)
		want := strings.TrimSpace(feed.CleanText(html))
		var before []item
		for _, format := range feed.Formats() {
			doc, err := feed.NewDocument("/x", format, foreignChannel(title, text, link, language, name, second(published).Time), s)
			if err != nil {
				t.Fatal(err)
			}
			strict(t, format, doc.Body)
			got := decode(t, format, doc.Body)
			if want != "" && got[0].body != want {
				t.Errorf("%s: a reader gets the body %q, want %q", format, got[0].body, want)
			}
			if diff := cmp.Diff(before, got, cmp.AllowUnexported(item{})); before != nil && diff != "" {
				t.Errorf("%s tells readers another thing than the format before (-before +%s):\n%s", format, format, diff)
			}
			before = got
		}
	})
}

func second(unix int64) feed.Date {
	return feed.Date{Time: time.Unix(unix, 0).UTC(), Precision: feed.PrecisionSecond}
}

// foreignChannel is [wholeChannel] with foreign text wherever it takes any.
func foreignChannel(title, text, link, language, name string, when time.Time) feed.Channel {
	c := wholeChannel()
	c.Title, c.Series.Description, c.Series.Language, c.IconURL, c.Generator = title, text, language, link, title
	c.Rights, c.StyleURL, c.HubURL, c.ID, c.Series.HomeURL = text, name, link, name, link
	c.Pages.First, c.Pages.PrevArchive, c.Pages.Current = link, link, name
	c.Gone = append(c.Gone, feed.Tombstone{GUID: name, When: when}, feed.Tombstone{GUID: text})
	c.Origin = func(slug string) feed.Origin {
		if slug == "two" {
			return feed.Origin{ID: feed.GUID(slug), Title: name, HomeURL: "https://stories.example/", FeedURL: "https://stories.example/x"}
		}
		return feed.Origin{ID: name, Title: title, HomeURL: link, FeedURL: link}
	}
	return c
}

// strict fails for a document that is not what its format demands, whoever
// reads it: clean text, well-formed to the last byte, and absolute addresses
// in ASCII alone.
func strict(t *testing.T, f feed.Format, body []byte) {
	t.Helper()
	if feed.CleanText(string(body)) != string(body) || bytes.ContainsRune(body, '\ufffd') {
		t.Errorf("%s: characters that may not be published in\n%q", f, body)
	}
	if f == feed.JSON {
		var doc map[string]any
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Errorf("%s: %v", f, err)
		}
		addressesOfJSON(t, "", doc)
		return
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", f, err, body)
		}
		start, _ := token.(xml.StartElement)
		for _, a := range start.Attr {
			if slices.Contains([]string{"href", "url", "base"}, a.Name.Local) {
				absolute(t, start.Name.Local+" "+a.Name.Local, a.Value)
			}
		}
	}
}

func addressesOfJSON(t *testing.T, name string, value any) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			addressesOfJSON(t, key, member)
		}
	case []any:
		for _, one := range v {
			addressesOfJSON(t, name, one)
		}
	case string:
		if strings.HasSuffix(name, "url") || slices.Contains([]string{"icon", "image"}, name) {
			absolute(t, name, v)
		}
	}
}

func absolute(t *testing.T, where, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.Errorf("%s: %q is no absolute address", where, address)
	}
}
