package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
)

// The JSON API: names in snake_case, times in RFC 3339 and UTC, addresses
// absolute. A field that is unknown is left out; a list is never null. Fields
// may be added within v1; none is renamed, removed or given another meaning.

// crossOrigin reports whether scripts of other sites may read what a route serves: what is
// public and answers the same to everybody.
func crossOrigin(route string) bool {
	return strings.HasPrefix(route, "/api/") || slices.Contains([]string{".rss", ".atom", ".json", ".xml"}, path.Ext(route))
}

// preflight answers a browser that asks before it sends a conditional
// request for a script of another site (Fetch standard §3.2.2).
func preflight(w *response, _ *http.Request) error {
	h := w.Header()
	h["Access-Control-Allow-Origin"] = anyOriginHeader
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Range")
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Allow", "GET, HEAD, OPTIONS")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// query is what an endpoint gets to know of a request.
type query struct {
	*http.Request
	url.Values
}

// json makes a handler of an endpoint: a function from a request to a value.
func (s *server) json(endpoint func(q query) (any, error)) handler {
	return func(w *response, r *http.Request) error {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = anyOriginHeader
		h["Access-Control-Expose-Headers"] = exposedHeader
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return &failure{Status: http.StatusBadRequest, Detail: "The query string can't be read: " +
				"every % must begin an escape such as %20, and parameters are separated by &."}
		}
		value, err := endpoint(query{r, values})
		if err != nil {
			return err
		}
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false) // it is JSON and said to be so: nosniff
		if err := enc.Encode(value); err != nil {
			return err
		}
		send(w, r, answer{mediaType: "application/json", cacheControl: "no-cache", body: buf.Bytes()})
		return nil
	}
}

// page reads offset and limit. An offset beyond the end is no error: the list
// is empty then.
func (q query) page(maxOffset int) (offset, limit int, err error) {
	if limit, err = number(q.Values, "limit", apiLimit, 1, maxAPILimit); err != nil {
		return 0, 0, err
	}
	offset, err = number(q.Values, "offset", 0, 0, maxOffset)
	return offset, limit, err
}

// Numbers of things in one answer.
const (
	apiLimit    = 20
	maxAPILimit = 100
)

// paging is the common part of all lists.
type paging struct {
	Total  int    `json:"total"` // of the whole list, exactly
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"`
	Next   string `json:"next,omitempty"` // address of what follows
}

// paging describes the stretch [offset, offset+limit) of total, of which
// reachable can be asked for.
func (s *server) paging(q query, offset, limit, total, reachable int) paging {
	p := paging{Total: total, Offset: offset, Limit: limit}
	if offset+limit < min(total, reachable) {
		next := url.Values{}
		for name := range q.Values {
			next.Set(name, q.Values.Get(name))
		}
		next.Set("offset", strconv.Itoa(offset+limit))
		next.Set("limit", strconv.Itoa(min(limit, reachable-offset-limit)))
		p.Next = s.base + q.URL.EscapedPath() + "?" + next.Encode()
	}
	return p
}

// apiDate is a date with its provenance.
type apiDate struct {
	Time      time.Time      `json:"time"`
	Precision feed.Precision `json:"precision"` // "second", or "day", "month", "year": what is finer is unknown
	Source    string         `json:"source,omitempty"`
	Guessed   bool           `json:"guessed,omitempty"` // orders nothing and stands in no feed
}

// apiDateOf is nil for an unknown date.
func apiDateOf(d feed.Date) *apiDate {
	if d.IsZero() {
		return nil
	}
	return &apiDate{d.Time.UTC(), d.Precision, d.Source, d.Guessed()}
}

// list is never nil, so that it is written as [].
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}
