package extract

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Body is a story's body.
type Body struct {
	HTML  string // through [Sanitise]
	Text  string // see [Text]
	Words int    // see [CountWords]

	images []*html.Node
}

// Clean does with a body that came by another way, such as a REST API, what
// [Extract] does with the one on the page: addresses are resolved against
// pageURL, late pictures found, furniture, a repeated title and bylines
// dropped, the rest sanitised. authors may be nil. An error means that the
// fragment could not be parsed.
func Clean(fragment, pageURL, title string, authors []string) (b Body, err error) {
	defer func() {
		if r := recover(); r != nil {
			b, err = Body{}, fmt.Errorf("clean body of %s: panic: %v", pageURL, r)
		}
	}()
	u, err := url.Parse(pageURL)
	if err != nil || u.Host == "" {
		return Body{}, fmt.Errorf("clean body: page address %q is not absolute", pageURL)
	}
	if len(fragment) > maxBytes || strings.Count(fragment, "<") > maxTags {
		return Body{}, errors.New("clean body: too large")
	}
	body, err := parseBody(fragment)
	if err != nil {
		return Body{}, fmt.Errorf("clean body of %s: unparseable: %w", pageURL, err)
	}
	root := &html.Node{Type: html.DocumentNode}
	root.AppendChild(body)
	d := &document{url: u, base: u, root: root, body: body, content: body, scope: body, themed: true}
	if err := d.collect(); err != nil {
		return Body{}, fmt.Errorf("clean body of %s: %w", pageURL, err)
	}
	d.unwrapNoscript()
	d.measure(body)
	return d.cleanBody(title, authors), nil
}

// cleanBody turns the content into the body. It works on the page's own
// nodes: nothing is read from them afterwards.
func (d *document) cleanBody(title string, authors []string) Body {
	leads := d.leads()
	body := element(atom.Body, childrenOf(d.content)...)
	for i, n := range leads {
		remove(n)
		if i == 0 {
			body.InsertBefore(element(atom.Div, n), body.FirstChild)
		} else {
			body.FirstChild.AppendChild(n)
		}
	}
	d.sizes[body] = d.sizes[d.content]
	for _, n := range leads {
		d.sizes[body] = d.sizes[body].plus(d.sizes[n])
	}
	d.dropFurniture(body)
	d.dropHeading(body)
	d.fixEmbeds(body)
	d.fixImages(body)
	fixMath(body)
	fixCode(body)
	unwrapLayout(body)
	d.fixLinks(body)
	for _, h := range findTags(body, atom.H1) {
		h.DataAtom, h.Data = atom.H2, "h2"
	}
	allow(body)
	arrange(body)
	cutTalk(body, d.themed)
	d.cutSurplus(body)
	d.cutImprint(body, title)
	d.trimEdges(body, title, authors)
	out, final := finish(body)
	b := Body{HTML: out, Text: textOf(final, len(out)), images: findTags(final, atom.Img)}
	b.Words = CountWords(b.Text)
	return b
}

// dropFurniture removes from a body what is marked as none of it. A mark on
// what is most of the body is taken for a mistake.
func (d *document) dropFurniture(body *html.Node) {
	sizes := d.sizes
	total := sizes[body].prose()
	walk(body, func(n *html.Node) bool {
		if n == body || n.Type != html.ElementNode {
			return true
		}
		share := 0.0
		if total > 0 {
			share = float64(sizes[n].prose()) / float64(total)
		}
		drop := isElement(n, atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Svg, atom.Canvas)
		switch d.kindOf(n) {
		case talk:
			drop = true
		case siteFurniture:
			drop = drop || share < .5
		case metaFurniture:
			drop = drop || share < .2 && sizes[n].text < 600
		}
		drop = drop || isElement(n, atom.Form) && share < .5 || isHidden(n) && share < .5 ||
			attr(n, "aria-hidden") == "true" && sizes[n].text <= 30 && firstTag(n, atom.Img) == nil && !isElement(n, atom.Pre, atom.Code) ||
			isElement(n, atom.Header) && !d.themed && share < .1 && firstTag(n, atom.H1) != nil && !hasProse(n)
		drop = drop || isElement(n, atom.Footer) && share < .1 && 2*sizes[n].link > sizes[n].text
		drop = drop || share < .3 && isCard(n, sizes[n]) || isElement(n, atom.Figcaption) && isCredit(n)
		if drop {
			remove(n)
			return false
		}
		return true
	})
}

// isCredit reports whether a caption only names the picture's owner.
func isCredit(n *html.Node) bool {
	if isLonger(n, 100) {
		return false
	}
	return credit.MatchString(lineText(n))
}

