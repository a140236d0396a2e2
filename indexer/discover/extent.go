package discover

import "golang.org/x/net/html"

// extent is what an element holds.
type extent struct {
	from, to int // its anchors, in view.anchors; equal: none
	mass     int // bytes of text, furniture included
	weight   int // runes of text, without furniture, and linkWeight a link
}

// extent returns what is known of an element, to be changed; it moves when
// another element is asked for.
func (v *view) extent(n *html.Node) *extent {
	i, ok := v.at[n]
	if !ok {
		i = int32(len(v.extents))
		v.at[n] = i
		v.extents = append(v.extents, extent{})
	}
	return &v.extents[i]
}

func (v *view) extentOf(n *html.Node) extent {
	if i, ok := v.at[n]; ok {
		return v.extents[i]
	}
	return extent{}
}

func (v *view) massOf(n *html.Node) int { return v.extentOf(n).mass }

func (v *view) weightOf(n *html.Node) int { return v.extentOf(n).weight }

// spanOf is where the anchors inside an element begin and end in v.anchors.
func (v *view) spanOf(n *html.Node) [2]int {
	e := v.extentOf(n)
	return [2]int{e.from, e.to}
}

// countElements counts the elements of a tree: a map that need not grow costs
// half on a large page.
func countElements(n *html.Node) int {
	count := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			count += 1 + countElements(c)
		}
	}
	return count
}
