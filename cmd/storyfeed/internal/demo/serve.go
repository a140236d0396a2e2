package demo

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	archivePath = "/blog-central/"
	uploads     = "/wp-content/uploads/"

	listPage = 10 // posts on a page of a list
)

// reply is what a path answers.
type reply struct {
	status   int // 0: 200
	location string
	kind     string
	body     []byte
	modified time.Time
	etag     string // empty: of the body
}

// ServeHTTP answers GET and HEAD, with validators and 304 for everything that
// exists.
func (b *Blog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this blog is read only", http.StatusMethodNotAllowed)
		return
	}
	b.mu.RLock()
	a := b.reply(r)
	b.mu.RUnlock()
	switch {
	case a.location != "":
		http.Redirect(w, r, a.location, http.StatusMovedPermanently)
	case a.status != 0:
		w.Header().Set("Content-Type", a.kind)
		w.WriteHeader(a.status)
		if r.Method == http.MethodGet {
			_, _ = w.Write(a.body) // the visitor has left: nobody to tell
		}
	default:
		if a.etag == "" {
			a.etag = fmt.Sprintf(`"%x"`, sha256.Sum256(a.body))[:18] + `"`
		}
		w.Header().Set("Content-Type", a.kind)
		w.Header().Set("ETag", a.etag)
		http.ServeContent(w, r, "", a.modified, bytes.NewReader(a.body))
	}
}

// reply finds what the request means. An address without its slash leads to
// the one with it, as in WordPress.
func (b *Blog) reply(r *http.Request) reply {
	base, path := "http://"+r.Host, r.URL.Path
	if id := r.URL.Query().Get("p"); path == "/" && id != "" {
		for _, p := range b.posts {
			if strconv.Itoa(p.ID) == id {
				return reply{location: p.Path()}
			}
		}
		return b.missing(base, path)
	}
	if a, ok := b.find(base, path); ok {
		return a
	}
	if !strings.HasSuffix(path, "/") {
		if _, ok := b.find(base, path+"/"); ok {
			return reply{location: path + "/"}
		}
	}
	return b.missing(base, path)
}

func (b *Blog) find(base, path string) (reply, bool) {
	switch path {
	case "/robots.txt":
		return reply{kind: "text/plain; charset=utf-8", body: []byte("User-agent: *\nDisallow: /wp-admin/\n"), modified: b.posts[len(b.posts)-1].Published}, true
	case "/feed/":
		return reply{kind: "application/rss+xml; charset=UTF-8", body: b.feed(base), modified: b.modified}, true
	case "/":
		return b.still(base, path, 2, "Welcome", "front.html", "home page"), true
	case "/about/":
		return b.still(base, path, 3, "About", "about.html", "page"), true
	case HubPath:
		return b.still(base, path, 4, SeriesTitle, "hub.html", "page"), true
	}
	if name, ok := strings.CutPrefix(path, uploads); ok {
		return b.picture(name)
	}
	if p := b.postAt(path); p != nil {
		return b.post(base, p), true
	}
	return b.list(base, path)
}

// postAt returns the post at a path, or nil.
func (b *Blog) postAt(path string) *post {
	i := slices.IndexFunc(b.posts, func(p *post) bool { return p.Path() == path })
	if i < 0 {
		return nil
	}
	return b.posts[i]
}

func htmlPage(body []byte, modified time.Time) reply {
	return reply{kind: "text/html; charset=UTF-8", body: body, modified: modified}
}

// still is a page that is no post.
func (b *Blog) still(base, path string, id int, heading, file, class string) reply {
	content, err := posts.ReadFile("posts/" + file)
	if err != nil {
		panic(err) // it is embedded
	}
	v := &view{Base: base, Path: path, Heading: heading, ID: id, Content: template.HTML(content), BodyClass: fmt.Sprintf("%s page-id-%d", class, id)}
	if path == HubPath {
		v.Stories = b.series
	}
	return htmlPage(b.render("page", v), b.modified)
}

// post is the page of one post. Its ETag is weak and follows the post alone:
// sidebar and neighbours change with every new post, the story does not.
func (b *Blog) post(base string, p *post) reply {
	v := &view{Base: base, Path: p.Path(), Heading: p.Title, Post: p, BodyClass: fmt.Sprintf("post-template-default single single-post postid-%d", p.ID)}
	i := slices.Index(b.posts, p)
	if i > 0 {
		v.After = b.posts[i-1]
	}
	if i+1 < len(b.posts) {
		v.Before = b.posts[i+1]
	}
	for k := 1; k <= 3; k++ {
		v.Related = append(v.Related, b.posts[(i+k*5)%len(b.posts)])
	}
	a := htmlPage(b.render("post", v), p.Modified)
	a.etag = fmt.Sprintf(`W/"%d-%d-%d"`, p.ID, p.Revision, p.Modified.Unix())
	return a
}

// list is a page of the archive, or of the posts with a tag or by an author.
func (b *Blog) list(base, path string) (reply, bool) {
	first, number := path, 1
	if before, after, ok := strings.Cut(path, "/page/"); ok {
		n, err := strconv.Atoi(strings.TrimSuffix(after, "/"))
		if err != nil || !strings.HasSuffix(after, "/") {
			return reply{}, false
		}
		first, number = before+"/", n
	}
	heading, among := b.listed(first)
	pages := (len(among) + listPage - 1) / listPage
	if number < 1 || number > pages {
		return reply{}, false
	}
	if number == 1 && first != path {
		return reply{location: first}, true
	}
	v := &view{Base: base, Path: path, Heading: heading, Page: number, Pages: pages, BodyClass: "blog archive hfeed"}
	v.Posts = among[(number-1)*listPage : min(number*listPage, len(among))]
	if number < pages {
		v.Older = fmt.Sprintf("%spage/%d/", first, number+1)
	}
	switch {
	case number == 2:
		v.Newer = first
	case number > 2:
		v.Newer = fmt.Sprintf("%spage/%d/", first, number-1)
	}
	return htmlPage(b.render("list", v), b.modified), true
}

// listed says what the list at a path is called and holds; nothing: there is
// no such list.
func (b *Blog) listed(path string) (string, []*post) {
	name := strings.TrimSuffix(path[strings.Index(path[1:], "/")+2:], "/")
	switch {
	case path == archivePath:
		return "Blog Central", b.posts
	case path == "/tag/"+name+"/":
		return "Tag: " + name, b.those(func(p *post) bool { return slices.Contains(p.Tags, name) })
	case path == "/author/"+name+"/":
		among := b.those(func(p *post) bool { return authorSlug(p.Author) == name })
		if len(among) > 0 {
			return "Author: " + among[0].Author, among
		}
	}
	return "", nil
}

func (b *Blog) those(match func(*post) bool) []*post {
	var list []*post
	for _, p := range b.posts {
		if match(p) {
			list = append(list, p)
		}
	}
	return list
}

func (b *Blog) missing(base, path string) reply {
	v := &view{Base: base, Path: path, Heading: "Oops! That page can’t be found.", Missing: true, BodyClass: "error404"}
	a := htmlPage(b.render("missing", v), time.Time{})
	a.status = http.StatusNotFound
	return a
}
