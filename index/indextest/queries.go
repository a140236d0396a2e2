package indextest

import (
	"strings"
	"testing"
	"time"

	"storyfeed/index"
)

// putQueried fills an index for queries to be asked of.
func putQueried(t *testing.T, ix index.Index) {
	t.Helper()
	put(t, ix,
		doc("why", "Why I Sell", "Selling is helping people to buy what they need.",
			by("David Brock"), tagged("Value Selling"), published("2020-07-27")),
		doc("coach", "The Coach’s Playbook", "A coach listens. Mentors talk. I can’t stand value-based pricing.",
			by("Ann-Marie van der Berg"), published("2021-01-01"), part(3), language("en_GB")),
		doc("mentor", "Mentoring", "A mentor isn’t a coach: value comes first, pricing second.",
			by("Dávid Kovács", "David Brock Jr."), tagged("coaching", "C++"), part(2)),
		doc("noise", "Webinar", "Join our webinar at shop.example.com on sales_ops, at 10:30 for $3.50!",
			in("other"), published("2020-12-31"), part(10), language("en-GB-oxendict")),
	)
}

// wantAll checks what queries find: GUIDs with spaces between, in any order.
func wantAll(t *testing.T, ix index.Index, want map[string]string) {
	t.Helper()
	for query, guids := range want {
		wantFound(t, ix, index.Request{Query: parse(query)}, strings.Fields(guids)...)
	}
}

func testWords(t *testing.T, ix index.Index) {
	putQueried(t, ix)
	wantAll(t, ix, map[string]string{
		``:  "why coach mentor noise",
		`*`: "why coach mentor noise",

		`sell`:                     "why",
		`SELLING`:                  "why",
		`sells`:                    "why",
		`coach mentor`:             "coach mentor",
		`coach nowhere`:            "coach mentor", // with any of the words
		`"coach nowhere"`:          "",
		`title:coach nowhere`:      "",
		`coach OR webinar`:         "coach mentor noise",
		`coach OR webinar pricing`: "coach mentor",
		`-coach`:                   "why noise",
		`-coach -webinar`:          "why",
		`-nowhere`:                 "why coach mentor noise",
		`mentor -"value based"`:    "mentor",
		`mentor OR -coach`:         "why coach mentor noise",
		`webinar OR -coach`:        "why noise",

		`"value based"`:            "coach",
		`"based value"`:            "",
		`value-based`:              "coach",
		`"helping people to buy"`:  "why",
		`"helping buy"`:            "",
		`"sell selling"`:           "", // end of the title, beginning of the body
		`"first pricing"`:          "mentor",
		`pric*`:                    "coach mentor",
		`selling*`:                 "why",
		`value-bas*`:               "coach",
		`zzz*`:                     "",
		`zzz* series:s`:            "",
		`nowhere series:s`:         "",
		`nowhere -coach series:s`:  "",
		`-zzz* series:other`:       "noise",
		`can't stand`:              "coach",
		`cant stand`:               "coach",
		`title:coach`:              "coach",
		`title:coach's`:            "coach",
		`title:"why i sell"`:       "why",
		`title:sell*`:              "why",
		`title:people`:             "",
		`-title:sell`:              "coach mentor noise",
		`example`:                  "noise",
		`shop.example.com`:         "noise",
		`ops`:                      "noise",
		`10:30`:                    "noise",
		`3.50`:                     "noise",
		`!!!`:                      "",
		`!!! webinar`:              "noise",
		`-!!! webinar`:             "noise",
		`(coach OR mentor), value`: "coach mentor",
		`nosuchfield:coach`:        "",
	})
}

// testCommonWords asks for words that are too common for bodies: they count in
// titles.
func testCommonWords(t *testing.T, ix index.Index) {
	putQueried(t, ix)
	wantAll(t, ix, map[string]string{
		`why`:         "why",
		`the`:         "coach",
		`why coach`:   "coach mentor",
		`the OR sell`: "why coach",
		`the coach`:   "coach mentor",
		`-the coach`:  "coach mentor",
	})

	for query, want := range map[string]bool{
		`why`: true, `the`: true, `didn't`: true, `"to be or not to be"`: true, `the OR of`: true, `the -coach`: true,
		`the coach`: false, `the OR sell`: false, `title:the`: false, `-the`: false, `zzz`: false, `author:the`: false, ``: false,
	} {
		res := find(t, ix, index.Request{Query: parse(query)})
		if res.InTitlesOnly != want || (res.Hint() != "") != want {
			t.Errorf("Search %q: in titles only: %t, hint: %q; want %t", query, res.InTitlesOnly, res.Hint(), want)
		}
	}

	// They weigh nothing, even where bodies have words with such a stem.
	put(t, ix, doc("ore", "Or else", "Ore is mined."), doc("iron", "Iron", "Iron is smelted."))
	hits := find(t, ix, index.Request{Query: parse("or OR iron")}).Hits
	if len(hits) != 2 || hits[0].GUID != "iron" || hits[1].Score != 0 {
		t.Errorf("Search “or OR iron” finds %v, want the title with “or” last, with the score 0", hits)
	}
}

