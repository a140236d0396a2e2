package index

import (
	"fmt"
	"math"
	"time"

	"storyfeed/feed"
)

// Progress tells how far a rebuild of an index is.
type Progress struct {
	Done  int       `json:"done"`  // documents that are in, of
	Total int       `json:"total"` // as many; 0: not known yet
	Since time.Time `json:"since"` // its beginning

	// Partial says that searches find only what is in already, since there is
	// no older index that could answer meanwhile.
	Partial bool `json:"partial"`
}

// Left is how long the rest will take at the pace so far; 0: not known, or
// soon done.
func (p Progress) Left(now time.Time) time.Duration {
	if p.Done <= 0 || p.Done >= p.Total {
		return 0
	}
	return time.Duration(float64(now.Sub(p.Since)) / float64(p.Done) * float64(p.Total-p.Done))
}

// Text is the progress for people: "1,240 of 5,000 stories, about 2 minutes to
// go".
func (p Progress) Text(now time.Time) string {
	switch {
	case p.Total == 0:
		return "it begins"
	case p.Done >= p.Total:
		return fmt.Sprintf("all %s stories are in and are being checked", feed.Thousands(p.Total))
	}
	text := fmt.Sprintf("%s of %s stories", feed.Thousands(p.Done), feed.Thousands(p.Total))
	switch left := p.Left(now); {
	case left == 0:
		return text
	case left < 90*time.Second:
		return fmt.Sprintf("%s, about %.0f s to go", text, math.Ceil(left.Seconds()))
	case left < 90*time.Minute:
		return fmt.Sprintf("%s, about %.0f minutes to go", text, math.Ceil(left.Minutes()))
	default:
		return fmt.Sprintf("%s, about %.0f hours to go", text, math.Ceil(left.Hours()))
	}
}
