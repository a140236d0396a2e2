package indextest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/index"
)

func testSuggest(t *testing.T, ix index.Index) {
	put(t, ix,
		doc("why", "Why I Sell", "…", by("David Brock"), tagged("Value Selling"), published("2020-01-01")),
		doc("old", "Why Not", "…", by("David Brock"), published("2019-01-01")),
		doc("art", "The Art of Why", "…", by("Zoë Davis", "david brock"), published("2021-01-01")),
		doc("cafe", "Café, First Thing in the Morning", "…", by("Ann"), tagged("Coffee"), language("fr")),
		doc("why", "Why I Sell", "…", in("other")),
		doc("twice", "why i sell!", "…", published("2018-01-01")),
		doc("jp", "営業の話", "…", language("ja")),
		doc("gone", "Whywhy", "…", by("Dav Gone"), tagged("gone")),
	)
	if err := ix.Delete(t.Context(), "s/gone"); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"why", []string{"title Why I Sell", "title Why Not", "title The Art of Why"}},
		{"WHY i", []string{"title Why I Sell"}},
		{"wh", []string{"title Why I Sell", "title Why Not", "title The Art of Why"}},
		{"sell w", []string{"title Why I Sell"}},
		{"sell", []string{"tag Value Selling", "title Why I Sell"}},
		{"wy", nil},
		{"david b", []string{"author David Brock"}},
		{"dav", []string{"author David Brock", "author Zoë Davis"}},
		{"zoe", []string{"author Zoë Davis"}},
		{"cafe", []string{"title Café, First Thing in the Morning"}},
		{"café", []string{"title Café, First Thing in the Morning"}},
		{"morning ca", []string{"title Café, First Thing in the Morning"}},
		{"morn ca", nil},
		{"coff", []string{"tag Coffee"}},
		{"営業", []string{"title 営業の話"}},
		{"業", []string{"title 営業の話"}},
		{"gone", nil},
		{"", nil},
		{"  ", nil},
		{"!?", nil},
		{"\x00\xff", nil},
		{strings.Repeat("why ", 1000), nil},
	} {
		list, err := ix.Suggest(t.Context(), tc.text, 10)
		if err != nil {
			t.Errorf("Suggest %q: %v", tc.text, err)
		}
		var got []string
		for _, s := range list {
			got = append(got, string(s.Kind)+" "+s.Text)
			if title := s.Kind == index.SuggestTitle; title != (s.GUID != "") || title != (s.Series != "") {
				t.Errorf("Suggest %q: %+v; want a story with titles only", tc.text, s)
			}
		}
		if tc.text != strings.Repeat("why ", 1000) && !slices.Equal(got, tc.want) {
			t.Errorf("Suggest %q = %q, want %q", tc.text, got, tc.want)
		}
	}
	if list, err := ix.Suggest(t.Context(), "david", 1); err != nil || len(list) != 1 || list[0].Count != 3 {
		t.Errorf("Suggest one of david = %+v, %v; want David Brock with 3 stories", list, err)
	}
}

func testSimilar(t *testing.T, ix index.Index) {
	about := func(guid, subject string, more ...func(*index.Document)) index.Document {
		body := "People tell what they did that year, and what they would rather have done. " + strings.Repeat(subject+" ", 3)
		return doc(guid, "Notes of "+guid, body, more...)
	}
	price := "Negotiating discounts erodes the margin of every contract."
	docs := []index.Document{
		about("price1", price), about("price2", price+" Customers negotiate."), about("price3", "A discount without a negotiated contract."),
		about("price1", price, in("copy")), about("price2", price+" Customers negotiate.", in("copy")),
		about("foreign", "Discounts, margin, contract, negotiating.", language("de")),
	}
	for i := range 40 {
		docs = append(docs, about(fmt.Sprint("garden", i), fmt.Sprintf("Tomatoes and beans want sun%d in the garden.", i%7)))
	}
	put(t, ix, docs...)
	start := time.Now()
	hits, err := ix.Similar(t.Context(), docs[0], 5)
	if took := time.Since(start); err != nil || took > index.Budget {
		t.Errorf("Similar: %v after %v", err, took)
	}
	got := guids(index.Results{Hits: hits})
	if len(got) < 2 || !slices.Equal(got[:2], []string{"price2", "price3"}) {
		t.Errorf("Similar to price1 = %q, want price2 and price3 first", got)
	}
	for _, guid := range []string{"price1", "foreign"} {
		if slices.Contains(got, guid) {
			t.Errorf("Similar to price1 = %q, want no %s", got, guid)
		}
	}
	if seen := slices.Compact(slices.Sorted(slices.Values(got))); len(seen) != len(got) {
		t.Errorf("Similar to price1 = %q, want each story once", got)
	}
	if hits, err = ix.Similar(t.Context(), about("new", "Beans in the garden."), 3); err != nil || len(hits) != 3 || !strings.HasPrefix(hits[0].GUID, "garden") {
		t.Errorf("Similar to what is not in = %v, %v; want 3 of the garden", hits, err)
	}
	for _, odd := range []index.Document{{}, doc("x", "", ""), doc("x", "\x00", "\xff"), doc("x", "Zzyzx", "qwrtz", language("ja"))} {
		if hits, err := ix.Similar(t.Context(), odd, 3); err != nil || len(hits) != 0 {
			t.Errorf("Similar to %q = %v, %v; want nothing", odd.Title, hits, err)
		}
	}
}
