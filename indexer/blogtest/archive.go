package blogtest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Archive is a big blog that makes its pages up when they are asked for: a
// list of posts, newest first, over as many pages as it takes, and the posts. The same number always gives the same post. It is safe
// for concurrent use.
type Archive struct {
	PerPage    int  // posts on a page of the list
	PostBytes  int  // of each post, about; 0: 10,000 to 40,000
	Validators bool // answers carry an ETag, and 304 is given
	Undated    bool // no page shows a date

	mu    sync.Mutex
	posts int
	fails map[string]int // statuses, by path
	log   []Request
	on    func(Request)
}

// NewArchive returns a blog of so many posts, ten on a page of its list, with
// validators.
func NewArchive(posts int) *Archive {
	return &Archive{PerPage: 10, Validators: true, posts: posts, fails: map[string]int{}}
}

// Publish adds posts; they are on top of the list from the next request on.
func (a *Archive) Publish(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.posts += n
}

// Posts is how many posts there are.
func (a *Archive) Posts() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.posts
}

// Fail lets a path answer with a status; 0: with its page again.
func (a *Archive) Fail(path string, status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fails[path] = status
}

// On sets what is called with every request before its answer goes out.
func (a *Archive) On(f func(Request)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.on = f
}

// Requests are all requests so far, in the order in which they came.
func (a *Archive) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.log)
}

// Reset empties the log.
func (a *Archive) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.log = nil
}

// PostPath is the path of the n-th post, from 1, the oldest.
func (a *Archive) PostPath(n int) string { return fmt.Sprintf("/%d-%s/", n, slugs[n%len(slugs)]) }

// PostTitle is the title of the n-th post.
func (a *Archive) PostTitle(n int) string {
	return fmt.Sprintf("%s %d", strings.ToUpper(slugs[n%len(slugs)][:1])+strings.ReplaceAll(slugs[n%len(slugs)][1:], "-", " "), n)
}

var slugs = []string{"what-the-keeper-wrote", "a-lantern-for-the-pier", "notes-on-rope", "the-long-way-home", "fog-again", "three-letters", "on-mending-nets"}

// ServeHTTP implements [http.Handler].
func (a *Archive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, status := a.page(r)
	etag := fmt.Sprintf(`"%d-%x"`, len(body), hash(body))
	if status == http.StatusOK && a.Validators {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			status, body = http.StatusNotModified, ""
		}
	}
	a.note(Request{
		Method: r.Method, Path: r.URL.RequestURI(), Status: status, UserAgent: r.UserAgent(),
		IfNoneMatch: r.Header.Get("If-None-Match"), IfModifiedSince: r.Header.Get("If-Modified-Since"),
	})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // a client that went away
}

func (a *Archive) note(q Request) {
	a.mu.Lock()
	a.log = append(a.log, q)
	on := a.on
	a.mu.Unlock()
	if on != nil {
		on(q)
	}
}

