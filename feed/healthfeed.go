package feed

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// HealthPath is where the feed of health is served.
const HealthPath = "/health.atom"

// HealthEntries is how many changes the feed of health shows, newest first.
const HealthEntries = 100

// NewHealthDocument renders the changes of health of the series given, newest
// first, as an Atom document, judged and prepared as [NewDocument] does.
// BaseURL is that of the pages, without a slash at its end; hubURL as in
// [Channel].
//
// Without a change yet the feed is empty and as old as the oldest state of the
// series; without series too it can't be made.
func NewHealthDocument(baseURL, hubURL, version string, series []Series, changes []Change) (Document, error) {
	updated := time.Time{}
	for _, s := range series {
		if updated.IsZero() || !s.Health.Since.IsZero() && s.Health.Since.Before(updated) {
			updated = s.Health.Since
		}
	}
	alike := map[string]int{}
	for _, s := range series {
		alike[s.Name()]++
	}
	entries := make([]Story, len(changes))
	for i, c := range changes {
		if alike[c.Name] > 1 && c.Name != c.Series {
			c.Name += " (" + c.Series + ")" // else nobody knows which of them
		}
		entries[i] = changeEntry(baseURL, c)
		entries[i].Part = len(changes) - i // of those of one second the later one stays the later one
		updated = later(updated, c.At)
	}
	about := Series{
		Title: "Health of storyfeed", Description: "What changed in the state of the series: entries for operators, not stories.",
		Sources: []Source{{URL: "storyfeed:health"}}, Language: "en", Every: minTTL * time.Minute,
	}
	return NewDocument(HealthPath, Atom, Channel{
		Series: about, SelfURL: baseURL + HealthPath, HomeURL: baseURL + "/", HubURL: hubURL, StyleURL: StylePath(baseURL), Generator: version, Updated: updated,
	}, entries)
}

// changeEntry is a change as an entry of a feed.
func changeEntry(baseURL string, c Change) Story {
	text := sentence(c.Text)
	if c.Kind == EventState && c.State == StateOK {
		text = "Everything is well: the last visit met no fault."
	}
	return Story{
		GUID: c.ID, Title: c.Name + ": " + c.Headline(),
		// One address for each entry, at the place of the page that tells of it.
		Permalink: fmt.Sprintf("%s/s/%s#%s", baseURL, c.Series, c.Anchor()),
		HTML:      "<p>" + html.EscapeString(text) + "</p>", Text: text,
		Tags:      slices.DeleteFunc([]string{string(c.State), string(c.Fault)}, func(t string) bool { return t == "" }),
		Published: Date{Time: c.At, Precision: PrecisionSecond, Source: DateFromHash}, Fetched: c.At,
	}
}

// Anchor names the change on the page of its series.
func (c Change) Anchor() string { return "health-" + c.ID[max(0, len(c.ID)-12):] }

// Headline says in a few words what changed.
func (c Change) Headline() string {
	if c.Kind == EventLearned {
		return "the site’s template changed and was learned anew"
	}
	switch c.State {
	case StateOK:
		return "ok"
	case StateFailing, StateDegraded:
		return string(c.State) + ", " + c.Fault.Phrase()
	}
	return string(cmp.Or(c.State, StateNew))
}

// Phrase is the fault in a few words for people.
func (f Fault) Phrase() string {
	switch f {
	case FaultFetch:
		return "pages can’t be fetched"
	case FaultRefused:
		return "the site keeps us out"
	case FaultList:
		return "a list of stories is not what it was"
	case FaultStory:
		return "the page of a story is missing or unreadable"
	case FaultScripts:
		return "pages need a browser to draw them"
	case FaultTemplate:
		return "the site’s template changed"
	case FaultSelector:
		return "a pinned selector finds nothing"
	case FaultInternal:
		return "a fault of our own"
	}
	return "for a reason without a name"
}

// sentence makes an error text one: a capital letter and a full stop.
func sentence(s string) string {
	s = CleanLine(s)
	if s == "" || strings.HasPrefix(s, "http") {
		return s
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
