package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// style is how a route tells of failures.
type style int

const (
	asPage    style = iota // an HTML page, for people
	asText                 // a line of text, for feed readers and monitors
	asProblem              // problem+json (RFC 9457), for programs
)

// failure is an answer that is not what was asked for. Its texts are meant
// for the person who asked; its cause is for the log alone.
type failure struct {
	Status    int
	Title     string        // what happened, in a few words; empty: said by the status
	Detail    string        // what is wrong, where, what to do now; empty: said by the status
	Parameter string        // name of the query parameter at fault; empty: none
	Errors    []fieldError  // of each parameter at fault, where several may be
	Quota     string        // name of the limit that was exceeded; empty: none was
	Retry     time.Duration // for Retry-After; 0: none
	Location  string        // where it is instead; empty: nowhere
	In        string        // slug of the series that a page leads to from there; empty: none
	cause     error         // nil: the answer is the whole story
}

// Error is the failure for the log.
func (f *failure) Error() string {
	if f.cause != nil {
		return f.cause.Error()
	}
	return fmt.Sprintf("%d %s", f.Status, f.title())
}

func (f *failure) title() string {
	if f.Title != "" {
		return f.Title
	}
	switch f.Status {
	case http.StatusNotFound:
		return "There is nothing at this address"
	case http.StatusMethodNotAllowed:
		return "This address can only be read"
	case http.StatusTooManyRequests:
		return "This feed is asked for too often"
	case http.StatusServiceUnavailable:
		return "Not available right now"
	case http.StatusInternalServerError:
		return "Something broke on our side"
	}
	return http.StatusText(f.Status)
}

func (f *failure) detail() string {
	if f.Detail != "" {
		return f.Detail
	}
	switch f.Status {
	case http.StatusNotFound:
		return "The address may have a typing error, or what stood here has another one now."
	case http.StatusMethodNotAllowed:
		return "Use GET or HEAD."
	case http.StatusTooManyRequests:
		return "Once in a quarter of an hour is often enough, and costs next to nothing with If-None-Match. Please ask again after the time that Retry-After names."
	case http.StatusServiceUnavailable:
		return "Please try again in a moment."
	case http.StatusInternalServerError:
		return "It is not your fault, and nothing is lost. Please try again; if it happens again, tell the operator the request number."
	}
	return ""
}

// refusedRetry is when to ask again for a feed that the gate refused: whatever
// is wrong, it takes another visit to the site, or a person.
const refusedRetry = 15 * time.Minute

// failureOf is the one place where errors become answers.
func failureOf(err error) *failure {
	var f *failure
	var refused *feed.GateError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, feed.ErrNotFound):
		return &failure{Status: http.StatusNotFound, cause: err}
	case errors.As(err, &refused):
		return &failure{
			Status: http.StatusServiceUnavailable, Title: "This feed can't be made just now", Retry: refusedRetry, cause: err,
			Detail: "What it would say now is no valid feed, and there is no earlier one. Whoever runs this site is told. Please ask again later.",
		}
	case errors.Is(err, index.ErrDamaged):
		return &failure{
			Status: http.StatusServiceUnavailable, Title: "Search does not work just now", Retry: 5 * time.Second, cause: err,
			Detail: "Its index is damaged and is built anew from what is stored. Everything else works. Please try again in a moment.",
		}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &failure{Status: http.StatusServiceUnavailable, Retry: 5 * time.Second, cause: err}
	}
	return &failure{Status: http.StatusInternalServerError, cause: err}
}

// fail answers with an error and logs what somebody should look at.
func (s *server) fail(w *response, r *http.Request, err error) {
	f := failureOf(err)
	if w.status != 0 { // a fault of ours: see handler
		s.Logger.Error("error after the answer began", "request", w.id(), "route", w.route.name, "error", err)
		return
	}
	if f.Status == http.StatusInternalServerError {
		s.Logger.Error("request failed", "request", w.id(), "route", w.route.name, "path", r.URL.Path, "error", err)
	} else if f.Status >= 500 && f.cause != nil && r.Context().Err() == nil {
		s.Logger.Warn("request not served", "request", w.id(), "route", w.route.name, "path", r.URL.Path, "error", err)
	}
	s.answerFailure(w, r, f)
}

