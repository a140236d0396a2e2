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
		{`die „Model C“-Schulen "x"-"y" "a" -b`, `die "Model C" Schulen "x" "y" "a" -b`, ``},
		{`coach OR mentor`, `coach OR mentor`, ``},
		{`a OR b OR c d OR -e`, `a OR b OR c d OR -e`, ``},
		{`a OR a`, `a`, ``},
		{`a a OR b OR a "c" "c"`, `a a OR b "c"`, ``},
		{`coach or mentor`, `coach or mentor`, ``},
		{`OR coach`, `or coach`, ``},
		{`coach OR`, `coach or`, ``},
		{`coach OR OR mentor`, `coach OR mentor`, ``},
		{`OR`, `or`, ``},
		{`(coach OR mentor), tips`, `coach OR mentor tips`, ``},
		{`(OR)`, `or`, ``},
		{`sell* (sell*) sell**`, `sell*`, ``},
		{`s*`, `s`, `too short`},
		{`é*`, `é`, `too short`},
		{`東*`, `東*`, ``},
		{`title:why TITLE:Why`, `title:why title:Why`, ``},
		{`author:"David Brock"`, `author:"David Brock"`, ``},
		{`Author: brock`, `author:brock`, ``},
		{`author: "David Brock" x`, `author:"David Brock" x`, ``},
		{`author:“David Brock”`, `author:"David Brock"`, ``},
		{`author:`, `author`, `Nothing follows`},
		{`-author:brock author:-marsh`, `-author:brock -author:marsh`, ``},
		{`author:bro*`, `author:bro*`, ``},
		{`tag:c++`, `tag:c++`, ``},
		{`title:author:x`, `title:author:x`, ``},
		{`after:2020 before:2020-7 -after:2020-07-31`, `after:2020-01-01 before:2020-07-01 -after:2020-07-31`, ``},
		{`after:"2020"`, `after:2020-01-01`, ``},
		{`lang:de LANG:de-AT language:pt_BR -lang:en`, `lang:de lang:de-at lang:pt-br -lang:en`, ``},
		{`lang:german`, `"lang german"`, `no language tag`},
		{`lang:d`, `"lang d"`, `no language tag`},
		{`lang:*`, ``, `no word`},
		{`part:12 part:012 -part:3`, `part:12 -part:3`, ``},
		{`part:3..9 part:10.. part:..5`, `part:3..9 part:10.. part:1..5`, ``},
		{`part:9..3 part:3...9 part:3…9 part:3-9 (part:3–9)`, `part:3..9`, ``},
		{`part: 3..9, "why"`, `part:3..9 "why"`, ``},
		{`part:"3..9" part:0..2 part:3..3`, `part:3..9 part:1..2 part:3`, ``},
		{`part:2 OR part:4..`, `part:2 OR part:4..`, ``},
		{`part:0`, `"part 0"`, `no part such as 12, 3..9`},
		{`part:..0`, `"part ..0"`, `no part such as`},
		{`part:..`, `"part .."`, `no part such as`},
		{`part:two`, `"part two"`, `no part such as`},
		{`part:<5`, `"part 5"`, `no part such as`},
		{`part:9999999999`, `"part 9999999999"`, `no part such as`},
		{`published:2020`, `published:2020-01-01..2020-12-31`, ``},
		{`published:2020-2 published:2020-02-28`, `published:2020-02-01..2020-02-29 published:2020-02-28`, ``},
		{`published:2020..2021-06`, `published:2020-01-01..2021-06-30`, ``},
		{`published:2021-06..2020`, `published:2020-01-01..2021-06-30`, ``},
		{`published:2020-11..2020 published:2020..2020-02`, `published:2020-11-01..2020-12-31 published:2020-01-01..2020-02-29`, ``},
		{`published:2020-05-31..2020-05 published:2020-05..2020-04`, `published:2020-05-31 published:2020-04-01..2020-05-31`, ``},
		{`published:2020.. published:..2019`, `published:2020-01-01.. published:..2019-12-31`, ``},
		{`-published:9999 published:..0001`, `-published:9999-01-01..9999-12-31 published:..0001-12-31`, ``},
		{`published:0001..`, `"published 0001.."`, `no time such as`},
		{`published:soon`, `"published soon"`, `no time such as`},
		{`published:..`, `"published .."`, `no time such as`},
		{`before:2020-02-30`, `"before 2020-02-30"`, `no date`},
		{`after:yesterday`, `"after yesterday"`, `no date`},
		{`after:0000`, `"after 0000"`, `no date`},
		{`site:example.com`, `"site example.com"`, `no field “site”`},
		{`https://blog.example/a`, `"https //blog.example/a"`, ``},
		{`Selling: an art`, `Selling an art`, ``},
		{`10:30`, `10:30`, ``},
		{`!!!`, `!!!`, `nothing that can be searched`},
		{`salt & pepper — twice`, `salt & pepper — twice`, ``},
		{`salt title:&`, `salt title:&`, `nothing that can be searched`},
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
		"a long word":               strings.Repeat("x", 64<<10),
		"many words":                strings.Repeat("ab ", 20_000),
		"many prefixes":             strings.Repeat("ab* ", 1000),
		"many quotes":               strings.Repeat(`"`, 64<<10),
		"many half phrases":         strings.Repeat(`a"`, 1000),
		"many alternatives":         strings.Repeat("a OR ", 1000),
		"alternatives at the limit": strings.Repeat(`"a" `, index.MaxClauses-1) + "b OR c OR d",
		"many colons":               strings.Repeat("a:", 2000),
		"many fields":               strings.Repeat("part:1..2 lang:de ", 9),
		"runes at the limit":        "a" + strings.Repeat("é", 2000),
		"dates that grow":           strings.Repeat("x ", 100) + strings.Repeat(strings.Repeat("y", 150)+" ", 11) + strings.Repeat("published:1999..2001 ", 9),
		"NUL":                       strings.Repeat("\x00", 1000),
		"much space":                strings.Repeat(" ", 100_000) + "end",
	} {
		q, hints := index.ParseQuery(in)
		words, others := clausesOf(q)
		if s := q.String(); len(s) > index.MaxQueryBytes || words > index.MaxWords || others > index.MaxClauses || !utf8.ValidString(s) {
			t.Errorf("%s: %d bytes, %d words, %d other clauses; want at most %d, %d and %d, of valid UTF-8",
				name, len(s), words, others, index.MaxQueryBytes, index.MaxWords, index.MaxClauses)
		}
		if len(hints) == 0 && name != "NUL" && name != "many quotes" {
			t.Errorf("%s: no hint that something was left out", name)
		}
	}
}

