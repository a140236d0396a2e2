package discover

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
)

// Trouble says in a word why an address is no source.
type Trouble string

// The reasons why an address is no source.
const (
	TroubleFile      Trouble = "not a page"   // a picture, a PDF, JSON of an unknown kind
	TroubleBroken    Trouble = "broken feed"  // that no reader can read
	TroubleSitemap   Trouble = "sitemap"      // lists the whole site without order
	TroublePinned    Trouble = "pinned"       // the selector that pins the list selects nothing
	TroubleNoStories Trouble = "no stories"   // a page that links none
	TroubleShell     Trouble = "empty shell"  // a script draws the page, in a browser only
	TroubleSingle    Trouble = "single story" // one article that belongs to no series
	TroubleLogin     Trouble = "login"        // asks for a name or password
	TroubleChallenge Trouble = "bot check"    // wants to know whether we are human
	TroubleConsent   Trouble = "consent"      // asks for consent before it shows anything
	TroubleNotFound  Trouble = "not found"    // says so, with status 200
	TroubleClosed    Trouble = "closed"       // under maintenance or suspended
	TroubleParked    Trouble = "parked"       // a domain without a site
	TroubleTooMany   Trouble = "too many"     // links more pages than any series has stories, see Options.MaxLinks
	TroubleOnePage   Trouble = "one page"     // its stories are sections of it, without pages of their own
	TroubleElsewhere Trouble = "elsewhere"    // leads to another page than the one that was asked for
)

// NoSource is the error of [Discover] for an address that answers and yet is
// no source. Addresses that do not answer, or answer with a status of 400 and
// more, give the error of the [Fetcher].
type NoSource struct {
	Kind   Trouble
	Links  int      // of TroubleTooMany, the pages that could be stories; else 0
	Reason string   // what told so, one phrase for people
	Tried  []string // what was looked at in vain, one phrase each
	Better []Better // what to name instead, likeliest first; may be empty
}

// Better is an address that is likely to be a source.
type Better struct {
	URL  string // absolute
	What string // what it is, for people: "the category Letters", "the site's feed"
}

// Error names the kind and what told so.
func (e *NoSource) Error() string { return fmt.Sprintf("%s: %s", e.Kind, e.Reason) }

// troubles are the kinds of page that are never sources, whatever they link.
var troubles = map[extract.Kind]Trouble{
	extract.KindSoft404:     TroubleNotFound,
	extract.KindLogin:       TroubleLogin,
	extract.KindCaptcha:     TroubleChallenge,
	extract.KindConsent:     TroubleConsent,
	extract.KindMaintenance: TroubleClosed,
	extract.KindParked:      TroubleParked,
}

// tooMany reports a page that links more than a series has, before what is dear
// on such a page: to compare its links.
func (w *walk) tooMany(v *view) error {
	if w.opt.MaxLinks <= 0 || w.pins.list != nil || len(v.anchors) <= w.opt.MaxLinks {
		return nil
	}
	keys := make(map[string]struct{}, len(v.anchors))
	for _, a := range v.anchors {
		if a.usable() {
			keys[a.key] = struct{}{}
		}
	}
	if len(keys) <= w.opt.MaxLinks {
		return nil
	}
	return &NoSource{
		Kind: TroubleTooMany, Links: len(keys), Reason: fmt.Sprintf("links %d pages that could be stories, more than %d", len(keys), w.opt.MaxLinks),
		Tried: []string{fmt.Sprintf("read the %d links on the page, of which %d could each lead to another story", len(v.anchors), len(keys))},
	}
}

// maxNotice is more links than a page has that is a notice.
const maxNotice = 1000

// notice reads a page that may only say why there is nothing to see. A page
// that links stories may well hold a form to log in.
func (w *walk) notice(p *Page, k class) *NoSource {
	links := max(len(k.hub.links), k.list.size())
	if links > maxNotice {
		return nil // its text is dear to find
	}
	_, err := w.extracted(p)
	var not *extract.NotStory
	if !errors.As(err, &not) {
		return nil
	}
	kind, ok := troubles[not.Kind]
	switch {
	case !ok:
		return nil
	case kind == TroubleLogin && (links < strongGroup || k.loose || k.isMenuOnly() || w.sentToLogin(p)): // the way to a new password is no story
	case links > 0 && kind != TroubleNotFound && kind != TroubleChallenge && kind != TroubleConsent && kind != TroubleParked:
		return nil
	}
	return &NoSource{Kind: kind, Reason: not.Reason}
}

