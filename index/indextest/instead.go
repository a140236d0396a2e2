package indextest

import (
	"fmt"
	"testing"

	"storyfeed/index"
)

// insteadCase is a query that is answered by another one.
type insteadCase struct {
	query, instead string
	want           []string // in any order
}

func wantInstead(t *testing.T, ix index.Index, cases []insteadCase) {
	t.Helper()
	for _, tc := range cases {
		res := find(t, ix, index.Request{Query: parse(tc.query)})
		if got := res.Instead.String(); got != tc.instead {
			t.Errorf("Search %q searches %q instead, want %q", tc.query, got, tc.instead)
		}
		wantFound(t, ix, index.Request{Query: parse(tc.query)}, tc.want...)
	}
}

func testCorrections(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("coach", "Coaching", "Coaches listen before they negotiate a proposition."),
		doc("coach2", "More", "Coaching again, and couching it in words."),
		doc("price", "Pricing", "Prices fall when margins do.", by("Zoë Kovács"), tagged("margins")),
		doc("bread", "Bread", "The crust cracks."),
		doc("ru", "Продавцы", "Продавцы продавали дома.", language("ru")),
		doc("de", "Häuser", "Der Verkäufer verkauft Häuser.", language("de")),
		doc("short", "Cat", "A cat."),
	)
	wantInstead(t, ix, []insteadCase{
		// What finds something is left alone.
		{"couching", "", []string{"coach2"}},
		{"coach", "", []string{"coach", "coach2"}},
		{"negotiate proposition", "", []string{"coach"}},

		// One edit: a letter less, more, another, two changed in place.
		{"coacching", "coaching", []string{"coach", "coach2"}},
		{"coching", "coaching", []string{"coach", "coach2"}},
		{"negotyate", "negotiate", []string{"coach"}},
		{"lisetn", "listen", []string{"coach"}},
		{"LISETN proposition", "listen proposition", []string{"coach"}},
		{"продовцы", "продавцы", []string{"ru"}},
		{"verkaeuver", "verkaeufer", []string{"de"}},
		{`"before thay negotiate"`, "", nil}, // "they" is not looked for
		{`"coaches lissten"`, `"coaches listen"`, []string{"coach"}},
		{"title:coachingg", "title:coaching", []string{"coach"}},
		{"author:kovacz", "author:kovacs", []string{"price"}},
		{"author:zoee", "author:zoe", []string{"price"}},
		{"tag:margin", "tag:margins", []string{"price"}},
		{"lisetn -couching", "listen -couching", []string{"coach"}},
		{"Lisetn", "Listen", []string{"coach"}},
		{`author:"Zoë Kovacz"`, `author:"Zoë Kovacs"`, []string{"price"}},
		{"lisetn OR qqqq OR trast", "listen OR qqqq OR trast", []string{"coach"}},
		{"qqqq OR zzzz", "", nil},

		// Not two edits, and no short words.
		{"lssetn", "", nil},
		{"kat", "", nil},

		// The first letter of a word that is not long is the one that was meant.
		{"trust", "", nil},
		{"rust", "", nil},
		{"xcrust", "crust", []string{"bread"}},
		{"croust", "crust", []string{"bread"}},
		{"crsut", "crust", []string{"bread"}},
		{"rcust", "crust", []string{"bread"}},
		{"koaching", "coaching", []string{"coach", "coach2"}},
	})
}

