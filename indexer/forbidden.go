package indexer

import (
	"errors"
	"fmt"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/fetch"
)

// What robots.txt forbids is the site's wish and no fault of it, nor of ours:
// nothing gets better by waiting, so a series is well without that page. It is
// told among the links that are not taken, at every visit.

// robotsForbids is the reason of such a link.
const robotsForbids = "the site's robots.txt forbids it"

// forbidden reports whether a page was not asked for because its site's
// robots.txt, which could be had, forbids that.
func forbidden(err error) bool {
	fe, ok := errors.AsType[*fetch.Error](err)
	return ok && fe.Reason == fetch.ReasonDisallowed && fe.Robots == ""
}

// forbids notes a link to a page that may not be read.
func (c *crawl) forbids(l store.Link) {
	c.forbidden++
	if c.last == nil {
		c.last = &fetch.Error{URL: l.URL, Reason: fetch.ReasonDisallowed, Err: errors.New(robotsForbids)}
	}
	c.report.Dropped = append(c.report.Dropped, feed.Drop{URL: l.URL, Anchor: l.Anchor, Reason: robotsForbids})
}

// forbidsNow keeps a story whose page may not be read any more.
func (c *crawl) forbidsNow(s feed.Story) {
	c.closed++
	c.keepAsIs(s)
}

// tellForbidden notes how many pages may not be read.
func (c *crawl) tellForbidden() {
	if n := c.forbidden; n > 0 {
		c.report.Notes = append(c.report.Notes, fmt.Sprintf("left out, as robots.txt forbids their pages: %d of the stories", n))
	}
	if n := c.closed; n > 0 {
		c.report.Notes = append(c.report.Notes, fmt.Sprintf("kept as they were, as robots.txt forbids their pages by now: %d of the stories", n))
	}
}