var credit = regexp.MustCompile(`(?i)^\W*(?:fotos?|bild(?:er|quelle|nachweis)?|photos?|images?|pictures?|quelle|source|credits?|copyright|photographs?|foto de|crédito|crédit)(?:\s*(?:credit|by|von|via|courtesy))?\s*[:©/]|^\W*©|(?:getty ?images|istock|shutterstock|imago|picture[- ]alliance|adobe ?stock|unsplash|dpa|reuters|afp)[^.]{0,25}$`)

// isCard reports whether an element announces other pages: an aside or a card
// whose letters are mostly links.
func isCard(n *html.Node, s size) bool {
	if s.text == 0 || 2*s.link < s.text || !isElement(n, atom.Aside, atom.Article, atom.Section, atom.Div, atom.Li, atom.Ul) {
		return false
	}
	return isElement(n, atom.Aside, atom.Article) || anyName(n, func(s string) bool { return hasPart(s, cardParts) })
}

// hasProse reports whether a paragraph stands in n.
func hasProse(n *html.Node) bool {
	return first(n, func(c *html.Node) bool {
		return isElement(c, atom.P) && len(strings.Fields(lineText(c))) >= 2*proseWords
	}) != nil
}

// dropHeading removes the story's own heading where it is within the body.
func (d *document) dropHeading(body *html.Node) {
	if d.heading != nil && inside(d.heading, body) {
		remove(d.heading)
	}
}

// fixMath keeps of formulas the source that authors wrote, where the page
// has it, instead of two drawings of it.
func fixMath(body *html.Node) {
	for _, n := range find(body, func(n *html.Node) bool {
		return n.Data == "math" || isElement(n, atom.Script) && strings.HasPrefix(attr(n, "type"), "math/tex") || named(n, "katex-html") || named(n, "mathjax-preview")
	}) {
		if n.Data != "math" && !isElement(n, atom.Script) {
			remove(n)
			continue
		}
		tex := rawInnerText(n)
		if a := first(n, func(c *html.Node) bool { return c.Data == "annotation" }); a != nil {
			tex = rawInnerText(a)
		} else if alt := attr(n, "alttext"); alt != "" {
			tex = alt
		}
		if tex = feed.CleanLine(tex); tex == "" {
			remove(n)
			continue
		}
		replace(n, element(atom.Code, textNode(tex)))
	}
}

const maxAnnouncement = 80 // bytes of a heading that announces what is none of the story

// cutTalk cuts an arranged body where comments begin that nothing marked but
// their heading, and drops lists of links under headings that announce them.
// No theme puts comments into the story's own container, so there a heading
// "Comments" is the author's.
func cutTalk(body *html.Node, themed bool) {
	blocks := childrenOf(body)
	for i, b := range blocks {
		if h := boldLine(b); h != nil && !themed && i > 0 && isTalkHeading(lineText(h)) {
			for _, after := range blocks[i:] {
				remove(after)
			}
			return
		}
		if !isHeading(b) && !isElement(b, atom.P) || isLonger(b, maxAnnouncement) {
			continue
		}
		text := lineText(b)
		switch {
		case len(text) > maxAnnouncement || !mayAnnounce(text):
		case isTalkHeading(text) && (isHeading(b) || onlyStrong(b)) && i > 0 && !resumes(blocks[i+1:], b) && (!themed || surelyTalk.MatchString(text)):
			for _, after := range blocks[i:] {
				remove(after)
			}
			return
		case siteHeading.MatchString(text) && isHeading(b):
			dropSection(blocks, i)
		case readMore.MatchString(text) && isMostlyLink(b):
			remove(b)
		}
	}
}

// readMore begins a line that sends readers to another story.
var readMore = regexp.MustCompile(`(?i)^\W*(?:read (?:also|more|next|on|further)|see also|also read|more (?:on|from|about) |related(?: (?:articles?|stor(?:y|ies)|content|reading))?\s*:|don.t miss|lesen sie (?:auch|mehr|dazu|hier)|mehr (?:zum|dazu|lesen|zu|über|aus)|auch (?:interessant|lesenswert)|zum weiterlesen|weiterlesen|das könnte|à lire|a lire|lire (?:aussi|également)|lee (?:también|además)|lea (?:también|además|más)|ve[ar] también|te puede interesar|leia (?:também|mais)|veja (?:também|mais)|leggi anche|czytaj (?:też|więcej|także|również)|zobacz (?:też|także|również|więcej)|lees ook|läs (?:också|mer)|les også|læs også|читайте (?:также|ещё)|oku(?:yun)?:)`)

