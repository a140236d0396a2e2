package web

import (
	"net/http"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/cover"
)

// coverCaching lets a page full of covers be shown again without asking; what
// changes of a cover is little. Its picture may come soon.
const (
	coverCaching = "public, max-age=3600"
	coverWaiting = "public, max-age=600"
)

// cover draws the cover of a series, with the picture of its page if that is
// kept. Else it is wanted from now on.
func (s *server) cover(w *response, r *http.Request) error {
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	authors, total, err := s.Store.TermsOf(r.Context(), series.Slug, feed.TermAuthor, 2)
	if err != nil {
		return err
	}
	text := cover.Text{Title: series.Name(), Subtitle: byWhom(authors, total)}
	caching := coverCaching
	if address := series.ImageURL; address != "" {
		if text.Picture, err = s.Store.Picture(r.Context(), series.Slug, address); err != nil {
			return err
		}
		if text.Picture == nil {
			s.wantPictures(series.Slug, []string{address})
			caching = coverWaiting
		}
	}
	// Its picture is within it.
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "img-src 'self'", "img-src data:", 1))
	send(w, r, answer{mediaType: cover.MediaType, cacheControl: caching, body: cover.SVG(text)})
	return nil
}

// byWhom names those who wrote most of a series, of so many in all.
func byWhom(authors []feed.Term, total int) string {
	var list []string
	for _, a := range authors {
		list = append(list, a.Name)
	}
	switch others := total - len(list); {
	case others == 1:
		list = append(list, "another")
	case others > 1:
		list = append(list, feed.Thousands(others)+" others")
	}
	return names(list)
}
