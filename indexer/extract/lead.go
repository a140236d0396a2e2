package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a lead: the paragraph that many papers set between a story's
// heading and its text, outside of what holds the text.
const (
	minLead  = 40   // letters; less is a label
	maxLead  = 1500 // letters; more is another text
	maxLeads = 3
)

// leadWords are parts of the names of leads. Excerpts and subtitles are left
// out: blogs repeat or advertise their text with them.
var leadWords = wordSet("lead lede leadtext leadin intro introtext articleintro articlelead articleteaser introduction standfirst abstract vorspann anreisser einleitung teaser teasertext sapo entradilla chapo dek deck sommario bajada copete preamble ingress lid")

func isLeadNamed(n *html.Node) bool {
	return hasToken(n, "itemprop", "description") || anyName(n, func(s string) bool {
		for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' }) {
			if leadWords[part] {
				return true
			}
		}
		return false
	})
}

// leads are the elements between heading and content that hold the story's
// first paragraph.
func (d *document) leads() []*html.Node {
	if d.measured == d.content { // the profile says what the text is, and nothing else was measured
		return nil
	}
	if d.heading == nil || d.content == nil || d.scope == nil || inside(d.heading, d.content) || inside(d.content, d.heading) {
		return nil
	}
	var out []*html.Node
	below, done := false, false
	walk(d.scope, func(n *html.Node) bool {
		switch {
		case done || n.Type != html.ElementNode:
			return false
		case n == d.content:
			done = true
			return false
		case n == d.heading:
			below = true
			return false
		case !below || n == d.scope || inside(d.content, n) || !d.isLead(n):
			return !isElement(n, atom.Figure, atom.Ul, atom.Ol, atom.Aside, atom.Nav) && kindOf(n) == noFurniture
		}
		if len(out) < maxLeads {
			out = append(out, n)
		}
		return false
	})
	return out
}

func (d *document) isLead(n *html.Node) bool {
	paragraph := isElement(n, atom.P) && len(strings.Fields(clip(rawText(n)))) >= 2*proseWords && !anyName(n, func(s string) bool { return strings.Contains(s, "excerpt") })
	if !paragraph && !isLeadNamed(n) || kindOf(n) != noFurniture || isElement(n, atom.Figure, atom.Img, atom.Ul, atom.Ol) {
		return false
	}
	s := d.sizes[n]
	if s.text < minLead || s.text > maxLead || 2*s.link > s.text {
		return false
	}
	text := lineText(n)
	return !isMetaLine(text, nil) && !strings.Contains(lineText(d.content), text)
}
