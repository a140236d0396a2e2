package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// Limits of what requests may name.
const (
	maxSlug      = 64
	maxParameter = 2 * index.MaxQueryBytes // bytes of a value that is looked at; longer ones are cut
)

// urlUnescape is [url.PathUnescape], named for what it is used for here.
func urlUnescape(path string) (string, error) { return url.PathUnescape(path) }

func isNotFound(err error) bool { return errors.Is(err, feed.ErrNotFound) }

// validSlug keeps what can't be a slug away from the store.
func validSlug(slug string) bool {
	if slug == "" || len(slug) > maxSlug {
		return false
	}
	for _, c := range []byte(slug) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// validGUID reports whether s has the form that [feed.GUID] gives.
func validGUID(s string) bool {
	uuid, ok := strings.CutPrefix(s, "urn:uuid:")
	if !ok || len(uuid) != 36 {
		return false
	}
	for i, c := range []byte(uuid) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (c == '-') || !hyphen && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// text is a parameter's value as one clean line: no control characters, no
// invalid UTF-8, not longer than anything that could be found.
func text(q url.Values, name string) string {
	s := q.Get(name)
	if len(s) > maxParameter {
		s = s[:maxParameter]
	}
	return feed.CleanLine(s)
}

// badParameter is a 400 that names the parameter and the remedy.
func badParameter(name, detail string) error {
	return &failure{Status: http.StatusBadRequest, Parameter: name, Detail: detail}
}

// dateLayouts are the ways to name a point in time: RFC 3339, or a day, month
// or year, each meaning its beginning in UTC.
var dateLayouts = []string{time.RFC3339, time.DateOnly, "2006-01", "2006"}

func parseMoment(s string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
