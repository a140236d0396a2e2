// Package indexer brings stories in: it decides when a series is visited,
// follows its sources to its stories, notices what is new, edited, moved or
// gone, and sees to it that store, search index and published feeds agree.
//
// # The order of writes
//
// A crash at any point repeats work and loses none, because each step is
// durable before the next begins:
//
//  1. The links that a source leads to are stored as pending, then the
//     source's validators: a source that answers 304 next time has no link
//     that we do not know.
//  2. A story is saved in one transaction with its revision, its aliases, its
//     link's state and a row in index_pending; then its page's validators.
//  3. Rows of index_pending are applied to the index in batches and deleted
//     only after the batch is durable.
//  4. Feeds are rendered from the store, checked, kept in the store, and only
//     then shown to readers.
//
// Nothing that a site answers can delete what we have: a page that failed,
// shrank or is no article any more changes only the health of the series. A
// story leaves after 404 or 410 twice, a day apart, and leaves a tombstone.
//
// # Back-fill
//
// The first reading of a big archive takes hours at the pace that politeness
// allows. A scheduled visit does a slice of it and gives its worker and its
// claim back; the series is due again at once, behind all that were due before.
//
// The list is read first, to its end: only then is it known which story is
// part one. Its pages are kept until then, as they came, and the next slice is
// given them again instead of the network; so it goes on where the last one
// ended, by its time, by a page that failed or by a power cut, whatever kind of
// list it is. Rejected: a cursor into it, which every kind of list would
// have to know how to write and to read; their links alone, which would freeze
// what an earlier version took the pages for.
//
// Then every story gets its part, in one transaction, and the order of fetching
// is free. The newest fifty come first: they are what subscribers see, whose
// readers would otherwise be told of five thousand stories one after the other
// as if each were new. Then the others from part one on, for those who begin
// to read there. Lists of less than a hundred, and hub pages, are read as they
// stand.
//
// Posts that are published meanwhile come on top of the list, which the visit
// after the back-fill reads, and after all other parts.
//
// # One entry a story, and redesigns
//
// A story is known again by its addresses, and by its text where those are
// new. A text that is nearly the same proves the story only where its old
// address leads nowhere any more, or title and date agree. What a page claims
// as its canonical address is believed if the same story is to be read there.
//
// Where a site's stories have their title, author, date and text is learned
// from pages that were fetched anyway. When known stories, or three new ones in
// a row, are built otherwise, up to ten known stories are asked for: their
// stored texts teach the new template, and show what differs by it alone. Pages
// remember by which generation of it they were read, so that a difference is
// judged that way once and is an edit from then on. Rejected: comparing texts
// by how alike they are, since a typo mended by the author is less of a
// difference than another byline.
//
// Rejected: a job queue beside the rows it is about (a second truth); walking
// the sites again to rebuild an index (they are asked once).
package indexer
