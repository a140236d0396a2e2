package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
)

//go:embed static/*
var staticFiles embed.FS

// asset is a file that is served as it is.
type asset struct {
	mediaType    string
	cacheControl string
	body         []byte
}

// A file whose name holds the hash of its content never changes; the others
// may with the next version.
const (
	forever = "public, max-age=31536000, immutable"
	aDay    = "public, max-age=86400"
)

// loadStatic reads the embedded files and gives each its path. Pages name
// style sheets and scripts by the hash of their content, see hashedPath.
func loadStatic() (map[string]*asset, error) {
	files := map[string]*asset{}
	for _, f := range []struct{ file, path, mediaType, cache string }{
		{"style.css", "/static/style.{hash}.css", "text/css; charset=utf-8", forever},
		{"site.js", "/static/site.{hash}.js", "text/javascript; charset=utf-8", forever},
		{"suggest.js", "/static/suggest.{hash}.js", "text/javascript; charset=utf-8", forever},
		{"feed.css", "/feed.css", "text/css; charset=utf-8", aDay}, // feed.StylePath: what the documents name
		{"favicon.svg", "/favicon.svg", "image/svg+xml", aDay},
		{"favicon.ico", "/favicon.ico", "image/vnd.microsoft.icon", aDay},
		{"robots.txt", "/robots.txt", "text/plain; charset=utf-8", aDay},
	} {
		body, err := staticFiles.ReadFile("static/" + f.file)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		path := strings.Replace(f.path, "{hash}", hex.EncodeToString(sum[:6]), 1)
		files[path] = &asset{mediaType: f.mediaType, cacheControl: f.cache, body: body}
	}
	return files, nil
}

// hashedPath is where a style sheet or script of the pages stands, by the name
// of its file: "style.css".
func (s *server) hashedPath(file string) (string, error) {
	name, ending, _ := strings.Cut(file, ".")
	for path := range s.static {
		if strings.HasPrefix(path, "/static/"+name+".") && strings.HasSuffix(path, "."+ending) {
			return s.prefix + path, nil
		}
	}
	return "", fmt.Errorf("there is no static file %s", file)
}

func (s *server) serveStatic(w *response, r *http.Request) error {
	a := s.static[r.URL.Path]
	send(w, r, answer{mediaType: a.mediaType, cacheControl: a.cacheControl, body: a.body})
	return nil
}
