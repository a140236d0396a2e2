package indexer

import (
	"errors"
	"strings"

	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// betterThan names what to try instead of a source, likeliest first, as the
// end of a sentence; empty: nothing is known.
func betterThan(list []discover.Better) string {
	const most = 3
	var names []string
	for _, b := range list[:min(most, len(list))] {
		names = append(names, b.URL+" ("+b.What+")")
	}
	if len(names) == 0 {
		return ""
	}
	return "; better name " + strings.Join(names, " or ") + " as its source"
}

// plainly is what went wrong for whoever reads the pages, the feed of health
// and the line of a crawl: which address, and what is wrong with it. The words
// that tell a programmer which step of ours met it are left out; the log has
// them.
func plainly(err error) string {
	text := err.Error()
	var fe *fetch.Error
	if errors.As(err, &fe) {
		text = strings.Replace(text, fe.Error(), unanswered(fe), 1)
	}
	var none *discover.NoSource
	if errors.As(err, &none) {
		text = strings.Replace(text, none.Error(), trouble(none)+betterThan(none.Better), 1)
	}
	var drawn *render.Error
	if errors.As(err, &drawn) {
		text = strings.Replace(text, drawn.Error(), undrawn(drawn), 1)
	}
	return text
}

// unanswered is a page that did not come: "https://x/y: answered 503 Service
// Unavailable, the site is overloaded or closed for now".
func unanswered(e *fetch.Error) string {
	text := e.URL
	if e.From != "" {
		text += " (redirected from " + e.From + ")"
	}
	text += ": " + e.Err.Error()
	if m := meaning(e); m != "" {
		text += ", " + m
	}
	if !e.NextTry.IsZero() && (e.Reason == fetch.ReasonStatus || e.Reason == fetch.ReasonBusy) {
		text += "; it may be asked again after " + e.NextTry.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return text
}

// undrawn is a page that no browser made one of.
func undrawn(e *render.Error) string {
	return e.URL + ": scripts fill this page in a browser, and " + e.Err.Error()
}
