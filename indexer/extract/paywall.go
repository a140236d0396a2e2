package extract

import (
	"bytes"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// A site that sells its stories shows strangers their beginnings, and says so: in
// data (see [document.partial]) or in words where the text breaks off. The
// beginning is all of the story that there is to read, so it is kept as one.

const (
	maxTeaser   = 400 // words; a longer text is looked at no closer
	maxWallLine = 200 // bytes of a line that says so; longer is prose
)

// wallStems are what wallSays and wallCalls can't do without.
var wallStems = phrasesOf([]string{
	"subscri", "member", "patron", "support", "paid", "trial", "abonn", "mitglied", "abbonat", "suscri", "suscrí", "assina", "leden", "sign up", "log in", "sign in", "upgrade", "register",
})

var (
	// wallSays tell whom a story is for.
	wallSays = regexp.MustCompile(`(?i)\b(?:this|the (?:rest|remainder) of (?:this|the)|the full)\s+(?:post|article|story|content|page|piece|essay|episode|chapter|issue)\s+(?:is|are)\s+(?:only\s+|exclusively\s+|reserved\s+|available\s+|visible\s+|accessible\s+|just\s+)*(?:for|to)\s+(?:our\s+|my\s+)?(?:paid\s+|paying\s+|premium\s+|registered\s+)*(?:subscribers?|members?|patrons?|supporters?)\b` +
		`|\b(?:diese[rs]?|der (?:ganze|vollständige)|das (?:ganze|vollständige)) (?:artikel|beitrag|text|inhalt|geschichte)\s+(?:ist|steht)\s+(?:nur|ausschließlich|exklusiv)?\s*für\s+(?:unsere\s+)?(?:abonnent|mitglied)` +
		`|\b(?:cet article|ce contenu|ce texte|la suite(?: de cet article)?|cette histoire)\s+(?:est|sont)\s+réservée?s?\s+(?:à|aux)\s+(?:nos\s+)?(?:abonné|membre)` +
		`|\b(?:este (?:artículo|contenido)|contenido)\s+(?:es\s+)?(?:exclusivo|solo|sólo)\s+para\s+(?:suscriptor|miembro)|\bquesto (?:articolo|contenuto) è riservato (?:agli|ai) (?:abbonat|membr)` +
		`|\b(?:este|esta) (?:conteúdo|matéria|artigo|texto) é exclusiv[oa] (?:para|de) (?:assinante|membro)|\bdit (?:artikel|verhaal) is (?:alleen )?voor (?:abonnees|leden)`)

	// wallCalls tell what to do to read on.
	wallCalls = regexp.MustCompile(`(?i)\b(?:subscribe|sign up|log in|sign in|join|upgrade|register|become (?:a|an|our) (?:paid |paying )?(?:member|subscriber|patron|supporter))\b.{0,40}\bto (?:continue|keep|go on)(?: on)? reading\b` +
		`|\b(?:subscribe|sign up|join|upgrade|become (?:a|an|our) (?:paid |paying )?(?:member|subscriber|patron|supporter))\b.{0,40}\bto (?:read|see|unlock|get|access) (?:the (?:rest|remainder|full|whole|entire)|this (?:full |whole |entire )?(?:post|article|story|piece|essay))` +
		`|\b(?:keep|continue) reading with (?:a|your) .{0,25}(?:trial|subscription|membership)` +
		`|\bweiterlesen mit (?:einem |dem )?.{0,20}abo|\bjetzt abonnieren(?:,)? (?:und|um) weiter|\babonnez-vous pour (?:lire la suite|continuer|poursuivre)|\bsuscríbete para (?:seguir|continuar) leyendo|\babbonati per continuare|\bassine para continuar lendo|\blees verder met een abonnement`)
)

// mentionsWall reports whether a line says that a story, or its rest, is for
// subscribers; one that is a link to elsewhere may say so of another story.
func mentionsWall(line string, link bool) bool {
	if len(line) > maxWallLine || !wallStems.anywhere(line) {
		return false
	}
	return wallCalls.MatchString(line) || !link && wallSays.MatchString(line)
}

// isWalled reports whether a page says in words that its rest is for subscribers.
func isWalled(page []byte) bool {
	z := html.NewTokenizer(bytes.NewReader(page))
	var line strings.Builder
	links, linked, hidden, walled := 0, 0, 0, false
	end := func() {
		if line.Len() > 0 {
			text := feed.CleanLine(line.String())
			walled = walled || mentionsWall(text, 2*linked > line.Len())
		}
		line.Reset()
		linked = 0
	}
	for !walled {
		kind := z.Next()
		if kind == html.ErrorToken {
			end()
			break
		}
		switch kind {
		case html.TextToken:
			text := z.Text()
			if hidden > 0 || line.Len() > 2*maxWallLine {
				continue
			}
			line.Write(text)
			if links > 0 {
				linked += len(text)
			}
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			step := 1
			if kind == html.EndTagToken {
				step = -1
			}
			switch a := atom.Lookup(name); {
			case a == atom.A:
				links = max(0, links+step)
			case a == atom.Script || a == atom.Style || a == atom.Template:
				hidden = max(0, hidden+step)
			case !isInlineTag(a):
				end()
			}
		case html.SelfClosingTagToken:
			end()
		}
	}
	return walled
}

// isWallLine reports whether a block at the end of a text only says that the rest
// is for subscribers.
func isWallLine(p piece) bool {
	return p.size.text > 0 && p.size.text <= maxWallLine && (isElement(p.n, atom.P, atom.Blockquote) || isHeading(p.n)) && mentionsWall(lineText(p.n), false)
}

func isInlineTag(a atom.Atom) bool {
	switch a {
	case atom.B, atom.Strong, atom.I, atom.Em, atom.Span, atom.Small, atom.U, atom.Font, atom.Mark, atom.Abbr:
		return true
	}
	return false
}

// teases reports whether a page of little text has prose beside the words that
// send strangers away: then it is the beginning of a story, and no login.
func (d *document) teases() bool {
	prose := first(d.body, func(n *html.Node) bool {
		return isElement(n, atom.P) && CountWords(lineText(n)) >= fewWords && !mentionsWall(lineText(n), false)
	})
	return prose != nil && isWalled(d.source)
}
