package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isSettled reports whether [arrange] would leave an arranged body as it is, so
// that nothing has to be built anew to know. It may say no of a body that is:
// such are arranged, and compared.
func isSettled(body *html.Node) bool {
	return isSound(body, 0, false) && areSettled(body)
}

// areSettled reports whether an element holds blocks that are settled, and
// nothing else.
func areSettled(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || !isSettledBlock(c) {
			return false
		}
	}
	return n.FirstChild != nil
}

func isSettledBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Hr:
		return n.FirstChild == nil && len(n.Attr) == 0
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return len(n.Attr) == 0 && isSettledRun(n)
	case atom.Pre:
		return isSettledListing(n)
	case atom.Blockquote:
		return areSettled(n)
	case atom.Ul, atom.Ol, atom.Dl:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !isSettledRun(c) && !areSettled(c) || n.DataAtom == atom.Dl && len(c.Attr) > 0 {
				return false
			}
		}
		return n.FirstChild != nil
	case atom.Figure:
		return isSettledFigure(n)
	}
	return false
}

// isSettledFigure reports whether a figure is pictures, in links or not, with
// captions.
func isSettledFigure(n *html.Node) bool {
	pictures := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case isElement(c, atom.Figcaption):
			if len(c.Attr) > 0 || !isSettledRun(c) {
				return false
			}
		case isSettledPicture(c), isElement(c, atom.A) && attr(c, "href") != "" && c.FirstChild != nil && c.FirstChild == c.LastChild && isSettledPicture(c.FirstChild):
			pictures++
		default:
			return false
		}
	}
	return pictures > 0 && len(n.Attr) == 0
}

func isSettledPicture(n *html.Node) bool {
	return isElement(n, atom.Img) && n.FirstChild == nil && attr(n, "src") != ""
}

func isSettledListing(n *html.Node) bool {
	text := n.FirstChild
	if isElement(text, atom.Code) && text == n.LastChild {
		text = text.FirstChild
	}
	if len(n.Attr) > 0 || text == nil || text.Type != html.TextNode || text.NextSibling != nil {
		return false
	}
	s := text.Data
	return strings.Trim(s, "\r\n") == s && strings.TrimSpace(s) != "" && !strings.Contains(s, "\r\n")
}

// isSettledRun reports whether an element's content is inline, with nothing at
// its ends that [trimRun] takes off.
func isSettledRun(n *html.Node) bool {
	first, last := n.FirstChild, n.LastChild
	if first == nil || isIdle(first) || isIdle(last) {
		return false
	}
	if first.Type == html.TextNode && strings.TrimLeft(first.Data, edgeBlanks) != first.Data || last.Type == html.TextNode && strings.TrimRight(last.Data, edgeBlanks) != last.Data {
		return false
	}
	settled, _ := settledInline(n)
	return settled
}

// settledInline reports whether all that is in an element is inline and
// settled, and whether it shows anything. Its texts must be folded already.
func settledInline(n *html.Node) (settled, shows bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if c.NextSibling != nil && c.NextSibling.Type == html.TextNode {
				return false, false
			}
			shows = shows || !isBlank(c)
			continue
		}
		if c.Type != html.ElementNode || c.Namespace != "" || !isInline(c.DataAtom) {
			return false, false
		}
		switch c.DataAtom {
		case atom.Br, atom.Wbr:
			if c.FirstChild != nil || len(c.Attr) > 0 {
				return false, false
			}
			continue
		case atom.Img:
			if !isSettledPicture(c) {
				return false, false
			}
		default:
			in, solid := settledInline(c)
			if !in || !solid || c.DataAtom == atom.A && attr(c, "href") == "" {
				return false, false
			}
		}
		shows = true
	}
	return true, shows
}