// isMostlyLink reports whether most of a block's letters are links.
func isMostlyLink(b *html.Node) bool {
	s := letters(b)
	return s.text > 0 && 10*s.link >= 5*s.text
}

// onlyStrong reports whether a paragraph is all bold: a heading in disguise.
func onlyStrong(p *html.Node) bool {
	s := firstTag(p, atom.Strong, atom.B)
	return s != nil && lineText(s) == lineText(p)
}

// boldLine is the bold text that is the first of several lines of a
// paragraph: a heading in disguise, as pages made by hand have them.
func boldLine(p *html.Node) *html.Node {
	n := p.FirstChild
	for n != nil && isBlank(n) {
		n = n.NextSibling
	}
	if !isElement(p, atom.P) || !isElement(n, atom.B, atom.Strong) {
		return nil
	}
	for next := n.NextSibling; next != nil; next = next.NextSibling {
		if isElement(next, atom.Br) {
			return n
		}
		if !isBlank(next) {
			return nil
		}
	}
	return nil
}

// resumes reports whether a heading "Comments" is one of the story's own:
// headings of its rank with long paragraphs follow.
func resumes(rest []*html.Node, h *html.Node) bool {
	for i, b := range rest {
		if isHeading(b) && b.DataAtom == h.DataAtom && !isForeignHeading(lineText(b)) {
			for _, after := range rest[i+1:] {
				if isElement(after, atom.P) && len(strings.Fields(lineText(after))) >= 2*proseWords {
					return !surelyTalk.MatchString(lineText(h))
				}
			}
		}
	}
	return false
}

// surelyTalk is a heading that is never the story's own.
var surelyTalk = regexp.MustCompile(`(?i)reply|leave|cancel|post a|add a|write a|schreib|hinterlass|laisser|deja|lascia|^\d`)

// dropSection drops a heading with the links under it, up to the next
// heading or real paragraph. A section without links is the story's.
func dropSection(blocks []*html.Node, i int) {
	end := i + 1
	text, linked := 0, 0
	for ; end < len(blocks) && !isHeading(blocks[end]); end++ {
		s := letters(blocks[end])
		if s.prose() > 150 && s.prose() > s.link {
			break
		}
		text += s.text
		linked += s.link
	}
	if text > 0 && 2*linked < text || text == 0 && end < len(blocks) {
		return
	}
	for _, b := range blocks[i:end] {
		remove(b)
	}
}

const edge = 3 // blocks at either end in which bylines and the like are looked for

var (
	// filing are lines that file a story away or send its readers elsewhere.
	filing = regexp.MustCompile(`(?i)^(?:(?:filed|posted|published|categorized|categorised|tagged)(?: (?:under|in|as|with))?|tags?|labels?|categories|category|topics?|schlagw[oö]rter|kategorien?|abgelegt unter|catégories?|étiquettes?|categorías?|etiquetas?|share this(?: post)?|share on.*|follow (?:us|me) on.*|read more|continue reading|weiterlesen|read also|permalink|bookmark the permalink|skip to (?:content|main content)|advertisement|print this|email this|listen to this (?:article|post)|subscribe(?: now)?)\s*(?:[:.…→»]|$)`)
	legal  = regexp.MustCompile(`(?i)(?:©|\(c\)|copyright|all rights reserved|alle rechte vorbehalten|made with|powered by|proudly powered)`)
	onward = regexp.MustCompile(`(?i)^\W*(?:(?:←|→|«|»|<|>)|previous|next|older|newer|back to|zurück|vorheriger|nächster|weiter|précédent|suivant|anterior|siguiente|return to|home\b|up\b|top\b)`)
)

// mayBeLegal tells cheaply that legal does not match.
func mayBeLegal(s string) bool {
	lower := strings.ToLower(s)
	return strings.Contains(lower, "©") || strings.Contains(lower, "(c)") || strings.Contains(lower, "right") || strings.Contains(lower, "rechte") || strings.Contains(lower, "made with") || strings.Contains(lower, "powered")
}

// trimEdges drops from both ends of an arranged body what repeats or
// comments the story: its title, byline, tags, a copyright, links onward.
func (d *document) trimEdges(body *html.Node, title string, authors []string) {
	looked := 0
	for b := body.FirstChild; b != nil && looked < edge; {
		next := b.NextSibling
		if !d.trimStart(b, title, authors) {
			looked++
		}
		b = next
	}
	looked = 0
	for b := body.LastChild; b != nil && looked < edge; {
		prev := b.PrevSibling
		switch {
		case b == body.FirstChild: // never the whole of a short note
			return
		case isElement(b, atom.Hr) && b.NextSibling == nil:
			remove(b)
		case isClosing(b, authors):
			remove(b)
		default:
			looked++
		}
		b = prev
	}
}

