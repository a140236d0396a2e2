package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/book"
)

// stallLimit is how long the reader of a book may take for a piece of it.
const stallLimit = time.Minute

// maxBooks is how many books are written at once.
const maxBooks = 4

// writeBook writes a book in one of its formats.
type writeBook func(b book.Book, ctx context.Context, w io.Writer) (book.Written, error)

// epub serves a series as an EPUB: /s/{series}/book.epub.
func (s *server) epub(w *response, r *http.Request) error {
	return s.book(w, r, "application/epub+zip", ".epub", book.Book.EPUB)
}

// bookPage serves a series as one page: /s/{series}/book.html.
func (s *server) bookPage(w *response, r *http.Request) error {
	w.Header().Set("Content-Security-Policy", book.PagePolicy()+"; frame-ancestors 'none'")
	return s.book(w, r, "text/html; charset=utf-8", ".html", book.Book.HTML)
}

// book answers with a book while it is written: its size is not known before.
// The entity tag is a weak one, as a story may change meanwhile.
func (s *server) book(w *response, r *http.Request, mediaType, extension string, write writeBook) error {
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	b, err := book.Of(r.Context(), s.Store, series, s.Sanitise)
	if isNotFound(err) {
		return &failure{Status: http.StatusNotFound, In: series.Slug, Title: "There is no book yet", Detail: "No story of this series could be read so far. Please try again in a minute."}
	}
	if err != nil {
		return err
	}
	if s.WantPictures != nil {
		s.WantPictures(series.Slug)
	}
	h := w.Header()
	tag := bookTag(b, mediaType)
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if !b.Modified.IsZero() {
		h.Set("Last-Modified", b.Modified.UTC().Format(http.TimeFormat))
	}
	if notModified(r, tag, b.Modified) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", mediaType)
	if extension != ".html" {
		h.Set("Content-Disposition", `attachment; filename="`+series.Slug+extension+`"`)
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	if _, err := write(b, r.Context(), patient{w, http.NewResponseController(w)}); err != nil {
		if r.Context().Err() == nil {
			s.Logger.Error("a book broke off", "request", w.id(), "series", series.Slug, "error", err)
		}
		panic(http.ErrAbortHandler) // so that the reader knows that it is not whole
	}
	return nil
}

// bookTag changes with whatever a book shows.
func bookTag(b book.Book, mediaType string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d %d %d %d", book.Edition, mediaType, feed.SeriesID(b.Series, "/book"), b.Series.Version, b.Modified.Unix(), len(b.Chapters), b.Kept))
	return `W/"` + hex.EncodeToString(sum[:10]) + `"`
}

// patient gives a reader as long as it takes, as long as it goes on.
type patient struct {
	w       *response
	control *http.ResponseController
}

// Write sends a piece.
func (p patient) Write(b []byte) (int, error) {
	// Where the limit can't be set the server's own holds.
	_ = p.control.SetWriteDeadline(time.Now().Add(stallLimit))
	return p.w.Write(b)
}
