package indexer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// Problem is why an address can't be followed.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	What   string      `json:"what"`   // one sentence without a full stop: which address, and what is wrong
	Tried  []string    `json:"tried"`  // what was asked for and looked for, and what came of it, in order
	Remedy []string    `json:"remedy"` // what the reader can do, likeliest first; never empty
	Better []string    `json:"better"` // addresses to try instead, likeliest first
}

// ProblemKind is a problem in a word that programs can rely on.
type ProblemKind string

// The problems of addresses.
const (
	ProblemNoURL      ProblemKind = "no-url"       // it can't be an address of a page
	ProblemRefused    ProblemKind = "refused"      // a private address, an odd port, a password in it
	ProblemDNS        ProblemKind = "dns"          // no host of that name
	ProblemTLS        ProblemKind = "tls"          // the certificate is not to be trusted, or there is no TLS
	ProblemConnection ProblemKind = "connection"   // nobody answers, or breaks off
	ProblemTimeout    ProblemKind = "timeout"      // too slow
	ProblemRobots     ProblemKind = "robots"       // robots.txt forbids it
	ProblemNoRobots   ProblemKind = "robots-error" // robots.txt can't be had, and without it nothing may be fetched
	ProblemLogin      ProblemKind = "login"        // needs a login
	ProblemForbidden  ProblemKind = "forbidden"    // 403
	ProblemBotCheck   ProblemKind = "bot-check"    // wants a person in a browser
	ProblemNotFound   ProblemKind = "not-found"    // 404 or 410
	ProblemSoft404    ProblemKind = "soft-404"     // says "not found" with status 200
	ProblemBusy       ProblemKind = "busy"         // 429 or 503, or somebody else is asking
	ProblemServer     ProblemKind = "server-error" // 5xx
	ProblemStatus     ProblemKind = "status"       // any other status
	ProblemTooLarge   ProblemKind = "too-large"    // beyond the budget of a page
	ProblemRedirect   ProblemKind = "redirect"     // redirects without end
	ProblemElsewhere  ProblemKind = "elsewhere"    // leads to another site or to the home page
	ProblemUnreadable ProblemKind = "unreadable"   // a character set, packing or broken feed that nobody can read
	ProblemFile       ProblemKind = "not-a-page"   // PDF, picture, JSON
	ProblemSitemap    ProblemKind = "sitemap"      // lists the whole site without order
	ProblemShell      ProblemKind = "empty-shell"  // drawn by a script
	ProblemClosed     ProblemKind = "closed"       // maintenance, parked, suspended
	ProblemSingle     ProblemKind = "single-story" // one article
	ProblemOnePage    ProblemKind = "one-page"     // its stories are sections of one page
	ProblemNoStories  ProblemKind = "no-stories"   // no story is found, or none can be read
	ProblemSelector   ProblemKind = "selector"     // a pinned selector finds nothing
	ProblemTooMany    ProblemKind = "too-many"     // more links than any series has stories
	ProblemInternal   ProblemKind = "internal"     // a fault of this program or its store
)

// Remedies that several problems share.
const (
	openIt       = "open the address in a browser and check that it is the page that you mean"
	nameList     = "name the page that lists the stories: the blog's home page, its archive, a category or tag, or its feed"
	tryLater     = "try again later"
	askOwner     = "ask the site's owner to let storyfeed in; fetch.contact in the configuration lets them reach you"
	ownPages     = "if the stories have pages of their own as well, name the page or feed that lists these: only what has an address of its own can be a story"
	nameLess     = "name a page that lists less: a category, a tag, one series"
	pinList      = "if only a part of the page is the list, write select.list with a CSS selector of its links into the configuration"
	followFeed   = "if the site has a feed, name that: feeds are often let through"
	checkWriting = "check the spelling of the address"
	fromHome     = "look for the page from the site's home page: it may have moved"
	publicOnly   = "name a page or feed of the site that can be read without logging in: storyfeed reads what everybody may read"
	reportIt     = "this is a fault of storyfeed: report it with the address"
)

// problemOf says what an error of reading a source means for the person who
// gave the address.
func problemOf(address string, err error) *Problem {
	var fe *fetch.Error
	var none *discover.NoSource
	var drawn *render.Error
	switch {
	case errors.As(err, &none):
		return troubleOf(address, none)
	case errors.As(err, &drawn):
		p := &Problem{Kind: ProblemShell, What: undrawn(drawn), Remedy: []string{openIt, tryLater, followFeed}}
		if errors.Is(err, render.ErrNoBrowser) {
			p.Remedy = []string{"install Chromium, or name one in fetch.browser (or --fetch-browser)", followFeed}
		}
		return p
	case errors.As(err, &fe):
		return unfetched(fe)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Problem{Kind: ProblemTimeout, What: "reading " + address + " was broken off", Remedy: []string{tryLater}}
	}
	return &Problem{Kind: ProblemInternal, What: address + ": can't be read: " + strings.TrimPrefix(plainly(err), address+": "), Remedy: []string{reportIt}}
}

