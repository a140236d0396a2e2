package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// Problem is why an address can't be followed.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	What   string      `json:"what"`             // one sentence without a full stop: which address, and what is wrong
	Tried  []string    `json:"tried,omitempty"`  // what was asked for and what came of it, in order
	Remedy []string    `json:"remedy,omitempty"` // what the reader can do, likeliest first
	Better []string    `json:"better,omitempty"` // addresses to try instead, likeliest first
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
	ProblemUnreadable ProblemKind = "unreadable"   // a character set or packing that nobody can read
	ProblemFile       ProblemKind = "not-a-page"   // PDF, picture, JSON
	ProblemSitemap    ProblemKind = "sitemap"      // lists the whole site without order
	ProblemShell      ProblemKind = "empty-shell"  // drawn by a script
	ProblemClosed     ProblemKind = "closed"       // maintenance, parked, suspended
	ProblemSingle     ProblemKind = "single-story" // one article
	ProblemNoStories  ProblemKind = "no-stories"   // no story is found, or none can be read
	ProblemTooMany    ProblemKind = "too-many"     // more links than any series has stories
	ProblemInternal   ProblemKind = "internal"     // a fault of this program or its store
)

// Remedies that several problems share.
const (
	openIt       = "open the address in a browser and check that it is the page that you mean"
	nameList     = "name the page that lists the stories: the blog's home page, its archive, a category or tag, or its feed"
	tryLater     = "try again later"
	askOwner     = "ask the site's owner to let storyfeed in; fetch.contact in the configuration lets them reach you"
	followFeed   = "if the site has a feed, name that: feeds are often let through"
	checkWriting = "check the spelling"
)

// problemOf says what an error of reading a source means for the person who
// gave the address.
func problemOf(url string, err error) *Problem {
	var fe *fetch.Error
	var none *discover.NoSource
	var shell *render.Error
	switch {
	case errors.As(err, &none):
		return troubleOf(url, none)
	case errors.As(err, &shell):
		p := &Problem{Kind: ProblemShell, What: shell.Error(), Remedy: []string{tryLater, followFeed}}
		if errors.Is(err, render.ErrNoBrowser) {
			p.Remedy = []string{"install Chromium, or name one in fetch.browser (or --fetch-browser)", followFeed}
		}
		return p
	case errors.As(err, &fe):
		return unfetched(fe)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Problem{Kind: ProblemTimeout, What: "reading " + url + " was broken off"}
	}
	return &Problem{Kind: ProblemInternal, What: fmt.Sprintf("%s can't be read: %v", url, err)}
}

