package feed

import (
	"bytes"
	"encoding/json"

	"github.com/gorilla/feeds"
)

// jsonDocument is the top level of JSON Feed 1.1 over gorilla/feeds' own. A
// field with the name of an embedded one takes its place.
type jsonDocument struct {
	*feeds.JSONFeed
	Author *struct{}   `json:"author,omitempty"` // deprecated by 1.1
	Items  []*jsonItem `json:"items"`            // written even when there are none
}

type jsonItem struct {
	*feeds.JSONItem
	Author   *struct{} `json:"author,omitempty"`
	Language string    `json:"language,omitempty"`
}

func renderJSON(h head, entries []entry) ([]byte, error) {
	doc := jsonDocument{
		JSONFeed: (&feeds.JSON{Feed: generic(h, entries)}).JSONFeed(),
		Items:    []*jsonItem{},
	}
	doc.FeedUrl, doc.Language, doc.Icon = h.self, h.language, h.icon
	doc.NextUrl = first(h.pages.Next, h.pages.PrevArchive)
	if h.hub != "" {
		doc.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: h.hub}}
	}
	if h.expired {
		doc.Expired = &h.expired
	}
	if h.about == h.title {
		doc.Description = ""
	}
	items := doc.JSONFeed.Items
	doc.JSONFeed.Items = nil
	b := bytes.NewBuffer(make([]byte, 0, room(entries)))
	if err := writeJSON(b, "", doc); err != nil || len(entries) == 0 {
		return b.Bytes(), err
	}
	// The encoder keeps three copies of what it writes, so the items, which
	// come last, are written one by one.
	const none = "]\n}\n"
	b.Truncate(b.Len() - len(none))
	for i, e := range entries {
		if i > 0 {
			b.Truncate(b.Len() - 1) // the line's end
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		if err := writeJSON(b, "    ", newJSONItem(items[i], e)); err != nil {
			return nil, err
		}
	}
	b.WriteString("  " + none)
	return b.Bytes(), nil
}

// writeJSON writes a value on lines of its own. gorilla/feeds' own encoder
// escapes < > &, which makes ordinary HTML half as long again.
func writeJSON(b *bytes.Buffer, prefix string, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, "  ")
	return enc.Encode(v)
}

func newJSONItem(base *feeds.JSONItem, e entry) *jsonItem {
	i := &jsonItem{JSONItem: base, Language: e.language}
	i.Image, i.Tags = e.image, e.tags
	i.Authors = make([]*feeds.JSONAuthor, len(e.authors))
	for n, name := range e.authors {
		i.Authors[n] = &feeds.JSONAuthor{Name: name}
	}
	return i
}
