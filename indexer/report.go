package indexer

import (
	"fmt"
	"time"

	"storyfeed/feed"
)

// Line is the report of a crawl in one line, as `storyfeed crawl` prints it.
func Line(c feed.Crawl) string {
	line := fmt.Sprintf("%s: %d found, %d new, %d changed, %d unchanged, %d gone, %d failed, %d requests, %d not modified, %s",
		c.Series, c.Found, c.New, c.Changed, c.Unchanged, c.Gone, c.Failed, c.Requests, c.NotModified,
		seconds(c.Took))
	if c.Err != "" {
		line += ": " + c.Err
	}
	return line
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1fs", d.Seconds()) }
