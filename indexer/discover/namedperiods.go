package discover

import (
	"regexp"
	"strings"

	"storyfeed/feed"
)

// Some engines keep the lists of months under addresses of their own making:
// only the words of the links say that they lead to one.

var namedPeriod = regexp.MustCompile(`(?i)^(?:(\p{L}{3,12})\.?,?\s+)?((?:19|20)\d\d)(?:\s*\(\d{1,4}\))?$`)

// numberedPeriod is a month in numbers, the year first.
var numberedPeriod = regexp.MustCompile(`^((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月월]?(?:\s*[(（]\d{1,4}[)）])?$`)

// namesPeriod reads a text that is nothing but a month with its year, or a
// year; 0: it is another.
func namesPeriod(text string) (y, m int) {
	text = strings.TrimSpace(text)
	if f := numberedPeriod.FindStringSubmatch(text); f != nil && atoi(f[2]) >= 1 && atoi(f[2]) <= 12 {
		return atoi(f[1]), atoi(f[2])
	}
	f := namedPeriod.FindStringSubmatch(text)
	if f == nil {
		return 0, 0
	}
	if f[1] != "" {
		if m = int(months[strings.ToLower(f[1])]); m == 0 {
			return 0, 0
		}
	}
	return atoi(f[2]), m
}

// readNamedPeriods reads a page all of whose links are named for a month or
// year: as the lists of these if the first two are such, since a story may be called
// March 2024 as well. It reports whether it has dealt with the page.
func (w *walk) readNamedPeriods(v *view, k class) (bool, error) {
	named := k.list.at
	if k.kind == feed.SourceHub {
		named = k.hub.at
	}
	if len(named) < 2 || w.source.Kind == feed.SourceHub {
		return false, nil
	}
	for _, a := range named {
		if y, _ := namesPeriod(a.text); y == 0 {
			return false, nil
		}
	}
	for _, a := range named[:2] {
		more, err := w.turn(a.url)
		if err != nil {
			return false, err
		}
		w.result.Incomplete = ""
		if more == nil || !more.listsPeriod(named) {
			return false, nil
		}
	}
	for _, a := range named {
		a.reason = dateArchive
	}
	return w.readPeriods(v)
}

// listsPeriod reports that a page is a list and no story: it links other pages
// than the periods beside it.
func (v *view) listsPeriod(named []*anchor) bool {
	other := map[string]bool{}
	for _, a := range named {
		other[a.key] = true
	}
	k := classify(v, feed.SourceUnknown)
	if isSingle(v.meta) && k.list.size() < minRepeat {
		return false
	}
	n := 0
	for _, a := range k.list.at {
		if !other[a.key] {
			n++
		}
	}
	return n >= 1 && (n >= 2 || k.list.heads || k.list.posts)
}
