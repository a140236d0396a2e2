package feed

import "errors"

// ErrNotFound is returned, wrapped, when no series, story, crawl or document
// of that name is known.
var ErrNotFound = errors.New("not found")

// ErrBusy is returned, wrapped, when somebody else holds what was asked for:
// a series that is being crawled, a host that is being fetched from.
var ErrBusy = errors.New("busy")
