package feed

import "time"

// Content says how much of a story its feeds carry.
type Content string

// The two amounts of content. The zero value means [ContentFull].
const (
	ContentFull    Content = "full"    // the whole cleaned body
	ContentSummary Content = "summary" // the first sentences and the link
)

// Series is what we publish: the stories that its sources lead to, in reading
// order.
//
// The first block is configuration, the second is what crawls found out.
type Series struct {
	Slug    string        // 1–64 of [a-z0-9-]; names the series in every URL
	Title   string        // configured or, when that was empty, found on the page
	Sources []Source      // at least one, in the order of the configuration
	Match   string        // regular expression (RE2) that a story's title or URL must match; empty: all match
	Every   time.Duration // between two crawls; at least a second, and a minute where it is configured
	Content Content       // zero value: full
	Select  Select        // fields pinned by hand; zero: all is learned
	Render  Rendering     // zero value: auto

	HomeURL     string // absolute URL of the page that presents the series: the first source's final URL
	Description string // plain text, may be empty
	Language    string // BCP 47 tag such as "en-US", may be empty
	ImageURL    string // absolute URL of a picture for the series, may be empty

	FirstSlug string    // what it was called first, if that was another name; empty: Slug
	Version   int64     // grows with every change that a feed or page of the series would show
	Updated   time.Time // when Version last grew, UTC, whole seconds; zero before the first story
	Stories   int       // how many stories are kept, without those that are gone
	Backfill  Backfill  // how far the first reading is; zero: it is done, or has not begun
	Health    Health
}

// Name is the title that people see: Title, or the slug before one is known.
func (s Series) Name() string {
	if s.Title != "" {
		return s.Title
	}
	return s.Slug
}

// Rights says whose the stories of several series are.
const Rights = "All rights remain with the authors."

// Rights says whose the stories are, as far as anybody can tell who is not
// their author; empty while it is not known where they were published.
func (s Series) Rights() string {
	if s.HomeURL == "" {
		return ""
	}
	return Rights + " First published at " + s.HomeURL
}
