package book

import (
	"net/url"
	"slices"
	"strings"

	"storyfeed/feed"
)

// escape makes a text fit to stand between tags, attribute between quotation
// marks.
func escape(s string) string { return textEscaper.Replace(feed.CleanText(s)) }

func attribute(s string) string { return attributeEscaper.Replace(feed.CleanText(s)) }

// The replacers never change.
var (
	textEscaper      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attributeEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;")
)

// names lists people: "A", "A and B", "A, B and C".
func names(people []string) string {
	if len(people) < 2 {
		return strings.Join(people, "")
	}
	last := len(people) - 1
	return strings.Join(people[:last], ", ") + " and " + people[last]
}

// day is a date as exactly as it is known; empty: it is not.
func day(d feed.Date) string {
	if d.IsZero() || d.Guessed() {
		return ""
	}
	switch d.Precision {
	case feed.PrecisionMonth:
		return d.Time.UTC().Format("January 2006")
	case feed.PrecisionYear:
		return d.Time.UTC().Format("2006")
	}
	return d.Time.UTC().Format("2 January 2006")
}

// byline is who wrote a story and when.
func byline(st feed.Story) string {
	var said []string
	if len(st.Authors) > 0 {
		said = append(said, "by "+names(st.Authors))
	}
	if d := day(st.Published); d != "" {
		said = append(said, d)
	}
	return strings.Join(said, " · ")
}

// host is where an address leads, for people.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "the site"
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.")
}

// authors are those of a book, who wrote most first, at most most of them.
func authors(chapters []feed.Chapter, most int) (list []string, all int) {
	count := map[string]int{}
	for _, c := range chapters {
		for _, name := range c.Authors {
			if count[name]++; count[name] == 1 {
				list = append(list, name)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return count[b] - count[a] })
	return list[:min(len(list), most)], len(list)
}

// byWhom names the authors of a book in a few words; empty: they are unknown.
func byWhom(chapters []feed.Chapter) string {
	const few = 3
	list, all := authors(chapters, few)
	if all > len(list) {
		return strings.Join(list, ", ") + " and others"
	}
	return names(list)
}
