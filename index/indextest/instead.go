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
		{"coach prices", "", nil},

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
		{"nowhere coaching", "", nil},
		{"lisetn margins pricing", "listen OR margins OR pricing", []string{"price", "coach"}},
		{"what do coaches say about falling margins title:pricing", "what OR do OR coaches OR say OR about OR falling OR margins title:pricing", []string{"price"}},
	})
	// Pages of what was searched instead fit together.
	first := find(t, ix, index.Request{Query: parse("pricing margins coaching"), Limit: 1})
	rest := find(t, ix, index.Request{Query: parse("pricing margins coaching"), Offset: 1})
	if got := append(guids(first), guids(rest)...); len(got) != 3 || got[0] != "price" || first.Total != 3 {
		t.Errorf("pages of any words: %q, total %d; want three, the one with two words first", got, first.Total)
	}
}

// A filter finds as many as its facet says, whatever was searched instead.
func testInsteadWithin(t *testing.T, ix index.Index) {
	var docs []index.Document
	for i := range 12 {
		docs = append(docs, doc(fmt.Sprint("all", i), "All", "Harbour, anchor, ladder, candle, river."))
	}
	docs = append(docs,
		doc("few", "Few", "Harbour, anchor, ladder, candle, river, lantern.", in("t")),
		doc("some", "Some", "Only the harbour and the anchor.", in("t")),
	)
	put(t, ix, docs...)
	for query, instead := range map[string]string{
		"harbour anchor ladder candle river":         "", // thirteen stories have all
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
