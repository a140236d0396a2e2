package feed_test

import (
	"errors"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime} {
		if when, err := time.Parse(layout, s); err == nil {
			return when
		}
	}
	t.Fatalf("%q is no time", s)
	return time.Time{}
}

func drip(t *testing.T, start, pace, query string) feed.Drip {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	d, err := feed.ParseDrip(start, pace, q)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestReleases: what is due at a time, to the second.
func TestReleases(t *testing.T) {
	for _, tc := range []struct {
		start, pace, at string
		want            int
	}{
		{"2026-11-23", "1d", "2026-11-22 23:59:59", 0},
		{"2026-11-23", "1d", "2026-11-23", 1},
		{"2026-11-23", "1d", "2026-11-23 23:59:59", 1},
		{"2026-11-23", "1d", "2026-11-24", 2},
		{"2026-11-23", "2d", "2026-11-24 23:59:59", 1},
		{"2026-11-23", "2d", "2026-11-25", 2},
		{"2026-11-23", "1w", "2026-11-29 23:59:59", 1},
		{"2026-11-23", "1w", "2026-11-30", 2},
		{"2026-11-23", "4w", "2027-11-22", 14},
		{"2026-11-23", "1h", "2026-11-23 00:59:59", 1},
		{"2026-11-23", "1h", "2026-11-23 01:00", 2},
		{"2026-11-23", "5h", "2026-11-24", 5},
		{"2028-02-28", "1d", "2028-02-29", 2}, // a leap day
		{"2028-02-28", "1d", "2028-03-01", 3},
		{"2027-02-28", "1d", "2027-03-01", 2},
		{"2026-01-01", "1d", "9999-12-31", 2912443},
		// 2026-11-23 is a Monday.
		{"2026-11-23", "weekdays", "2026-11-22", 0},
		{"2026-11-23", "weekdays", "2026-11-23", 1},
		{"2026-11-23", "weekdays", "2026-11-27", 5},
		{"2026-11-23", "weekdays", "2026-11-28", 5},
		{"2026-11-23", "weekdays", "2026-11-29 23:59:59", 5},
		{"2026-11-23", "weekdays", "2026-11-30", 6},
		{"2026-11-27", "weekdays", "2026-11-29", 1},
		{"2026-11-27", "weekdays", "2026-11-30", 2},
		{"2026-11-28", "weekdays", "2026-11-28", 1}, // a Saturday: at once, then from Monday on
		{"2026-11-28", "weekdays", "2026-11-29", 1},
		{"2026-11-28", "weekdays", "2026-11-30", 2},
		{"2026-11-29", "weekdays", "2026-11-29", 1},
		{"2026-11-29", "weekdays", "2026-12-05", 6},
		{"2026-11-29", "weekdays", "2026-12-07", 7},
	} {
		d := drip(t, tc.start, tc.pace, "")
		if got := d.Releases(at(t, tc.at)); got != tc.want {
			t.Errorf("%s from %s on: %d releases at %s, want %d", tc.pace, tc.start, got, tc.at, tc.want)
		}
		if tc.want == 0 {
			continue
		}
		if due := d.Release(tc.want - 1); due.After(at(t, tc.at)) {
			t.Errorf("%s from %s on: release %d is due at %s, after %s", tc.pace, tc.start, tc.want-1, due, tc.at)
		}
		if due := d.Release(tc.want); !due.After(at(t, tc.at)) {
			t.Errorf("%s from %s on: release %d is due at %s, not after %s", tc.pace, tc.start, tc.want, due, tc.at)
		}
	}
}

func TestReleaseOfNumbers(t *testing.T) {
	for _, tc := range []struct {
		pace, query string
		number      int
		want        string
	}{
		{"1d", "", 1, "2026-11-23"},
		{"1d", "", 36, "2026-12-28"},
		{"1d", "from=7", 7, "2026-11-23"},
		{"1d", "from=7", 36, "2026-12-22"},
		{"1d", "n=2", 2, "2026-11-23 00:00:01"},
		{"1d", "n=2", 3, "2026-11-24"},
		{"1w", "from=7&n=10", 16, "2026-11-23 00:00:09"},
		{"1w", "from=7&n=10", 17, "2026-11-30"},
		{"weekdays", "n=3", 16, "2026-11-30"},
		{"4w", "", 1_000_000, "78688-03-19"},
	} {
		d := drip(t, "2026-11-23", tc.pace, tc.query)
		got := d.Date(tc.number)
		if s := strings.TrimSuffix(got.Format(time.DateTime), " 00:00:00"); s != tc.want {
			t.Errorf("%s %s: number %d is dated %s, want %s", tc.pace, tc.query, tc.number, s, tc.want)
		}
	}
}

func TestParseDrip(t *testing.T) {
	for _, tc := range []struct{ start, pace, query, path string }{
		{"2026-11-23", "1d", "", "/s/a/drip/2026-11-23/1d/feed.rss"},
		{"2026-11-23", "23h", "n=1&from=1", "/s/a/drip/2026-11-23/23h/feed.rss"},
		{"2026-11-23", "weekdays", "n=2&from=7", "/s/a/drip/2026-11-23/weekdays/feed.rss?from=7&n=2"},
		{"2028-02-29", "4w", "utm_source=x&n=10", "/s/a/drip/2028-02-29/4w/feed.rss?n=10"},
	} {
		if got := drip(t, tc.start, tc.pace, tc.query).Path("/s/a", feed.RSS); got != tc.path {
			t.Errorf("%s %s %s has the path %s, want %s", tc.start, tc.pace, tc.query, got, tc.path)
		}
	}
	for _, tc := range []struct{ start, pace, query, field string }{
		{"", "1d", "", "start"},
		{"today", "1d", "", "start"},
		{"2026-11-31", "1d", "", "start"},
		{"2027-02-29", "1d", "", "start"},
		{"2026-1-2", "1d", "", "start"},
		{"1990-01-01", "1d", "", "start"},
		{"2026-11-23T10:00:00Z", "1d", "", "start"},
		{"2026-11-23", "", "", "pace"},
		{"2026-11-23", "d", "", "pace"},
		{"2026-11-23", "0d", "", "pace"},
		{"2026-11-23", "-1d", "", "pace"},
		{"2026-11-23", "01d", "", "pace"},
		{"2026-11-23", "30m", "", "pace"},
		{"2026-11-23", "24h", "", "pace"},
		{"2026-11-23", "31d", "", "pace"},
		{"2026-11-23", "7d", "", "pace"}, // it is 1w
		{"2026-11-23", "5w", "", "pace"},
		{"2026-11-23", "Weekdays", "", "pace"},
		{"2026-11-23", "99999999999999999999d", "", "pace"},
		{"2026-11-23", "1d", "from=0", "from"},
		{"2026-11-23", "1d", "from=-3", "from"},
		{"2026-11-23", "1d", "from=+3", "from"},
		{"2026-11-23", "1d", "from=", "from"},
		{"2026-11-23", "1d", "from=1000001", "from"},
		{"2026-11-23", "1d", "n=0", "n"},
		{"2026-11-23", "1d", "n=11", "n"},
		{"2026-11-23", "1d", "n=two", "n"},
	} {
		q, err := url.ParseQuery(tc.query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = feed.ParseDrip(tc.start, tc.pace, q)
		var bad *feed.DripError
		if !errors.As(err, &bad) || bad.Field != tc.field || !bad.Never {
			t.Errorf("%q %q %q: %v, want a fault of %s", tc.start, tc.pace, tc.query, err, tc.field)
		}
	}
}

// FuzzParseDrip: an address is refused, or is the one address of its drip, whose
// releases follow each other.
func FuzzParseDrip(f *testing.F) {
	f.Add("2026-11-23", "1d", "7", "2", int64(1_800_000_000))
	f.Add("2028-02-29", "weekdays", "1", "1", int64(1_900_000_000))
	f.Add("2026-11-28", "23h", "1000000", "10", int64(253402300799))
	f.Fuzz(func(t *testing.T, start, pace, from, n string, seconds int64) {
		d, err := feed.ParseDrip(start, pace, url.Values{"from": {from}, "n": {n}})
		if err != nil {
			return
		}
		u, err := url.Parse(d.Path("/s/x", feed.JSON))
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(u.Path, "/")
		again, err := feed.ParseDrip(parts[4], parts[5], u.Query())
		if err != nil || again != d || parts[4] != start || parts[5] != pace {
			t.Fatalf("%s reads as %v, %v; want %v", u, again, err, d)
		}
		when := time.Unix(seconds%253402300799, 0)
		k := d.Releases(when)
		if k < 0 || k > 0 && d.Release(k-1).After(when) || !d.Release(k).After(when) {
			t.Fatalf("%s: %d releases at %s", u, k, when)
		}
		if d.Releases(d.Release(k)) != k+1 || k == 0 && !d.Release(0).Equal(d.Start) {
			t.Fatalf("%s: release %d is due at %s", u, k, d.Release(k))
		}
	})
}

// line is a series whose parts were all there at a time, but for the holes.
func line(fetched time.Time, parts int, holes ...int) []feed.Numbered {
	var line []feed.Numbered
	for n := 1; n <= parts; n++ {
		if !slices.Contains(holes, n) {
			line = append(line, numbered(n, fetched))
		}
	}
	return line
}

func numbered(n int, fetched time.Time) feed.Numbered {
	return feed.Numbered{Number: n, Series: "a", GUID: feed.GUID("https://a.example/" + string(rune('a'+n))), Fetched: fetched}
}

func TestAdmit(t *testing.T) {
	now := at(t, "2026-11-26 05:00")
	for _, tc := range []struct {
		name, start, pace, query string
		offered                  string
		field                    string // empty: it is admitted
	}{
		{"today", "2026-11-26", "1d", "", "2026-11-20 10:00", ""},
		{"on the day of the first visit", "2026-11-20", "1d", "", "2026-11-20 10:00", ""},
		{"the last part", "2026-11-26", "1d", "from=30", "2026-11-20", ""},
		{"beyond the last part", "2026-11-26", "1d", "from=31", "2026-11-20", "from"},
		{"a month ahead", "2026-12-27", "1d", "", "2026-11-20", ""},
		{"further ahead", "2026-12-28", "1d", "", "2026-11-20", "start"},
		{"over before there was anything", "2026-09-01", "1d", "", "2026-11-20", "start"},
		{"still running when the store was built again", "2026-11-01", "1d", "", "2026-11-20", ""},
		{"at its end when the store was built again", "2026-10-22", "1d", "", "2026-11-20", ""},
		{"long over", "2026-01-01", "1d", "", "2026-01-01", ""},
	} {
		err := drip(t, tc.start, tc.pace, tc.query).Admit(now, line(at(t, tc.offered), 30))
		var bad *feed.DripError
		if errors.As(err, &bad); (tc.field == "") != (err == nil) || bad != nil && (bad.Field != tc.field || bad.Never) {
			t.Errorf("%s: %v, want a fault of %q", tc.name, err, tc.field)
		}
	}
}

func TestStage(t *testing.T) {
	early := at(t, "2026-11-01")
	gone := func(line []feed.Numbered, n int, when string) []feed.Numbered {
		line[n-1].Gone = at(t, when)
		return line
	}
	for _, tc := range []struct {
		name, at, query string
		line            []feed.Numbered
		released        int
		shown, gone     int
		next, ended     string
		updated         string
		fresh           int
	}{
		{"before", "2026-11-22 23:00", "", line(early, 30), 0, 0, 0, "2026-11-23", "", "", 3600},
		{"long before", "2026-11-02", "from=7", line(early, 30), 6, 0, 0, "2026-11-23", "", "", 86400},
		{"the first", "2026-11-23", "", line(early, 30), 1, 1, 0, "2026-11-24", "", "2026-11-23", 86400},
		{"the second before the next", "2026-11-23 23:59:59", "", line(early, 30), 1, 1, 0, "2026-11-24", "", "2026-11-23", 1},
		{"the 20th", "2026-12-12 18:00", "", line(early, 30), 20, 20, 0, "2026-12-13", "", "2026-12-12", 6 * 3600},
		{"the 21st", "2026-12-13", "", line(early, 30), 21, 20, 0, "2026-12-14", "", "2026-12-13", 86400},
		{"two a day", "2026-11-24", "n=2", line(early, 30), 4, 4, 0, "2026-11-25", "", "2026-11-24 00:00:01", 86400},
		{"an odd number of parts, two a day", "2026-12-30", "n=2", line(early, 5), 5, 5, 0, "", "2026-11-25 00:00:01", "2026-11-25 00:00:01", 86400},
		{"from a later part", "2026-11-24", "from=7", line(early, 30), 8, 2, 0, "2026-11-25", "", "2026-11-24", 86400},
		{"a hole", "2026-11-25", "", line(early, 30, 2), 3, 2, 0, "2026-11-26", "", "2026-11-25", 86400},
		{"a hole at the beginning", "2026-11-23 12:00", "", line(early, 30, 1), 1, 0, 0, "2026-11-24", "", "2026-11-23", 12 * 3600},
		{"a hole filled late", "2026-11-25 12:00", "", append(line(early, 30, 1, 2)[:0:0], append([]feed.Numbered{numbered(1, early), numbered(2, at(t, "2026-11-25 11:00"))}, line(early, 30, 1, 2)...)...), 3, 3, 0, "2026-11-26", "", "2026-11-25 11:00", 12 * 3600},
		{"one gone before it was due", "2026-11-25", "", gone(line(early, 30), 2, "2026-11-10"), 3, 2, 0, "2026-11-26", "", "2026-11-25", 86400},
		{"one gone after it was due", "2026-11-25 12:00", "", gone(line(early, 30), 2, "2026-11-25 11:00"), 3, 2, 1, "2026-11-26", "", "2026-11-25 11:00", 12 * 3600},
		{"the last", "2026-12-22", "", line(early, 30), 30, 20, 0, "", "2026-12-22 00:00:01", "2026-12-22 00:00:01", 86400},
		{"long after", "2030-01-01", "", line(early, 30), 30, 20, 0, "", "2026-12-22 00:00:01", "2026-12-22 00:00:01", 86400},
		{"one more within a day of the end", "2026-12-22 08:00", "", append(line(early, 30), numbered(31, at(t, "2026-12-22 07:00"))), 30, 20, 0, "2026-12-23", "", "2026-12-22", 16 * 3600},
		{"one more later", "2026-12-24", "", append(line(early, 30), numbered(31, at(t, "2026-12-23 07:00"))), 30, 20, 0, "", "2026-12-22 00:00:01", "2026-12-22 00:00:01", 86400},
		{"stories that came after the start", "2026-11-25", "", line(at(t, "2026-11-23 10:00"), 3), 3, 3, 0, "", "2026-11-25 00:00:01", "2026-11-25 00:00:01", 86400},
	} {
		st := drip(t, "2026-11-23", "1d", tc.query).At(at(t, tc.at), tc.line)
		if st.Released != tc.released || len(st.Shown) != tc.shown || len(st.Gone) != tc.gone {
			t.Errorf("%s: released %d, shown %d, gone %d; want %d, %d, %d", tc.name, st.Released, len(st.Shown), len(st.Gone), tc.released, tc.shown, tc.gone)
		}
		for what, pair := range map[string]struct {
			got  time.Time
			want string
		}{"next": {st.Next, tc.next}, "ended": {st.Ended, tc.ended}, "updated": {st.Updated, tc.updated}} {
			if pair.want == "" && !pair.got.IsZero() || pair.want != "" && !pair.got.Equal(at(t, pair.want)) {
				t.Errorf("%s: %s is %s, want %q", tc.name, what, pair.got, pair.want)
			}
		}
		if got := st.Fresh(at(t, tc.at)); got != tc.fresh {
			t.Errorf("%s: fresh for %d s, want %d", tc.name, got, tc.fresh)
		}
	}
}

// TestFresh: no cache keeps a drip beyond the next release, and none asks in vain
// long before it.
func TestFresh(t *testing.T) {
	d := drip(t, "2026-11-23", "5h", "")
	parts := line(at(t, "2026-11-01"), 9)
	for now := d.Start.Add(-25 * time.Hour); now.Before(d.Start.Add(48 * time.Hour)); now = now.Add(7777 * time.Millisecond) {
		st := d.At(now, parts)
		fresh := time.Duration(st.Fresh(now)) * time.Second
		left := min(st.Next.Sub(now), 24*time.Hour)
		if st.Next.IsZero() {
			left = 24 * time.Hour
		}
		early := left - fresh
		if early < 0 || early >= 5*time.Minute || left < time.Hour && early >= time.Minute || left < time.Minute && early >= time.Second {
			t.Fatalf("at %s, %s before the next release, the drip is fresh for %s", now, left, fresh)
		}
	}
}

// TestDripNeverShifts lets a series live at random, with holes, late, new and
// removed stories, and watches what a reader of a drip sees: what was released
// keeps its number and date, the drip goes forward only and, once at its end,
// stays there.
func TestDripNeverShifts(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		paces := []string{"1h", "7h", "1d", "3d", "1w", "weekdays"}
		d := drip(t, "2026-11-2"+string(rune('3'+r.IntN(7))), paces[r.IntN(len(paces))], "")
		d.From, d.Each = 1+r.IntN(4), 1+r.IntN(3)
		now := d.Start.Add(-time.Duration(r.IntN(72)) * time.Hour)
		parts := line(now, 6+r.IntN(20), 3, 5)
		dates, seen, last := map[int]time.Time{}, map[int]bool{}, feed.Stage{}
		for range 300 {
			st := d.At(now, parts)
			if st.Released < last.Released || !last.Ended.IsZero() && !last.Ended.Equal(st.Ended) && now.Sub(last.Ended) > 24*time.Hour {
				t.Fatalf("seed %d: at %s the drip went from %+v to %+v", seed, now, last, st)
			}
			for _, n := range st.Shown {
				if was, ok := dates[n.Number]; ok && !was.Equal(d.Date(n.Number)) || d.Date(n.Number).After(now.Add(time.Minute)) {
					t.Fatalf("seed %d: number %d is dated %s at %s, and was %s", seed, n.Number, d.Date(n.Number), now, was)
				}
				dates[n.Number], seen[n.Number] = d.Date(n.Number), true
			}
			if st.Next.IsZero() != (st.Released >= st.Last) || !st.Next.IsZero() && !st.Next.After(now) {
				t.Fatalf("seed %d: at %s the next release is due at %s", seed, now, st.Next)
			}
			before := d.At(st.Next.Add(-time.Second), parts)
			if !st.Next.IsZero() && (before.Released != st.Released || d.At(st.Next, parts).Released <= st.Released) {
				t.Fatalf("seed %d: something is released other than at %s", seed, st.Next)
			}
			last = st
			now = now.Add(time.Duration(r.IntN(int(d.Release(1).Sub(d.Start))))).Truncate(time.Second)
			switch r.IntN(12) {
			case 0:
				parts = append(parts, numbered(parts[len(parts)-1].Number+1+r.IntN(2), now))
			case 1:
				parts[r.IntN(len(parts))].Gone = now
			case 2:
				if i := slices.IndexFunc(parts, func(n feed.Numbered) bool { return n.Number > 3 }); parts[i-1].Number != 3 {
					parts = slices.Insert(parts, i, numbered(3, now))
				}
			}
		}
		for _, n := range parts {
			if n.Number >= d.From && n.Number <= last.Released && n.Gone.IsZero() && n.Fetched.Before(d.Date(n.Number)) && !seen[n.Number] {
				t.Fatalf("seed %d: number %d was never shown", seed, n.Number)
			}
		}
	}
}
