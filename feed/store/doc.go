// Package store keeps what cannot be had again: series, their stories with
// every revision, the addresses they were found under, the reports of
// crawls, the feeds as published, and who subscribed to their changes, with
// the secrets that those gave. Everything else, the search index first of all,
// can be built from it.
//
//	lock, err := store.Lock(dir) // one process per data directory
//	s, err := store.Open(ctx, store.Config{Dir: dir})
//	err = s.SyncSeries(ctx, series)
//	saved, err := s.SaveStory(ctx, store.Save{Story: story, LinkKey: key})
//
// # What is promised
//
// A method that writes is one transaction. When it returns nil, what it wrote
// is on disk and visible to all readers; when it returns an error, nothing
// of it is. Writing what is stored already touches no byte of the file.
// Methods may block on the disk and on other writers; all are safe for
// concurrent use. Errors name the file when the file is the trouble, see
// [FileError].
//
// # Decisions
//
// SQLite in WAL mode through modernc.org/sqlite, which needs no cgo: one
// connection that writes, so that writers queue in memory and never meet
// SQLITE_BUSY, and a pool that reads. synchronous=FULL, because with NORMAL
// a power cut may take back what was acknowledged. Bodies stand in the
// revisions only, so that a list of stories reads short rows and no body is
// stored twice. Each has a checksum, as SQLite has none: damage that leaves the
// file's structure whole is never shown as a text: a story asked for by itself
// gives an error that names it, one of a list comes without its text and is
// logged, and saving it again mends it.
//
// The SQL is written by hand and stands beside the function that runs it.
// What only SQLite knows stands in sqlite.go; PostgreSQL will get a file of
// its own and pass the same suite, package storetest.
//
// Work is handed out by leases in rows (claims.go, hosts.go): one statement
// takes one, whoever asks, and a dead owner's lease runs out by itself. A
// job queue would be a second truth beside the rows it is about.
//
// A series that is no longer configured is retired: it is kept with all it
// has, but is never due, listed or indexed; configuring it again brings it
// back whole.
//
// # Exports
//
// [Store.Export] and [Store.Import] go by one table of what each line holds
// (portable.go), so that a column is written and read or neither, and a test
// that compares it with the schema. A copy of the file would be faster, but
// binds whoever keeps it to SQLite and to one version of the schema, and can't be
// read with other tools. Left out is what is derived (the feeds as published,
// what stories are gathered by), what holds for minutes or a day (leases, robots.txt,
// lists that are read in part), pictures, which can be had again, and subscriptions, whose secrets are others'.
//
// # When the wall clock jumps
//
// Times come from Config.Now. A jump forward makes what is planned due once.
// A plan that was written more than five minutes in the future is one from
// before a jump backwards, and counts as due. Leases are cut to a maximum
// (an hour for a claim, ten minutes for a host); one that ends later than
// that from now is from before such a jump, and counts as run out.
package store
