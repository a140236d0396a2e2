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
// The files in testdata/api hold all of them; a line that changes there, other
// than by an addition, is a broken promise.
//
// What is answered is described by the endpoints (api_endpoints.go), by the
// parameters they take, against which requests are checked, and by the types of
// their answers with the tags of these: the OpenAPI document is made of them.

// apiRoot is where all of the API stands.
const apiRoot = "/api/v1"

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
	h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Range, Cache-Control, Content-Type, X-Requested-With")
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Allow", "GET, HEAD, OPTIONS")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// openAPI lets scripts of other sites read any answer under /api/, faults
// included, and names what describes it (RFC 8631 §4.1).
func (s *server) openAPI(h http.Header) {
	h["Access-Control-Allow-Origin"] = anyOriginHeader
	h["Access-Control-Expose-Headers"] = apiExposedHeader
	h["Link"] = s.describedBy
}

// apiExposedHeader lists what scripts may read beyond the usual.
var apiExposedHeader = []string{"ETag, Link, RateLimit, RateLimit-Policy, Retry-After"}

// query is what an endpoint gets to know of a request. Its parameters were
// checked.
type query struct {
	*http.Request
	url.Values
	params []param
}

// json makes a handler of an endpoint.
func (s *server) json(e endpoint) handler {
	return func(w *response, r *http.Request) error {
		s.openAPI(w.Header())
		if err := s.spend(w, r); err != nil {
			return err
		}
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return &failure{Status: http.StatusBadRequest, Detail: "The query string can’t be read: " +
				"every % must begin an escape such as %20, and parameters are separated by &."}
		}
		if err := faults(check(values, e.params)); err != nil {
			return err
		}
		value, err := e.answer(query{r, values, e.params})
		if err != nil {
			return err
		}
		if list, ok := value.(interface{ following() string }); ok && list.following() != "" {
			w.Header().Add("Link", "<"+list.following()+`>; rel="next"`) // RFC 8288
		}
		body, err := encode(value)
		if err != nil {
			return err
		}
		send(w, r, answer{mediaType: "application/json", cacheControl: e.cache(), body: body})
		return nil
	}
}

func encode(value any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // it is JSON and said to be so: nosniff
	err := enc.Encode(value)
	return buf.Bytes(), err
}

// Numbers of things in one answer.
const (
	apiLimit    = 20
	maxAPILimit = 100
)

// paging is the common part of all lists that have an order of their own.
type paging struct {
	Total  int    `json:"total" doc:"How long the whole list is, exactly."`
	Offset int    `json:"offset" doc:"How much of it was skipped."`
	Limit  int    `json:"limit" doc:"How much of it was asked for."`
	Next   string `json:"next,omitempty" format:"uri" doc:"Address of what follows, as in the header Link; absent at the end."`
}

// following is what follows, for the header Link.
func (p paging) following() string { return p.Next }

// paging describes the stretch [offset, offset+limit) of total, of which
// reachable can be asked for.
func (s *server) paging(q query, total, reachable int) paging {
	p := paging{Total: total, Offset: q.number("offset"), Limit: q.number("limit")}
	if end := p.Offset + p.Limit; end < min(total, reachable) {
		p.Next = s.followed(q, map[string]string{"offset": strconv.Itoa(end), "limit": strconv.Itoa(min(p.Limit, reachable-end))})
	}
	return p
}

// followed is the address of the same request with other parameters.
func (s *server) followed(q query, with map[string]string) string {
	next := url.Values{}
	for name := range q.Values {
		if v := q.Get(name); v != "" {
			next.Set(name, v)
		}
	}
	for name, v := range with {
		next.Set(name, v)
	}
	return s.base + q.URL.EscapedPath() + "?" + next.Encode()
}

// apiDate is a date with its provenance.
type apiDate struct {
	Time      time.Time      `json:"time" doc:"The moment, or the beginning of the span that precision names."`
	Precision feed.Precision `json:"precision" doc:"What is finer is unknown."`
	Source    string         `json:"source,omitempty" doc:"Where it was read, such as byline or json-ld."`
	Guessed   bool           `json:"guessed,omitempty" doc:"True if it is a guess, which orders nothing and stands in no feed."`
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
