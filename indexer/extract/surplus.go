package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of what is cut between and below the paragraphs of a body.
const (
	maxSurplus  = .3  // of a body's letters; a body with more lines of links is a list of links
	maxLabel    = 40  // bytes of a line that is a label
	maxAppeal   = 260 // letters of an appeal
	maxAtEdge   = 4   // blocks at either end that may be appeals
	maxLinkLine = 200 // letters of a line of links

	maxDisclosure = 110 // letters
)

// piece is a block of an arranged body with its letters.
type piece struct {
	n    *html.Node
	size size
	line bool // nothing but links to other pages of the site
	cut  bool // what stood below was cut
}

// cutSurplus drops from an arranged body what engines set between and below
// a story's paragraphs: lines and lists that are links to the site's other
// pages, labels, appeals at the edges, and headings that are left with
// nothing below them. Links that a text announces with a colon stay, and so
// does a body that is mostly such lines.
func (d *document) cutSurplus(body *html.Node) {
	pieces, all, lines := d.piecesOf(body)
	if all.prose() == 0 {
		return
	}
	announced := false // the block before ends in a colon
	spare := float64(lines) > maxSurplus*float64(all.text)
	var kept []piece
	for i, p := range pieces {
		atEdge := len(pieces) > 2*maxAtEdge && (i < maxAtEdge || i >= len(pieces)-maxAtEdge)
		switch {
		case p.line && !announced && !spare, isLabel(p), isOnward(p), isBareFigure(p.n), atEdge && isAppeal(p, i > maxAtEdge), i > 0 && len(pieces)-i <= maxAtEdge && isWallLine(p):
			remove(p.n)
			if len(kept) > 0 {
				kept[len(kept)-1].cut = true
			}
			continue
		}
		announced = p.size.text > 0 && !isHeading(p.n) && endsInColon(p.n)
		kept = append(kept, p)
	}
	dropBareHeadings(kept)
}

// piecesOf measures the blocks of a body: all its letters, and those in lines
// of links.
func (d *document) piecesOf(body *html.Node) (pieces []piece, all size, lines int) {
	pieces = make([]piece, 0, 64)
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.ElementNode {
			continue
		}
		p := piece{n: n, size: blockSize(n, false)}
		p.line = d.isLinkLine(p)
		if p.line {
			lines += p.size.text
		}
		all.text += p.size.text
		all.link += p.size.link
		pieces = append(pieces, p)
	}
	return pieces, all, lines
}

func blockSize(n *html.Node, linked bool) (s size) {
	if n.Type == html.TextNode {
		s.text = lettersIn(n.Data)
		if linked {
			s.link = s.text
		}
		return s
	}
	linked = linked || n.DataAtom == atom.A
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		in := blockSize(c, linked)
		s.text += in.text
		s.link += in.link
	}
	return s
}

// isLinkLine reports whether a paragraph or list is nothing but links to
// other pages of the site.
func (d *document) isLinkLine(p piece) bool {
	if p.size.link == 0 || 10*p.size.link < 9*p.size.text || !isElement(p.n, atom.P, atom.Ul, atom.Ol) || isElement(p.n, atom.P) && p.size.text > maxLinkLine || firstTag(p.n, atom.Img) != nil {
		return false
	}
	for _, a := range findTags(p.n, atom.A) {
		u, err := url.Parse(attr(a, "href"))
		if err != nil || u.Fragment != "" && u.Path == d.url.Path || !sameSite(attr(a, "href"), d.url) {
			return false
		}
	}
	return true
}

// endsInColon reports whether a block announces what comes next.
func endsInColon(n *html.Node) bool {
	for n.LastChild != nil {
		last := n.LastChild
		for last != nil && isBlank(last) {
			last = last.PrevSibling
		}
		if last == nil {
			return false
		}
		n = last
	}
	s := strings.TrimRightFunc(n.Data, unicode.IsSpace)
	return n.Type == html.TextNode && (strings.HasSuffix(s, ":") || strings.HasSuffix(s, "："))
}

// dropBareHeadings removes the headings below which nothing is left, and the
// last blocks where those are headings.
func dropBareHeadings(kept []piece) {
	below := "h0" // the heading that comes next; at the end one of the highest rank
	for i := len(kept) - 1; i > 0; i-- {
		k := kept[i]
		switch {
		case !isHeading(k.n):
			below = ""
		case below == "h0", k.cut && below != "" && below <= k.n.Data:
			remove(k.n)
		default:
			below = k.n.Data
		}
	}
}

// labels are lines that say what a button or place of the page is for.
var labels = wordSet(`advertisement advertisements anzeige werbung publicidad publicité pubblicità publicidade reklama advertentie annons annonse mainos реклама
	print drucken imprimer imprimir stampa drukuj share teilen partager compartir condividi udostępnij delen kommentieren kommentar comentar commenter
	comments kommentare commentaires comentarios commenti comment tags themen temas topics thèmes tópicos schlagworte schlagwörter stichworte etiquetas permalink`)