// clausesOf counts the plain words that must all match, and all else.
func clausesOf(q index.Query) (words, others int) {
	all, ok := q.Root.(index.All)
	if !ok && q.Root != nil {
		all = index.All{q.Root}
	}
	for _, n := range all {
		if w, ok := n.(index.Word); ok && w.Field == index.FieldText {
			words++
			continue
		}
		index.Query{Root: n}.Leaves(func(index.Node, bool) { others++ })
	}
	return words, others
}

// Who pastes a sentence, or a page of an exam, wants all of its words searched.
func TestParseQueryTakesSentences(t *testing.T) {
	sentence := strings.TrimSpace(strings.Repeat("what does the seller, who has never been at the customer's, know (or think) about value? ", 7))
	q, hints := index.ParseQuery(sentence)
	if words, others := clausesOf(q); words != 16*7 || others != 0 || len(hints) > 0 {
		t.Errorf("a text of %d words parses to %d words and %d others, with hints %q", 16*7, words, others, hints)
	}
}

// An alternative goes with the clause that it belongs to, which may be lost.
func TestParseQueryLosesWholeGroups(t *testing.T) {
	q, hints := index.ParseQuery(strings.Repeat("a ", index.MaxWords) + "b OR c OR d e:f")
	if got := q.String(); strings.Contains(got, "OR") || !strings.HasSuffix(got, `a "e f"`) || len(hints) != 2 {
		t.Errorf("alternatives of a word beyond the limit: %q, hints %q", got, hints)
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{
		``, `a OR -b "c d`, `title: "x y" -author:z*`, `after:2020-1 before:x foo:bar:baz`, `(-a) ([OR]) -"" --""x`,
		"\x00\xff“a” »b«", `a:*`, `title:* x`, `-title:-`, `OR OR OR`, `part:3..9 -part:..2 OR part:9.. part:0`, `published:2020..2021-2 published:..0001 published:-..-`,
		`lang:pt_BR OR language:x lang:en*`, strings.Repeat("a ", 130) + "OR b", strings.Repeat(`"a" `, 15) + "b OR c OR d e", `part:"1…2" (published:<2020>)`, `"OR" -OR`, `after: OR b`, "part:\"2%shed:\t)", `part:"( 1 x )"`,
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
