package fetch

import (
	"bytes"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// productToken is our name in robots.txt (RFC 9309 §2.2.1).
const productToken = "storyfeed"

// maxRobots is how much of a robots.txt is read, in bytes: what RFC 9309 §2.5
// demands at least.
const maxRobots = 500 << 10

// ruleset is what a robots.txt says to one product. The zero value allows
// everything.
type ruleset struct {
	rules []rule
	delay time.Duration // Crawl-delay, as written; 0: none
}

type rule struct {
	pattern string // normalised, see normalPattern
	allow   bool
}

// parseRobots reads the rules for a product token (RFC 9309 §2.2): those of
// all groups that name it, or else of all groups for "*". It never fails:
// lines that make no sense are skipped. Beyond maxRobots nothing is read.
func parseRobots(body []byte, token string) ruleset {
	if len(body) > maxRobots {
		body = body[:maxRobots]
		// Half a line may forbid more than the whole one does.
		body = body[:bytes.LastIndexAny(body, "\r\n")+1]
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	p := robotsParser{token: token}
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		p.line(string(line))
	}
	if p.named {
		return p.mine
	}
	return p.everybody
}

// robotsParser holds what was read so far. A group may be for us and for
// everybody at once.
type robotsParser struct {
	token           string
	mine, everybody ruleset
	named           bool // some group names our token
	forMine, forAll bool // the current group's user agents
	inRules         bool // a rule of the current group was seen
}

func (p *robotsParser) line(line string) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		// "Disallow /x": two words without the colon are understood.
		words := strings.Fields(line)
		if len(words) != 2 {
			return
		}
		key, value = words[0], words[1]
	}
	value = strings.TrimSpace(value)
	switch directive(key) {
	case "user-agent":
		p.userAgent(value)
	case "allow":
		p.rule(value, true)
	case "disallow":
		p.rule(value, false)
	case "crawl-delay":
		p.crawlDelay(value)
	}
}

// directive recognises a key in the spellings that are met in the wild.
func directive(key string) string {
	key = strings.ToLower(strings.Join(strings.Fields(key), ""))
	switch strings.NewReplacer("-", "", "_", "").Replace(key) {
	case "useragent", "useragents":
		return "user-agent"
	case "allow", "allows":
		return "allow"
	case "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "disallows":
		return "disallow"
	case "crawldelay":
		return "crawl-delay"
	}
	return ""
}

func (p *robotsParser) userAgent(value string) {
	if p.inRules {
		p.inRules, p.forMine, p.forAll = false, false, false
	}
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		p.forAll = true
		return
	}
	end := 0
	for end < len(value) && isTokenByte(value[end]) {
		end++
	}
	if strings.EqualFold(value[:end], p.token) {
		p.forMine, p.named = true, true
	}
}

// isTokenByte: a product token is letters, "_" and "-"; what follows, such
// as a version, does not count (RFC 9309 §2.2.1).
func isTokenByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '_'
}

func (p *robotsParser) rule(value string, allow bool) {
	p.inRules = true
	if value == "" {
		return // "Disallow:" forbids nothing
	}
	r := rule{normalPattern(value), allow}
	if p.forMine {
		p.mine.rules = append(p.mine.rules, r)
	}
	if p.forAll {
		p.everybody.rules = append(p.everybody.rules, r)
	}
}

// crawlDelay reads the custom directive, in seconds. Like any record outside
// the standard it does not end a group (RFC 9309 §2.2.4).
func (p *robotsParser) crawlDelay(value string) {
	seconds, err := strconv.ParseFloat(strings.Replace(value, ",", ".", 1), 64)
	if err != nil && !math.IsInf(seconds, 1) || !(seconds > 0) {
		return
	}
	d := time.Duration(min(seconds, 1e6) * float64(time.Second))
	if p.forMine {
		p.mine.delay = max(p.mine.delay, d)
	}
	if p.forAll {
		p.everybody.delay = max(p.everybody.delay, d)
	}
}

// allows reports whether an address may be fetched (RFC 9309 §2.2.2): the
// longest pattern that matches decides; of equally long ones, Allow.
func (s ruleset) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	path = normalEscapes(path, "*$")
	longest, allowed := -1, true
	for _, r := range s.rules {
		n := len(r.pattern)
		if n < longest || n == longest && (allowed || !r.allow) {
			continue
		}
		if matches(r.pattern, path) {
			longest, allowed = n, r.allow
		}
	}
	return allowed
}

// matches reports whether a normalised pattern matches the start of a path,
// or all of it when the pattern ends in "$". "*" stands for any bytes. It
// takes time in proportion to the two lengths' product at worst.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	first, rest, starred := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	for starred {
		var part string
		part, rest, starred = strings.Cut(rest, "*")
		if !starred && anchored {
			return strings.HasSuffix(path, part)
		}
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	return !anchored || path == ""
}

// normalPattern brings a rule's value into the form that matches compares:
// with a slash or star in front, escapes normalised, "*" and a final "$" kept
// as signs and a "$" elsewhere as the character.
func normalPattern(value string) string {
	if value[0] != '/' && value[0] != '*' {
		value = "/" + value
	}
	value, anchored := strings.CutSuffix(value, "$")
	value = normalEscapes(value, "$")
	for strings.Contains(value, "**") {
		value = strings.ReplaceAll(value, "**", "*")
	}
	if anchored {
		value += "$"
	}
	return value
}

// normalEscapes makes differently escaped spellings of one path equal, as
// RFC 9309 §2.2.2 says: bytes outside of US-ASCII and such as no URL may hold
// are escaped, as are those in special; what need not be escaped (RFC 3986
// §2.3) is not; hexadecimal digits are upper case.
func normalEscapes(s, special string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c, escaped := s[i], false
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, escaped = byte(v), true
				i += 2
			}
		}
		switch {
		case escaped && isUnreserved(c):
			b.WriteByte(c)
		case escaped, c <= ' ', c >= 0x7f, strings.IndexByte(`%"<>\^{|}`+"`", c) >= 0, strings.IndexByte(special, c) >= 0:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
