package feed

import "time"

// State is the condition of a series in one word.
type State string

// The states of a series.
const (
	StateNew      State = "new"      // not crawled yet
	StateOK       State = "ok"       // the last crawl went well
	StateDegraded State = "degraded" // something is wrong; what we have is served unchanged
	StateFailing  State = "failing"  // the last crawls failed as a whole
)

// Fault is the kind of what is wrong with a series, in one word of a fixed
// set. Two reasons of one kind are the same fault going on; another kind is
// news.
type Fault string

// The kinds of faults.
const (
	FaultNone     Fault = ""         // nothing is wrong
	FaultFetch    Fault = "fetch"    // a page was not answered, or with an error
	FaultRefused  Fault = "refused"  // robots.txt, a login or a guard of the site or of ours keeps us out
	FaultList     Fault = "list"     // a list shrank, broke off or holds no stories
	FaultStory    Fault = "story"    // the page of a story is missing, or is no story any more
	FaultScripts  Fault = "scripts"  // scripts draw a page, and no browser could
	FaultTemplate Fault = "template" // the site's template changed and is not known yet
	FaultSelector Fault = "selector" // a selector that a person pinned finds nothing
	FaultInternal Fault = "internal" // ours: storing, indexing or publishing
)

// Faults lists all kinds, without none.
func Faults() []Fault {
	return []Fault{FaultFetch, FaultRefused, FaultList, FaultStory, FaultScripts, FaultTemplate, FaultSelector, FaultInternal}
}

// Health tells how a series is doing and when it is visited next.
type Health struct {
	State    State
	Fault    Fault     // the kind of Reason; empty when ok
	Reason   string    // one sentence for people: which request failed and why; empty when ok
	Since    time.Time // when State was entered, UTC
	LastGood time.Time // end of the last crawl that succeeded, UTC; zero if none did
	Next     time.Time // when the next crawl is due, UTC
	Failures int       // crawls that failed in a row
	Crawling bool      // a crawl is under way
}

// EventKind says in one word of a fixed set what an [Event] is.
type EventKind string

// The kinds of events.
const (
	EventState   EventKind = "state"   // state or fault changed; recorded by the store alone
	EventLearned EventKind = "learned" // the site's template changed and was learned anew
)

// Event is something that a crawl met and that whoever runs the program should
// hear of once, though nothing need be wrong. It is told in the feed of health,
// never in the feeds of stories.
type Event struct {
	Kind EventKind // not EventState
	Text string    // one sentence for people
}

// Change is one entry of the feed of health: the state or the fault of a
// series changed, or an event happened.
type Change struct {
	ID     string    // "urn:uuid:…", never changes
	Series string    // slug
	Name   string    // the series' title, or its slug; as it is now
	At     time.Time // UTC, whole seconds
	Kind   EventKind
	State  State  // in which the series was then
	Fault  Fault  // then; empty: none
	Text   string // one sentence for people; empty when the series became ok
}
