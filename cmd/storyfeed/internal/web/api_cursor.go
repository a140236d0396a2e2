package web

import (
	"encoding/base64"
	"strconv"
	"strings"

	"storyfeed/feed/store"
)

// cursorOf names a place for whoever has no business with what it is made of.
// The start has no name.
func cursorOf(p store.Place) string {
	if p == (store.Place{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.Arrival, 10) + " " + p.GUID))
}

// parseCursor takes nothing but what cursorOf gave.
func parseCursor(s string) (p store.Place, ok bool) {
	if s == "" {
		return p, true
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return p, false
	}
	arrival, guid, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(arrival, 10, 64)
	p = store.Place{Arrival: n, GUID: guid}
	return p, err == nil && n > 0 && guid != "" && cursorOf(p) == s
}