// movedCache lets caches keep for a day where something is for good.
const movedCache = "public, max-age=86400"

// answerFailure writes a failure in the style of the route.
func (s *server) answerFailure(w *response, r *http.Request, f *failure) {
	h := w.Header()
	for _, name := range []string{"Content-Encoding", "Content-Length", "Etag", "Last-Modified", "Accept-Ranges", "Expires"} {
		h.Del(name)
	}
	if f.Retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int(max(f.Retry, time.Second)/time.Second)))
	}
	a := answer{status: f.Status, cacheControl: "no-store"}
	if f.Location != "" {
		h.Set("Location", f.Location)
		a.cacheControl = movedCache
	}
	switch w.tell {
	case asProblem:
		a.mediaType, a.body = "application/problem+json", s.problem(w.id(), r, f)
	case asText:
		a.mediaType, a.body = "text/plain; charset=utf-8", plain(w.id(), f)
	default:
		a.mediaType, a.body = "text/html; charset=utf-8", s.errorPage(w, f)
	}
	send(w, r, a)
}

func plain(id string, f *failure) []byte {
	text := f.title() + ".\n" + f.detail() + "\n"
	if f.Status == http.StatusInternalServerError {
		text += "Request number: " + id + "\n"
	}
	return []byte(text)
}

func sentences(title, detail string) string {
	if title == "" {
		return detail
	}
	return title + ". " + detail
}

// errorView is what templates/error.html shows.
type errorView struct {
	chrome
	Status    int
	Heading   string
	Detail    string
	RequestID string // empty: the reader has no use for it
}

// errorPage renders a failure for people. It can't fail itself: the template
// has been run at start.
func (s *server) errorPage(w *response, f *failure) []byte {
	v := errorView{chrome: chrome{Title: f.title(), In: f.In, NoIndex: true}, Status: f.Status, Heading: f.title(), Detail: f.detail()}
	if f.Status == http.StatusInternalServerError {
		v.RequestID = w.id()
	}
	body, err := s.render("error", &v)
	if err != nil {
		s.Logger.Error("error page", "request", w.id(), "error", err)
		return plain(w.id(), f)
	}
	return body
}

// unmatched answers what no route takes: a redirect when only a slash at the
// end is too much, 405 when the address exists but not with this method (RFC
// 9110 §15.5.6), else 404.
func (s *server) unmatched(w *response, r *http.Request) error {
	api := r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/")
	if api {
		w.tell = asProblem
		s.openAPI(w.Header())
	}
	if shorter, ok := strings.CutSuffix(r.URL.EscapedPath(), "/"); ok && s.routeOf(r, shorter) != "" {
		if r.URL.RawQuery != "" {
			shorter += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, s.prefix+shorter, http.StatusMovedPermanently)
		return nil
	}
	route := s.routeOf(r, r.URL.EscapedPath())
	if route == "" {
		f := &failure{Status: http.StatusNotFound}
		if api {
			f.Detail = "There is nothing at this address of the API; " + s.base + apiRoot + "/openapi.json tells what there is."
		}
		return f
	}
	allow := "GET, HEAD"
	if crossOrigin(route) {
		allow += ", OPTIONS"
	}
	if isFeed(route) {
		w.tell = asText
		openToAll(w.Header())
	}
	w.Header().Set("Allow", allow)
	return &failure{Status: http.StatusMethodNotAllowed}
}

// routeOf is the path of the route that would serve a path, empty when there
// is none.
func (s *server) routeOf(r *http.Request, path string) string {
	u, err := url.ParseRequestURI(path)
	if err != nil {
		return ""
	}
	probe := &http.Request{Method: http.MethodGet, URL: u, Host: r.Host}
	_, pattern := s.mux.Handler(probe)
	_, route, _ := strings.Cut(pattern, " ") // "GET /s/{series}", or our own "/"
	return route
}