func hash(s string) uint32 {
	h := uint32(2166136261) // FNV-1a
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// page is what a path answers.
func (a *Archive) page(r *http.Request) (body string, status int) {
	a.mu.Lock()
	posts, fail := a.posts, a.fails[r.URL.Path]
	a.mu.Unlock()
	if fail != 0 {
		return http.StatusText(fail), fail
	}
	var n int
	switch _, err := fmt.Sscanf(r.URL.Path, "/page/%d/", &n); {
	case r.URL.Path == "/":
		return a.list(r.Host, posts, 1)
	case err == nil && n > 1:
		return a.list(r.Host, posts, n)
	}
	if _, err := fmt.Sscanf(r.URL.Path, "/%d-", &n); err == nil && n >= 1 && n <= posts && r.URL.Path == a.PostPath(n) {
		return a.post(r.Host, n), http.StatusOK
	}
	return "<!DOCTYPE html><title>Not found</title><h1>Not found</h1>", http.StatusNotFound
}

func (a *Archive) list(host string, posts, page int) (string, int) {
	first := posts - (page-1)*a.PerPage
	if first < 1 && page > 1 {
		return "<!DOCTYPE html><title>Not found</title><h1>Not found</h1>", http.StatusNotFound
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>The Pier Log</title></head><body>%s<main>\n", menu(host))
	for n := first; n > max(0, first-a.PerPage); n-- {
		dice := rand.New(rand.NewPCG(uint64(n), 1))
		fmt.Fprintf(&b, "<article class=\"post\"><h2><a href=\"http://%s%s\">%s</a></h2>%s<p>%s</p></article>\n",
			host, a.PostPath(n), a.PostTitle(n), a.day(n), sentence(dice, 40))
	}
	b.WriteString("<nav class=\"pagination\">")
	if first-a.PerPage > 0 {
		fmt.Fprintf(&b, "<a class=\"next\" rel=\"next\" href=\"http://%s/page/%d/\">Older posts</a>", host, page+1)
	}
	b.WriteString("</nav></main><footer>The Pier Log</footer></body></html>\n")
	return b.String(), http.StatusOK
}

// day shows a day of its own for every post.
func (a *Archive) day(n int) string {
	if a.Undated {
		return ""
	}
	day := time.Date(2003, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
	return fmt.Sprintf(` on <time datetime="%s">%s</time>`, day.Format(time.DateOnly), day.Format("2 January 2006"))
}

func (a *Archive) post(host string, n int) string {
	dice := rand.New(rand.NewPCG(uint64(n), 2))
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%[1]s – The Pier Log</title>\n<link rel=\"canonical\" href=\"http://%[2]s%[3]s\"></head><body>%[4]s<main><article class=\"post\"><h1>%[1]s</h1>\n"+
		"<p class=\"byline\">by <a rel=\"author\" href=\"http://%[2]s/about/\">%[5]s</a>%[6]s</p>\n<div class=\"entry-content\">\n",
		a.PostTitle(n), host, a.PostPath(n), menu(host), writers[n%len(writers)], a.day(n))
	size := a.PostBytes
	if size == 0 {
		size = 10_000 + dice.IntN(30_000)
	}
	for b.Len() < size {
		switch dice.IntN(12) {
		case 0:
			fmt.Fprintf(&b, "<h2>%s</h2>\n", sentence(dice, 5))
		case 1:
			fmt.Fprintf(&b, "<ul><li>%s</li><li>%s</li><li>%s</li></ul>\n", sentence(dice, 12), sentence(dice, 9), sentence(dice, 14))
		case 2:
			fmt.Fprintf(&b, "<blockquote><p>%s</p></blockquote>\n", sentence(dice, 30))
		default:
			fmt.Fprintf(&b, "<p>%s %s <em>%s</em> %s</p>\n", sentence(dice, 25), sentence(dice, 18), sentence(dice, 6), sentence(dice, 30))
		}
	}
	b.WriteString("</div></article></main><footer>The Pier Log</footer></body></html>\n")
	return b.String()
}

var writers = []string{"Ole Brandt", "Marit Aas", "Jonas Fell", "Ida Sund"}

func menu(host string) string {
	var b strings.Builder
	b.WriteString("<header><a href=\"/\">The Pier Log</a></header><nav class=\"menu\"><ul>")
	for _, name := range []string{"about", "contact", "archive", "boats", "weather", "tides", "links", "imprint"} {
		fmt.Fprintf(&b, "<li class=\"menu-item\"><a href=\"http://%s/%s/\">%s</a></li>", host, name, name)
	}
	b.WriteString("</ul></nav>")
	return b.String()
}

// sentence makes up words, few of them often and many rarely, as in texts.
func sentence(dice *rand.Rand, words int) string {
	zipf := rand.NewZipf(dice, 1.15, 3, 30_000)
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		w := word(zipf.Uint64())
		if i == 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
	}
	b.WriteByte('.')
	return b.String()
}

var syllables = []string{"ka", "lo", "ren", "ti", "mar", "so", "vel", "un", "pi", "der", "ha", "nol", "gri", "se", "ta", "bor", "el", "fi", "ma", "ru", "the", "win", "ost", "le"}

func word(n uint64) string {
	n++
	var b strings.Builder
	for ; n > 0; n /= uint64(len(syllables)) {
		b.WriteString(syllables[n%uint64(len(syllables))])
	}
	return b.String()
}
