package indexer

import (
	"fmt"
	"strings"
	"time"

	"storyfeed/feed"
)

// Line is the report of a crawl in one line, as `storyfeed crawl` prints it.
// What is rare is told only where it happened.
func Line(c feed.Crawl) string {
	parts := []string{
		fmt.Sprintf("%d found", c.Found), fmt.Sprintf("%d new", c.New), fmt.Sprintf("%d changed", c.Changed),
	}
	if c.Moved > 0 {
		parts = append(parts, fmt.Sprintf("%d moved", c.Moved))
	}
	parts = append(parts, fmt.Sprintf("%d unchanged", c.Unchanged), fmt.Sprintf("%d gone", c.Gone), fmt.Sprintf("%d failed", c.Failed),
		fmt.Sprintf("%d requests", c.Requests), fmt.Sprintf("%d not modified", c.NotModified), seconds(c.Took))
	line := c.Series + ": " + strings.Join(parts, ", ")
	if c.Err != "" {
		line += ": " + c.Err
	}
	return line
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1fs", d.Seconds()) }
