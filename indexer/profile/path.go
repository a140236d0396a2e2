package profile

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// step is one element of a path.
type step struct {
	tag     string
	classes []string
	mark    string // "itemprop" or "rel", whose value holds value
	value   string
	nth     int // among siblings of its tag, from 1; 0: any
}

// path is a chain of elements, each the child of the one before. Its first
// step may be anywhere, unless it is body. It is written as the CSS selector
// that finds the same.
type path []step

func (p path) String() string {
	var b strings.Builder
	for i, s := range p {
		if i > 0 {
			b.WriteString(" > ")
		}
		b.WriteString(s.tag)
		for _, c := range s.classes {
			b.WriteString("." + c)
		}
		if s.mark != "" {
			b.WriteString("[" + s.mark + `~="` + s.value + `"]`)
		}
		if s.nth > 0 {
			b.WriteString(":nth-of-type(" + strconv.Itoa(s.nth) + ")")
		}
	}
	return b.String()
}

// parsePath reads what String writes; anything else gives a path that finds
// nothing.
func parsePath(s string) path {
	p := make(path, 0, strings.Count(s, " > ")+1)
	for part := range strings.SplitSeq(s, " > ") {
		var st step
		if head, nth, ok := strings.Cut(part, ":nth-of-type("); ok {
			st.nth, _ = strconv.Atoi(strings.TrimSuffix(nth, ")")) // faulty: 0 or what is too large to be found
			part = head
		}
		if head, mark, ok := strings.Cut(part, "["); ok {
			st.mark, st.value, _ = strings.Cut(strings.TrimSuffix(mark, `"]`), `~="`)
			part = head
		}
		tag, classes, named := strings.Cut(part, ".")
		if st.tag = tag; named {
			st.classes = strings.Split(classes, ".")
		}
		p = append(p, st)
	}
	return p
}

// matches reports whether n is at the end of the path.
func (p path) matches(n *html.Node) bool {
	for i := len(p) - 1; i >= 0; i-- {
		if n == nil || n.Type != html.ElementNode || !p[i].matches(n) {
			return false
		}
		n = n.Parent
	}
	return len(p) > 0
}

func (s step) matches(n *html.Node) bool {
	if n.Data != s.tag {
		return false
	}
	if len(s.classes) > 0 {
		class, _ := attr(n, "class")
		for _, c := range s.classes {
			if !hasClass(class, c) {
				return false
			}
		}
	}
	if s.mark != "" {
		v, _ := attr(n, s.mark)
		if !hasClass(v, s.value) {
			return false
		}
	}
	return s.nth == 0 || isNth(n, s.nth)
}

// isNth is nthOfType(n) == nth without counting on, for pages may have very
// many siblings.
func isNth(n *html.Node, nth int) bool {
	at := 1
	for p := n.PrevSibling; p != nil && at <= nth; p = p.PrevSibling {
		if p.Type == html.ElementNode && p.Data == n.Data {
			at++
		}
	}
	return at == nth
}

func nthOfType(n *html.Node) int {
	nth := 1
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.ElementNode && p.Data == n.Data {
			nth++
		}
	}
	return nth
}

// stepOf describes an element by its stable classes, of those that the
// cluster's pages share, and by what its markup says of it.
func (c *cluster) stepOf(n *html.Node) step {
	s := step{tag: n.Data}
	for _, class := range classesOf(n) {
		if c.classes[n.Data+"."+class] {
			s.classes = append(s.classes, class)
		}
	}
	for _, mark := range []string{"itemprop", "rel"} {
		v, _ := attr(n, mark)
		if f := strings.Fields(v); len(f) > 0 && isStable(f[0]) && mark != "" && s.mark == "" && (mark == "itemprop" || n.Data == "a") {
			s.mark, s.value = mark, f[0]
		}
	}
	return s
}

func (s step) isNamed() bool { return len(s.classes) > 0 || s.mark != "" }

// pathsTo are the paths by which an element may be found on other pages, the
// one that says most of the element itself first: by its name, by the names
// around it, and by its position alone, which survives renamed classes.
func (c *cluster) pathsTo(n *html.Node) []path {
	var full, bare path
	for e := n; e != nil && e.Type == html.ElementNode && e.Data != "html"; e = e.Parent {
		s := c.stepOf(e)
		full = append(full, s)
		b := step{tag: e.Data}
		if e.Data != "body" && siblingsOfType(e) > 1 {
			b.nth = nthOfType(e)
		}
		bare = append(bare, b)
		if e.Data == "body" {
			break
		}
	}
	slices.Reverse(full)
	slices.Reverse(bare)
	var out []path
	for i := len(full) - 1; i >= 0 && len(out) < maxHeads; i-- {
		if full[i].isNamed() {
			out = append(out, full[i:])
		}
	}
	if len(full) > 1 {
		// Where one class names several siblings, position tells them apart.
		mixed := slices.Clone(full)
		for i := range mixed {
			mixed[i].nth = bare[i].nth
		}
		for i := len(mixed) - 1; i >= 0; i-- {
			if mixed[i].isNamed() && slices.ContainsFunc(mixed[i:], func(s step) bool { return s.nth > 0 }) {
				out = append(out, mixed[i:])
				break
			}
		}
	}
	if len(bare) > 1 || n.Data == "body" {
		out = append(out, bare)
	}
	return out
}

// maxHeads is how many ancestors' names a path may begin with.
const maxHeads = 4

func siblingsOfType(n *html.Node) int {
	if n.Parent == nil {
		return 1
	}
	count := 0
	for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == n.Data {
			count++
		}
	}
	return count
}
