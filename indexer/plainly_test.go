package indexer

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// TestPlainly words errors for people: the address and what is wrong there,
// however deep in wrappings, and nothing of the program's own steps.
func TestPlainly(t *testing.T) {
	const at = "https://blog.example/letters/"
	next := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	gone := &fetch.Error{URL: at, Reason: fetch.ReasonStatus, Status: 404, Err: errors.New("answered 404 Not Found")}
	for _, c := range []struct {
		err  error
		want string
	}{
		{gone, at + ": answered 404 Not Found, there is no such page"},
		{fmt.Errorf("part 4 is missing: %w", gone), "part 4 is missing: " + at + ": answered 404 Not Found, there is no such page"},
		{
			&fetch.Error{URL: at, From: "https://b.example/", Reason: fetch.ReasonStatus, Status: 429, Err: errors.New("answered 429 Too Many Requests"), NextTry: next},
			at + " (redirected from https://b.example/): answered 429 Too Many Requests, the site is asked too often and wants a pause; it may be asked again after 2026-05-04 12:00:00 UTC",
		},
		{
			&fetch.Error{URL: at, Reason: fetch.ReasonNoServer, Err: errors.New("nothing listens at blog.example:443: the connection was refused"), NextTry: next},
			at + ": nothing listens at blog.example:443: the connection was refused",
		},
		{&fetch.Error{URL: at, Reason: fetch.ReasonStatus, Status: 403, Bot: true, Err: errors.New("answered 403 Forbidden")}, at + ": answered 403 Forbidden, the site wants to know whether we are human"},
		{fmt.Errorf("%s: %w", at, &discover.NoSource{Kind: discover.TroubleLogin, Reason: `the page is headed "Sign in"`}), at + `: needs a login: the page is headed "Sign in"`},
		{
			fmt.Errorf("%s: %w", at, &discover.NoSource{Kind: discover.TroubleNoStories, Reason: "no link to a story found", Better: []discover.Better{{URL: "https://blog.example/all/", What: "the archive"}}}),
			at + ": no link to a story found; better name https://blog.example/all/ (the archive) as its source",
		},
		{&render.Error{URL: at, Err: errors.New("they drew no text")}, at + ": scripts fill this page in a browser, and they drew no text"},
		{errors.New("the disk is full"), "the disk is full"},
	} {
		got := plainly(c.err)
		if got != c.want {
			t.Errorf("%v is told as\n%q, want\n%q", c.err, got, c.want)
		}
		for _, step := range []string{"fetch ", "discover ", "draw "} {
			if strings.HasPrefix(got, step) {
				t.Errorf("%q begins with a step of the program", got)
			}
		}
	}
}
