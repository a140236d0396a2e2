package web

import (
	"net/http"

	"storyfeed/feed"
	"storyfeed/feed/cover"
)

// coverCaching lets a page full of covers be shown again without asking; what
// changes of a cover is little.
const coverCaching = "public, max-age=3600"

// cover draws the cover of a series.
func (s *server) cover(w *response, r *http.Request) error {
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	authors, total, err := s.Store.TermsOf(r.Context(), series.Slug, feed.TermAuthor, 2)
	if err != nil {
		return err
	}
	send(w, r, answer{
		mediaType: cover.MediaType, cacheControl: coverCaching,
		body: cover.SVG(cover.Text{Title: series.Name(), Subtitle: byWhom(authors, total)}),
	})
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
