package extract

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Kind says what a page is that is no story.
type Kind string

// The kinds of page that are no story.
const (
	KindArchive     Kind = "archive"     // a list of stories
	KindHome        Kind = "home"        // the site's home page
	KindSearch      Kind = "search"      // results of a search
	KindAttachment  Kind = "attachment"  // WordPress' page around one file
	KindSoft404     Kind = "soft 404"    // "not found" with status 200
	KindLogin       Kind = "login"       // asks for a name or password
	KindCaptcha     Kind = "captcha"     // wants to know whether we are human
	KindConsent     Kind = "consent"     // asks for consent before it shows anything
	KindMaintenance Kind = "maintenance" // closed for now
	KindParked      Kind = "parked"      // a domain without a site
	KindShell       Kind = "empty shell" // the text comes by script
	KindEmpty       Kind = "empty"       // almost nothing on it
	KindFile        Kind = "file"        // no page at all, such as PDF or JSON; the caller knows by its media type
)

// NotStory says that a page is no story. It is an error of [Extract].
type NotStory struct {
	Kind   Kind
	Reason string // what told so, one phrase for people
}

// Error names the kind and what told so.
func (e *NotStory) Error() string {
	return fmt.Sprintf("no story, but %s: %s", e.Kind.phrase(), e.Reason)
}

// phrase is the kind for people.
func (k Kind) phrase() string {
	switch k {
	case KindArchive:
		return "a list of stories"
	case KindHome:
		return "the home page"
	case KindSearch:
		return "a page of search results"
	case KindAttachment:
		return "the page of a picture or file"
	case KindSoft404:
		return "a page that says it is not there"
	case KindLogin:
		return "a login"
	case KindCaptcha:
		return "a check whether we are human"
	case KindMaintenance:
		return "a notice that the site is closed"
	case KindShell:
		return "an empty page that scripts fill"
	case KindEmpty:
		return "an almost empty page"
	}
	return "a file"
}

const (
	fewWords    = 15  // less is a story only with title and date
	noteWords   = 150 // more is not a notice such as "page not found"
	littleProse = 200 // letters: less beside a list's entries is its introduction
	manyLinks   = 12  // to pages of the site, and little else, are a list
)

// refuseEarly tells by the page's marks and notices what needs no body to be
// known.
func (d *document) refuseEarly() error {
	if err := d.refuseClass(); err != nil {
		return err
	}
	if err := d.refuseNotice(); err != nil {
		return err
	}
	if d.shell && !hasWords(d.body, fewWords) {
		return &NotStory{KindShell, "the page has no text without scripts"}
	}
	if p := strings.TrimSuffix(d.url.Path, "/"); (p == "" || p == "/index.html" || p == "/index.php") && !d.saysStory() && !namesStory(d.url) {
		return &NotStory{KindHome, "the address is the site's home page"}
	}
	return nil
}

// storyParameters are the names under which engines without paths ask for a
// story; those that end in "id" are as well, but for lists and visitors.
var storyParameters = []string{"p", "a", "n", "post", "article", "story", "entry", "item", "news", "title", "slug", "artikel", "beitrag", "texte", "noticia", "node"}

var listID = regexp.MustCompile(`^(?:cat(?:egory)?|c|tag|topic|author|user|u|(?:php|j)?sess(?:ion)?|s|lang(?:uage)?|site|ref|client)_?id$`)

// namesStory reports that the parameters of an address may name a story: such
// an address at the top of a site is not that of its home page.
func namesStory(u *url.URL) bool {
	if u.RawQuery == "" {
		return false
	}
	bare, err := url.Parse(feed.StripTracking(u.String()))
	if err != nil {
		return false
	}
	for name, values := range bare.Query() {
		name = strings.ToLower(name)
		if values[0] != "" && (slices.Contains(storyParameters, name) || strings.HasSuffix(name, "id") && !listID.MatchString(name)) {
			return true
		}
	}
	return false
}

