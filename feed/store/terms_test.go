package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func TestTerms(t *testing.T) {
	s := open(t, store.Config{Dir: t.TempDir()})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		st := numbered(i)
		st.Authors, st.Tags = []string{"Zoë Marsh"}, []string{"all", fmt.Sprint("odd ", i%2)}
		if i == 4 {
			st.Authors = append(st.Authors, "Ada")
		}
		if _, err := s.SaveStory(t.Context(), store.Save{Story: st}); err != nil {
			t.Fatal(err)
		}
	}
	slug := numbered(0).Series
	got, err := s.AllTerms(t.Context(), feed.TermAuthor, 9)
	want := []feed.Term{{Kind: feed.TermAuthor, Slug: "ada", Name: "Ada", Stories: 1}, {Kind: feed.TermAuthor, Slug: "zoe-marsh", Name: "Zoë Marsh", Stories: 5}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("authors: %v (-want +got):\n%s", err, diff)
	}
	if got, err := s.AllTerms(t.Context(), feed.TermTag, 1); err != nil || len(got) != 1 || got[0].Slug != "all" {
		t.Errorf("the tag with the most stories: %v, %v", got, err)
	}
	if got, err := s.Term(t.Context(), feed.TermTag, "odd-1"); err != nil || got.Stories != 2 || got.Name != "odd 1" {
		t.Errorf("a tag: %+v, %v", got, err)
	}
	if _, err := s.Term(t.Context(), feed.TermTag, "nobody"); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("a tag that no story has: %v, want not found", err)
	}
	all, err := s.Gathered(t.Context(), feed.TermAuthor, "zoe-marsh", 9)
	if err != nil {
		t.Fatal(err)
	}
	for offset := range 7 {
		page, err := s.TermStories(t.Context(), feed.TermAuthor, "zoe-marsh", offset, 2)
		wanted := all[min(offset, 5):min(offset+2, 5)]
		if err != nil || len(page) != len(wanted) || len(page) > 0 && (page[0].GUID != wanted[0].GUID || page[0].HTML != "") {
			t.Errorf("stories from %d on: %d, %v; want %d without bodies", offset, len(page), err, len(wanted))
		}
	}
	terms, total, err := s.TermsOf(t.Context(), slug, feed.TermAuthor, 1)
	if err != nil || total != 2 || len(terms) != 1 || terms[0].Name != "Zoë Marsh" || terms[0].Stories != 5 {
		t.Errorf("authors of the series: %v of %d, %v", terms, total, err)
	}
	days, err := s.PublishedDates(t.Context(), slug)
	if err != nil || len(days) != 5 {
		t.Errorf("dates: %v, %v; want five", days, err)
	}
	for i := 1; i < len(days); i++ {
		if days[i].Time.Before(days[i-1].Time) {
			t.Errorf("dates are not in order: %v", days)
		}
	}
}