func testFields(t *testing.T, ix index.Index) {
	putQueried(t, ix)
	wantAll(t, ix, map[string]string{
		`author:brock`:                 "why mentor",
		`author:"David Brock"`:         "why mentor",
		`author:"Brock David"`:         "",
		`author:"Kovács David"`:        "", // two people
		`author:"van der Berg"`:        "coach",
		`author:ann-marie`:             "coach",
		`author:david`:                 "why mentor",
		`author:Dávid`:                 "why mentor",
		`author:bro*`:                  "why mentor",
		`author:!`:                     "",
		`author:kovacs OR author:berg`: "coach mentor",
		`author:kovacs OR webinar`:     "mentor noise",
		`-author:brock`:                "coach noise",
		`tag:selling`:                  "why",
		`tag:"value selling"`:          "why",
		`tag:coach`:                    "",
		`tag:coaching value`:           "mentor",
		`tag:c++`:                      "mentor",
		`series:other`:                 "noise",
		`series:OTHER webinar`:         "noise",
		`series:oth*`:                  "noise",
		`-series:s`:                    "noise",

		`lang:en`:            "why coach mentor noise",
		`lang:en-GB`:         "coach noise",
		`-lang:en_gb`:        "why mentor",
		`lang:fr`:            "",
		`lang:en-gb webinar`: "noise",
		`lang:fr OR tag:c++`: "mentor",
	})
}

func testSpans(t *testing.T, ix index.Index) {
	putQueried(t, ix)
	wantAll(t, ix, map[string]string{
		`part:2`:                        "mentor",
		`part:2..3`:                     "coach mentor",
		`part:3..`:                      "coach noise",
		`part:..3`:                      "coach mentor",
		`part:4..9`:                     "",
		`-part:2..9`:                    "why noise",
		`-part:2..`:                     "why",
		`part:2 OR part:10`:             "mentor noise",
		`part:2 OR webinar`:             "mentor noise",
		`published:2020`:                "why noise",
		`published:2020-07`:             "why",
		`published:2021-01-01`:          "coach",
		`published:2020-08..`:           "coach noise",
		`published:..2020`:              "why noise",
		`published:2020-12..2021 value`: "coach",
		`-published:2020`:               "coach mentor",

		`after:2020`:                       "why coach noise",
		`after:2021`:                       "coach",
		`after:2020-12-31`:                 "coach noise",
		`before:2021`:                      "why noise",
		`before:2020-12-31`:                "why",
		`after:2020-07 before:2020-08`:     "why",
		`after:2020-7-27 before:2020-7-27`: "",
		`-after:2020`:                      "mentor",
		`-before:2021 coach`:               "coach mentor",
		`after:2021 OR before:2020-08`:     "why coach",
	})

	// Symbols tell a name from its like, where there is one just so.
	put(t, ix, doc("sharp", "Sharp", "Text.", tagged("C#"), by("P!nk")), doc("lake", "Lake", "Text.", tagged("c++ tips"), by("P?nk")))
	wantAll(t, ix, map[string]string{
		`tag:"C++"`:      "mentor",
		`tag:c++`:        "mentor",
		`-tag:"c++"`:     "why coach noise sharp lake",
		`tag:"C#"`:       "sharp",
		`tag:C`:          "mentor sharp lake",
		`tag:"C&"`:       "mentor sharp lake", // no such name
		`tag:"C++ tips"`: "lake",
		`author:"P!nk"`:  "sharp",
	})
}

