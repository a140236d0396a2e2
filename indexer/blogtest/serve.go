package blogtest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is one line of the log.
type Request struct {
	Method          string
	Path            string // with its query
	IfNoneMatch     string
	IfModifiedSince string
	UserAgent       string
	Status          int // 0: the connection broke
}

// Conditional reports whether the request asked for a change only.
func (r Request) Conditional() bool { return r.IfNoneMatch != "" || r.IfModifiedSince != "" }

// String is the request in one line, such as "GET /a-story/ 304".
func (r Request) String() string { return fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status) }

// Requests returns what was asked since the start or the last [Blog.Reset],
// in the order of the answers. A request is in the log before its answer goes
// out.
func (b *Blog) Requests() []Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

// RequestsTo returns the requests for one path; a query counts only if the
// path has one.
func (b *Blog) RequestsTo(path string) []Request {
	return slices.DeleteFunc(b.Requests(), func(r Request) bool {
		bare, _, _ := strings.Cut(r.Path, "?")
		return r.Path != path && bare != path
	})
}

// Reset empties the log.
func (b *Blog) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests = nil
}

// logged notes the status of an answer at the moment it is known.
type logged struct {
	http.ResponseWriter
	note func(status int)
	done bool
}

func (l *logged) WriteHeader(status int) {
	if !l.done {
		l.done = true
		l.note(status)
	}
	l.ResponseWriter.WriteHeader(status)
}

func (l *logged) Write(data []byte) (int, error) {
	if !l.done {
		l.WriteHeader(http.StatusOK)
	}
	return l.ResponseWriter.Write(data)
}

func (b *Blog) serve(w http.ResponseWriter, r *http.Request) {
	note := func(status int) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.requests = append(b.requests, Request{
			Method: r.Method, Path: r.URL.RequestURI(), Status: status,
			IfNoneMatch: r.Header.Get("If-None-Match"), IfModifiedSince: r.Header.Get("If-Modified-Since"),
			UserAgent: r.UserAgent(),
		})
	}
	l := &logged{ResponseWriter: w, note: note}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(l, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	p, validators := b.find(r)
	if p.fate != nil && p.fate.held != nil {
		if !p.fate.wait(r) {
			note(0)
			panic(http.ErrAbortHandler)
		}
		p.fate = nil
	}
	if p.fate != nil {
		b.suffer(l, p.fate)
		return
	}
	b.answer(l, r, p, validators)
}

// find returns a copy of what the request meets.
func (b *Blog) find(r *http.Request) (page, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range []string{r.URL.RequestURI(), r.URL.EscapedPath(), r.URL.Path} {
		if p := b.pages[name]; p != nil && (p.fate != nil || !p.modified.IsZero()) {
			c := *p
			c.header = p.header.Clone()
			return c, b.validators
		}
	}
	if p := b.pages[r.URL.Path+"/"]; p != nil && !p.modified.IsZero() {
		return page{fate: &fate{status: http.StatusMovedPermanently, to: r.URL.EscapedPath() + "/"}}, false
	}
	return page{fate: &fate{status: http.StatusNotFound}}, false
}

// wait reports whether the answer was released before the client left.
func (f *fate) wait(r *http.Request) bool {
	f.arrived.open()
	select {
	case <-f.held.c:
		return true
	case <-r.Context().Done():
		return false
	}
}

func (b *Blog) suffer(l *logged, f *fate) {
	if f.status == 0 {
		l.note(0)
		panic(http.ErrAbortHandler) // net/http's way to break the connection
	}
	if f.to != "" {
		l.Header().Set("Location", b.fill(f.to))
	}
	if f.retryAfter > 0 {
		l.Header().Set("Retry-After", strconv.Itoa(int(f.retryAfter.Seconds())))
	}
	l.Header().Set("Content-Type", "text/html; charset=utf-8")
	l.WriteHeader(f.status)
	fmt.Fprintf(l, "<!DOCTYPE html><title>%[1]d</title><h1>%[1]d %[2]s</h1>\n", f.status, http.StatusText(f.status))
}

func (b *Blog) answer(l *logged, r *http.Request, p page, validators bool) {
	body := []byte(b.fill(p.body))
	l.Header().Set("Content-Type", mediaType(r.URL.Path, body))
	modified := time.Time{}
	if validators {
		l.Header().Set("ETag", fmt.Sprintf(`"%.8x"`, sha256.Sum256(body)))
		modified = p.modified
	}
	for name, values := range p.header {
		l.Header()[name] = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	}
	if _, own := p.header["Last-Modified"]; own {
		modified = time.Time{} // ServeContent would write it again
	}
	if !validators {
		r.Header.Del("If-None-Match")
		r.Header.Del("If-Modified-Since")
	}
	http.ServeContent(l, r, "", modified, bytes.NewReader(body))
}

func (b *Blog) fill(s string) string { return strings.ReplaceAll(s, "{{base}}", b.URL) }

// mediaType goes by the path's extension, then by how the body begins.
func mediaType(at string, body []byte) string {
	switch path.Ext(at) {
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	}
	start := strings.TrimSpace(string(body[:min(len(body), 400)]))
	switch {
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		return "application/json"
	case strings.Contains(start, "<rss"):
		return "application/rss+xml; charset=utf-8"
	case strings.Contains(start, "<feed"):
		return "application/atom+xml; charset=utf-8"
	case strings.HasPrefix(start, "<?xml") && !strings.Contains(start, "<html"):
		return "application/xml"
	}
	return "text/html; charset=utf-8"
}
