package local

import "time"

// SetPatience shortens what the serving generation may take to write or close.
func (x *Index) SetPatience(d time.Duration) { x.current.Load().patience = d }
