package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// earliest is the first year in which a story can have been published: the
// web's beginning for most purposes, and past the zero values of computers.
const earliest = 1995

// Slack for "not in the future": clocks go wrong, and a day begins 14 hours
// earlier in Kiribati than in UTC.
const (
	clockSlack = time.Hour
	daySlack   = 14 * time.Hour
)

// claim is one source's word on a date.
type claim struct {
	stamp
	source string
}

func newClaim(s stamp, source string) claim { return claim{s, source} }

// sourceRank breaks ties between dates: what readers see beside the story
// first, the address last.
var sourceRank = map[string]int{"time[datetime]": 0, "byline": 1, "json-ld": 2, "meta": 3, "url": 4}

// dates are the story's published and updated date, each zero if unknown, and
// the day that readers see beside the story.
//
// A page that only says when it was changed gives no date of publication.
func (d *document) dates(lines []byline) (published, updated feed.Date, day time.Time) {
	lines = d.ownLines(lines)
	pub, upd := d.claims(lines)
	pub, upd = withoutUpdates(d.credible(pub), d.credible(upd)), d.credible(upd)
	best, known := elect(pub)
	if known {
		day = shownDay(best, pub)
	} else if best, known = d.coarseClaim(lines); known {
		day = best.day
	} else if !d.isHuge() {
		best, known = d.guessDate(upd)
		day = best.day
	}
	for _, u := range upd {
		if !known || u.after(best) {
			updated = u.date()
			break
		}
	}
	if !known {
		return feed.Date{}, updated, updated.Time.Truncate(24 * time.Hour)
	}
	return best.date(), updated, day
}

// withoutUpdates drops from the dates of publication the day in a byline that
// an element marks as the day of a change, if other sources remain.
func withoutUpdates(pub, upd []claim) []claim {
	isUpdate := func(c claim) bool {
		return c.source == "byline" && slices.ContainsFunc(upd, func(u claim) bool { return u.source == "time[datetime]" && u.day.Equal(c.day) })
	}
	if rest := slices.DeleteFunc(slices.Clone(pub), isUpdate); len(rest) > 0 {
		return rest
	}
	return pub
}

// shownDay is the day that readers see: servers often write instants in UTC,
// but the text beside the story and the address in the author's zone.
func shownDay(best claim, claims []claim) time.Time {
	if !best.exact {
		return best.day
	}
	for _, source := range []string{"byline", "url"} {
		for _, c := range claims {
			if c.source == source && apart(c.day, best.day) <= 1 {
				return c.day
			}
		}
	}
	return best.day
}

// claims collects every source's word on when the story was published and
// when it was updated, the latter in the order in which they are believed.
func (d *document) claims(lines []byline) (pub, upd []claim) {
	lang := d.language()
	add := func(to *[]claim, source, s string) {
		if st, ok := parseStamp(s, lang); ok && s != "" {
			*to = append(*to, newClaim(st, source))
		}
	}
	for _, n := range d.ldPages() {
		add(&pub, "json-ld", n.str("datePublished"))
		add(&upd, "json-ld", n.str("dateModified"))
	}
	add(&pub, "meta", d.meta(publishedMetas...))
	add(&upd, "meta", d.meta(modifiedMetas...))
	d.elementClaims(lang, &pub, &upd)
	lineClaims(lines, lang, &pub, &upd)
	for _, a := range []string{d.url.Path, d.link("canonical"), d.meta("og:url")} {
		if st, ok := addressDate(a); ok {
			pub = append(pub, newClaim(st, "url"))
			break
		}
	}
	return pub, upd
}

// publishedMetas are the names of meta tags that say when a page was published.
var publishedMetas = []string{
	"article:published_time", "og:article:published_time", "og:published_time", "datepublished", "publish_date", "publishdate",
	"publication_date", "pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "citation_publication_date", "date",
}

