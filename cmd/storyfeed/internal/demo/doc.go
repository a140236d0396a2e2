// Package demo is a small sample blog to follow, of our own invention: "The
// Long Bench", where people tell why they love their trade. It is what
// `storyfeed demo` crawls, so that everything can be tried without a network.
//
// It has the shape of a WordPress blog as a reader's browser meets it: a hub
// page that links the stories of one series in reading order (which is not
// quite the order of their dates), an archive of all posts in pages of ten,
// bylines with English dates and nothing for machines, comments, share
// buttons, related posts and a sidebar around each story, one RSS feed of the
// ten newest posts, validators on everything, and no REST API.
//
//	b := demo.New(demo.Config{})
//	go http.Serve(listener, b)
//	b.Publish() // one more story, on the hub page, in archive and feed
//
// Titles and openings are written by hand in posts/*.txtar. The rest of each
// text is put together from the paragraphs of posts/bank.txt, always the same
// for the same configuration. Dates count back from the time of [New], so
// that the blog always looks alive.
package demo
