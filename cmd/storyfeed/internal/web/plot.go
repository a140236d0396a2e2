package web

import (
	"fmt"
	"strconv"
	"time"

	"storyfeed/feed"
)

// plot is a small column chart, drawn as SVG within the page. What it shows is
// told in words, too: by Desc as a whole, and by each column's label.
type plot struct {
	ID    string // of the plot among those of its page
	Title string
	Desc  string
	Told  string // what it comes to; empty: it speaks for itself
	Bars  []bar
	Ticks []string // what stands under its beginning, its middle and its end
	Width int      // of the drawing, in its own units; it is as high as plotHeight
}

// bar is one column, or the upper part of one.
type bar struct {
	X, Y, W, H string // in units of the drawing
	Label      string // what it says: "July 2026: 5 stories"
	Class      string // for the style sheet; empty: as most are
}

// The units of a plot.
const (
	plotHeight = 60
	barWidth   = 8
	barStep    = 10
)

// column is what a column of a plot is drawn of.
type column struct {
	Low, High int    // of the whole column, Low of it drawn as the class of its lower part
	Label     string //
}

// newPlot draws columns from left to right. The highest fills the plot; none
// that is not zero is too low to be seen.
func newPlot(id, title, desc string, columns []column, ticks ...string) *plot {
	p := &plot{ID: id, Title: title, Desc: desc, Ticks: ticks, Width: max(1, len(columns)*barStep-(barStep-barWidth))}
	most := 1
	for _, c := range columns {
		most = max(most, c.High)
	}
	unit := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
	height := func(n int) float64 {
		if n == 0 {
			return 0
		}
		return max(2, float64(n)*plotHeight/float64(most))
	}
	for i, c := range columns {
		x := unit(float64(i * barStep))
		if c.High > c.Low {
			h, low := height(c.High), height(c.Low)
			p.Bars = append(p.Bars, bar{x, unit(plotHeight - h), unit(barWidth), unit(max(2, h-low)), c.Label, "upper"})
		}
		if c.Low > 0 {
			h := height(c.Low)
			p.Bars = append(p.Bars, bar{x, unit(plotHeight - h), unit(barWidth), unit(h), c.Label, ""})
		}
	}
	return p
}

// period is a length of time that a column of a timeline stands for.
type period struct {
	noun  string
	begin func(time.Time) time.Time // of the one in which a time lies
	next  func(time.Time) time.Time // beginning of the one after
	name  func(time.Time) string    // of the one that begins then
}

var periods = []period{
	{
		"day",
		func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) },
		func(t time.Time) time.Time { return t.AddDate(0, 0, 1) },
		func(t time.Time) string { return t.Format("2 January 2006") },
	}, {
		"week",
		func(t time.Time) time.Time { return monday(t) },
		func(t time.Time) time.Time { return t.AddDate(0, 0, 7) },
		func(t time.Time) string { return "week of " + t.Format("2 January 2006") },
	}, {
		"month",
		func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return t.AddDate(0, 1, 0) },
		func(t time.Time) string { return t.Format("January 2006") },
	}, {
		"quarter",
		func(t time.Time) time.Time { return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return t.AddDate(0, 3, 0) },
		func(t time.Time) string {
			return t.Format("January") + " to " + t.AddDate(0, 2, 0).Format("January 2006")
		},
	}, {
		"year",
		func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return t.AddDate(1, 0, 0) },
		func(t time.Time) string { return t.Format("2006") },
	},
}

func monday(t time.Time) time.Time {
	t = t.Truncate(24 * time.Hour)
	return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
}

// maxColumns is how many columns a timeline has at most: on a phone each is
// still four pixels wide. Years may be more.
const maxColumns = 64

// timeline draws when the stories of a series were published, of a total that
// has stories without a date as well. Dates are in order. It is nil where
// there is nothing to be seen: of fewer than three, or all of one time.
func timeline(dates []feed.Date, total int) *plot {
	if len(dates) < 3 {
		return nil
	}
	first, last := dates[0].Time.UTC(), dates[len(dates)-1].Time.UTC()
	p := choosePeriod(dates, first, last)
	var columns []column
	var busiest column
	i := 0
	for t := p.begin(first); !t.After(last); t = p.next(t) {
		n := 0
		for end := p.next(t); i < len(dates) && dates[i].Time.Before(end); i++ {
			n++
		}
		c := column{Low: n, High: n, Label: p.name(t) + ": " + count(n, "story")}
		if n > busiest.High {
			busiest = c
		}
		columns = append(columns, c)
	}
	if len(columns) < 2 || len(columns) > 4*maxColumns { // a date like "year 3" tells nothing
		return nil
	}
	desc := fmt.Sprintf("From %s to %s, in columns of a %s each. Most in %s.", p.name(p.begin(first)), p.name(p.begin(last)), p.noun, busiest.Label)
	if without := total - len(dates); without > 0 {
		desc += " " + count(without, "story") + " without a date."
	}
	ticks := []string{first.Format("Jan 2006"), last.Format("Jan 2006")}
	if last.Sub(first) < 60*24*time.Hour {
		ticks = []string{first.Format("2 Jan 2006"), last.Format("2 Jan 2006")}
	}
	return newPlot("timeline", "When its stories were published", desc, columns, ticks...)
}

// choosePeriod takes the shortest period that is not too short for the span,
// nor for the coarsest of the dates.
func choosePeriod(dates []feed.Date, first, last time.Time) period {
	least := 0
	for _, d := range dates {
		switch d.Precision {
		case feed.PrecisionMonth:
			least = max(least, 2)
		case feed.PrecisionYear:
			least = 4
		}
	}
	days := int(last.Sub(first).Hours()/24) + 1
	for i, length := range []int{1, 7, 30, 91} {
		if i >= least && days/length < maxColumns {
			return periods[i]
		}
	}
	return periods[4]
}
