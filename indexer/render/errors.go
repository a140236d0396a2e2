package render

import (
	"errors"
	"fmt"
)

// ErrNoBrowser says that pages must be drawn and nothing can draw them.
var ErrNoBrowser = errors.New("there is no browser to run them: install Chromium, or name one in fetch.browser")

// Error says why a page was not drawn. It may well succeed at another time.
type Error struct {
	URL string // of the page
	Err error  // the cause; [ErrNoBrowser] among others
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("draw %s: scripts fill this page in a browser, and %v", e.URL, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
