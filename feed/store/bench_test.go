package store_test

import (
	"testing"

	"storyfeed/feed/store"
)

func filled(b *testing.B, n int) *store.Store {
	s := open(b, store.Config{Dir: b.TempDir()})
	if err := s.SyncSeries(b.Context(), series()); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if _, err := s.SaveStory(b.Context(), store.Save{Story: numbered(i)}); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func BenchmarkSaveStory(b *testing.B) {
	s := filled(b, 0)
	for n := 0; b.Loop(); n++ {
		if _, err := s.SaveStory(b.Context(), store.Save{Story: numbered(n)}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSaveStoryUnchanged(b *testing.B) {
	s := filled(b, 1)
	for b.Loop() {
		if _, err := s.SaveStory(b.Context(), store.Save{Story: numbered(0)}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStoryByURL(b *testing.B) {
	s := filled(b, 1000)
	for n := 0; b.Loop(); n++ {
		if _, err := s.StoryByURL(b.Context(), "a", numbered(n%1000).Permalink); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStories50(b *testing.B) {
	s := filled(b, 1000)
	for name, q := range map[string]store.StoryQuery{"body": {Limit: 50}, "nobody": {Limit: 50, WithoutBody: true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if list, _, err := s.Stories(b.Context(), "a", q); err != nil || len(list) != 50 {
					b.Fatal(len(list), err)
				}
			}
		})
	}
}