func testLoosened(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("coach", "Coaching", "Coaches listen before they negotiate a proposition."),
		doc("coach2", "More", "Coaching again."),
		doc("price", "Pricing", "Prices fall when margins do."),
	)
	wantInstead(t, ix, []insteadCase{
		// Any of several words, where no story has all.
		{"pricing margins coaching", "pricing OR margins OR coaching", []string{"price", "coach", "coach2"}},
		{"nowhere coaching", "nowhere OR coaching", []string{"coach", "coach2"}},
		{"nowhere,coaching", "nowhere OR coaching", []string{"coach", "coach2"}},
		{"coaching OR nowhere -margins falling", "coaching OR nowhere OR falling -margins", []string{"coach", "coach2"}},

		// Nor three, where few have them; those with all come first, as the test of
		// pages shows. Of two both are wanted, and what is written as one word is one.
		{"coaching listening proposition", "coaching OR listening OR proposition", []string{"coach", "coach2"}},
		{"coaching proposition", "", []string{"coach"}},
		{"negotiate-a-proposition", "", []string{"coach"}},

		// Words that are too common for bodies don't count, though a stem of one
		// looks like them.
		{"no coaching margins", "no OR coaching OR margins", []string{"coach", "coach2", "price"}},
		{"the coaching", "", []string{"coach", "coach2"}},

		// A phrase is meant, unless the words around it are nowhere either.
		{`"coaching margins"`, "", nil},
		{`"coaches listened before they sold margins`, "coaches OR listened OR before OR they OR sold OR margins", []string{"coach", "coach2", "price"}},
		{`coaches "negotiate a proposition"`, "", []string{"coach"}},
		{`pricing "negotiate a proposition"`, "pricing OR negotiate OR a OR proposition", []string{"price", "coach"}},
		{"lisetn margins pricing", "listen OR margins OR pricing", []string{"price", "coach"}},
		{"what do coaches say about falling margins title:pricing", "what OR do OR coaches OR say OR about OR falling OR margins title:pricing", []string{"price"}},
	})
	// Stories with all words come first, however short others are.
	wantFirst(t, ix, "coaching listening proposition", "coach")

	// In another order they would be lost among the others.
	wantFound(t, ix, index.Request{Query: parse("coaching listening proposition"), Sort: index.SortNewest}, "coach")
	wantFound(t, ix, index.Request{Query: parse("nowhere listening"), Sort: index.SortNewest}, "coach")

	// Pages of what was searched instead fit together.
	first := find(t, ix, index.Request{Query: parse("pricing margins coaching"), Limit: 1})
	rest := find(t, ix, index.Request{Query: parse("pricing margins coaching"), Offset: 1})
	if got := append(guids(first), guids(rest)...); len(got) != 3 || got[0] != "price" || first.Total != 3 {
		t.Errorf("pages of any words: %q, total %d; want three, the one with two words first", got, first.Total)
	}
}

// wantFirst checks the best hit.
func wantFirst(t *testing.T, ix index.Index, query, want string) {
	t.Helper()
	if got := guids(find(t, ix, index.Request{Query: parse(query)})); len(got) < 2 || got[0] != want {
		t.Errorf("Search %q finds %q, want %q first and others", query, got, want)
	}
}

// testUnspaced asks whole sentences of scripts without spaces: no story has one
// word for word.
func testUnspaced(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("zh", "球队", "丹佛野马队的防守在本赛季只丢了很少的分。", language("zh")),
		doc("zh2", "天气", "明天下雨。", language("zh")),
		doc("ja", "図書館", "図書館は月曜日に休みます。", language("ja")),
		doc("th", "ข่าว", "ทีมรับของแพนเธอร์สเสียคะแนนน้อย", language("th")),
		doc("ko", "판매", "판매원이 집을 팔았다", language("ko")),
	)
	for query, want := range map[string]string{
		"野马队的防守丢了多少分？":          "zh",
		"図書館はいつ休みますか":           "ja",
		"ทีมรับของใครเสียคะแนน": "th",
		"판매원은 언제 집에서 일하나":       "ko",
	} {
		res := find(t, ix, index.Request{Query: parse(query)})
		if got := guids(res); len(got) == 0 || got[0] != want || res.Instead.Empty() {
			t.Errorf("Search %q finds %q, searching %q; want %q first", query, got, res.Instead, want)
		}
	}
	wantFound(t, ix, index.Request{Query: parse("野马熊")}) // hardly more than a word: it is nowhere
}

// A filter finds as many as its facet says, whatever was searched instead.
func testInsteadWithin(t *testing.T, ix index.Index) {
	var docs []index.Document
	for i := range 22 {
		docs = append(docs, doc(fmt.Sprint("all", i), "All", "Harbour, anchor, ladder, candle, river."))
	}
	docs = append(docs,
		doc("few", "Few", "Harbour, anchor, ladder, candle, river, lantern.", in("t")),
		doc("some", "Some", "Only the harbour and the anchor.", in("t")),
	)
	put(t, ix, docs...)
	for query, instead := range map[string]string{
		"harbour anchor ladder candle river":         "", // 23 stories have all
		"harbour anchor ladder candle river lantern": "harbour OR anchor OR ladder OR candle OR river OR lantern",
		"harbuor": "harbour",
	} {
		whole := find(t, ix, index.Request{Query: parse(query)})
		if got := whole.Instead.String(); got != instead {
			t.Errorf("Search %q searches %q instead, want %q", query, got, instead)
		}
		for _, series := range whole.Facet("series").Values {
			res := find(t, ix, index.Request{Query: parse(query), Series: series.Value})
			if res.Total != series.Count || res.Instead.String() != instead {
				t.Errorf("Search %q in %s finds %d and searches %q instead, want the %d of the facet and %q", query, series.Value, res.Total, res.Instead, series.Count, instead)
			}
		}
	}
}
