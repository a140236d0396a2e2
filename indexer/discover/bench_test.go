package discover

import (
	"bytes"
	"fmt"
	"testing"

	"storyfeed/feed"
)

// hostilePages are pages of n links in the shapes that would make a careless
// reader slow.
func hostilePages(n int) map[string][]byte {
	build := func(before, each, after string) []byte {
		var b bytes.Buffer
		b.WriteString("<html><body><main>" + before)
		for i := range n {
			fmt.Fprintf(&b, each, fmt.Sprintf(`<a href="/s/%d">Story number %d</a>`, i, i))
		}
		b.WriteString(after + "</main></body></html>")
		return b.Bytes()
	}
	return map[string][]byte{
		"list items":        build("<ol reversed>", "<li>%s</li>", "</ol>"),
		"one line":          build("<p>", "%s | ", "</p>"),
		"one sentence":      build("<p>", "and then %s which ", "</p>"),
		"headings":          build("", "<h2>%s</h2><p>Jan 5, 2020</p>", ""),
		"posts":             build("", "<article><h2>%s</h2><time datetime=2020-01-05>x</time><p>text</p></article>", ""),
		"rows":              build("<table>", "<tr><td>5/6/20<td>%s", "</table>"),
		"nested lists":      build("", "<ul><li>%s", ""),
		"nested boxes":      build("", "<div>%s", ""),
		"deep inline":       build("", "<b><i>%s", ""),
		"many kinds":        build("", "<div><p>%s</p><b>x</b></div><section><ul><li>y</ul></section>", ""),
		"pictures":          build("<ul>", "<li><img alt=x>%s", "</ul>"),
		"unclosed anchors":  build("", "%s<a href=x>", ""),
		"fostered in table": build("<table>", "%s", "</table>"),
	}
}

// Most of the links of pages that are hard to read are found all the same.
func TestManyLinksAreFound(t *testing.T) {
	const n = 2000
	for name, body := range hostilePages(n) {
		v, err := newView(&Page{FinalURL: "https://blog.example/hub/", Body: body}, "https://blog.example/hub/")
		if err != nil {
			t.Errorf("%s: newView: %v", name, err)
			continue
		}
		c := classify(v, feed.SourceUnknown)
		if got := max(len(c.hub.links), c.list.size()); got < n*3/4 {
			t.Errorf("%s: got %d links of %d", name, got, n)
		}
	}
}

// manyLinks is how many a benchmark has to do with; a tenth of them where it
// only has to run.
func manyLinks() int {
	if testing.Short() {
		return 10_000
	}
	return 100_000
}

func BenchmarkClassify100000Links(b *testing.B) {
	for _, name := range []string{"list items", "posts", "one sentence"} {
		body := hostilePages(manyLinks())[name]
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				v, err := newView(&Page{FinalURL: "https://blog.example/hub/", Body: body}, "https://blog.example/hub/")
				if err != nil {
					b.Fatal(err)
				}
				classify(v, feed.SourceUnknown)
			}
		})
	}
}
