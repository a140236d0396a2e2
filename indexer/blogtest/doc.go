// Package blogtest is a fake blog for tests of whatever fetches: real HTTP on
// loopback, pages from a txtar archive, and every misfortune that a site can
// have on request.
//
//	blog := blogtest.Layout(t, "wordpress-hub")
//	crawl(blog.Source())
//	blog.Gone(blog.Stories()[2].Path)
//	blog.Reset()
//	crawl(blog.Source())
//	for _, r := range blog.Requests() { … }
//
// In an archive a file whose name begins with a slash is what that address
// answers; a name may have a query. {{base}} in a page is the server's URL.
// Two other files may stand beside them: "source" holds the path of the page
// that leads to the stories, "stories" what is to be found there, one story a
// line in reading order: path | title | author | day.
//
// An address without its final slash leads to the one with it by 301, as most
// blogs have it. An unknown query is ignored.
package blogtest