// saysStory reports whether the page calls itself an article.
func (d *document) saysStory() bool {
	if d.article != nil && d.article.str("datePublished") != "" {
		return true
	}
	return d.meta("article:published_time") != "" && strings.EqualFold(d.meta("og:type"), "article")
}

// refuseClass reads the classes that WordPress and its imitators put on
// <body>. They are sure: a page says what its engine rendered.
func (d *document) refuseClass() error {
	classes := names(d.body)
	has := func(s ...string) bool {
		return slices.ContainsFunc(s, func(c string) bool { return slices.Contains(classes, c) })
	}
	switch {
	case has("error404", "page-404", "error-404"):
		return &NotStory{KindSoft404, "the page calls itself error 404"}
	case has("attachment") && !has("single-post"):
		return &NotStory{KindAttachment, "the page shows one file"}
	case has("search-results", "search-no-results"):
		return &NotStory{KindSearch, "the page calls itself search results"}
	case has("single", "single-post", "post-template-default", "postid"):
		return nil
	case has("archive") && has("category", "tag", "author", "date", "hfeed", "post-type-archive", "tax", "wp-singular"), has("tag-template", "author-template", "post-type-archive"):
		return &NotStory{KindArchive, "the page calls itself an archive"}
	case has("home") && has("blog", "paged"), has("blog") && has("hfeed", "paged"):
		return &NotStory{KindArchive, "the page calls itself the list of posts"}
	}
	return nil
}

// hasWords reports whether a page shows at least n words; it reads no further.
// Markup is often indented by thousands of blanks, so bytes tell nothing.
func hasWords(root *html.Node, n int) bool { return wordsUpTo(root, n) >= n }

// wordsUpTo counts words until it has enough of them.
func wordsUpTo(n *html.Node, enough int) int {
	found := 0
	for c := n.FirstChild; c != nil && found < enough; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			if !isBlank(c) {
				found += CountWords(c.Data)
			}
		case !isElement(c, atom.Script, atom.Style, atom.Noscript, atom.Nav, atom.Svg, atom.Select):
			found += wordsUpTo(c, enough-found)
		}
	}
	return found
}

// card is an entry of a list: a heading that links to another page of the
// site.
func (d *document) cards(within, except *html.Node) []string {
	var out []string
	self := ""
	for _, h := range findTags(within, atom.H1, atom.H2, atom.H3, atom.H4) {
		if except != nil && inside(h, except) || h == d.heading {
			continue
		}
		a := firstTag(h, atom.A)
		if a == nil {
			a = closest(h, func(n *html.Node) bool { return n.DataAtom == atom.A })
		}
		if a == nil || fold(lineText(a)) == "" || !holdsWords(fold(lineText(a)), fold(lineText(h))) {
			continue
		}
		if self == "" {
			self = feed.URLKey(d.url.String())
		}
		u := d.absolute(attr(a, "href"))
		if key := feed.URLKey(u); u != "" && sameSite(u, d.url) && key != self && !strings.HasPrefix(attr(a, "href"), "#") && !slices.Contains(out, key) && key != feed.URLKey(d.url.Scheme+"://"+d.url.Host+"/") {
			out = append(out, key)
		}
	}
	return out
}

