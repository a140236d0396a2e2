package feed_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

func TestLineUp(t *testing.T) {
	start := at(t, "2026-11-23")
	early, late := at(t, "2026-11-01"), at(t, "2026-11-24")
	come := func(order int64, series string, part int, day string, since time.Time) feed.Arrival {
		a := feed.Arrival{GUID: fmt.Sprint(series, part), Series: series, There: series, Part: part, Since: since, Order: order}
		if day != "" {
			a.Day = at(t, day)
		}
		return a
	}
	all := []feed.Arrival{
		come(1, "b", 1, "", early), come(2, "a", 2, "", early), come(3, "a", 1, "", early),
		come(4, "a", 9, "2020-01-02", early), come(5, "b", 9, "2019-01-01", early),
		come(6, "a", 4, "2020-01-01", early), come(7, "a", 3, "2020-01-01", early),
		come(8, "c", 1, "2018-01-01", late), come(9, "c", 2, "", start), come(10, "a", 5, "2017-01-01", late),
	}
	all[3].Gone, all[4].There = late, "twin"
	var got []string
	for i, n := range feed.LineUp(start, all) {
		got = append(got, n.GUID)
		if n.Number != i+1 || n.Gone.IsZero() != (n.GUID != "a9") || (n.Series == "twin") != (n.GUID == "b9") {
			t.Errorf("the story at place %d is %+v", i, n)
		}
	}
	if diff := cmp.Diff([]string{"b9", "a3", "a4", "a9", "a1", "a2", "b1", "c1", "c2", "a5"}, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

// TestLineUpOnlyGrows: whatever comes once a drip has begun comes at its end.
func TestLineUpOnlyGrows(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		start := at(t, "2026-11-23")
		now := start.AddDate(0, 0, -3)
		var all []feed.Arrival
		var last []feed.Numbered
		for order := range int64(60) {
			now = now.Add(time.Duration(r.IntN(4)*r.IntN(3600)) * time.Second)
			a := feed.Arrival{GUID: fmt.Sprint(order), Series: fmt.Sprint(r.IntN(3)), Part: r.IntN(9), Since: now, Order: order}
			if r.IntN(3) > 0 {
				a.Day = start.AddDate(0, 0, -r.IntN(20))
			}
			all = append(all, a)
			line := feed.LineUp(start, all)
			if !now.Before(start) && len(last) > 0 {
				if diff := cmp.Diff(last, line[:len(last)]); diff != "" {
					t.Fatalf("seed %d: (-before +after)\n%s", seed, diff)
				}
			}
			last = line
		}
	}
}
