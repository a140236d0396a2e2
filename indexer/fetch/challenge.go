package fetch

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
)

// Services that stand before sites and keep programs away answer 403, 429 or 503.
// Some name in a header what they did; others say so only on the page that they
// send, to be seen by people.

// maxChallenge is as much of such a page as is looked at; its words and scripts
// stand at its beginning.
const maxChallenge = 64 << 10

// mayChallenge reports whether an answer may be such a page, so that it is worth
// reading.
func mayChallenge(status int, h http.Header) bool {
	switch status {
	case http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return strings.Contains(strings.ToLower(h.Get("Content-Type")), "html") && !challenged(h)
	}
	return false
}

var (
	// challengeTitle is how such pages are called.
	challengeTitle = regexp.MustCompile(`(?i)<title[^>]*>\s*(?:just a moment|attention required|checking (?:your|the) browser|are you (?:a )?(?:human|robot)|verify(?:ing)? (?:that )?you are|human verification|bot verification|security check|one more step|ddos[- ]guard|ddos protection|pardon our interruption|robot check)`)

	// challengeWords are what they ask of a visitor.
	challengeWords = regexp.MustCompile(`(?i)checking (?:your|if the site connection is|the) (?:browser|secure)|verify(?:ing)? (?:that )?you(?: are|'re|’re) (?:a |not a )?(?:human|robot|bot)|confirm (?:that )?you(?: are|'re|’re) (?:a |not a )?(?:human|robot|bot)|enable javascript and cookies to continue|complete the security check|unusual traffic from|ddos protection by|needs to review the security of your connection`)

	// challengeScript is what fetches the puzzle.
	challengeScript = regexp.MustCompile(`(?i)/cdn-cgi/challenge-platform/|challenges\.cloudflare\.com|_Incapsula_Resource|captcha-delivery\.com|px-captcha|awswaf\.com|/\.well-known/ddos-guard`)
)

// isChallenge reports whether a page says that a visitor must first show that it
// is a person.
func isChallenge(page []byte) bool {
	page = bytes.ToValidUTF8(page, nil)
	return challengeTitle.Match(page) || challengeWords.Match(page) || challengeScript.Match(page)
}

// challenged reports whether an answer comes from a service that keeps
// programs away, by the headers with which the big ones name what they did.
func challenged(h http.Header) bool {
	switch strings.ToLower(h.Get("Cf-Mitigated")) {
	case "challenge", "block":
		return true
	}
	switch strings.ToLower(h.Get("X-Amzn-Waf-Action")) {
	case "challenge", "captcha":
		return true
	}
	return h.Get("X-Datadome") != "" || strings.EqualFold(h.Get("Server"), "ddos-guard")
}
