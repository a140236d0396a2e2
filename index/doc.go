// Package index says how stories are searched: the contract of every search
// back end, the query language, what is indexed of a story, and how a hit is
// shown.
//
// A [Document] is what an index keeps of a story. A [Query] is what somebody
// asked for, parsed; a [Request] is a query with filters, an order and a page
// of it; [Results] are its hits with exact totals and facets. A [Snippet] is
// the part of a text that shows best why it was found.
//
//	q, hints := index.ParseQuery(`"value based" author:"David Brock" -webinar`)
//	res, err := ix.Search(ctx, index.Request{Query: q, Limit: 10})
//	marker := ix.Marker(q)
//	for _, hit := range res.Hits {
//		… // the story comes from the store, by hit.Series and hit.GUID
//		s := marker.Snippet(story.Language, story.Text)
//	}
//
// # Decisions
//
// The query language is ours, and small: the query strings of search
// libraries accept patterns and thousands of clauses that cost seconds. What
// can't be parsed is searched as words and said so, since somebody who
// searches is never helped by a syntax error.
//
// An index is derived. It may be lost at any time and is rebuilt from the
// store; texts are therefore not kept in it, and snippets are made from the
// store's text. [Index.Manifest] tells whether both hold the same.
//
// Snippets are spans, never HTML: escaping is the business of who shows them.
//
// Back ends live in sub-packages and pass the suite of package indextest.
package index
