package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// GUIDs reads the ids of a document's items, in order. It fails when the body
// is no document of that format.
func GUIDs(f Format, body []byte) ([]string, error) {
	r, err := read(f, body)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(r.items))
	for i, item := range r.items {
		ids[i] = item.id
	}
	return ids, nil
}

// reading is a document as the gate reads it.
type reading struct {
	title, updated string
	items          []readItem
}

// readItem is what the gate looks at in an item.
type readItem struct {
	id, title, link string
	body            glance // of content and summary
	dates           []string
}

// glance is what the gate wants to know of a text, which may be long, without
// keeping it.
type glance struct {
	some    bool // it has more than white space
	unclean bool // see [isClean]
}

// UnmarshalText looks at one text.
func (g *glance) UnmarshalText(text []byte) error {
	g.some = g.some || len(bytes.TrimSpace(text)) > 0
	g.unclean = g.unclean || !isClean(string(text))
	return nil
}

func (g glance) and(o glance) glance { return glance{g.some || o.some, g.unclean || o.unclean} }

func read(f Format, body []byte) (reading, error) {
	if !utf8.Valid(body) {
		return reading{}, errors.New("it is not valid UTF-8")
	}
	switch f {
	case RSS:
		return readRSS(body)
	case Atom:
		return readAtom(body)
	case JSON:
		return readJSON(body)
	}
	return reading{}, errors.New("no such feed format")
}

func readRSS(body []byte) (reading, error) {
	var doc struct {
		XMLName xml.Name `xml:"rss"`
		Channel struct {
			Title   string `xml:"title"`
			Updated string `xml:"lastBuildDate"`
			Items   []struct {
				GUID        string   `xml:"guid"`
				Title       string   `xml:"title"`
				Link        string   `xml:"link"`
				Description glance   `xml:"description"`
				Content     glance   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
				Published   []string `xml:"pubDate"`
				Updated     []string `xml:"http://www.w3.org/2005/Atom updated"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := readXML(body, &doc); err != nil {
		return reading{}, err
	}
	r := reading{title: doc.Channel.Title, updated: doc.Channel.Updated}
	for _, i := range doc.Channel.Items {
		r.items = append(r.items, readItem{i.GUID, i.Title, i.Link, i.Description.and(i.Content), append(i.Published, i.Updated...)})
	}
	return r, nil
}

func readAtom(body []byte) (reading, error) {
	var doc struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"http://www.w3.org/2005/Atom title"`
		Updated string   `xml:"http://www.w3.org/2005/Atom updated"`
		Entries []struct {
			ID    string `xml:"http://www.w3.org/2005/Atom id"`
			Title string `xml:"http://www.w3.org/2005/Atom title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"http://www.w3.org/2005/Atom link"`
			Summary   glance   `xml:"http://www.w3.org/2005/Atom summary"`
			Content   glance   `xml:"http://www.w3.org/2005/Atom content"`
			Published []string `xml:"http://www.w3.org/2005/Atom published"`
			Updated   []string `xml:"http://www.w3.org/2005/Atom updated"`
		} `xml:"http://www.w3.org/2005/Atom entry"`
	}
	if err := readXML(body, &doc); err != nil {
		return reading{}, err
	}
	r := reading{title: doc.Title, updated: doc.Updated}
	for _, e := range doc.Entries {
		r.items = append(r.items, readItem{e.ID, e.Title, e.Link.Href, e.Summary.and(e.Content), append(e.Published, e.Updated...)})
	}
	return r, nil
}

// readXML reads the whole document: nothing may follow the root but white
// space.
func readXML(body []byte, into any) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("it is not well-formed: %w", err)
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is not well-formed: %w", err)
		}
		if text, ok := token.(xml.CharData); !ok || len(bytes.TrimSpace(text)) > 0 {
			return errors.New("something follows the end of the feed")
		}
	}
}

func readJSON(body []byte) (reading, error) {
	var doc struct {
		Version string `json:"version"`
		Title   string `json:"title"`
		Items   []struct {
			ID        string `json:"id"`
			Title     string `json:"title"`
			URL       string `json:"url"`
			HTML      glance `json:"content_html"`
			Text      glance `json:"content_text"`
			Published string `json:"date_published"`
			Modified  string `json:"date_modified"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return reading{}, fmt.Errorf("it is not JSON: %w", err)
	}
	if doc.Version != "https://jsonfeed.org/version/1.1" || doc.Items == nil {
		return reading{}, errors.New("it is not a JSON Feed")
	}
	r := reading{title: doc.Title}
	for _, i := range doc.Items {
		item := readItem{id: i.ID, title: i.Title, link: i.URL, body: i.HTML.and(i.Text)}
		for _, date := range []string{i.Published, i.Modified} {
			if date != "" {
				item.dates = append(item.dates, date)
			}
		}
		r.items = append(r.items, item)
	}
	return r, nil
}