// isLabel reports whether a block is a label without anything it labels.
func isLabel(p piece) bool {
	if p.size.text > maxLabel || p.size.text == 0 || !isElement(p.n, atom.P) || firstTag(p.n, atom.Img) != nil {
		return false
	}
	word := strings.Trim(strings.ToLower(lineText(p.n)), " :.…-–—|[]()»›>")
	return labels[word]
}

// onwardStarts begin lines that send readers to another story.
var onwardStarts = []string{
	"lesen sie auch", "lesen sie hier", "lesen sie mehr", "lesen sie dazu", "lies auch", "auch interessant", "auch lesenswert", "mehr zum thema", "mehr dazu", "zum weiterlesen", "weiterlesen", "weitere themen", "weitere informationen", "weiterführende", "passend dazu", "das könnte", "themen in diesem artikel", "empfohlene", "zur startseite", "über den autor", "über die autorin",
	"read also", "also read", "read more", "read next", "see also", "related:", "related topics", "more on this story", "more from", "don't miss", "don’t miss",
	"à lire", "à lire aussi", "à lire également", "a lire", "a lire aussi", "lire aussi", "lire également", "à découvrir", "sur le même sujet",
	"lee también", "lee además", "lea también", "lea además", "vea también", "ver también", "mira también", "te puede interesar", "le puede interesar", "temas relacionados", "más sobre", "contenido relacionado",
	"leia também", "leia mais", "veja também", "saiba mais", "leggi anche", "per approfondire",
	"czytaj też", "czytaj także", "czytaj również", "czytaj więcej", "zobacz też", "zobacz także", "zobacz również", "zobacz więcej", "przeczytaj też", "przeczytaj także", "dowiedz się więcej",
	"lees ook", "läs också", "läs mer", "les også", "læs også", "lue myös", "читайте также", "читайте ещё",
}

// isOnward reports whether a paragraph says "read also" and names, mostly in
// links, what to read, or says nothing else.
func isOnward(p piece) bool {
	if p.size.text > maxLinkLine || p.size.text == 0 || !isElement(p.n, atom.P) || 2*p.size.link < p.size.text && p.size.text > maxLabel {
		return false
	}
	text := strings.TrimLeft(strings.ToLower(lineText(p.n)), " »›>+-–—|[(→•*¡")
	for _, s := range onwardStarts {
		rest, ok := strings.CutPrefix(text, s)
		if ok && (2*p.size.link >= p.size.text || strings.Trim(rest, " :.…»›>→") == "") {
			return true
		}
	}
	return false
}

// isBareFigure reports whether a figure has lost what its caption is for.
func isBareFigure(n *html.Node) bool {
	return isElement(n, atom.Figure) && first(n, func(c *html.Node) bool {
		return isElement(c, atom.Img, atom.A, atom.Pre, atom.Table, atom.Blockquote, atom.Ul, atom.Ol, atom.P)
	}) == nil
}

// isAppeal reports whether a short block asks for a subscription or the like,
// or says who pays for its links.
func isAppeal(p piece, below bool) bool {
	if p.size.text > maxAppeal || p.size.text == 0 || !isElement(p.n, atom.P, atom.Blockquote) && !isHeading(p.n) {
		return false
	}
	text := lineText(p.n)
	return !below && appeals.in(text) || below && endings.in(text) || p.size.link > 0 && follows.in(text) || p.size.text < maxDisclosure && disclosures.in(text)
}

// appeals are parts of sentences that no story begins or ends with, follows
// of such with a link, closings of such that no story ends with, disclosures of short ones on advertising.
var (
	appealWords = []string{
		"to our newsletter", "our free newsletter", "for our newsletter", "unseren newsletter", "unserem newsletter", "kostenlosen newsletter", "notre newsletter", "nuestro boletín", "nuestra newsletter", "nossa newsletter", "nostra newsletter", "naszego newslettera", "onze nieuwsbrief",
		"latest news straight to your", "apps for ios and android", "subscribe now to", "subscribe to our",
		"únete a nuestro canal", "canal de telegram", "canal de youtube", "canal de whatsapp", "telegram channel", "whatsapp channel", "whatsapp-kanal",
	}
	appeals  = phrasesOf(appealWords)
	follows  = phrasesOf([]string{"follow us on", "folgen sie uns", "folge uns auf", "folgt uns auf", "suivez-nous", "síguenos", "siga-nos", "seguici su", "subscribe"})
	closings = []string{
		"logged in to post a comment", "logged in to comment", "eingeloggt sein", "einloggen, um", "anmelden, um zu kommentieren", "comments are closed", "kommentare geschlossen", "kommentare sind geschlossen", "les commentaires sont fermés",
		"submit a letter to the editor", "this entry was posted", "dieser beitrag wurde am", "der beitrag wurde am", "dieser eintrag wurde am", "all rights reserved", "alle rechte vorbehalten",
	}
	endings     = phrasesOf(slices.Concat(appealWords, closings))
	disclosures = phrasesOf([]string{
		"affiliate link", "affiliate-link", "affiliatelink", "enthält werbung", "we may earn a commission", "we may receive compensation",
	})
)
