// Package extract turns the bytes of a story's page into values: title,
// authors, dates, hero image, tags, language and the body as clean HTML and
// as text. Bytes in, values out: it does no I/O, keeps no state and is safe
// for concurrent use.
//
//	story, err := extract.Extract(extract.Page{URL: final, Header: h, HTML: body})
//	var not *extract.NotStory
//	if errors.As(err, &not) {
//		log.Info("no story", "url", final, "kind", not.Kind, "reason", not.Reason)
//	}
//
// # How a page is read
//
// The page is parsed once. What belongs to the site and not to the story
// (navigation, comments, sidebars, related posts) is cut first, so that no
// date, author or tag is read from it. Then the story's heading and its
// content, the element that holds the body, are looked for; authors, dates and
// tags are read from what lies around them and from the page's metadata.
// Every value is the first acceptable one of a cascade, and title, authors
// and dates name their source.
//
// A page of a template that is known ([Page.Profile]) is not searched: the
// profile says where the values stand, and what it says is made a value in the
// same way. It is read in full where the profile is not sure, and compared.
//
// # Decisions, and what lost
//
//   - Content is the theme's own container where one of the usual names is
//     found, else the element in which nearly all prose stands together.
//     Where there is none, as on pages of nameless columns, the paragraphs
//     vote for it as in Arc90's Readability. The library of that name finds
//     no better places on a thousand pages, and took as long as all the rest.
//   - A lead that a paper sets between heading and content is part of the body,
//     a blog's excerpt is not. Within the content, lines and cards that lead to
//     other pages go. A second extractor as voter was not taken: it costs twice
//     the time and 9 MB of program.
//   - Dates vote: two sources that name the same day beat one. Only where there
//     is no source at all the likeliest date that the page mentions is taken, and
//     marked as a guess (feed.DateGuessed). go-htmldate did that better by one
//     page in a hundred, but brought a regular expression machine in WebAssembly
//     with it: 95 MB of memory in every run of the program.
//   - A month or a year counts where no source names a day. The day of a change is
//     never that of the publication, also where the page shows no other.
//   - "John Doe" is a name of people and one generator's default: he is nobody on
//     pages of that generator, and where only metadata name him.
//   - A time without a zone is a day. Midnight is a day, too: it is what
//     programs write for a date without a time.
//   - Element ids are dropped, for feed readers put many stories on one page;
//     links within the story lead to the place in the original instead.
//   - The hero image stays in the body where the author put it.
package extract
