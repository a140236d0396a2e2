package feed

import "time"

// Crawl is the report of one visit to a series.
type Crawl struct {
	Series  string    // slug
	Started time.Time // UTC
	Took    time.Duration

	Found       int // stories that the sources lead to
	New         int // saved for the first time
	Changed     int // got a revision
	Moved       int // got a new address, and are else as they were
	Unchanged   int // known and as they were
	Gone        int // became tombstones
	Failed      int // could not be fetched or read this time
	Requests    int // HTTP requests made, robots.txt included
	NotModified int // of those, answered 304

	Events  []Event  // what whoever runs the program should hear of once; not part of the stored report
	Notes   []string // what each source that was read turned out to be, and why
	Dropped []Drop   // links that were not taken, each with its reason
	Err     string   // why the crawl failed as a whole; empty: it did not
}

// Drop is a link or page that was not taken, and why.
type Drop struct {
	URL    string
	Anchor string // the link's text
	Reason string // one phrase: "other site", "not an article: …", "duplicate of …"
}
