package store_test

import (
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// Pictures are kept within a bound, and what could not be had is known.
func TestPictureBound(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	s := open(t, store.Config{Dir: dir, Now: func() time.Time { return now }})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	save := func(url string, p feed.Picture) bool {
		t.Helper()
		kept, err := s.SavePicture(t.Context(), "a", url, p)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	if save("https://a.example/none.png", feed.Picture{}) {
		t.Error("nothing was kept as a picture")
	}
	if !save("https://a.example/1.png", feed.Picture{MediaType: "image/png", Bytes: []byte("1")}) {
		t.Error("the first picture was not kept")
	}
	// As if there were almost as much as there may be.
	if _, err := raw(t, dir).Exec(`UPDATE pictures SET size = 100 * 1024 * 1024 - 2 WHERE media_type <> ''`); err != nil {
		t.Fatal(err)
	}
	if !save("https://a.example/2.png", feed.Picture{MediaType: "image/png", Bytes: []byte("22")}) {
		t.Error("a picture that finds room was not kept")
	}
	if save("https://a.example/3.png", feed.Picture{MediaType: "image/png", Bytes: []byte("3")}) {
		t.Error("a picture was kept beyond the bound")
	}
	if p, err := s.Picture(t.Context(), "a", "https://a.example/3.png"); err != nil || p != nil {
		t.Errorf("of the picture beyond the bound is kept: %v, %v", p, err)
	}
	if n, newest, err := s.PicturesKept(t.Context(), "a"); err != nil || n != 2 || !newest.Equal(now) {
		t.Errorf("%d are kept, the last since %v, %v; want 2", n, newest, err)
	}
	for _, c := range []struct {
		name  string
		since time.Time
		want  bool
	}{{"1.png", now, true}, {"none.png", now, true}, {"3.png", now, true}, {"3.png", now.Add(time.Second), false}, {"4.png", now, false}, {"1.png", now.Add(time.Second), true}, {"none.png", now.Add(time.Second), false}} {
		if tried, err := s.PictureTried(t.Context(), "a", "https://a.example/"+c.name, c.since); err != nil || tried != c.want {
			t.Errorf("%s was tried since %v: %v, %v", c.name, c.since, tried, err)
		}
	}
}
