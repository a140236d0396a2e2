// Package book writes a series as a book that readers take away: an EPUB 3.3
// for readers of books, or one HTML page that needs no network.
//
//	b := book.Book{Series: series, Chapters: chapters, Addresses: addresses, Story: read, Picture: kept, Sanitise: clean}
//	written, err := b.EPUB(ctx, file)
//
// Both are written while the stories are read, one after the other: of the
// whole only the contents are in memory. The same series gives the same bytes:
// no clock, no name of our host and no random number is in a book.
//
// # Decisions
//
// The writer is our own, over archive/zip: the libraries at hand gather all
// chapters in a temporary directory or in memory before they write the first
// byte. An EPUB may have its contents at its end, so nothing need be known
// before it is written.
//
// The markup of a story is sanitised, and then written anew element by element
// by the content model of HTML (markup.go), as books are XML and strict readers
// refuse a whole chapter for one element in the wrong place. Whatever may not
// stand where it is loses its tags and keeps its text.
//
// Links between stories of the series lead to chapters. Ids are not kept in
// stories; links that lead to each other within a story, as footnotes do, are
// found by their fragments and get new ones (notes.go). The arrows of notes are
// not kept either: a note is known by its number in the last list (returns.go),
// in books as on the pages of stories. Scripts, frames and remote media are not
// in books. A picture that is not there is a link with its
// description.
//
// A cover is drawn as SVG, see package cover. Books carry a toc.ncx for readers
// that know EPUB 2 only.
package book
