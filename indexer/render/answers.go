package render

import (
	"bytes"
	"encoding/json"
	"html"
	"slices"
	"strings"

	"storyfeed/indexer/fetch"
)

// answer is data that a page's scripts were given.
type answer struct {
	url  string
	body []byte
}

// What a drawn page carries of such data, in bytes.
const (
	maxAnswer  = 256 << 10
	maxAnswers = 1 << 20
)

// keep remembers data for [loader.carry].
func (l *loader) keep(url string, page *fetch.Page) {
	if !strings.Contains(page.MediaType, "json") || len(page.Body) > maxAnswer || !json.Valid(page.Body) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	total := len(page.Body)
	for _, a := range l.data {
		total += len(a.body)
	}
	if total > maxAnswers || slices.ContainsFunc(l.data, func(a answer) bool { return a.url == url }) {
		return
	}
	l.data = append(l.data, answer{url, page.Body})
}

// carry adds the data to a drawn document, as those frameworks do that fetch
// it on the server: scripts show less than they know, such as tags or the time
// of a change. It is data in an element that nobody runs.
func (l *loader) carry(document []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	end := bytes.LastIndex(document, []byte("</body>"))
	if end < 0 || len(l.data) == 0 {
		return document
	}
	var b bytes.Buffer
	b.Write(document[:end])
	for _, a := range l.data {
		b.WriteString(`<script type="application/json" data-url="` + html.EscapeString(a.url) + `">`)
		json.HTMLEscape(&b, a.body) // no "<" is left that could end the element
		b.WriteString("</script>")
	}
	b.Write(document[end:])
	return b.Bytes()
}
