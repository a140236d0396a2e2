package extract_test

import (
	"slices"
	"strings"
	"testing"

	"storyfeed/indexer/extract"
)

// Scripts that draw a story know its tags and may not show them.
func TestTagsFromAnswers(t *testing.T) {
	story := "<article><h1>A Slow Tide</h1>" + strings.Repeat("<p>The tide was as slow that week as anybody had seen it, and the ferry waited for it with the patience of a ferry.</p>", 4) + "</article>"
	answer := `<script type="application/json" data-url="https://b.example/api/a-slow-tide.json">{"slug":"a-slow-tide","title":"A Slow Tide","html":"` +
		strings.Repeat(`\u003cp\u003eThe tide was as slow that week as anybody had seen it.\u003c/p\u003e`, 8) + `","tags":["Ferries","Tides"]}</script>`
	other := strings.Replace(answer, `"title":"A Slow Tide"`, `"title":"Another Story"`, 1)
	for name, tt := range map[string]struct {
		body string
		want []string
	}{
		"known":               {story + answer, []string{"Ferries", "Tides"}},
		"of another story":    {story + strings.ReplaceAll(other, "a-slow-tide", "another"), nil},
		"no data":             {story, nil},
		"shown by the page":   {`<meta property="article:tag" content="Water">` + story + answer, []string{"Water"}},
		"data that is broken": {story + strings.Replace(answer, `"tags":[`, `"tags":`, 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			page := `<!DOCTYPE html><html lang="en"><head><title>A Slow Tide</title></head><body>` + tt.body + `</body></html>`
			s, err := extract.Extract(extract.Page{URL: "https://b.example/notes/a-slow-tide", HTML: []byte(page)})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.Tags, tt.want) {
				t.Errorf("tags %q, want %q", s.Tags, tt.want)
			}
		})
	}
}
