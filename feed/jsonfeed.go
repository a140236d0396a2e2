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
		Items:    make([]*jsonItem, len(entries)),
	}
	doc.FeedUrl, doc.Language, doc.Icon = h.self, h.language, h.icon
	if h.about == h.title {
		doc.Description = ""
	}
	for i, e := range entries {
		doc.Items[i] = newJSONItem(doc.JSONFeed.Items[i], e)
	}
	// gorilla/feeds' own encoder escapes < > &, which makes ordinary HTML half as long again.
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
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
