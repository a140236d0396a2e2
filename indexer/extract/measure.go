package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// size counts a subtree's letters, all of them and those in links, and says
// what speaks for it.
type size struct {
	text, link int
	elements   int  // itself and those below it
	titled     bool // below it is a heading of the first rank that is not the site's name, or what is marked as a story's text
	contents   bool // below it is an element with a name that stories' texts have
}

func (s size) prose() int { return s.text - s.link }

func (s size) plus(o size) size {
	return size{s.text + o.text, s.link + o.link, s.elements + o.elements, s.titled || o.titled, s.contents || o.contents}
}

// measure sizes every element below root in one pass. Blanks do not count.
func (d *document) measure(root *html.Node) {
	room := 64
	if root == d.body {
		room = d.elements
	}
	d.sizes, d.measured = make(map[*html.Node]size, room), root
	sizeOf(root, false, func(n *html.Node, s *size) {
		d.sizes[n] = *s
		if len(n.Attr) == 0 && n.DataAtom != atom.H1 {
			return
		}
		s.titled = s.titled || isElement(n, atom.H1) && !d.isSite(lineText(n)) || hasToken(n, "itemprop", "articleBody")
		s.contents = s.contents || d.isContentNamed(n)
	})
	d.total = d.sizes[root].prose()
}

// letters sizes one element.
func letters(n *html.Node) size { return sizeOf(n, false, nil) }

// sizeOf sizes what is below n, and gives the size of each element to keep,
// which may add to what its parent hears of it.
func sizeOf(n *html.Node, linked bool, keep func(*html.Node, *size)) size {
	var s size
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript:
		return s
	case atom.A:
		linked = linked || hasAttr(n, "href")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode {
			s = s.plus(sizeOf(c, linked, keep))
			continue
		}
		text := lettersIn(c.Data)
		s.text += text
		if linked {
			s.link += text
		}
	}
	if n.Type == html.ElementNode {
		s.elements++
		if keep != nil {
			keep(n, &s)
		}
	}
	return s
}

// cutWhere removes from what is below n the elements that drop chooses, and their
// letters from those around them. It returns what is gone.
func (d *document) cutWhere(n *html.Node, drop func(*html.Node) bool) size {
	var gone size
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			if drop(c) {
				gone = gone.plus(d.sizes[c])
				remove(c)
			} else {
				gone = gone.plus(d.cutWhere(c, drop))
			}
		}
		c = next
	}
	if s, ok := d.sizes[n]; ok && gone.elements > 0 {
		s.text -= gone.text
		s.link -= gone.link
		s.elements -= gone.elements
		d.sizes[n] = s
	}
	return gone
}
