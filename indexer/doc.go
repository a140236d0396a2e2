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
// Rejected: a job queue beside the rows it is about (a second truth); walking
// the sites again to rebuild an index (they are asked once).
package indexer