// modifiedMetas are the names of meta tags that say when a page was changed.
var modifiedMetas = []string{"article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "revised"}

// ldPages are the JSON-LD objects that date the page: the story, or else the
// page itself.
func (d *document) ldPages() []ldNode {
	if d.article != nil && (d.article.str("datePublished") != "" || d.article.str("dateModified") != "") {
		return []ldNode{d.article}
	}
	var other ldNode // a recipe, a video: what else the page may be about
	for _, n := range d.ld.nodes {
		if n.str("datePublished") == "" {
			continue
		}
		if n.is("WebPage") {
			return []ldNode{n}
		}
		if other == nil && !n.is("Comment", "Review") {
			other = n
		}
	}
	if other != nil {
		return []ldNode{other}
	}
	return nil
}

var (
	publishedNames = wordSet("published dt-published entry-date post-date posted-on date-published publish-date pubdate date-header article-date post-meta-date wp-block-post-date published-date date post-time meta-date timestamp entry-time")
	updatedNames   = wordSet("updated dt-updated modified date-modified modified-date last-updated last-modified post-modified-date wp-block-post-date-modified-date update-date")
)

// elementClaims reads elements that are marked as a date around the story.
func (d *document) elementClaims(lang string, pub, upd *[]claim) {
	for _, n := range d.aroundStory(func(n *html.Node) bool {
		return isElement(n, atom.Time) || hasToken(n, "itemprop", "datePublished") || hasToken(n, "itemprop", "dateModified") ||
			isElement(n, atom.Abbr, atom.Span, atom.Div, atom.P, atom.H2) && isDateNamed(n) && firstTag(n, atom.Time) == nil
	}) {
		st, ok := elementStamp(n, lang)
		if !ok && !isUpdate(n) && d.vouched(n) {
			d.dateElements = append(d.dateElements, n)
		}
		if !ok || isHeading(n) && len(lineText(n)) > 60 || d.isOthers(n) {
			continue
		}
		if isUpdate(n) {
			*upd = append(*upd, newClaim(st, "time[datetime]"))
		} else if d.vouched(n) {
			*pub = append(*pub, newClaim(st, "time[datetime]"))
		}
	}
}

// vouched: a <time> in a body that was found without the theme's help may be
// part of the text; it must stand before the prose or be marked.
func (d *document) vouched(n *html.Node) bool {
	if !inside(n, d.content) || isDateNamed(n) || hasToken(n, "itemprop", "datePublished") || hasAttr(n, "pubdate") {
		return true
	}
	p := closest(n, func(p *html.Node) bool { return isElement(p, atom.P, atom.Li, atom.Td, atom.Blockquote) })
	return p == nil || isMetaWords(strings.Replace(lineText(p), lineText(n), " ", 1)) || isMetaLine(lineText(p), nil)
}

func isDateNamed(n *html.Node) bool {
	return anyName(n, func(s string) bool { return publishedNames[s] || updatedNames[s] })
}

// isUpdate reports whether a date element tells when the story was changed:
// by its own name or the words before it. Themes put both names on one
// element when there was no change.
func isUpdate(n *html.Node) bool {
	pub, upd := hasToken(n, "itemprop", "datePublished"), hasToken(n, "itemprop", "dateModified")
	for _, s := range names(n) {
		pub = pub || publishedNames[s] && s != "date" && s != "wp-block-post-date"
		upd = upd || updatedNames[s]
	}
	if n.Parent != nil {
		for _, s := range names(n.Parent) {
			upd = upd || updatedNames[s]
		}
	}
	if pub || upd {
		return upd && !pub
	}
	before := ""
	for p := n; len(before) < 20 && p != nil && !isBlock(p); p = p.Parent {
		for s := p.PrevSibling; s != nil && len(before) < 40; s = s.PrevSibling {
			if isElement(s, atom.Time) {
				break
			}
			before = rawText(s) + before
		}
	}
	return saysUpdated(before)
}

// elementStamp reads an element's machine date, with the visible text as
// judge of the day: some engines write the machine date in UTC and show the
// author's day, and the author's day is the story's.
func elementStamp(n *html.Node, lang string) (stamp, bool) {
	shown, isShown := parseStamp(lineText(n), lang)
	for _, key := range []string{"datetime", "content", "title", "data-time", "data-date", "data-datetime"} {
		if st, ok := parseStamp(attr(n, key), lang); ok {
			if isShown && apart(st.day, shown.day) > 1 {
				return shown, true
			}
			if isShown && !st.exact {
				return shown, true
			}
			return st, true
		}
	}
	if inner := first(n, func(c *html.Node) bool { return hasAttr(c, "title") || hasAttr(c, "datetime") }); inner != nil && inner != n {
		return elementStamp(inner, lang)
	}
	return shown, isShown
}

// lineClaims reads the dates written in the lines around the title.
func lineClaims(lines []byline, lang string, pub, upd *[]claim) {
	for _, l := range lines {
		if !hasDigit(l.text) || !dateLine(l.text) {
			continue
		}
		for _, s := range findDates(l.text, lang) {
			c := newClaim(s.stamp, "byline")
			if saysUpdated(l.text[:s.start]) {
				*upd = append(*upd, c)
			} else if !slices.ContainsFunc(*pub, func(p claim) bool { return p.source == "byline" }) {
				*pub = append(*pub, c)
			}
		}
	}
}

// dateLine reports whether a line is a byline and no sentence that mentions
// a date: it has few other words, or it begins by naming the author.
func dateLine(line string) bool {
	rest := line
	for _, s := range slices.Backward(findDates(line, "en-GB")) {
		rest = rest[:s.start] + " " + rest[s.end:]
	}
	rest = strings.TrimSuffix(strings.TrimSpace(rest), "г.") // of a Russian year: it ends no sentence
	if len(strings.Fields(rest)) <= 6 && !strings.HasSuffix(strings.TrimSpace(line), "?") {
		return !strings.HasSuffix(strings.TrimSpace(rest), ".") || len(strings.Fields(rest)) <= 2
	}
	if len(strings.Fields(rest)) > 16 {
		return false
	}
	loc := findBy(line)
	return loc != nil && loc[0] <= 20
}

var (
	pathDate    = regexp.MustCompile(`(?:^|/)((?:19|20)\d{2})[/\-](\d{1,2})[/\-](\d{1,2})(?:[/\-_.]|$)`)
	compactDate = regexp.MustCompile(`(?:^|/)((?:19|20)\d{2})(\d{2})(\d{2})(?:[/\-_.]|$)`)
)

// addressDate is the day in an address such as /2026/01/22/a-story.
func addressDate(path string) (stamp, bool) {
	if !strings.Contains(path, "19") && !strings.Contains(path, "20") {
		return stamp{}, false
	}
	for _, re := range []*regexp.Regexp{pathDate, compactDate} {
		if m := re.FindStringSubmatch(path); m != nil {
			pad := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
			return parseStamp(m[1]+"-"+pad(m[2])+"-"+pad(m[3]), "")
		}
	}
	return stamp{}, false
}

// credible drops dates that can't be: in the future, before the web.
func (d *document) credible(claims []claim) []claim {
	return slices.DeleteFunc(claims, func(c claim) bool {
		slack := daySlack
		if c.exact {
			slack = clockSlack
		}
		return c.day.Year() < earliest || c.time.After(d.now.Add(slack))
	})
}

func apart(a, b time.Time) int { return int(a.Sub(b).Abs().Hours()) / 24 }

// elect chooses the date that most sources support, and of those sources the
// one that knows it best.
func elect(claims []claim) (claim, bool) {
	if len(claims) == 0 {
		return claim{}, false
	}
	less := func(a, b claim) int {
		if s := sources(b, claims) - sources(a, claims); s != 0 {
			return s
		}
		return sourceRank[a.source] - sourceRank[b.source]
	}
	winner := slices.MinFunc(claims, less)
	best := winner
	for _, c := range claims {
		if c.exact && !best.exact && apart(c.day, winner.day) <= 1 {
			best = c
		}
	}
	if !best.exact {
		// Without an instant it is the day that readers see.
		for _, c := range claims {
			if c.source == "byline" && apart(c.day, winner.day) <= 1 && !c.day.Equal(best.day) {
				best = c
			}
		}
	}
	return best, true
}

// sources counts the kinds of source that support c.
func sources(c claim, claims []claim) int {
	seen := map[string]bool{}
	for _, o := range claims {
		if apart(c.day, o.day) <= 1 {
			seen[o.source] = true
		}
	}
	return len(seen)
}

// after reports whether c is an update of a story published at p: at least a
// minute later, or a day where only days are known.
func (c claim) after(p claim) bool {
	if c.exact && p.exact {
		return c.time.Sub(p.time) >= time.Minute
	}
	return c.day.After(p.day)
}

func (c claim) date() feed.Date {
	p := cmp.Or(c.unit, feed.PrecisionDay)
	if c.exact {
		p = feed.PrecisionSecond
	}
	return feed.Date{Time: c.time.Truncate(time.Second), Precision: p, Source: c.source}
}
