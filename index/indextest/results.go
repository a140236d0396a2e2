package indextest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/index"
)

func testFilters(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("a", "One", "value", by("David Brock"), tagged("Sales"), published("2020-01-01")),
		doc("b", "Two", "value", by("David Brock Jr.", "Zoë"), tagged("sales talk"), published("2020-06-01")),
		doc("c", "Three", "value", by("Ann"), in("t")),
		doc("d", "Four", "other", by("DAVID BROCK"), in("t"), published("2021-01-01"), language("pt_BR")),
		doc("e", "Five", "fünf", in("u"), language("")),
		doc("f", "Six", "sechs", in("u"), language("not a language")),
	)
	value := parse("value")
	for _, tc := range []struct {
		request index.Request
		want    []string
	}{
		{index.Request{Query: value}, []string{"a", "b", "c"}},
		{index.Request{Query: value, Series: "s"}, []string{"a", "b"}},
		{index.Request{Series: "t"}, []string{"c", "d"}},
		{index.Request{Series: "none"}, nil},
		{index.Request{Author: "David Brock"}, []string{"a", "d"}},
		{index.Request{Author: "  david   brock "}, []string{"a", "d"}},
		{index.Request{Author: "zoe"}, []string{"b"}},
		{index.Request{Author: "David"}, nil},
		{index.Request{Tag: "SALES"}, []string{"a"}},
		{index.Request{Language: "en"}, []string{"a", "b", "c"}},
		{index.Request{Language: "EN-gb", Query: value, Series: "t"}, []string{"c"}},
		{index.Request{Language: "pt"}, []string{"d"}},
		{index.Request{Language: "not a language"}, nil},
		{index.Request{Query: value, Author: "David Brock", Series: "s"}, []string{"a"}},
		{index.Request{After: day("2020-06-01")}, []string{"b", "d"}},
		{index.Request{Before: day("2020-06-01")}, []string{"a"}},
		{index.Request{After: day("2020-01-01"), Before: day("2021-01-01")}, []string{"a", "b"}},
		{index.Request{Query: value, After: day("2020-01-02")}, []string{"b"}},
		{index.Request{Query: value, Sort: index.SortOldest, After: day("2020-01-02")}, []string{"b"}},
		{index.Request{Query: parse("-value"), Series: "t"}, []string{"d"}},
		{index.Request{Query: parse("nowhere"), Series: "t"}, nil},
		{index.Request{Query: parse("-author:ann"), Series: "t"}, []string{"d"}},
	} {
		wantFound(t, ix, tc.request, tc.want...)
	}
}

