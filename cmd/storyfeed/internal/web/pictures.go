package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/html"
)

// picture serves a picture of a story from what is kept, so that readers ask
// nobody but us.
func (s *server) picture(w *response, r *http.Request) error {
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	p, err := s.Store.Picture(r.Context(), series.Slug, r.URL.Query().Get("url"))
	if err != nil {
		return err
	}
	if p == nil {
		return &failure{Status: http.StatusNotFound, Title: "This picture is not kept here", Detail: "The story links it at its own place."}
	}
	send(w, r, answer{mediaType: p.MediaType, cacheControl: aDay, body: p.Bytes})
	return nil
}

// picturePath is where a picture of a series is served that is kept.
func (s *server) picturePath(slug, address string) string {
	return s.prefix + "/s/" + url.PathEscape(slug) + "/picture?" + url.Values{"url": {address}}.Encode()
}

// keptPictures tells which of a story's pictures are kept. The others are
// wanted from now on.
func (s *server) keptPictures(ctx context.Context, slug string, addresses []string) (map[string]bool, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	kept, err := s.Store.KeptPictures(ctx, slug, addresses)
	if err != nil {
		return nil, err
	}
	if missing := slices.DeleteFunc(slices.Clone(addresses), func(a string) bool { return kept[a] }); len(missing) > 0 {
		s.wantPictures(slug, missing)
	}
	return kept, nil
}

// Limits of asking for pictures that were not to be had.
const (
	wantAgain  = time.Hour // between two times for one picture
	mostWanted = 10_000    // pictures of which that is known
)

// wanted is when pictures were asked for last, by series and address. Safe for
// concurrent use.
type wanted struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (s *server) wantPictures(slug string, addresses []string) {
	if s.WantPictures == nil {
		return
	}
	now := s.Now()
	s.wanted.mu.Lock()
	if len(s.wanted.last) > mostWanted {
		clear(s.wanted.last)
	}
	addresses = slices.DeleteFunc(addresses, func(a string) bool {
		last, asked := s.wanted.last[slug+" "+a]
		if asked = asked && now.Sub(last) < wantAgain; !asked {
			s.wanted.last[slug+" "+a] = now
		}
		return asked
	})
	s.wanted.mu.Unlock()
	if len(addresses) > 0 {
		s.WantPictures(slug, addresses...)
	}
}

// eachTag goes through a sanitised body: tag gets every tag's name, kind and
// attributes, and returns what is to stand in its place; false: it stays.
func eachTag(clean string, tag func(name string, kind html.TokenType, attrs map[string]string) (string, bool)) string {
	var b strings.Builder
	b.Grow(len(clean) + 256)
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := string(z.Raw())
		if kind != html.TextToken {
			name, more := z.TagName()
			attrs := map[string]string{}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				attrs[string(key)] = string(value)
			}
			if instead, ok := tag(string(name), kind, attrs); ok {
				raw = instead
			}
		}
		b.WriteString(raw)
	}
}

// picturesIn are the addresses of the pictures of a sanitised body.
func picturesIn(clean string) (addresses []string) {
	eachTag(clean, func(name string, kind html.TokenType, attrs map[string]string) (string, bool) {
		if name == "img" && kind != html.EndTagToken {
			addresses = append(addresses, attrs["src"])
		}
		return "", false
	})
	return addresses
}

func writeTag(name string, attrs map[string]string) string {
	var b strings.Builder
	b.WriteString("<" + name)
	for _, key := range slices.Sorted(maps.Keys(attrs)) {
		b.WriteString(" " + key + `="` + html.EscapeString(attrs[key]) + `"`)
	}
	return b.String() + ">"
}

// pictureElsewhere stands for a picture that is not kept. A link holds no other.
// It says where the picture will be, for the script that waits for it.
func (s *server) pictureElsewhere(slug string, attrs map[string]string, inLink bool) string {
	words := "Picture"
	if alt := strings.TrimSpace(attrs["alt"]); alt != "" {
		words += ": " + alt
	}
	mark := map[string]string{"class": "elsewhere"}
	if s.WantPictures != nil {
		mark["data-picture"], mark["data-alt"] = s.picturePath(slug, attrs["src"]), attrs["alt"]
	}
	if inLink {
		return writeTag("span", mark) + html.EscapeString(words) + "</span>"
	}
	mark["href"] = attrs["src"]
	return writeTag("a", mark) + html.EscapeString(words) + "</a>"
}
