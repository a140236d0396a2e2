package index_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"storyfeed/index"
)

func TestParseQuery(t *testing.T) {
	// want is the query as it prints itself; hint is part of the only hint.
	for _, tc := range []struct{ in, want, hint string }{
		{``, ``, ``},
		{`  `, ``, ``},
		{`*`, ``, ``},
		{`selling`, `selling`, ``},
		{"  value \t\n based ", `value based`, ``},
		{`"value proposition" sale`, `"value proposition" sale`, ``},
		{`“value proposition” „sale“`, `"value proposition" "sale"`, ``},
		{`"value  proposition`, `"value proposition"`, `not closed`},
		{`""`, ``, `no word`},
		{`(((`, ``, `no word`},
		{`*`, ``, ``},
		{`-webinar`, `-webinar`, ``},
		{`--webinar -"two words" e-mail`, `-webinar -"two words" e-mail`, ``},
		{`coach OR mentor`, `coach OR mentor`, ``},
		{`a OR b OR c d OR -e`, `a OR b OR c d OR -e`, ``},
		{`coach or mentor`, `coach or mentor`, ``},
		{`OR coach`, `or coach`, ``},
		{`coach OR`, `coach or`, ``},
		{`coach OR OR mentor`, `coach OR mentor`, ``},
		{`OR`, `or`, ``},
		{`(coach OR mentor), tips`, `coach OR mentor tips`, ``},
		{`(OR)`, `or`, ``},
		{`sell* (sell*) sell**`, `sell* sell* sell*`, ``},
		{`s*`, `s`, `too short`},
		{`é*`, `é`, `too short`},
		{`東*`, `東*`, ``},
		{`title:why TITLE:Why`, `title:why title:Why`, ``},
		{`author:"David Brock"`, `author:"David Brock"`, ``},
		{`Author: brock`, `author:brock`, ``},
		{`author: "David Brock" x`, `author:"David Brock" x`, ``},
		{`author:“David Brock”`, `author:"David Brock"`, ``},
		{`author:`, `author`, `Nothing follows`},
		{`-author:brock author:-brock`, `-author:brock -author:brock`, ``},
		{`author:bro*`, `author:bro*`, ``},
		{`tag:c++`, `tag:c++`, ``},
		{`title:author:x`, `title:author:x`, ``},
		{`after:2020 before:2020-7 -after:2020-07-31`, `after:2020-01-01 before:2020-07-01 -after:2020-07-31`, ``},
		{`after:"2020"`, `after:2020-01-01`, ``},
		{`before:2020-02-30`, `"before 2020-02-30"`, `no date`},
		{`after:yesterday`, `"after yesterday"`, `no date`},
		{`after:0000`, `"after 0000"`, `no date`},
		{`site:example.com`, `"site example.com"`, `no field “site”`},
		{`https://blog.example/a`, `"https //blog.example/a"`, ``},
		{`Selling: an art`, `Selling an art`, ``},
		{`10:30`, `10:30`, ``},
		{`!!!`, `!!!`, `nothing that can be searched`},
		{`-`, ``, `no word`},
		{`- selling`, `selling`, ``},
		{`🐦`, `🐦`, ``},
		{"sell\x00ing \xff\xfe", `selling`, ``},
		{`foo"bar baz"qux`, `foo "bar baz" qux`, ``},
	} {
		q, hints := index.ParseQuery(tc.in)
		if got := q.String(); got != tc.want {
			t.Errorf("ParseQuery(%q) = %q, want %q", tc.in, got, tc.want)
		}
		if tc.hint == "" && len(hints) > 0 || tc.hint != "" && (len(hints) != 1 || !strings.Contains(hints[0], tc.hint)) {
			t.Errorf("ParseQuery(%q) hints %q, want one with %q", tc.in, hints, tc.hint)
		}
	}
}

func TestParseQueryBuildsATree(t *testing.T) {
	got, _ := index.ParseQuery(`why -title:"a b" x* OR tag:y`)
	want := index.Query{Root: index.All{
		index.Word{Text: "why"},
		index.Not{Node: index.Phrase{Field: index.FieldTitle, Text: "a b"}},
		index.Any{index.Word{Text: "x"}, index.Word{Field: index.FieldTag, Text: "y"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseQuery: (-want +got)\n%s", diff)
	}
}

func TestParseQueryIsBounded(t *testing.T) {
	for name, in := range map[string]string{
		"a long word":        strings.Repeat("x", 64<<10),
		"many words":         strings.Repeat("ab ", 20_000),
		"many prefixes":      strings.Repeat("ab* ", 1000),
		"many quotes":        strings.Repeat(`"`, 64<<10),
		"many half phrases":  strings.Repeat(`a"`, 1000),
		"many alternatives":  strings.Repeat("a OR ", 1000),
		"many colons":        strings.Repeat("a:", 1000),
		"runes at the limit": "a" + strings.Repeat("é", 200),
		"dates that grow":    strings.Repeat("after:1999 ", 16),
		"NUL":                strings.Repeat("\x00", 1000),
		"much space":         strings.Repeat(" ", 100_000) + "end",
	} {
		q, hints := index.ParseQuery(in)
		leaves := 0
		q.Leaves(func(index.Node, bool) { leaves++ })
		if s := q.String(); len(s) > index.MaxQueryBytes || leaves > index.MaxClauses || !utf8.ValidString(s) {
			t.Errorf("%s: %d bytes, %d clauses, want at most %d and %d of valid UTF-8", name, len(s), leaves, index.MaxQueryBytes, index.MaxClauses)
		}
		if len(hints) == 0 && name != "NUL" && name != "many quotes" {
			t.Errorf("%s: no hint that something was left out", name)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{
		``, `a OR -b "c d`, `title: "x y" -author:z*`, `after:2020-1 before:x foo:bar:baz`, `(-a) ([OR]) -"" --""x`,
		"\x00\xff“a” »b«", `a:*`, `title:* x`, `-title:-`, `OR OR OR`, `"OR" -OR`, `after: OR b`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, _ := index.ParseQuery(s)
		printed := q.String()
		again, _ := index.ParseQuery(printed)
		if diff := cmp.Diff(q, again); diff != "" {
			t.Errorf("ParseQuery(%q) prints as %q, which parses differently:\n%s", s, printed, diff)
		}
	})
}