func testFacets(t *testing.T, ix index.Index) {
	docs := []index.Document{
		doc("a", "One", "value", by("David Brock"), tagged("Sales", "Zebra"), published("2020-01-01")),
		doc("b", "Two", "value", by("david brock", "Ann"), tagged("sales", "SALES", "Apple"), published("2020-06-01")),
		doc("c", "Three", "value", by("David Brock"), in("t"), published("2021-01-01"), language("pt-BR")),
		doc("d", "Four", "other", by("Zoë"), in("t")),
	}
	for i := range 30 {
		docs = append(docs, doc(fmt.Sprint(i), "Tagged", "many", in("u"), tagged(fmt.Sprintf("tag%02d", i))))
	}
	put(t, ix, docs...)
	got := find(t, ix, index.Request{Query: parse("value"), Limit: 1}).Facets
	want := []index.Facet{
		{Name: "series", Values: []index.FacetValue{{Value: "s", Count: 2}, {Value: "t", Count: 1}}},
		{Name: "author", Values: []index.FacetValue{{Value: "David Brock", Count: 3}, {Value: "Ann", Count: 1}}},
		{Name: "year", Values: []index.FacetValue{{Value: "2020", Count: 2}, {Value: "2021", Count: 1}}},
		{Name: "tag", Values: []index.FacetValue{{Value: "Sales", Count: 2}, {Value: "Apple", Count: 1}, {Value: "Zebra", Count: 1}}},
		{Name: "language", Values: []index.FacetValue{{Value: "en", Count: 2}, {Value: "pt", Count: 1}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facets of value: (-want +got)\n%s", diff)
	}
	tags := find(t, ix, index.Request{Query: parse("many")}).Facet("tag").Values
	if len(tags) != index.MaxFacet || tags[0].Value != "tag00" || tags[19].Value != "tag19" {
		t.Errorf("tag facet of many = %v, want tag00 to tag19", tags)
	}
	none := find(t, ix, index.Request{Query: parse("nowhere")})
	if len(none.Facets) != 5 || none.Facet("tag").Values != nil {
		t.Errorf("facets of nothing = %v, want five empty ones", none.Facets)
	}
	if f := find(t, ix, index.Request{NoFacets: true}).Facets; f != nil {
		t.Errorf("facets with NoFacets = %v, want none", f)
	}
}

func testOrder(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("old", "Value", "value value value", published("1969-12-31"), part(1)),
		doc("undated1", "Unlike", "value", part(7)),
		doc("undated2", "Unlike", "value", part(8)),
		doc("day1", "Unlike", "value", published("2020-01-01"), part(3)),
		doc("day2", "Unlike", "value", published("2020-01-01"), part(4)),
		doc("future", "Unlike", "value and so many other words that it is quite diluted by them in the end", published("2099-01-01"), part(5)),
		doc("ancient", "Unlike", "value", published("0001-06-01"), part(6)),
	)
	newest := []string{"future", "day2", "day1", "old", "ancient", "undated2", "undated1"}
	oldest := []string{"ancient", "old", "day1", "day2", "future", "undated1", "undated2"}
	reading := []string{"old", "day1", "day2", "future", "ancient", "undated1", "undated2"}
	relevant := []string{"old", "day2", "day1", "ancient", "undated2", "undated1", "future"}
	value := parse("value")
	for _, tc := range []struct {
		name    string
		request index.Request
		want    []string
	}{
		{"newest", index.Request{Query: value, Sort: index.SortNewest}, newest},
		{"oldest", index.Request{Query: value, Sort: index.SortOldest}, oldest},
		{"reading", index.Request{Query: value, Sort: index.SortReading}, reading},
		{"relevance, ties newest first", index.Request{Query: value}, relevant},
		{"the empty query is newest first", index.Request{}, newest},
		{"a query without words is newest first", index.Request{Query: parse("-nowhere series:s")}, newest},
		{"a prefix has no relevance", index.Request{Query: parse("valu*")}, newest},
		{"the second page", index.Request{Sort: index.SortNewest, Offset: 2, Limit: 3}, newest[2:5]},
		{"beyond the end", index.Request{Offset: 7}, nil},
		{"a negative offset", index.Request{Offset: -1, Limit: 2}, newest[:2]},
		{"beyond the depth", index.Request{Offset: index.MaxDepth + 5}, nil},
		{"far beyond the depth", index.Request{Offset: 1 << 40, Limit: 1e9}, nil},
	} {
		res := find(t, ix, tc.request)
		if got := guids(res); !slices.Equal(got, tc.want) || res.Total != 7 {
			t.Errorf("%s: %q, total %d; want %q and 7", tc.name, got, res.Total, tc.want)
		}
	}
}

func testReadingOrder(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("none", "Value", "value"),
		doc("ten", "Value", "value", part(10)),
		doc("nine", "Value", "value", part(9), published("2099-01-01")),
		doc("first", "Value", "value", in("a"), part(70)),
		doc("last", "Value", "value", in("t"), part(1)),
	)
	want := []string{"first", "nine", "ten", "none", "last"}
	if got := guids(find(t, ix, index.Request{Sort: index.SortReading})); !slices.Equal(got, want) {
		t.Errorf("reading order = %q, want %q", got, want)
	}
}
