package feed

import "strings"

// How large the documents may be, and how few stories one may shrink to.
const (
	// ComfortBytes is the size up to which a subscribed document grows: what
	// a reader may fetch every hour without a second thought.
	ComfortBytes = 1_000_000

	// FewestStories is how many stories a subscribed document shows at least,
	// if there are that many: a reader that was away for a week misses none.
	FewestStories = 10
)

// FitNewest chooses what a document of the newest stories shows within
// [ComfortBytes] in every format. It takes stories, newest first, from the
// front: as many as fit with their full text. When these would be fewer than
// [FewestStories], it takes that many and reduces the largest of them to
// their summaries until they fit. The stories given are not changed.
func FitNewest(c Channel, stories []Story) []Story {
	m := newMeasure(c)
	room := ComfortBytes - m.empty
	var fit []Story
	var sizes []int
	for _, s := range stories {
		size := m.story(s)
		if size > room && len(fit) >= FewestStories {
			break
		}
		room -= size
		fit, sizes = append(fit, s), append(sizes, size)
	}
	for room < 0 {
		i := largest(sizes)
		fit[i] = summarised(fit[i])
		size := m.story(fit[i])
		if size == sizes[i] {
			break // ten titles of 100 kB: nothing is left to take away
		}
		room += sizes[i] - size
		sizes[i] = size
	}
	return fit
}

// FitWhole chooses how many of the stories, from the front, a document shows
// with their full texts within [ComfortBytes] in every format. It is one at
// least, which is reduced to its summary when it does not fit alone.
func FitWhole(c Channel, stories []Story) []Story {
	m := newMeasure(c)
	room := ComfortBytes - m.empty
	for i, s := range stories {
		room -= m.story(s)
		switch {
		case room >= 0:
		case i > 0:
			return stories[:i]
		default:
			return []Story{summarised(s)}
		}
	}
	return stories
}

// FitAll chooses what a document of stories in reading order shows within
// limit bytes, at most [MaxBytes], in every format: every story has an item. When not all
// full texts fit, the first parts keep theirs and the rest is shown by its
// summary; when not even the summaries fit, the rest is shown by its link.
// Only when the bare links do not fit are stories at the end left out; then
// the document is not complete, and all is false. The stories given are not
// changed.
//
// The stories may come without their bodies: load, unless it is nil, gives a
// story with its body, to be measured and, behind the first ones that fill the
// document, once more to be shown. So no more of a big series is in memory at
// once than its document shows. An error of load is returned.
func FitAll(c Channel, stories []Story, limit int, load func(Story) (Story, error)) (fit []Story, all bool, err error) {
	if load == nil {
		load = func(s Story) (Story, error) { return s, nil }
	}
	m := newMeasure(c)
	room := limit - m.empty
	var sizes [][3]int   // bare, summarised, full
	front, bytes := 0, 0 // the stories that stay in memory whole
	for _, s := range stories {
		whole, err := load(s)
		if err != nil {
			return nil, false, err
		}
		whole.Text = whole.opening()
		short := summarised(whole)
		size := [3]int{m.story(bare(whole)), m.story(short), m.story(whole)}
		if size[0] > room {
			break
		}
		room -= size[0]
		if bytes += size[2]; bytes <= limit {
			front, short = front+1, whole
		}
		fit, sizes = append(fit, short), append(sizes, size)
	}
	shown := make([]int, len(fit)) // how much of each: 0 to 2
	for richer := 1; richer <= 2; richer++ {
		for i, size := range sizes {
			if more := size[richer] - size[shown[i]]; more <= room {
				room -= more
				shown[i] = richer
			}
		}
	}
	for i := range fit {
		switch {
		case shown[i] == 0:
			fit[i] = bare(fit[i])
		case shown[i] == 1:
			fit[i] = summarised(fit[i])
		case i >= front:
			whole, err := load(stories[i])
			if err != nil {
				return nil, false, err
			}
			whole.Text = whole.opening()
			fit[i] = whole
		}
	}
	return fit, len(fit) == len(stories), nil
}

func summarised(s Story) Story {
	s.HTML = ""
	return s
}

func bare(s Story) Story {
	s.HTML, s.Text = "", ""
	return s
}

func largest(sizes []int) int {
	at := 0
	for i, size := range sizes {
		if size > sizes[at] {
			at = i
		}
	}
	return at
}

// measure tells how many bytes a document takes at most, in the format that
// needs most, without writing it.
type measure struct {
	head    head
	content Content
	origin  func(slug string) Origin // nil: the stories say none
	empty   int                      // a document without stories
}

func newMeasure(c Channel) measure {
	m := measure{head: newHead(c), content: c.Series.Content, origin: c.Origin}
	for _, f := range Formats() {
		if body, err := Render(f, c, nil); err == nil {
			m.empty = max(m.empty, len(body))
		}
	}
	return m
}

// Bytes of markup around the values, names of elements and indentation.
const (
	entryMarkup  = 800
	originMarkup = 300
	valueMarkup  = 80 // one author or tag
)

func (m measure) story(s Story) int {
	size := newEntry(m.head, s, m.content).size()
	if m.origin != nil {
		o := m.origin(s.Series)
		size += originMarkup + len(o.ID) + escapedSize(o.Title) + escapedSize(o.HomeURL) + escapedSize(o.FeedURL)
	}
	return size
}

// size is how many bytes an entry takes at most, in the format that needs
// most.
func (e entry) size() int {
	size := entryMarkup + len(e.id) + escapedSize(e.title) + 2*escapedSize(e.link) +
		3*escapedSize(e.summary) + escapedSize(e.image) + htmlSize(e.html)
	for _, v := range append(e.authors, e.tags...) {
		size += valueMarkup + escapedSize(v)
	}
	return size
}

// escapedSize is the length of plain text as any of the formats writes it.
func escapedSize(s string) int {
	const worst = len("&#x26;")
	n := len(s)
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '&', '<', '>', '"', '\'', '\\':
			n += worst - 1
		}
	}
	return n + lineSeparators(s)
}

// htmlSize is the length of HTML as any of the formats writes it: escaped in
// Atom, as CDATA in RSS, quoted in JSON.
func htmlSize(s string) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '&', '"', '\'', '\n', '\t':
			n += len("&#34;") - 1
		case '<', '>':
			n += len("&lt;") - 1
		case '\\':
			n++
		}
	}
	return n + lineSeparators(s) + strings.Count(s, "]]>")*len("]]]]><![CDATA[>")
}

// lineSeparators is what U+2028 and U+2029, three bytes each, grow by when
// JSON escapes them.
func lineSeparators(s string) int {
	return 3 * (strings.Count(s, "\u2028") + strings.Count(s, "\u2029"))
}