// unfetched is the problem of a page that did not come.
func unfetched(e *fetch.Error) *Problem {
	p := &Problem{What: unanswered(e)}
	switch e.Reason {
	case fetch.ReasonDisallowed:
		p.Kind, p.Remedy = ProblemRobots, []string{"follow another page or feed of the site that its robots.txt allows", askOwner}
	case fetch.ReasonRefused:
		p.Kind, p.Remedy = ProblemRefused, []string{"give an address on the public web", allowIt(e.URL)}
	case fetch.ReasonDNS:
		p.Kind, p.Remedy = ProblemDNS, []string{"check the spelling of the host's name", "open the address in a browser: if it works there, this machine can't look up names (DNS)"}
	case fetch.ReasonTimeout:
		p.Kind, p.Remedy = ProblemTimeout, []string{tryLater + ": the site is slow or overloaded", openIt}
	case fetch.ReasonNoServer:
		p.Kind, p.Remedy = ProblemConnection, []string{tryLater + ": the server may be down, or about to start", "check the host and port of the address"}
	case fetch.ReasonConnection:
		p.Kind, p.Remedy = ProblemConnection, []string{tryLater + ": the connection may be disturbed", openIt}
		if strings.HasPrefix(e.URL, "https:") {
			p.Remedy = append(p.Remedy, plainHTTP)
		}
	case fetch.ReasonTLS:
		p.Kind, p.Remedy = ProblemTLS, []string{plainHTTP, "else tell the site's owner: browsers warn of it too"}
	case fetch.ReasonTooLarge:
		p.Kind, p.Remedy = ProblemTooLarge, []string{"name a smaller page: a category, a page of the archive, or the feed"}
	case fetch.ReasonRedirect:
		p.Kind, p.Remedy = ProblemRedirect, []string{openIt + "; sites that redirect in circles often want a cookie first", followFeed}
	case fetch.ReasonCharset, fetch.ReasonType:
		p.Kind, p.Remedy = ProblemUnreadable, []string{"name another page that lists the stories", followFeed}
	case fetch.ReasonBusy:
		p.Kind, p.Remedy = ProblemBusy, []string{tryLater + ": the host is being asked already, or wants to be left alone"}
	case fetch.ReasonStatus:
		answered(p, e)
	default:
		p.Kind, p.Remedy = ProblemConnection, []string{tryLater}
	}
	if e.From != "" && e.Reason != fetch.ReasonTimeout && e.Reason != fetch.ReasonBusy {
		p.Remedy = append([]string{"the site sends its visitors on to that address: find out in a browser where the page is now, and give that"}, p.Remedy...)
	}
	return p
}

// allowIt says how to allow a private server.
func allowIt(address string) string {
	const begin = "for a server of your own, "
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return begin + "list its host:port in fetch.allow (or --fetch-allow)"
	}
	at := net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), map[string]string{"https": "443"}[u.Scheme], "80"))
	return fmt.Sprintf("%swrite fetch.allow = [%q] into the configuration (for once: --fetch-allow %s)", begin, at, at)
}

const plainHTTP = "if the site has no HTTPS, give the address with http://"

// answered is the problem of a page that came with a status of its own.
func answered(p *Problem, e *fetch.Error) {
	switch {
	case e.Bot:
		p.Kind, p.Remedy = ProblemBotCheck, []string{followFeed, askOwner}
	case e.Robots != "":
		p.Kind, p.Remedy = ProblemNoRobots, []string{tryLater + ": while a site's rules are unknown, nothing of it is read", "if it persists, tell the site's owner"}
	case e.Status == http.StatusNotFound || e.Status == http.StatusGone:
		p.Kind, p.Remedy = ProblemNotFound, []string{checkWriting, openIt, fromHome}
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusProxyAuthRequired || e.Status == http.StatusPaymentRequired:
		p.Kind, p.Remedy = ProblemLogin, []string{publicOnly}
	case e.Status == http.StatusForbidden || e.Status == http.StatusUnavailableForLegalReasons:
		p.Kind, p.Remedy = ProblemForbidden, []string{openIt + "; if it needs a login there, it can't be followed", followFeed, askOwner}
	case e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable:
		p.Kind, p.Remedy = ProblemBusy, []string{tryLater, "if it persists, " + askOwner}
	case e.Status >= http.StatusInternalServerError:
		p.Kind, p.Remedy = ProblemServer, []string{tryLater, openIt}
	default:
		p.Kind, p.Remedy = ProblemStatus, []string{openIt}
	}
}