// trimStart removes the title or byline that a block at the beginning is or
// begins with, and reports whether the block is gone.
func (d *document) trimStart(b *html.Node, title string, authors []string) bool {
	if isElement(b, atom.Hr) && b.PrevSibling == nil {
		remove(b)
		return true
	}
	if img := firstTag(b, atom.Img); img != nil && isPortrait(img, authors) && len(lineText(b)) <= maxNameRunes {
		remove(img)
		if lineText(b) == "" {
			remove(b)
			return true
		}
	}
	if !isElement(b, atom.P, atom.Ul, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) || firstTag(b, atom.Img) != nil || isLonger(b, maxByline+len(title)) {
		return false
	}
	text := feed.CleanLine(inlineLine(b))
	if len(text) > maxByline+len(title) {
		return false
	}
	rest := text
	if t := fold(title); t != "" && mayFoldTo(text, t) && strings.HasPrefix(fold(text)+" ", t+" ") {
		if fold(text) == t {
			if isHeading(b) || b.PrevSibling == nil {
				remove(b)
				return true
			}
			return false
		}
		if i := strings.Index(text, title); i == 0 {
			rest = strings.TrimSpace(text[len(title):])
		}
	}
	if isMetaLine(rest, authors) || firstTag(b, atom.A) != nil && len(strings.Fields(rest)) <= 8 && filing.MatchString(rest) || len(rest) <= 2*maxNameRunes && slices.Contains(authors, cleanName(rest)) ||
		rest != text && isMetaWords(rest) {
		remove(b)
		return true
	}
	return false
}

// inlineLine is a block's text with its breaks as blanks.
func inlineLine(b *html.Node) string {
	if isElement(b, atom.Ul) {
		return strings.ReplaceAll(partsText(b, 0), "\n", " ")
	}
	return strings.ReplaceAll(inlineText(b), "\n", " ")
}

// isClosing reports whether a block at the end is no part of the text.
func isClosing(b *html.Node, authors []string) bool {
	if !isElement(b, atom.P, atom.Ul, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) || firstTag(b, atom.Img) != nil || isLonger(b, 2*maxByline) {
		return false
	}
	text := feed.CleanLine(inlineLine(b))
	count := strings.Count(text, " ") + 1
	if text == "" || count > 30 || len(text) > 2*maxByline {
		return false
	}
	s := letters(b)
	switch {
	case isMetaLine(text, authors) && (saysBy(text) || len(findDates(text, "en-GB"))+len(findMonths(text)) == 0 || s.link > 0):
		return true
	case (s.link > 0 || count <= 3) && filing.MatchString(text), isTagLine(text):
		return true
	case count <= 20 && mayBeLegal(text) && legal.MatchString(text):
		return true
	case isHeading(b) && isForeignHeading(text):
		return true
	}
	if s.link > 0 && s.link == s.text && onlyHashtags(b) {
		return true
	}
	return s.link > 0 && onward.MatchString(text) && (s.link*10 >= s.text*8 || onlyOnward(b, text))
}

// onlyHashtags reports whether every link of a line is a #tag.
func onlyHashtags(b *html.Node) bool {
	for _, a := range findTags(b, atom.A) {
		if !strings.HasPrefix(lineText(a), "#") {
			return false
		}
	}
	return true
}

// onlyOnward reports whether a line says nothing but "previous" and "next"
// beside its links.
func onlyOnward(b *html.Node, text string) bool {
	for _, a := range findTags(b, atom.A) {
		text = strings.Replace(text, lineText(a), " ", 1)
	}
	for _, w := range words(text) {
		if runeKind([]rune(w.text)[0]) == 2 && !onwardWords[w.text] {
			return false
		}
	}
	return true
}

var onwardWords = wordSet("previous next older newer post posts article story entry prev zurück weiter vorheriger nächster beitrag précédent suivant anterior siguiente")

// isPortrait reports whether a picture shows an author.
func isPortrait(img *html.Node, authors []string) bool {
	alt := fold(attr(img, "alt"))
	if slices.ContainsFunc(authors, func(a string) bool { return alt != "" && holdsWords(alt, fold(a)) && len(alt) < len(fold(a))+25 }) {
		w, err := strconv.Atoi(attr(img, "width"))
		return err != nil || w <= heroMin
	}
	return strings.Contains(attr(img, "src"), "gravatar.com/avatar")
}
