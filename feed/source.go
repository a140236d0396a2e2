package feed

// SourceKind says what a source turned out to be when it was first read.
type SourceKind string

// The kinds of source.
const (
	SourceUnknown SourceKind = ""        // not read yet
	SourceHub     SourceKind = "hub"     // a page whose text links the stories, in reading order
	SourceArchive SourceKind = "archive" // a paginated list of posts, newest first
	SourceFeed    SourceKind = "feed"    // RSS, Atom or JSON Feed
	SourceAPI     SourceKind = "api"     // WordPress REST API collection
	SourceChain   SourceKind = "chain"   // a story of a series whose parts lead to each other, in reading order
)

// Source is where stories of a series are found. URL is configured, the rest
// is found out by crawls.
type Source struct {
	URL       string     // absolute http or https URL
	Kind      SourceKind // what it turned out to be
	Complete  bool       // the whole list was walked to its end at least once
	SignalURL string     // the site's feed, if its 304 says that nothing on the whole site changed; empty: none known
}
