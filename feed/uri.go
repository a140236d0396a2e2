package feed

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// WebURI makes an address of the web a URI that strict readers take: the host
// in ASCII, what is not allowed escaped (RFC 3986, RFC 5890). It is empty for
// anything but an absolute http or https address without a password.
func WebURI(raw string) string { return webURI(raw) }

// webURI makes an address of the web a URI in the strict sense of RFC 3986:
// the host name in ASCII (RFC 5890), everything that is not allowed escaped,
// what is escaped already left alone. Anything but an absolute http or https
// address of a server becomes "", and so does one with a password in it.
func webURI(raw string) string {
	raw = strings.NewReplacer("\n", "", "\t", "").Replace(strings.TrimSpace(CleanText(raw)))
	scheme, rest, ok := strings.Cut(raw, "://")
	scheme = strings.ToLower(scheme)
	if !ok || (scheme != "http" && scheme != "https") {
		return ""
	}
	authority, local := rest, ""
	if i := strings.IndexAny(rest, `/?#\`); i >= 0 {
		authority, local = rest[:i], rest[i:]
	}
	if rooted, ok := strings.CutPrefix(local, `\`); ok {
		local = "/" + rooted // as browsers do
	}
	host := asciiHost(authority)
	if host == "" {
		return ""
	}
	return scheme + "://" + host + escapeURI(local)
}

// asciiHost is "name" or "name:port" in the form that DNS knows, or "".
func asciiHost(authority string) string {
	u, err := url.Parse("//" + authority)
	if err != nil || u.User != nil {
		return ""
	}
	name := strings.ToLower(u.Hostname())
	if strings.Contains(name, ":") {
		if net.ParseIP(name) == nil {
			return ""
		}
		name = "[" + name + "]"
	} else if ascii, err := idna.Punycode.ToASCII(name); err == nil && hostName.MatchString(ascii) {
		name = ascii
	} else {
		return ""
	}
	if port := u.Port(); port != "" {
		name += ":" + port
	}
	return name
}

// hostName allows the underscore, which is no host name (RFC 1123 §2.1) and
// yet the name of many hosts.
var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?$`)

// escapeURI escapes what may not stand in path, query and fragment
// (RFC 3986 §3.3 to §3.5), a stray "%" and a second "#" among them.
func escapeURI(s string) string {
	const allowed = "-._~:/?@!$&'()*+,;="
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	fragment := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isAlphanumeric(c), strings.IndexByte(allowed, c) >= 0, c == '%' && isEscape(s[i:]):
			b.WriteByte(c)
		case c == '#' && !fragment:
			fragment = true
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isEscape(s string) bool {
	return len(s) >= 3 && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// languageTag is a tag in the syntax of BCP 47, so far as feeds use it, or
// "": "en_US" becomes "en-US", and what is no tag at all is dropped.
func languageTag(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if !bcp47.MatchString(s) {
		return ""
	}
	return s
}

var bcp47 = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