// unfetched is the problem of a page that did not come.
func unfetched(e *fetch.Error) *Problem {
	at := e.URL
	if e.From != "" {
		at += " (redirected from " + e.From + ")"
	}
	p := &Problem{What: fmt.Sprintf("%s: %v", at, e.Err)}
	if e.Robots != "" && e.Reason != fetch.ReasonStatus {
		p.What = at + ": " + e.Robots // no host is there that could have a robots.txt
	}
	if !e.NextTry.IsZero() && (e.Reason == fetch.ReasonStatus || e.Reason == fetch.ReasonBusy) {
		p.What += "; it may be asked again after " + e.NextTry.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	switch e.Reason {
	case fetch.ReasonDisallowed:
		p.Kind, p.Remedy = ProblemRobots, []string{"follow another page or feed of the site that its robots.txt allows", askOwner}
	case fetch.ReasonRefused:
		p.Kind, p.Remedy = ProblemRefused, []string{"give an address on the public web", "for a server of your own, list its host:port in fetch.allow (or --fetch-allow)"}
	case fetch.ReasonDNS:
		p.Kind, p.Remedy = ProblemDNS, []string{checkWriting, "check that this machine can look up names"}
	case fetch.ReasonTimeout:
		p.Kind, p.Remedy = ProblemTimeout, []string{tryLater, openIt}
	case fetch.ReasonConnection:
		p.Kind, p.Remedy = ProblemConnection, []string{checkWriting, tryLater + ": the server may be down"}
	case fetch.ReasonTLS:
		p.Kind, p.Remedy = ProblemTLS, []string{"if the site serves plain HTTP, give the address with http://", "tell the site's owner: browsers warn of it too"}
	case fetch.ReasonTooLarge:
		p.Kind, p.Remedy = ProblemTooLarge, []string{"name a smaller page: a category, a page of the archive, or the feed"}
	case fetch.ReasonRedirect:
		p.Kind, p.Remedy = ProblemRedirect, []string{openIt + "; sites that redirect in circles often want a cookie first", followFeed}
	case fetch.ReasonCharset, fetch.ReasonType:
		p.Kind, p.Remedy = ProblemUnreadable, []string{followFeed}
	case fetch.ReasonBusy:
		p.Kind, p.Remedy = ProblemBusy, []string{tryLater + ": the host is being asked already, or wants to be left alone"}
	case fetch.ReasonStatus:
		answered(p, e)
	default:
		p.Kind, p.Remedy = ProblemConnection, []string{tryLater}
	}
	return p
}

// answered is the problem of a page that came with a status of its own.
func answered(p *Problem, e *fetch.Error) {
	switch {
	case e.Bot:
		p.Kind = ProblemBotCheck
		p.What = fmt.Sprintf("%s: answered %d and wants to know whether we are human", e.URL, e.Status)
		p.Remedy = []string{followFeed, askOwner}
	case e.Robots != "":
		p.Kind, p.Remedy = ProblemNoRobots, []string{tryLater}
	case e.Status == http.StatusNotFound || e.Status == http.StatusGone:
		p.Kind, p.Remedy = ProblemNotFound, []string{checkWriting, openIt, "look for the page from the site's home page: it may have moved"}
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusProxyAuthRequired || e.Status == http.StatusPaymentRequired:
		p.Kind, p.Remedy = ProblemLogin, []string{"storyfeed reads what everybody may read: name a public page or feed of the site"}
	case e.Status == http.StatusForbidden:
		p.Kind, p.Remedy = ProblemForbidden, []string{openIt + "; if it needs a login there, it can't be followed", followFeed, askOwner}
	case e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable:
		p.Kind, p.Remedy = ProblemBusy, []string{tryLater + ": the site asks for patience", "if it persists, " + askOwner}
	case e.Status >= http.StatusInternalServerError:
		p.Kind, p.Remedy = ProblemServer, []string{tryLater + ": the fault is the site's", openIt}
	default:
		p.Kind, p.Remedy = ProblemStatus, []string{openIt}
	}
}

// troubleOf is the problem of a page that came and is no source.
func troubleOf(url string, e *discover.NoSource) *Problem {
	p := &Problem{What: url + ": " + e.Reason}
	switch e.Kind {
	case discover.TroubleFile:
		p.Kind, p.Remedy = ProblemFile, []string{nameList}
	case discover.TroubleSitemap:
		p.Kind, p.Remedy = ProblemSitemap, []string{nameList}
	case discover.TroubleShell:
		p.Kind, p.Remedy = ProblemShell, []string{"the page needs a browser to draw it", followFeed}
	case discover.TroubleSingle:
		p.Kind, p.Remedy = ProblemSingle, []string{nameList}
	case discover.TroubleLogin:
		p.Kind, p.Remedy = ProblemLogin, []string{"storyfeed reads what everybody may read: name a public page or feed of the site"}
	case discover.TroubleChallenge:
		p.Kind, p.Remedy = ProblemBotCheck, []string{followFeed, askOwner}
	case discover.TroubleNotFound:
		p.Kind, p.Remedy = ProblemSoft404, []string{checkWriting, openIt, "look for the page from the site's home page: it may have moved"}
	case discover.TroubleClosed:
		p.Kind, p.Remedy = ProblemClosed, []string{tryLater, openIt}
	case discover.TroubleElsewhere:
		p.Kind, p.Remedy = ProblemElsewhere, []string{openIt}
	default:
		p.Kind, p.Remedy = ProblemNoStories, []string{nameList, openIt}
	}
	p.Tried = append(p.Tried, e.Tried...)
	p.suggest(e.Better)
	return p
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
