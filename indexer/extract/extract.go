package extract

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/profile"
)

// Page is what [Extract] reads.
type Page struct {
	URL       string      // the page's final address, absolute http or https
	Header    http.Header // of the response; for Link and Content-Language; nil: none
	HTML      []byte      // UTF-8, at most 10 MiB
	Anchor    string      // text of the link that led here; empty: unknown
	SiteTitle string      // what the site is called, where known; helps to cut it off titles
	Now       time.Time   // when the page was fetched: later dates are refused; zero: the clock's time

	Profile *profile.Set // the source's template, which makes reading cheap; nil: unknown
	Pins    feed.Select  // fields that a person has pinned; its List and Next are not looked at
	Full    bool         // read the page in full even if Profile could be used alone, and compare

	// Entry gives what the site's feed says of this story. It is called only if
	// the page has no text of its own. Nil: nothing is known.
	Entry func() *Entry

	fromState bool // put together of what the page's scripts carry, see [orDrawn]
}

// Entry is a story as a feed carries it.
type Entry struct {
	Title     string
	HTML      string // the whole text, not sanitised; addresses relative to the page
	Authors   []string
	Published feed.Date // zero: unknown
}

// Story is what a page says about its story. What is not known is zero.
//
// All strings are free of characters that XML 1.0 forbids; titles, names and
// tags are one line; URLs are absolute http or https URLs.
type Story struct {
	Title       string // never empty
	TitleSource string // "heading", "og:title", "json-ld", "title", "anchor", "selector", or "text": how the text of an untitled one begins

	Authors      []string // people's names in the page's order
	AuthorSource string   // "json-ld", "element", "meta", "byline" or "selector"
	Account      string   // where Authors is empty: what the page names in their place, such as "admin"

	Published feed.Date // never in the future, never before 1995
	Updated   feed.Date // later than Published, which may be unknown; or zero
	// Day is the day that readers see beside the story, at 00:00 UTC: of
	// Published where it was written, else that of Updated; zero: they see none.
	Day time.Time

	ImageURL     string // the hero image
	Tags         []string
	Language     string // BCP 47
	CanonicalURL string // what the page claims to be its address; empty: nothing, or nothing credible

	HTML    string // the body through [Sanitise]; URLs absolute
	Text    string // the body as text, see [Text]
	Words   int    // of Text; a Han, Hiragana or Katakana character is a word
	Partial bool   // the page says that it shows only the beginning

	Profile *Reading // how the profile and the pins were used; nil: there were none

	WordPressID int    // number of the post in WordPress; 0: none
	APIURL      string // this post in the site's WordPress REST API; empty: none

	Translations []Translation // of the story, as its page names them; itself may be among them

	base *url.URL // of the page's addresses
	refs []string // addresses that the page links, as written
}

// Extract reads a story's page. A page that is no story gives a [*NotStory]
// error, and the values that were read before it was known; one that can't be read (not parseable, more than 512 open elements,
// too large) another one. It never panics. The limits on bytes, tags and
// elements are set so that hostile pages, too, end within five seconds of CPU.
func Extract(p Page) (s Story, err error) {
	defer func() { s, err = orDrawn(p, s, err) }()
	defer func() {
		// The libraries below have panicked on odd documents; one page must
		// not end a crawl.
		if r := recover(); r != nil {
			s, err = Story{}, fmt.Errorf("extract %s: panic: %v", p.URL, r)
		}
	}()
	d, err := parse(p)
	if err != nil {
		return Story{}, fmt.Errorf("extract %s: %w", p.URL, err)
	}
	s.base, s.refs = d.base, d.refs()
	s.Translations = d.translations()
	if err := d.refuseEarly(); err != nil {
		return Story{}, fmt.Errorf("extract %s: %w", p.URL, err)
	}
	l := d.learned(p)
	d.unwrapNoscript()
	if l.alone {
		d.readLearned(l, &s)
	} else {
		d.readFull(l, &s)
	}
	if pub := s.Published.Time; !s.Published.IsZero() && (s.Day.Before(pub.AddDate(0, 0, -2)) || s.Day.After(s.Published.End().AddDate(0, 0, 2))) {
		s.Day = pub.Truncate(24 * time.Hour) // the profile has dated the story
	}
	if len(s.Authors) == 0 {
		s.Account = d.account
	}
	s.Language = d.language()
	s.CanonicalURL = d.canonical()
	s.WordPressID, s.APIURL = d.wordPress()
	if err := d.refuseList(l, s); err != nil {
		return s, fmt.Errorf("extract %s: %w", p.URL, err)
	}
	d.listOfLinks = d.countLinks()
	body := d.cleanBody(s.Title, s.Authors)
	s.HTML, s.Text = body.HTML, body.Text
	s.Language = spokenLanguage(s.Language, s.Text)
	s.Words = body.Words
	s.Partial = d.partial() || s.Words > 0 && s.Words < maxTeaser && isWalled(d.source)
	d.titleOfText(&s)
	s.ImageURL = d.hero(body)
	s.Profile = l.reading(s)
	if err := d.refuseLate(s); err != nil {
		return s, fmt.Errorf("extract %s: %w", p.URL, err)
	}
	if d.answers && !p.fromState {
		s = withAnswers(p, s)
	}
	return s, nil
}

// readFull finds the story and its values by what the page itself shows.
func (d *document) readFull(l *learned, s *Story) {
	d.prune()
	d.heading = d.findHeading()
	d.findContent()
	d.place(l)
	s.Title, s.TitleSource = d.findTitle()
	lines := d.bylines()
	s.Published, s.Updated, s.Day = d.dates(lines)
	s.Authors, s.AuthorSource = d.authors(lines)
	s.Tags = d.tags()
	d.overrule(l, s)
	d.cut(l)
}
