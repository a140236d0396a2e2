package profile

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
)

// maxMany is how many values a field may have.
const maxMany = 40

// worth says how well what stands in a place fits what is known: 1 exactly,
// less for the same said less precisely, 0 for anything else.
func (c *cluster) worth(f Field, p *page, texts []string) float64 {
	if len(texts) == 0 {
		return 0
	}
	switch f {
	case Title:
		return sameTitle(texts[0], p.Known.Title)
	case Authors:
		return c.sameNames(texts, p.Known.Authors)
	case Published:
		return c.sameDate(texts[0], p.lang, p.Known.Published)
	case Updated:
		return c.sameDate(texts[0], p.lang, p.Known.Updated)
	case Tags:
		return sameSet(texts, p.Known.Tags)
	case Image:
		return sameAddress(texts[0], p.Known.ImageURL, p.URL)
	}
	return 0
}

// knows reports whether a sample knows a field, and by whom.
func (p *page) knows(f Field) (Teacher, bool) {
	k := p.Known
	switch f {
	case Title:
		return k.TitleBy, k.Title != ""
	case Authors:
		return k.AuthorsBy, len(k.Authors) > 0
	case Published:
		return k.DateBy, !k.Published.IsZero()
	case Updated:
		return k.UpdatedBy, !k.Updated.IsZero()
	case Tags:
		return k.TagsBy, len(k.Tags) > 0
	case Image:
		return k.ImageBy, k.ImageURL != ""
	case Body:
		return k.TextBy, len(p.known) > 0 && !k.Partial
	}
	return "", false
}

func sameTitle(text, known string) float64 {
	switch {
	case text == known:
		return 1
	case html.UnescapeString(text) == known:
		return .99
	case feed.Fold(text) == feed.Fold(known) && feed.Fold(known) != "":
		return .95
	}
	return 0
}

func (c *cluster) sameNames(texts, known []string) float64 {
	if w := sameSet(texts, known); w > 0 {
		return w
	}
	if c.opt.ReadNames == nil || len(known) == 0 || !strings.Contains(feed.Fold(join(texts)), feed.Fold(known[0])) {
		return 0
	}
	return .9 * sameSet(c.opt.ReadNames(texts), known)
}

// sameSet compares lists without regard to order.
func sameSet(texts, known []string) float64 {
	if len(texts) == 0 || len(known) == 0 {
		return 0
	}
	a, b := folded(texts), folded(known)
	if !slices.Equal(a, b) {
		return 0
	}
	return 1
}

func folded(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if f := feed.Fold(html.UnescapeString(s)); f != "" {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *cluster) sameDate(text, lang string, known feed.Date) float64 {
	if c.opt.ReadDate == nil || len(text) > 120 {
		return 0
	}
	d, ok := c.opt.ReadDate(text, lang)
	if !ok {
		return 0
	}
	if d.Coarse() != known.Coarse() {
		return 0
	}
	apart := d.Time.Sub(known.Time).Abs()
	precise := d.Precision == feed.PrecisionSecond
	switch {
	case precise && known.Precision == feed.PrecisionSecond:
		if apart < time.Minute {
			return 1
		}
		return 0
	case precise || known.Precision == feed.PrecisionSecond:
		// One of them is a day, which begins at another hour elsewhere.
		if apart < 36*time.Hour {
			return .8
		}
		return 0
	case d.Time.Equal(known.Time):
		return 1
	}
	return 0
}

func sameAddress(text, known, base string) float64 {
	b, err := url.Parse(base)
	if err != nil {
		return 0
	}
	u, err := b.Parse(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	if u.String() == known {
		return 1
	}
	return 0
}

func join(texts []string) string { return strings.Join(texts, ", ") }