func testHostile(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("a", "Null \x00 and \xff\xfe bytes", "Body \x00 with \xc3\x28 invalid bytes", by("\x00", "A\xffB"), tagged("", " ")),
		doc("b", strings.Repeat("long ", 1000), strings.Repeat("x", 1<<20)+" end", by(strings.Repeat("n", 1<<16)), language("x\x00y")),
		doc("c", "", ""),
	)
	wantFound(t, ix, index.Request{Query: parse("invalid bytes")}, "a")
	wantFound(t, ix, index.Request{Query: parse("end")}, "b")
	wantFound(t, ix, index.Request{}, "a", "b", "c")
	for name, s := range map[string]string{
		"NUL":                "a\x00b\x00",
		"invalid UTF-8":      "\xff\xfe\xc3\x28",
		"64 KB":              strings.Repeat("word ", 13_000),
		"one word of 64 KB":  strings.Repeat("x", 64<<10),
		"1000 prefixes":      strings.Repeat("wo* ", 1000),
		"1000 negations":     strings.Repeat("-wo* ", 1000),
		"1000 alternatives":  strings.Repeat("wo OR ", 1000),
		"1000 phrases":       strings.Repeat(`"wo wo" `, 1000),
		"20,000 parentheses": strings.Repeat("(", 20_000),
		"regular expression": "/.{1000}.{1000}/",
		"another syntax":     `+title:x^5 author:>=3 "a"~2 [1 TO 2] \`,
		"markup":             `<script>alert(1)</script>`,
		"bidi":               "\u202eabc\u202c \u2066x",
		"combining marks":    "e" + strings.Repeat("\u0301", 200),
	} {
		start := time.Now()
		if _, err := ix.Search(t.Context(), index.Request{Query: parse(s), Author: s, Tag: s, Series: s}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ix.Search(t.Context(), index.Request{Query: parse(s)}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > index.Budget {
			t.Errorf("%s took %v, want less than %v", name, took, index.Budget)
		}
		ix.Marker(parse(s)).Snippet("en", s)
	}
	// What the parser never makes, but a program might.
	for _, root := range []index.Node{
		index.All{},
		index.Any{},
		index.All{index.Any{}},
		index.Word{},
		index.Phrase{Text: `"`},
		index.Prefix{},
		index.Prefix{Field: index.FieldTag},
		index.Not{Node: index.Not{Node: index.Word{Text: "end"}}},
		index.Not{Node: index.All{}},
		index.All{index.All{index.Word{Text: "end"}, index.Word{Text: "long"}}, index.Word{Text: "long"}},
	} {
		if _, err := ix.Search(t.Context(), index.Request{Query: index.Query{Root: root}}); err != nil {
			t.Errorf("Search %#v: %v", root, err)
		}
	}
}

func testSnippets(t *testing.T, ix index.Index) {
	for _, tc := range []struct{ query, language, text, want string }{
		{"sell", "en", "Selling sells; he sold a seller.", "[Selling] [sells]; he sold a seller."},
		{`"value proposition"`, "en", "Value is no value\nproposition.", "Value is no [value proposition]."},
		{`"interested in selling"`, "en", "I’m interested in selling, not interested selling.", "I’m [interested in selling], not interested selling."},
		{"prop*", "en", "Properly proposed, improper.", "[Properly] [proposed], improper."},
		{"the art", "en", "The state of the art", "The state of the [art]"},
		{"why", "en", "Why I sell", "[Why] I sell"},
		{"title:sell -fast author:art", "en", "The art to sell fast", "The art to [sell] fast"},
		{"cafe", "fr", "Un Café, deux cafés", "Un [Café], deux [cafés]"},
		{"東京", "ja", "私は東京都で働く", "私は[東京]都で働く"},
		{`"東京都 で"`, "ja", "私は東京都で働く", "私は[東京都で]働く"},
		{"❤", "en", "I ❤️ it", "I [❤️] it"},
		{"👍", "en", "So 👍🏽", "So [👍🏽]"},
		{"value-based", "en", "A value-based value", "A [value-based] value"},
		{"b", "en", "<b>&amp;</b>", "<[b]>&amp;</[b]>"},
		{"sell", "en", "", ""},
		{"", "en", "Nothing  asked", "Nothing asked"},
	} {
		if got := marked(ix.Marker(parse(tc.query)).Mark(tc.language, tc.text)); got != tc.want {
			t.Errorf("Mark %q in %q = %q, want %q", tc.query, tc.text, got, tc.want)
		}
	}
	filler := strings.Repeat("Nothing of interest happens in this sentence. ", 50)
	text := filler + "Here is coaching. " + filler + "Here value meets coaching at last. " + filler
	got := ix.Marker(parse("coach value")).Snippet("en", text)
	if !strings.Contains(marked(got), "Here [value] meets [coaching] at last.") {
		t.Errorf("Snippet = %q, want the place where both words are", marked(got))
	}
	if got := ix.Marker(parse("nowhere")).Snippet("en", text); got.Matched() || !strings.HasPrefix(text, strings.TrimSuffix(got.String(), "…")) {
		t.Errorf("Snippet without a match = %q, want the beginning", marked(got))
	}
}
