// Package fetch is the one client for everything that is asked of other
// people's servers: pages, feeds, APIs, robots.txt.
//
// A [Client] turns an address into a [Page] or an [Error]. On the way it is
//
//   - guarded: only public addresses on ports 80 and 443 are dialled, checked
//     after the name was looked up, so that no name can lead inside (guard.go);
//     what is private must be allowed by its exact host:port;
//   - polite: robots.txt is obeyed (RFC 9309, robots.go and robotsmatch.go),
//     one request at a time goes to a host, with a gap after it and with
//     Retry-After heeded, across processes by a lease per host (politeness.go);
//   - bounded: time, headers, bytes on the wire, bytes unpacked and their ratio
//     each have a limit (budget.go);
//   - readable: text comes back as UTF-8, whatever the server called it
//     (charset.go).
//
// A get is one call of [Client.Get]; a hop is one address on its way along
// redirects; a try is one HTTP exchange with a hop.
//
//	c, err := fetch.New(fetch.Config{Hosts: store, Version: "1.0", Contact: "https://me.example/"})
//	page, err := c.Get(ctx, fetch.Request{URL: "https://blog.example/", ETag: known.ETag})
//	var fe *fetch.Error
//	if errors.As(err, &fe) && fe.Gone() { … }
//
// # Decisions
//
// A connection serves one request. The gap between two requests makes the
// cost of a new one small, while a kept connection would let net/http repeat
// a request on its own, past the gap and the count. For the same reason there
// is no HTTP/2.
//
// Ports 80 and 443 of a name count as one host, since they are one server.
//
// Cookies, credentials, referrers and proxies do not exist here. A redirect
// from https to http is followed, as nothing secret is sent. A refresh by
// <meta> or script is not.
package fetch
