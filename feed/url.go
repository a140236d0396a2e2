package feed

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// tracking lists query parameters that say where a visitor came from and
// never which page is meant. Names ending in * are prefixes.
var tracking = []string{
	"utm_*", "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "igsh", "twclid", "ttclid", "srsltid", "epik", "s_cid", "_openstat",
	"mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hs*", "hsctatracking", "hsa_*", "pk_*", "mtm_*", "matomo_*", "vero_id", "oly_*", "ck_subscriber_id",
	"replytocom", "share", "ref", "ref_src", "amp", "_ga", "_gl", "phpsessid", "jsessionid", "aspsessionid*", "cfid", "cftoken",
}

// sessions lists parameters that often name a visit, and on other sites a
// story. Only a value that no one would number stories with counts.
var sessions = []string{"sid", "session", "sessionid", "session_id", "s"}

const sessionLength = 20 // characters; MD5 and the like are longer

// pathSession is a visit's name in the path, as Java's servers write it.
var pathSession = regexp.MustCompile(`(?i);jsessionid=[^/?#;]*`)

// URLKey reduces an address to what identifies the page behind it, so that
// two addresses of one story have one key: without scheme, "www.", default
// port, fragment, tracking parameters, names of visits, index file and trailing
// slash; host in lower case, escapes normalised, query sorted. Other parameters are kept:
// ?p=7 and ?p=8 are two stories. An address that does not parse is its own
// key.
func URLKey(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		return raw
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	p := path.Clean("/" + withoutSession(u.Path))
	for _, index := range []string{"/index.html", "/index.htm", "/index.php"} {
		p = strings.TrimSuffix(p, index)
	}
	p = strings.TrimSuffix(p, "/")
	key := host + (&url.URL{Path: p}).EscapedPath()
	if u.RawQuery == "" {
		return key
	}
	if q := significant(u.Query()); q != "" {
		key += "?" + q
	}
	return key
}

// withoutSession takes a visit's name out of a path. Few paths have a
// semicolon, and the expression is dear.
func withoutSession(p string) string {
	if !strings.Contains(p, ";") {
		return p
	}
	return pathSession.ReplaceAllString(p, "")
}

// StripTracking removes tracking parameters, names of visits and the fragment from an
// address and changes nothing else. An address that does not parse comes
// back as it is.
func StripTracking(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return raw
	}
	u.Fragment, u.RawFragment = "", ""
	u.Path, u.RawPath = withoutSession(u.Path), withoutSession(u.RawPath)
	u.ForceQuery = false
	if u.RawQuery == "" {
		return u.String()
	}
	pairs := strings.Split(u.RawQuery, "&")
	pairs = slices.DeleteFunc(pairs, func(pair string) bool {
		name, value, _ := strings.Cut(pair, "=")
		return isTracking(name, value)
	})
	u.RawQuery = strings.Join(pairs, "&")
	return u.String()
}

func significant(q url.Values) string {
	for name := range q {
		if isTracking(name, q.Get(name)) {
			delete(q, name)
		}
	}
	return q.Encode() // sorted by name
}

func isTracking(name, value string) bool {
	name = strings.ToLower(name)
	if len(value) >= sessionLength && slices.Contains(sessions, name) && !strings.ContainsAny(value, "-+% ") {
		return true
	}
	if name == "source" { // Medium's is "rss----9b1f"; elsewhere it may choose what is shown
		return strings.Contains(value, "---")
	}
	return slices.ContainsFunc(tracking, func(t string) bool {
		if prefix, ok := strings.CutSuffix(t, "*"); ok {
			return strings.HasPrefix(name, prefix)
		}
		return name == t
	})
}