// meaning is what a status says to somebody who knows none by heart; empty:
// nothing.
func meaning(e *fetch.Error) string {
	switch {
	case e.Bot:
		return "the site wants to know whether we are human"
	case e.Robots != "": // the text says it
		return ""
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusProxyAuthRequired:
		return "the page needs a login"
	case http.StatusPaymentRequired:
		return "the page is for those who pay"
	case http.StatusForbidden:
		return "the site does not let us read it"
	case http.StatusNotFound:
		return "there is no such page"
	case http.StatusGone:
		return "the page was removed for good"
	case http.StatusTooManyRequests:
		return "the site is asked too often and wants a pause"
	case http.StatusUnavailableForLegalReasons:
		return "the page is withheld for legal reasons"
	case http.StatusServiceUnavailable:
		return "the site is overloaded or closed for now"
	}
	if e.Status >= http.StatusInternalServerError {
		return "the site has a fault"
	}
	return ""
}

// troubleOf is the problem of a page that came and is no source.
func troubleOf(address string, e *discover.NoSource) *Problem {
	p := &Problem{What: address + ": " + trouble(e)}
	switch e.Kind {
	case discover.TroubleFile:
		p.Kind, p.Remedy = ProblemFile, []string{nameList}
	case discover.TroubleBroken:
		p.Kind, p.Remedy = ProblemUnreadable, []string{tryLater + ": it may have been caught half-written", "name the page that lists the stories instead of the feed", "tell the site's owner: feed readers can't read it either"}
	case discover.TroubleSitemap:
		p.Kind, p.Remedy = ProblemSitemap, []string{nameList}
	case discover.TroubleShell:
		p.Kind, p.Remedy = ProblemShell, []string{"let a browser draw the page: install Chromium, and do not set render to \"never\"", followFeed}
	case discover.TroubleSingle:
		p.Kind, p.Remedy = ProblemSingle, []string{nameList}
	case discover.TroublePinned:
		p.Kind, p.Remedy = ProblemSelector, []string{"correct select.list of the series in the configuration, or leave it out: then the list is found"}
	case discover.TroubleLogin:
		p.Kind, p.Remedy = ProblemLogin, []string{publicOnly}
	case discover.TroubleChallenge, discover.TroubleConsent:
		p.Kind, p.Remedy = ProblemBotCheck, []string{followFeed, askOwner}
	case discover.TroubleNotFound:
		p.Kind, p.Remedy = ProblemSoft404, []string{checkWriting, openIt, fromHome}
	case discover.TroubleParked:
		p.Kind, p.Remedy = ProblemClosed, []string{checkWriting, openIt}
	case discover.TroubleClosed:
		p.Kind, p.Remedy = ProblemClosed, []string{tryLater, openIt}
	case discover.TroubleTooMany:
		p.Kind, p.Remedy = ProblemTooMany, []string{nameLess, pinList}
	case discover.TroubleOnePage:
		p.Kind, p.Remedy = ProblemOnePage, []string{ownPages}
	case discover.TroubleElsewhere:
		p.Kind, p.Remedy = ProblemElsewhere, []string{openIt}
	default:
		p.Kind, p.Remedy = ProblemNoStories, []string{nameList, openIt}
	}
	for _, t := range e.Tried {
		p.Tried = append(p.Tried, withoutKind(t))
	}
	p.suggest(e.Better)
	return p
}

// trouble says what a page is that is no source: a phrase that follows its
// address.
func trouble(e *discover.NoSource) string {
	switch e.Kind {
	case discover.TroubleTooMany:
		return tooMany(e.Links)
	case discover.TroubleLogin:
		return "needs a login: " + e.Reason
	case discover.TroubleChallenge:
		return "wants to know whether we are human: " + e.Reason
	case discover.TroubleConsent:
		return "asks for consent in a browser before it shows anything: " + e.Reason
	case discover.TroubleParked:
		return "is a parked domain without a site: " + e.Reason
	case discover.TroubleNotFound:
		return "says that there is no such page, though with status 200: " + e.Reason
	case discover.TroubleClosed:
		return "is closed for now: " + e.Reason
	case discover.TroubleBroken:
		return "is a feed that can't be read: " + e.Reason
	case discover.TroubleSitemap:
		return "is a sitemap, which lists a whole site without saying what belongs together or in which order"
	}
	return e.Reason
}

// tooMany says that a page links more than any series has.
func tooMany(links int) string {
	return fmt.Sprintf("links %d pages, and no series has more than %d stories; to read all of them, once a second, would take %s",
		links, mostStories, rough(time.Duration(links)*time.Second))
}

// withoutKind drops the kind of source that begins a phrase of package
// discover.
func withoutKind(phrase string) string {
	if kind, rest, ok := strings.Cut(phrase, ": "); ok {
		switch feed.SourceKind(kind) {
		case feed.SourceHub, feed.SourceArchive, feed.SourceFeed, feed.SourceChain, feed.SourceAPI:
			return rest
		}
	}
	return phrase
}

// suggest puts addresses to try instead before all other advice.
func (p *Problem) suggest(list []discover.Better) {
	var try []string
	for _, b := range list {
		p.Better = append(p.Better, b.URL)
		try = append(try, "try "+b.URL+" ("+b.What+")")
	}
	p.Remedy = append(try, p.Remedy...)
}
