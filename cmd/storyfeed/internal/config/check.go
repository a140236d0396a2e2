package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"

	"storyfeed/feed"
	"storyfeed/indexer/render"
)

// politeGap is the shortest pause that a host may expect which nobody allowed.
const politeGap = time.Second

// durationLimit is the least that a duration may be, and how to say so.
type durationLimit struct {
	least                     time.Duration
	tooShort, remedy, example string
}

var (
	minHostGap = durationLimit{1, " is no pause", `write a duration above zero, such as "1s"`, "1s"}
	minEvery   = durationLimit{time.Minute, " is too often", `write at least "1m"`, "30m"}
)

// maxSelector bounds a selector, in bytes.
const maxSelector = 1 << 10

// reservedSlugs mean something else where the name of a series is expected.
var reservedSlugs = []string{"all", "api", "healthz", "metrics", "readyz", "search", "static"}

var (
	slugShape = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`)
	notSlug   = regexp.MustCompile(`[^a-z0-9]+`)
	hostShape = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$`)
)

func checkAddr(s string) (string, *problem) {
	const remedy = `write host:port, such as "127.0.0.1:8080", or ":8080" for every address of this machine`
	host, port, ok := splitHostPort(s)
	if !ok {
		return "", &problem{what: quote(s) + " is no host:port", remedy: remedy}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.Itoa(int(n)) != port {
		return "", &problem{what: quote(port) + " is no port", remedy: "write a number from 0 (any free port) to 65535"}
	}
	if host != "" && !isHost(host) {
		return "", &problem{what: quote(host) + " is neither an IP address nor a host name", remedy: remedy}
	}
	return s, nil
}

// checkAllow wants one exact address: a range or a wildcard would open more
// than the operator thinks of.
func checkAllow(s string) (string, *problem) {
	const remedy = `write one exact host:port, such as "127.0.0.1:9001"`
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.Contains(s, "/") {
		return "", &problem{what: quote(s) + " is a URL or a range, not a host:port", remedy: remedy}
	}
	host, port, ok := splitHostPort(s)
	if !ok {
		return "", &problem{what: quote(s) + " is no host:port", remedy: remedy}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.Itoa(int(n)) != port {
		return "", &problem{what: quote(s) + " has no port from 1 to 65535", remedy: remedy}
	}
	if !isHost(host) {
		return "", &problem{what: quote(host) + " is neither an IP address nor a host name", remedy: remedy}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.IsUnspecified() {
			return "", &problem{what: quote(host) + " is every address, not one", remedy: remedy}
		}
		host = ip.Unmap().String()
	}
	return net.JoinHostPort(host, port), nil
}

func splitHostPort(s string) (host, port string, ok bool) {
	host, port, err := net.SplitHostPort(s)
	return host, port, err == nil && port != ""
}

// isHost accepts IP addresses and names. A name of digits and dots alone is a
// mistyped address.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.ToLower(host)
	return len(host) <= 253 && hostShape.MatchString(host) && !strings.Contains(host, "..") && strings.Trim(host, "0123456789.") != ""
}

func checkBaseURL(s string) (string, *problem) {
	if s == "" {
		return "", nil
	}
	u, p := checkURL(s, "https://stories.example.org")
	if p != nil {
		return "", p
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#") {
		return "", &problem{what: quote(s) + " has a query or fragment", remedy: "write it without ? and #: paths are added to it"}
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func checkSource(s string) (string, *problem) {
	u, p := checkURL(s, "https://blog.example/the-series/")
	if p != nil {
		return "", p
	}
	u.Fragment, u.RawFragment = "", "" // never sent to a server
	return u.String(), nil
}

// checkURL wants an absolute http or https URL without credentials.
func checkURL(s, example string) (*url.URL, *problem) {
	s = strings.TrimSpace(s)
	remedy := "write an absolute URL, such as " + quote(example)
	u, err := url.Parse(s)
	switch {
	case s == "":
		return nil, &problem{what: "is an empty URL", remedy: remedy}
	case err != nil:
		return nil, &problem{what: quote(redacted(s)) + " is no URL", remedy: remedy}
	case u.User != nil:
		// The password must not reach a log through this very message.
		return nil, &problem{what: quote(redacted(s)) + " holds credentials", remedy: "leave out what stands before the @"}
	case u.Scheme == "" || u.Opaque != "" && u.Scheme != "http" && u.Scheme != "https":
		return nil, &problem{what: quote(s) + " is not absolute", remedy: remedy}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &problem{what: quote(s) + " is neither http nor https", remedy: remedy}
	case u.Hostname() == "":
		return nil, &problem{what: quote(s) + " has no host", remedy: remedy}
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, &problem{what: quote(s) + " has no port from 1 to 65535", remedy: remedy}
		}
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// redacted hides what stands between the scheme and an @.
func redacted(s string) string {
	at := strings.LastIndex(s, "@")
	if at < 0 {
		return s
	}
	start := 0
	if i := strings.Index(s, "//"); i >= 0 && i < at {
		start = i + 2
	}
	return s[:start] + "…" + s[at:]
}

func checkData(s string) (string, *problem) {
	switch {
	case strings.TrimSpace(s) == "":
		return "", &problem{what: "is empty", remedy: `name a directory, such as "data"`}
	case strings.ContainsRune(s, 0) || !utf8.ValidString(s):
		return "", &problem{what: quote(s) + " is no path", remedy: `name a directory, such as "data"`}
	}
	return s, nil
}

// checkContact keeps out what would end the comment of a User-Agent header
// early, RFC 9110 §5.6.5.
func checkContact(s string) (string, *problem) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	bad := &problem{what: quote(s) + " is neither a URL nor a mail address", remedy: `write such as "https://example.org/about" or "me@example.org"`}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`()<>\"`, r) }) {
		return "", bad
	}
	if strings.Contains(s, "://") {
		u, p := checkURL(s, "https://example.org/about")
		if p != nil {
			return "", p
		}
		return u.String(), nil
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return "", bad
	}
	return s, nil
}

