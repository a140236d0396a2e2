// Package feed says what a series and its stories are, and writes them as
// feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.
//
// A [Series] is what we publish; its [Source]s are where its stories are
// found. A [Story] is one article of a series. Its GUID never changes, its
// part is its ordinal in reading order, its permalink is where readers go.
// A [Crawl] is the report of one visit to a series. A [Document] is a feed
// in the bytes that readers receive. A [Drip] releases old stories one by one
// from a day on: its address holds all its state, so that nothing is stored for
// it, which would be lost or differ between hosts.
//
//	g := feed.GUID("https://blog.example/why-i-sell/")
//	// urn:uuid:… , the same on every machine and after every rebuild
//
// The domain types need the standard library only. The package imports no
// other package of this module: everything else is built on it.
package feed
