package discover

import (
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// seriesWord is found in the names and words of a box that lists the parts.
var seriesWord = regexp.MustCompile(`(?i)(?:\b|_|-)` + `(?:series|serial|parts|chapters|episodes|instal?lments|serie|série|reihe|teile|kapitel|partes|capítulos|часть|части|цикл|главы)` + `(?:\b|_|-)|\b(?:this|other|all) (?:posts?|stories|articles) in\b|系列|シリーズ|連載|시리즈`)

// seriesBox finds the list of all parts of the page's series: a list near the
// word for it, or along which the page has steps, that holds the page itself.
func (v *view) seriesBox() []Link {
	links, _ := v.seriesList()
	return links
}

// seriesList is seriesBox with the list's element, where the steps of the page
// say that it is one; else nil.
func (v *view) seriesList() (found []Link, byStep *html.Node) {
	v.doc.Find("ol, ul").EachWithBreak(func(i int, s *goquery.Selection) bool {
		n := s.Nodes[0]
		links := v.partsIn(n)
		if links == nil || len(links) <= len(found) {
			return i < 500
		}
		switch {
		case v.aboutSeries(n):
			found, byStep = links, nil
		case v.stepsAlong(n, links):
			found, byStep = links, n
		}
		return i < 500
	})
	return found, byStep
}

// partsIn reads a list whose items are a link each, but for one that is the
// page itself; nil: it is no such list.
func (v *view) partsIn(list *html.Node) []Link {
	var links []Link
	seen := map[string]bool{}
	self := false
	for item := list.FirstChild; item != nil; item = item.NextSibling {
		if item.DataAtom != atom.Li {
			continue
		}
		text := line1(nodeText(item))
		var a *anchor
		span := v.spanOf(item)
		for _, c := range v.anchors[span[0]:span[1]] {
			if a == nil && c.url != "" {
				a = c
			}
		}
		switch {
		case a == nil || feed.URLKey(a.url) == feed.URLKey(v.url.String()):
			if self || text == "" {
				return nil // a list with several items of text is none of links
			}
			self = true
			links = append(links, Link{URL: v.url.String(), Anchor: firstOf(v.meta.title, text)})
		case a.reason != "" || seen[a.key]:
			return nil
		default:
			seen[a.key] = true
			links = append(links, Link{URL: a.url, Anchor: a.text})
		}
	}
	if !self || len(links) < 2 {
		return nil
	}
	if first, last := partNumber(links[0].Anchor), partNumber(links[len(links)-1].Anchor); last > 0 && first > last {
		slices.Reverse(links)
	}
	return links
}

// aboutSeries reports that what is around a list, or heads it, speaks of a
// series.
func (v *view) aboutSeries(list *html.Node) bool {
	const levels = 4
	for i, n := 0, list; n != nil && i < levels && n.DataAtom != atom.Body && n.DataAtom != atom.Article && n.DataAtom != atom.Main; i, n = i+1, n.Parent {
		if seriesWord.MatchString(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "aria-label")) {
			return true
		}
		for s, k := n.PrevSibling, 0; s != nil && k < 2; s = s.PrevSibling {
			text := ""
			if s.Type == html.TextNode {
				text = strings.TrimSpace(s.Data)
			} else if s.Type == html.ElementNode {
				text = strings.TrimSpace(nodeText(s))
			}
			if text == "" {
				continue
			}
			if k++; len(text) <= 4*shortText && seriesWord.MatchString(text) {
				return true
			}
		}
	}
	return false
}

// seriesHome is the page that a part names as that of its series, else the
// site's home page: a part itself does not present the series.
func (v *view) seriesHome() (name, address string) {
	for _, a := range v.anchors {
		if rank, _ := v.listRank(a); rank == 0 {
			return a.text, a.url
		}
	}
	return "", v.url.Scheme + "://" + v.url.Host + "/"
}

// seriesTitle is what the titles of all parts begin with, without what numbers
// them; empty: nothing worth the name.
func seriesTitle(links []Link) string {
	const least = 4
	common := links[0].Anchor
	for _, l := range links[1:] {
		n := 0
		for n < min(len(common), len(l.Anchor)) && common[n] == l.Anchor[n] {
			n++
		}
		common = common[:n]
	}
	common = strings.ToValidUTF8(common, "")
	if i := strings.LastIndexFunc(common, notLetter); i >= 0 && len(common) < len(links[0].Anchor) {
		common = common[:i] // a word that differs further on
	}
	if i := strings.LastIndexAny(common, ":–—|"); i > least && len(common) < len(links[0].Anchor) {
		common = common[:i] // what follows is each part's own
	}
	common = strings.TrimRight(partSuffix.ReplaceAllString(common, ""), " -–—:,.|(#·")
	if len(common) < least {
		return ""
	}
	return common
}

var partSuffix = regexp.MustCompile(`(?i)[\s\pP]*\b` + partNoun + `\W*$`)