// menuLinks and menuBytes are the most that the links of a menu hold.
const (
	menuLinks = 2 * strongGroup
	menuBytes = 24
)

// isMenuOnly reports that all that a page links could be its menu: a few links
// in few words, none with a date or number.
func (k class) isMenuOnly() bool {
	if max(len(k.hub.links), k.list.size()) > menuLinks || k.list.shown > 0 || k.list.posts {
		return false
	}
	for i, a := range k.hub.at {
		if len(a.text) > menuBytes || k.hub.parts[i] > 0 {
			return false
		}
	}
	return !slices.ContainsFunc(k.list.at, func(a *anchor) bool { return len(a.text) > menuBytes })
}

var loginPath = regexp.MustCompile(`(?i)/(?:log-?in|sign-?in|log-?on|wp-login|auth|sso|account/login|anmelden|connexion)(?:[/.]|$)`)

// sentToLogin reports that the page which was asked for led to one for logging
// in.
func (w *walk) sentToLogin(p *Page) bool {
	to, err := url.Parse(p.FinalURL)
	return err == nil && feed.URLKey(w.source.URL) != feed.URLKey(p.FinalURL) && loginPath.MatchString(to.Path) && !loginPath.MatchString(w.source.URL)
}

// elsewhere reports that a page answered with its site's home page: the page
// that was asked for is gone.
func (w *walk) elsewhere(p *Page) *NoSource {
	from, errA := url.Parse(w.source.URL)
	to, errB := url.Parse(p.FinalURL)
	if errA != nil || errB != nil || feed.URLKey(w.source.URL) == feed.URLKey(p.FinalURL) {
		return nil
	}
	if notFoundPath.MatchString(to.Path) && !notFoundPath.MatchString(from.Path) {
		return &NoSource{Kind: TroubleNotFound, Reason: "leads to " + p.FinalURL}
	}
	if strings.Trim(to.Path, "/") != "" || to.RawQuery != "" || meansHome(from) {
		return nil
	}
	return &NoSource{
		Kind: TroubleElsewhere, Reason: "redirects to the home page " + p.FinalURL,
		Better: []Better{{URL: p.FinalURL, What: "the home page, if it lists what is wanted"}},
	}
}

// notFoundPath is the address of the page to which a site sends those who ask
// for one that it does not have.
var notFoundPath = regexp.MustCompile(`(?i)/(?:(?:error|err|status|page)?[-_]?404|(?:page[-_]?)?not[-_]?found|nicht-gefunden|introuvable)(?:[/.]|$)`)

var homeName = regexp.MustCompile(`^(?:home|index|default|start|main|welcome|blog|[a-z]{2}(?:[-_][a-z]{2})?)$`)

// meansHome reports that an address is a usual name for a site's home page.
func meansHome(u *url.URL) bool {
	segs := strings.FieldsFunc(strings.ToLower(u.Path), func(r rune) bool { return r == '/' })
	return u.RawQuery == "" && !slices.ContainsFunc(segs, func(s string) bool { return !homeName.MatchString(strings.TrimSuffix(s, path.Ext(s))) })
}

// noStories is the verdict on a source that leads nowhere.
func (w *walk) noStories() *NoSource {
	if w.trouble != nil {
		return w.trouble
	}
	e := &NoSource{Kind: TroubleNoStories, Reason: "no link to a story found: " + w.nothing, Tried: w.result.Why, Better: w.result.Better}
	if feedURL := w.result.FeedURL; feedURL != "" && feed.URLKey(feedURL) != feed.URLKey(w.source.URL) &&
		!slices.ContainsFunc(e.Better, func(b Better) bool { return b.URL == feedURL }) {
		e.Better = append(e.Better, Better{URL: feedURL, What: "the site's feed"})
	}
	return e
}
