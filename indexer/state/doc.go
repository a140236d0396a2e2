// Package state reads what the scripts of a page carry as data: many blogs
// are drawn in the browser, from a description of the page that stands in the
// page all the same.
//
//	s := state.Read(page)
//	for _, list := range s.Lists() {
//		fmt.Println(list.Name, len(list.Posts), list.Posts[0].Title)
//	}
//	if post, ok := s.Post(pageURL, title); ok {
//		fmt.Println(post.Title, post.HTML())
//	}
//
// Nothing is ever executed. Scripts are searched for literals: JSON, and the
// plain data that JavaScript can write besides (bare keys, single quotes, void
// 0, JSON.parse of a string, a function that is called at once only to
// abbreviate values). What the usual frameworks do to data on its way into the
// page is undone: payloads that refer to each other by index (Nuxt, SvelteKit,
// React Router), rows of React's server components (Next.js), entities that
// are kept once and referred to by name (Apollo).
//
// Which framework made a page is not asked: a list of posts is an array of
// objects with titles and addresses, a post an object with a title and a long
// text. Frameworks and their names come and go; this shape stays.
//
// Rejected: a JavaScript engine (executes what strangers wrote, and most of
// the pages would ask for a whole browser around it); a reader for each
// framework's own shape of page (props.pageProps.posts is each author's own
// choice).
package state
