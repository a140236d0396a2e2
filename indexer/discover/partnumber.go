package discover

import (
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// partNoun is what a part of a series is called.
const partNoun = `(?:part|chapter|episode|instal?lment|letter|lesson|teil|kapitel|folge|partie|chapitre|épisode|parte|capítulo|capitulo|capitolo|episodio|deel|hoofdstuk|del|część|rozdział|часть|глава)`

// seriesNoun is what its whole is called.
const seriesNoun = `(?:(?:this|the|our)\s+series|series|serial|(?:dieser|der)\s+(?:serie|reihe)|serie|reihe|(?:cette|la)\s+série|série|(?:esta|la)\s+serie|цикл)`

var (
	numbered = regexp.MustCompile(`(?i)(?:^|[^\pL])` + partNoun + `\.?\s*(?:#|no\.?|nr\.?)?\s*(\d{1,4}|[ivx]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:$|[^\pL\d])`)
	ofTotal  = regexp.MustCompile(`[(\[]\s*(\d{1,3})\s*(?:/|of|von|de)\s*\d{1,3}\s*[)\]]|(?:^|\s)(\d{1,3})/\d{1,3}$`)
	cjkPart  = regexp.MustCompile(`第\s*(\d{1,4})\s*[章回話话篇部節节]`)
)

// partNumber finds "Part 3", "Chapter IV", "part two", "(2/5)"; 0: nothing of
// the kind.
func partNumber(s string) int {
	if m := numbered.FindStringSubmatch(s); m != nil {
		return numeral(strings.ToLower(m[1]))
	}
	if m := cjkPart.FindStringSubmatch(s); m != nil {
		return atoi(m[1])
	}
	if m := ofTotal.FindStringSubmatch(s); m != nil {
		return atoi(firstOf(m[1], m[2]))
	}
	return 0
}

func numeral(s string) int {
	words := []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if i := slices.Index(words, s); i > 0 {
		return i
	}
	if n := atoi(s); n > 0 {
		return n
	}
	total, last := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		n := map[byte]int{'i': 1, 'v': 5, 'x': 10}[s[i]]
		if n < last {
			total -= n
		} else {
			total, last = total+n, n
		}
	}
	return total
}

// ownPart is the page's own number: of its title, else of a heading.
func (v *view) ownPart() int {
	n := partNumber(v.meta.title)
	v.doc.Find("h1").EachWithBreak(func(i int, h *goquery.Selection) bool {
		if n == 0 {
			n = partNumber(line1(h.Text()))
		}
		return n == 0 && i < 3
	})
	return n
}

// partWords come before the number of a story.
var partWords = map[string]bool{
	"part": true, "pt": true, "chapter": true, "episode": true, "ep": true, "day": true, "lesson": true, "week": true, "letter": true, "no": true, "nr": true, "issue": true, "vol": true,
	"teil": true, "kapitel": true, "folge": true, "tag": true, "partie": true, "chapitre": true, "épisode": true, "parte": true, "capítulo": true, "capitulo": true, "episodio": true, "deel": true, "del": true, "część": true, "часть": true, "第": true,
}

// partOf reads the number of a story from its link's text or what stands
// before it on the line or in the first cell of its row, or from a list that
// counts down; 0: there is none.
func partOf(a *anchor, counts itemCounts) int {
	if n := partIn(a.text); n > 0 {
		return n
	}
	if a.line != nil {
		start := min(a.start, len(a.line.text))
		if n := partIn(strings.TrimSpace(a.line.text[max(0, start-shortRest):start]) + " "); n > 0 {
			return n
		}
	}
	switch item := ancestorItem(a.block); {
	case item == nil:
	case item.DataAtom == atom.Li && item.Parent != nil && hasAttr(item.Parent, "reversed"):
		counts.place(item, shapeItem)
		return counts[item].n - counts[item].k + 1
	case item.DataAtom == atom.Tr:
		return firstCell(item)
	}
	return 0
}

// firstCell is the number that the first cell of a row holds alone.
func firstCell(row *html.Node) int {
	cell := firstNode(row, func(n *html.Node) bool { return n.DataAtom == atom.Td || n.DataAtom == atom.Th })
	if cell == nil {
		return 0
	}
	text := strings.Trim(nodeText(cell), " \t\r\n#.")
	if len(text) > 4 || strings.TrimLeft(text, "0123456789") != "" {
		return 0
	}
	return atoi(text)
}

// partIn finds "Part 3", "#3" at the beginning, or "3. " at the beginning.
func partIn(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		end := i
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if n := atoi(s[i:end]); n > 0 && end-i <= 4 && isPart(s[:i], s[end:]) {
			return n
		}
		i = end
	}
	return 0
}

func isPart(before, after string) bool {
	before = strings.TrimRight(before, " #.\u00a0")
	if before == "" {
		return strings.HasPrefix(after, ". ") || strings.HasPrefix(after, ") ") || strings.HasPrefix(after, ": ")
	}
	word := strings.TrimFunc(before[strings.LastIndexFunc(before, notLetter)+1:], notLetter)
	return len(word) <= 20 && partWords[strings.ToLower(word)]
}