// checkBrowser wants the name or path of a program, "none", or an address.
// Whether a program is there is known when it is needed.
func checkBrowser(s string) (string, *problem) {
	s = strings.TrimSpace(s)
	const remedy = `name a program, such as "chromium", or write "http://127.0.0.1:9222" or "none"`
	switch {
	case !strings.Contains(s, "://"):
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) || !utf8.ValidString(s) {
			return "", &problem{what: quote(s) + " is no program", remedy: remedy}
		}
		return s, nil
	case !render.IsAddress(s):
		return "", &problem{what: quote(redacted(s)) + " is no DevTools address", remedy: remedy}
	}
	return s, nil
}

// checkHub wants "none" or an address. Whether it is one of a hub is seen when
// it is told of something.
func checkHub(s string) (string, *problem) {
	s = strings.TrimSpace(s)
	if s == "" || s == noHub {
		return s, nil
	}
	u, p := checkURL(s, "https://hub.example/")
	if p != nil {
		p.remedy = `write "none", or an absolute URL, such as "https://hub.example/"; empty means the built-in hub`
		return "", p
	}
	if u.Fragment != "" || strings.HasSuffix(s, "#") {
		return "", &problem{what: quote(s) + " has a fragment", remedy: "leave out what begins with #"}
	}
	return u.String(), nil
}

func checkSlug(s string) (string, *problem) {
	switch {
	case !slugShape.MatchString(s):
		remedy := "write 1 to 64 of a-z, 0-9 and hyphens, beginning and ending with a letter or digit"
		if better := suggestSlug(s); better != "" {
			remedy += ", such as " + quote(better)
		}
		return "", &problem{what: quote(s) + " can't name a series in a URL", remedy: remedy}
	case slices.Contains(reservedSlugs, s):
		return "", &problem{what: quote(s) + " is reserved", remedy: "take another, such as " + quote(s+"-stories")}
	}
	return s, nil
}

func checkTitle(s string) (string, *problem) { return feed.CleanLine(s), nil }

func checkMatch(s string) (string, *problem) {
	if _, err := regexp.Compile(s); err != nil {
		return "", &problem{what: quote(s) + " is no regular expression (" + err.Error() + ")", remedy: "write RE2 syntax, such as '(?i)interested in'; single quotes keep backslashes"}
	}
	return s, nil
}

// checkSelector accepts what package cascadia can match with elements.
func checkSelector(s string) (string, *problem) {
	const remedy = `write a CSS selector that names elements, such as "article h1" or ".byline a"`
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if len(s) > maxSelector {
		return "", &problem{what: quote(s) + " is a selector of more than 1 KiB", remedy: remedy}
	}
	if _, err := cascadia.ParseGroup(s); err != nil {
		return "", &problem{what: quote(s) + " is no CSS selector (" + err.Error() + ")", remedy: remedy}
	}
	return s, nil
}
