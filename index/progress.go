package index

import "time"

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
