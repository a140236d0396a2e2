// Package render draws pages that are empty without their scripts, in the
// system's Chromium.
//
// A [Browser] is one process, or one at a DevTools address, that starts when
// the first page needs it and ends when it has been idle for a while. A
// [Fetcher] gets the pages of one visit to a site: those that need it come
// back as the document that their scripts made of them.
//
//	b, err := render.New(render.Config{Fetch: client})
//	defer b.Close()
//	page, err := b.Fetcher(feed.RenderAuto).Get(ctx, fetch.Request{URL: "https://blog.example/"})
//	if errors.Is(err, render.ErrNoBrowser) { … }
//
// # Nothing leaves around the fetcher
//
// The browser is never on the network. Each request of a page is paused by
// the DevTools domain Fetch and answered with what our own fetcher got for it
// (load.go), which is guarded, polite and obeys robots.txt; or it is refused.
// That is the first wall; behind it stand, since no single one is sure to see
// all that a browser can do (guard.go):
//
//   - a proxy that nobody serves, for the process and for every page's own
//     browser context, without exceptions for loopback; and no name resolves;
//   - a Content-Security-Policy that forbids workers, frames, plugins and
//     WebRTC, put on every document;
//   - targets that a page would open start halted and are never let go;
//   - what does not go through a proxy, WebRTC and WebTransport, is taken away
//     from the page before its first script.
//
// # What a drawn page is
//
// Its document once it has been quiet for half a second — no request under
// way, no change — with open shadow trees in their places, without scripts
// except JSON-LD, and without styles. At its end stands the data that the
// scripts were given, as JSON (answers.go). It has no validators: those of the shell
// would stand still while the story changes.
//
// Answers are kept for the visit, so that a site's scripts cost it one request
// and not one for every story.
//
// # Decisions
//
// The system's browser, not a bundled one: people keep it up to date, and we
// stay one binary of a few megabytes. Rejected: JavaScript engines without a
// DOM (frameworks need one); letting the browser load by itself and filter
// afterwards (too late); following script-drawn links by clicking.
package render