// refuseArchive tells lists from stories: two entries or more, and no body
// beside them that is worth the name.
func (d *document) refuseArchive() error {
	classes := names(d.body)
	if slices.ContainsFunc(classes, func(c string) bool { return c == "single" || c == "single-post" || strings.HasPrefix(c, "postid-") }) {
		return nil
	}
	if slices.Contains(classes, "home-template") && !d.standsAlone() { // themes forget to say which template a page has
		return &NotStory{KindArchive, "the page calls itself the list of posts"}
	}
	if d.heading != nil && d.themed && d.article != nil && d.article.str("datePublished") != "" {
		return nil
	}
	whole := d.cards(d.body, nil)
	title, _ := d.findTitle()
	if len(whole) < 2 && !(len(whole) == 1 && archiveName.MatchString(title)) {
		return nil
	}
	if (archiveName.MatchString(title) || archiveName.MatchString(d.title) && d.heading == nil) && !d.standsAlone() {
		return &NotStory{KindArchive, fmt.Sprintf("%d headings that link to other pages under %q", len(whole), clip(title))}
	}
	// Entries within a marked body are the author's own headings; entries
	// around it are other stories. Without a heading there is no own story.
	if d.heading == nil && !strings.EqualFold(d.meta("og:type"), "article") || d.contentIsList(len(whole)) {
		return &NotStory{KindArchive, fmt.Sprintf("%d headings that link to other pages", len(whole))}
	}
	return nil
}

// standsAlone reports that what is marked as the page's text is one, and leads
// to no other page by its headings: a story may well be called "Archive".
func (d *document) standsAlone() bool {
	return d.themed && d.heading != nil && d.sizes[d.content].prose() >= littleProse && len(d.cards(d.content, nil)) == 0
}

// contentIsList reports whether the content is a list of entries: they are
// in it, and most of what it holds is theirs or is links.
func (d *document) contentIsList(all int) bool {
	in := d.cards(d.content, nil)
	if len(in) < 2 {
		return all >= 2 && d.sizes[d.content].prose() < littleProse && !d.themed
	}
	entries := 0
	walk(d.content, func(n *html.Node) bool {
		// What holds the story's own heading holds the story, too.
		if n == d.content || !isElement(n, atom.Article, atom.Li, atom.Div, atom.Section) || d.heading != nil && inside(d.heading, n) || len(d.cards(n, nil)) != 1 {
			return true
		}
		entries += d.sizes[n].text
		return false
	})
	s := d.sizes[d.content]
	return 2*entries > s.text || s.prose()-entries < littleProse
}

// refuseLate tells what only the result shows.
func (d *document) refuseLate(s Story) error {
	dated := !s.Published.IsZero() && !s.Published.Guessed()
	if d.shell && s.Words < fewWords {
		return &NotStory{KindShell, "the page has no text without scripts"}
	}
	if s.Title == "" {
		return &NotStory{KindEmpty, "no title"}
	}
	named := s.Title
	if s.TitleSource == "title" && d.heading != nil && numbersPart(s.Title, headingText(d.heading)) {
		named = headingText(d.heading) // "page 12" counts the pages of a story here, not those of a list
	}
	if !dated && s.Words < noteWords && archiveName.MatchString(named) {
		return &NotStory{KindArchive, quoted(named)}
	}
	shown := s.Words > 0 || strings.Contains(s.HTML, "<img")
	if n := d.listOfLinks; n >= manyLinks && !dated {
		return &NotStory{KindArchive, fmt.Sprintf("a list of %d links and little else", n)}
	}
	if s.Words >= fewWords || shown && dated && s.TitleSource == "heading" {
		return nil
	}
	if shown && dated || strings.Contains(s.HTML, "<img") { // a drawn story may do without words
		return nil
	}
	return &NotStory{KindEmpty, fewWordsOf(s.Words)}
}

// fewWordsOf says how little text a page has.
func fewWordsOf(n int) string {
	switch n {
	case 0:
		return "no text was found on it"
	case 1:
		return "it has one word of text"
	}
	return fmt.Sprintf("it has %d words of text", n)
}

// countLinks is how many pages of the site the content links, if links are
// nearly all that it holds: no paragraph beside them.
func (d *document) countLinks() int {
	s := d.sizes[d.content]
	if 2*s.link < s.text || hasProse(d.content) {
		return 0
	}
	targets := map[string]bool{}
	for _, a := range findTags(d.content, atom.A) {
		if u := d.absolute(attr(a, "href")); u != "" && sameSite(u, d.url) {
			targets[feed.URLKey(u)] = true
		}
	}
	return len(targets)
}
