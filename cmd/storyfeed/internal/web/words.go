package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"storyfeed/feed"
)

// count is "1 story" or "1,203 stories". A noun ending in y becomes ies.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok && !strings.HasSuffix(stem, "a") {
		return feed.Thousands(n) + " " + stem + "ies"
	}
	return feed.Thousands(n) + " " + noun + "s"
}

// byteCount is a size as people say it: "0 B", "730 B", "1.4 MB".
func byteCount(n int64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v := float64(n)
	i := -1
	for v >= 999.5 && i < len(units)-1 {
		v /= 1000
		i++
	}
	if v < 9.95 {
		return fmt.Sprintf("%.1f %cB", v, units[i])
	}
	return fmt.Sprintf("%.0f %cB", v, units[i])
}

// ago says how long something is past, and until how far ahead it lies, as
// roughly as people would.
func ago(d time.Duration) string {
	if d < 45*time.Second {
		return "just now"
	}
	return rough(d) + " ago"
}

func until(d time.Duration) string {
	if d < 15*time.Second {
		return "any moment now"
	}
	return "in " + rough(d)
}

func rough(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 90*time.Second:
		return "a minute"
	case d < 90*time.Minute:
		return count(int((d+30*time.Second)/time.Minute), "minute")
	case d < 36*time.Hour:
		return count(int((d+30*time.Minute)/time.Hour), "hour")
	case d < 60*day:
		return count(int((d+day/2)/day), "day")
	case d < 2*365*day:
		return count(int((d+15*day)/(30*day)), "month")
	}
	return count(int(d/(365*day)), "year")
}

// names lists people: "A", "A and B", "A, B and C".
func names(people []string) string {
	if len(people) < 2 {
		return strings.Join(people, "")
	}
	last := len(people) - 1
	return strings.Join(people[:last], ", ") + " and " + people[last]
}

// showDate is a date as a time element, or the word that it is unknown.
func showDate(d feed.Date) template.HTML {
	if d.IsZero() {
		return `<span class="unknown">date unknown</span>`
	}
	t := d.Time.UTC()
	machine, shown, title := t.Format(time.RFC3339), t.Format("2 January 2006"), t.Format(` title="15:04 UTC"`)
	switch d.Precision {
	case feed.PrecisionDay:
		machine, title = t.Format(time.DateOnly), ""
	case feed.PrecisionMonth:
		machine, shown, title = t.Format("2006-01"), t.Format("January 2006"), ""
	case feed.PrecisionYear:
		machine, shown, title = t.Format("2006"), t.Format("2006"), ""
	}
	if d.Guessed() {
		return template.HTML(`perhaps <time datetime="` + machine + `">` + shown + `</time>`)
	}
	return template.HTML(`<time datetime="` + machine + `"` + title + `>` + shown + `</time>`)
}

// hostOf is where a link leads, for people: the host without "www.".
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "the source"
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.")
}

// readingTime is how long 220 words a minute take, at least a minute; "" for
// a text without words.
func readingTime(words int) string {
	const perMinute = 220
	if words == 0 {
		return ""
	}
	return fmt.Sprintf("%d min read", max(1, (words+perMinute/2)/perMinute))
}

// condition is the health of a series in words.
type condition struct {
	Level    string // "ok", "busy", "warn" or "bad", for the style sheet
	Headline string // a few words
	Detail   string // a sentence; empty: the headline says it all
	Since    time.Time
	Good     time.Time // end of the last visit without a fault, when it is told with Detail; zero: not told
	Seen     time.Time // last visit that went well; zero: none
	Next     time.Time // next visit; zero: one is under way or none is planned
	Try      bool      // the next visit is a repeated attempt
	Again    bool      // such an attempt is under way
	Backfill string    // how far the first reading of a big archive is; empty: it is done
}

// conditionOf tells how a series is doing.
func conditionOf(series feed.Series) condition {
	h := series.Health
	c := condition{Level: "ok", Headline: "Up to date", Seen: h.LastGood, Next: h.Next}
	switch h.State {
	case feed.StateNew, "":
		c.Level, c.Headline = "busy", "Waiting for its first visit"
		c.Detail = "Stories appear here as soon as they have been read."
	case feed.StateDegraded:
		c.Level, c.Headline, c.Try = "warn", headline("Something is wrong", h.Fault), true
		c.Detail, c.Since, c.Good = sentence(h.Reason), h.Since, h.LastGood
	case feed.StateFailing:
		c.Level, c.Headline, c.Try = "bad", headline("The source can’t be read", h.Fault), true
		c.Detail, c.Since, c.Good = sentence(h.Reason), h.Since, h.LastGood
	}
	if h.State != feed.StateFailing {
		c.Backfill = sentence(series.Backfill.String())
	}
	if h.Crawling {
		c.Next = time.Time{}
		if c.Again = c.Try; !c.Again {
			c.Level, c.Headline = "busy", "Being visited right now"
		}
	}
	return c
}

// headline adds the kind of fault, if that is known.
func headline(state string, f feed.Fault) string {
	if f == feed.FaultNone {
		return state
	}
	return state + ": " + f.Phrase()
}

// sentence makes an error text one: a capital letter and a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	if strings.HasPrefix(s, "http") {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
