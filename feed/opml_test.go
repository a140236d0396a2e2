package feed_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

const opmlHead = `<opml version="1.0"><head><title>My feeds</title></head><body>`

func TestReadOPML(t *testing.T) {
	one := feed.ListedFeed{Title: "Café Zoë", FeedURL: "https://cafe.example/feed?a=1&b=2", HomeURL: "https://cafe.example/", Line: 1}
	plainEntry := `<outline text="Café Zoë" xmlUrl="https://cafe.example/feed?a=1&amp;b=2" htmlUrl="https://cafe.example/"/></body></opml>`
	for name, in := range map[string]string{
		"plain":            opmlHead + plainEntry,
		"a mark of UTF-8":  "\xef\xbb\xbf" + `<?xml version="1.0" encoding="UTF-8"?>` + opmlHead + plainEntry,
		"latin-1":          strings.NewReplacer("é", "\xe9", "ë", "\xeb").Replace(`<?xml version="1.0" encoding="ISO-8859-1"?>` + opmlHead + plainEntry),
		"says it wrongly":  `<?xml version='1.0' encoding='ISO-8859-1'?>` + opmlHead + plainEntry,
		"says nothing":     strings.NewReplacer("é", "\xe9", "ë", "\xeb").Replace(opmlHead + plainEntry),
		"UTF-16":           utf16LE(`<?xml version="1.0" encoding="UTF-16"?>` + opmlHead + plainEntry),
		"entities of HTML": opmlHead + strings.NewReplacer("é", "&eacute;", "ë", "&#235;").Replace(plainEntry),
		"a bare ampersand": opmlHead + strings.ReplaceAll(plainEntry, "&amp;", "&"),
		"other letters":    strings.ReplaceAll(strings.ToUpper(opmlHead), "MY FEEDS", "x") + `<OUTLINE TEXT="Café Zoë" title="x" XMLURL=" https://cafe.example/feed?a=1&amp;b=2 " HtmlUrl="https://cafe.example/"></OUTLINE></BODY></OPML>`,
		"a declared entity": `<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + opmlHead +
			plainEntry,
	} {
		got, fault, err := feed.ReadOPML(strings.NewReader(in))
		if err != nil || fault != nil {
			t.Errorf("%s: %v, %v", name, fault, err)
			continue
		}
		if diff := cmp.Diff([]feed.ListedFeed{one}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func utf16LE(s string) string {
	b := []byte("\xff\xfe")
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestReadOPMLGroups(t *testing.T) {
	const in = opmlHead + `
<outline text="News"><outline text="Local">
  <outline type="rss" text="&lt;b&gt;Town&lt;/b&gt; paper" xmlUrl="https://town.example/rss"/>
</outline><outline text="a note"/></outline>
<outline type="link" text="A page" htmlUrl="https://page.example/"><outline xmlUrl="&file; https://odd.example/"/></outline>
</body></opml>`
	got, _, err := feed.ReadOPML(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	want := []feed.ListedFeed{
		{Title: "‹b›Town‹/b› paper", FeedURL: "https://town.example/rss", Group: "News / Local", Line: 3},
		{Title: "a note", Group: "News", Line: 4}, // it has no address, which somebody may want to know
		{Title: "A page", HomeURL: "https://page.example/", Line: 5},
		{FeedURL: "&file; https://odd.example/", Group: "A page", Line: 5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadOPMLRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"nothing":        {"", "no OPML"},
		"text":           {"\n\nhttps://blog.example/\n", "it is no OPML: it has no <opml>"},
		"a page":         {"<!DOCTYPE html>\n<html><body>", "line 2: it is no OPML: it begins with <html>"},
		"cut off":        {opmlHead + "\n<outline xmlUrl=\"https://a.example/\"/>\n<outl", "line 3: the file is cut off"},
		"no entry":       {opmlHead + `<outline text="x"/></body></opml>`, "no outline with an xmlUrl"},
		"too deep":       {opmlHead + strings.Repeat("\n<outline>", 70), "line 66: outlines stand in each other more than 64 deep"},
		"too many":       {opmlHead + strings.Repeat("<outline/>", 50_001), "more than 50000 outlines"},
		"too large":      {opmlHead + strings.Repeat(" ", feed.MaxOPML), "larger than 16 MiB"},
		"no such script": {`<?xml version="1.0" encoding="klingon"?>` + "\xff", `unknown encoding "klingon"`},
	} {
		if _, _, err := feed.ReadOPML(strings.NewReader(tc.in)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, tc.want)
		}
	}
}

// Lists that are no XML are read as far as they go, and the fault is told.
func TestReadOPMLFaulty(t *testing.T) {
	for name, tc := range map[string]struct{ in, fault string }{
		"quotation marks in a value": {`<outline text="A" description="Says "yes" & no" xmlUrl="https://a.example/feed?x=1&y=2"/>`, "line 2: "},
		"a tag in a value":           {`<outline text="A" description="The <b>best</b>" xmlUrl="https://a.example/feed?x=1&y=2"/>`, "line 2: unescaped <"},
		"no quotation marks":         {`<outline text=A xmlUrl=https://a.example/feed?x=1&y=2 />`, ""},
		"a control character":        {"<outline text=\"A\x01\" xmlUrl=\"https://a.example/feed?x=1&y=2\"/>", "line 2: "},
		"an end that has no start":   {`</outline><outline text="A" xmlUrl="https://a.example/feed?x=1&y=2"></outline></outline>`, ""},
	} {
		got, fault, err := feed.ReadOPML(strings.NewReader(opmlHead + "\n" + tc.in + "</body></opml>"))
		if err != nil || len(got) != 1 || got[0].FeedURL != "https://a.example/feed?x=1&y=2" || got[0].Title != "A" || got[0].Line != 2 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if tc.fault != "" && (fault == nil || !strings.HasPrefix(fault.Error(), tc.fault)) {
			t.Errorf("%s: the fault is %v, want one that begins with %q", name, fault, tc.fault)
		}
	}
}

// What is written is read back.
func TestRenderOPML(t *testing.T) {
	entry := feed.ListedFeed{Title: `"A" & <b>`, FeedURL: "https://a.example/feed.rss?x=1&y=2", HomeURL: "https://a.example/", Description: "Tells", Language: "en-GB"}
	body, err := feed.RenderOPML("Mine", time.Date(2026, time.March, 4, 0, 0, 0, 0, time.UTC), []feed.ListedGroup{{Entries: []feed.ListedFeed{entry}}, {Title: "None"}, {Title: "Some", Entries: []feed.ListedFeed{{FeedURL: "https://b.example/feed"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), "<dateModified>Wed, 04 Mar 2026 00:00:00 GMT</dateModified>") || strings.Contains(string(body), "None") {
		t.Errorf("written:\n%s", body)
	}
	got, _, err := feed.ReadOPML(strings.NewReader(string(body)))
	if err != nil || len(got) != 2 {
		t.Fatalf("%d entries, %v:\n%s", len(got), err, body)
	}
	if got[0].Title != `"A" & ‹b›` || got[0].FeedURL != entry.FeedURL || got[0].Description != "Tells" || got[1].Title != "https://b.example/feed" || got[1].Group != "Some" {
		t.Errorf("read back: %+v", got)
	}
}
