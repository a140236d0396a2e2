package extract

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// allow does to a tree what the filter of [Sanitise] does to markup: it drops
// every attribute, and every character, that is not allowed. Elements are
// arrange's business. It is no laxer than the filter, which stays the judge in
// the tests and whenever a story is shown; to go through a page's markup once
// more for each story cost as much as parsing it.
func allow(root *html.Node) {
	walk(root, func(n *html.Node) bool {
		switch n.Type {
		case html.TextNode:
			n.Data = feed.CleanText(n.Data)
		case html.ElementNode:
			rename(n)
			allowAttrs(n)
		}
		return true
	})
}

func allowAttrs(n *html.Node) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Namespace != "" || slices.ContainsFunc(kept, func(k html.Attribute) bool { return k.Key == a.Key }) {
			continue
		}
		if v, ok := allowedValue(n.DataAtom, a.Key, a.Val); ok {
			a.Val = v
			kept = append(kept, a)
		}
	}
	n.Attr = kept
}

// allowedValue is an attribute's value as it may stand on an element.
func allowedValue(on atom.Atom, key, val string) (string, bool) {
	is := func(elements ...atom.Atom) bool { return slices.Contains(elements, on) }
	ok := false
	switch key {
	case "href":
		if !is(atom.A) {
			return "", false
		}
		return allowedURL(val, true)
	case "src":
		if !is(atom.Img) {
			return "", false
		}
		return allowedURL(val, false)
	case "cite":
		if !is(atom.Blockquote, atom.Q, atom.Del, atom.Ins) {
			return "", false
		}
		return allowedURL(val, false)
	case "title":
		ok = is(atom.A, atom.Abbr, atom.Dfn)
	case "alt":
		ok = is(atom.Img)
	case "width", "height":
		ok = is(atom.Img) && isDigits(val) && len(val) <= 5
	case "colspan", "rowspan":
		ok = is(atom.Td, atom.Th) && isDigits(val) && len(val) <= 3
	case "scope":
		ok = is(atom.Th) && (val == "row" || val == "col" || val == "rowgroup" || val == "colgroup")
	case "start", "value":
		digits := strings.TrimPrefix(val, "-")
		ok = is(map[string]atom.Atom{"start": atom.Ol, "value": atom.Li}[key]) && isDigits(digits) && len(digits) <= 6
	case "reversed":
		ok = is(atom.Ol) && (val == "" || val == "reversed")
	case "datetime":
		ok = is(atom.Time, atom.Del, atom.Ins) && len(val) >= 4 && len(val) <= 40 && strings.Trim(val, "0123456789TZ:+ .-") == ""
	case "class":
		name, language := strings.CutPrefix(val, "language-")
		ok = is(atom.Code) && language && len(name) > 0 && len(name) <= 20 && isLanguageName(name)
	}
	return feed.CleanText(val), ok
}

func isLanguageName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+#.-", c) >= 0) {
			return false
		}
	}
	return true
}

// allowedURL is an absolute address as it is written for good.
func allowedURL(s string, mail bool) (string, bool) {
	if isPlainAddress(s) {
		return s, true
	}
	s = strings.TrimSpace(feed.CleanText(s))
	if strings.ContainsAny(s, " \t\n") {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	if mail && u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") && !strings.HasPrefix(u.Opaque, "@") {
		return u.String(), true
	}
	return u.String(), isWeb(u)
}

// finish brings an arranged body that went through allow into the form that
// Sanitise leaves alone, and returns it with its tree.
func finish(body *html.Node) (string, *html.Node) {
	out := render(body)
	if isSettled(body) {
		return out, body
	}
	for range maxPasses {
		arrange(body)
		again := render(body)
		if again == out {
			if !isSound(body, 0, false) {
				break
			}
			return out, body
		}
		out = again
	}
	return settle(filter(out))
}

// maxSoundLevels keeps well under the depth at which parsers give up.
const maxSoundLevels = 400

// isSound reports whether every element of a body stands where a parser would
// leave it, so that its markup need not be parsed to know what becomes of it:
// inline elements hold no blocks, links no links, lists only items.
func isSound(n *html.Node, level int, inLink bool) bool {
	if level > maxSoundLevels {
		return false
	}
	inLink = inLink || n.DataAtom == atom.A
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if !holdsText(n.DataAtom) {
				return false
			}
			continue
		}
		if c.Type != html.ElementNode || c.Namespace != "" || !mayHold(n.DataAtom, c.DataAtom) || inLink && c.DataAtom == atom.A || !isSound(c, level+1, inLink) {
			return false
		}
	}
	return true
}

// mayHold reports whether an element of the one kind may stand directly in
// one of the other.
func mayHold(outer, inner atom.Atom) bool {
	switch outer {
	case atom.Ul, atom.Ol:
		return inner == atom.Li
	case atom.Dl:
		return inner == atom.Dt || inner == atom.Dd
	case atom.Table:
		return inner == atom.Caption || inner == atom.Thead || inner == atom.Tbody || inner == atom.Tfoot
	case atom.Thead, atom.Tbody, atom.Tfoot:
		return inner == atom.Tr
	case atom.Tr:
		return inner == atom.Td || inner == atom.Th
	case atom.Br, atom.Wbr, atom.Hr, atom.Img:
		return false
	case atom.Pre:
		return inner == atom.Code
	case atom.Rt, atom.Rp:
		return isInline(inner) && inner != atom.Rt && inner != atom.Rp
	case atom.Body, atom.Blockquote, atom.Li, atom.Dt, atom.Dd, atom.Td, atom.Th, atom.Figcaption, atom.Caption:
		return isInline(inner) || isStableBlock(inner)
	case atom.Figure:
		return isInline(inner) || isStableBlock(inner) || inner == atom.Figcaption
	}
	return isInline(inner)
}

func isStableBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Pre, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Figure, atom.Table, atom.Hr, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func holdsText(a atom.Atom) bool {
	switch a {
	case atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Br, atom.Wbr, atom.Hr, atom.Img:
		return false
	}
	return true
}
