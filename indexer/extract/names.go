package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"storyfeed/feed"
)

// namesIn reads authors out of a line. A trusted line is known to be about
// authors; any other one must say "by", or hold a date and beside it what
// looks like a name.
func namesIn(line string, trusted bool) []string {
	line = feed.CleanLine(line)
	if len(line) > 300 {
		return nil
	}
	if strings.Contains(line, "://") {
		line = webAddress.ReplaceAllString(line, " ") // with its own day, perhaps
	}
	if roleHeads.in(line) {
		if role := roleMark.FindStringIndex(line); role != nil {
			line = line[:role[0]] // another role's names follow
		}
	}
	loc := findBy(line)
	if loc != nil && (trusted || loc[0] == 0 || isMetaWords(line[:loc[0]]) || len(findDates(line, "en-GB")) > 0) {
		rest := line[loc[1]:]
		if s := findDates(rest, "en-GB"); len(s) > 0 && s[0].start > 0 {
			rest = rest[:s[0].start]
		}
		if strings.Contains(strings.ToLower(line[loc[0]:loc[1]]), "door") {
			rest = strings.ReplaceAll(rest, " en ", " & ") // elsewhere "en" begins a place
		}
		if names := splitNames(cutName(rest)); allNames(names) {
			return names
		}
	}
	dates := findDates(line, "en-GB") // where the date stands matters, not which day it is
	if len(dates) == 0 {
		if trusted {
			return splitNames(cutName(line))
		}
		return nil
	}
	// "Name, Tuesday, 6 January 2026", "22 January 2026 · 7 min · Name"
	var parts []string
	at := 0
	for _, s := range dates {
		parts = append(parts, metaSeparator.Split(line[at:s.start], -1)...)
		at = s.end
	}
	parts = append(parts, metaSeparator.Split(line[at:], -1)...)
	for _, p := range parts {
		if p = strings.TrimSpace(p); strings.HasSuffix(p, ":") {
			continue // what follows has this name
		}
		p = strings.Trim(p, " ,.;:-–—|")
		if said := dayJoint.FindStringIndex(p); said != nil && strings.Contains(strings.TrimSpace(p[:said[0]]), " ") {
			p = p[:said[0]] // "Name on 6 January 2026"; one word alone may be what was done that day
		}
		if names := splitNames(p); !isMetaWords(p) && allNames(names) {
			return names
		}
	}
	return nil
}

// dayJoint is the word between what happened and its day.
var dayJoint = regexp.MustCompile(`\s+(?:on|at|am|vom|le|el|il|em|op|den|dne)$`)

var webAddress = regexp.MustCompile(`https?://\S+`)

var metaSeparator = regexp.MustCompile(`\s*[|·•/–—]\s*|\s-\s|\s{2,}|,\s*$|^\s*,`)

// nameAside is what follows a name in brackets.
var nameAside = regexp.MustCompile(`\s*[(\[]([^)\]]*)[)\]]?`)

// cutName ends a name where something else begins. Brackets stay when they
// hold the name in another script; further names may follow them.
func cutName(s string) string {
	if s = strings.TrimRight(s, " ,"); isBareName(s) {
		return strings.TrimRight(s, ".")
	}
	for _, m := range slices.Backward(nameAside.FindAllStringSubmatchIndex(s, maxAuthors)) {
		aside, rest := s[m[2]:m[3]], s[m[1]:]
		if looksLikeName(aside) && isLatin(aside) != isLatin(s[:m[0]]) {
			continue
		}
		if joint := nameJoint.FindStringIndex(rest); joint == nil || joint[0] != 0 {
			rest = ""
		}
		s = s[:m[0]] + rest
	}
	if loc := nameEnd.FindStringIndex(s + " "); loc != nil {
		s = s[:loc[0]]
	}
	return strings.Trim(s, " ,.;:–—|-")
}

// isBareName tells cheaply that a text is a few words of letters, and that none
// of them ends a name or joins two.
func isBareName(s string) bool {
	word, from := "", 0
	for i := range len(s) + 1 {
		switch {
		case i == len(s) || s[i] == ' ':
			if word = s[from:i]; word == "" || len(word) <= maxNameBreak && nameBreaks[strings.ToLower(word)] {
				return false
			}
			from = i + 1
		case s[i] == '.' || s[i] == '\'' || 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z':
		default:
			return false
		}
	}
	return true
}

// nameBreaks are the words of nameEnd and nameJoint.
var nameBreaks = wordSet("on in at am um vom le el il den op em dnia dne alle under unter dans en for updated published posted last and und et y e og och oraz ja ve i with mit")

const maxNameBreak = len("published")

func isLatin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

var nameJoint = regexp.MustCompile(`(?i)\s*;\s*|\s+(?:and|und|et|y|e|og|och|en|oraz|ja|ve|и|i|&|with|mit|\+)\s+|\s*,\s*(?:and|und|et|y|&)\s+`)

var nameSuffix = regexp.MustCompile(`(?i)^(jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|mba|esq|msc|rn|cpa)\.?$`)

// splitNames parts "A, B and C"; a comma parts names only where each part
// could be a full one, so "Jane Roe, PhD" and "Roe, Jane" stay whole. Offices
// and houses behind a name go.
func splitNames(s string) []string {
	var out []string
	if isBareName(s) {
		out = splitCommas(s)
	} else {
		for _, part := range nameJoint.Split(s, maxAuthors) {
			out = append(out, splitCommas(part)...)
		}
	}
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func splitCommas(part string) []string {
	pieces := strings.Split(part, ",")
	full := func(p string) bool { return len(strings.Fields(p)) >= 2 }
	switch {
	case len(pieces) == 1:
		if isOffice(part) && len(strings.Fields(part)) > 2 {
			return nil // "Jane Roe, Editor and Publisher of the Daily"
		}
		return pieces
	case len(pieces) == 2 && nameSuffix.MatchString(strings.TrimSpace(pieces[1])):
		return []string{part}
	case !full(pieces[0]):
		return []string{part} // "Roe, Jane"
	}
	out := pieces[:1]
	for _, p := range pieces[1:] {
		if !full(p) || isOffice(p) || !looksLikeName(strings.TrimSpace(p)) {
			break // a title or a place follows
		}
		out = append(out, p)
	}
	return out
}

// isOffice reports whether a text tells what somebody is, or for whom.
func isOffice(s string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(s)), func(w string) bool { return officeWord[strings.Trim(w, ".,;:")] })
}

// particles are the parts of names that are written small.
var particles = wordSet("de da do dos das du des del della di van von der den ten ter zu zur la le el al bin ibn bint y e af av")

// noNameStart are the words with which the other parts of a byline begin.
var noNameStart = wordSet("in on at posted published written updated by the from filed category categories tags tagged comments share")

// allNames reports whether each of the texts, and at least one, looks like
// the name of a person: few words, each with a capital where the script has
// capitals.
func allNames(list []string) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(s string) bool { return !looksLikeName(s) })
}

func looksLikeName(s string) bool {
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields) > 5 || len([]rune(s)) > maxNameRunes || noNameStart[strings.ToLower(fields[0])] {
		return false
	}
	capitals := 0
	for _, f := range fields {
		r := []rune(strings.TrimLeft(f, `"“'‘(`))
		switch {
		case len(r) == 0:
			return false
		case !unicode.IsLetter(r[0]):
			return false
		case unicode.IsUpper(r[0]), !unicode.IsLower(r[0]): // Han, Arabic … have no case
			capitals++
		case !particles[strings.ToLower(f)] && !strings.HasPrefix(f, "d’") && !strings.HasPrefix(f, "d'"):
			return false
		}
		if strings.ContainsAny(f, "0123456789@/:?!=<>#") {
			return false
		}
	}
	return capitals > 0
}

var nameStart = regexp.MustCompile(`(?i)^(?:(?:view all )?posts?\s+by|all posts by|written by|posted by|published by|by|von|par|por|author:?|autor:?|about)\s+|^(?:作者|文|撰文|著者|執筆)\s*[:：]\s*`)

// nameHeads are the beginnings of what nameStart matches.
var nameHeads = phrasesOf(strings.Fields("view post all written published by von par por author autor about 作者 文 撰文 著者 執筆"))

func cleanName(s string) string {
	s = decodeOnce(s)
	if nameHeads.begin(s) {
		s = nameStart.ReplaceAllString(s, "")
	}
	s = strings.TrimSpace(strings.TrimLeft(s, "@—–- "))
	return strings.TrimRight(s, " ,;:|·•–—-")
}

var (
	// noName are whole names that programs and templates leave. People are
	// called Jane Doe, too.
	noName = regexp.MustCompile(`(?i)^(the\s+)?(admin(istrator)?|(site|super) ?admin(istrator)?|.* admin|wp-?admin|sys ?admin|administrador|administrateur|amministratore|beheerder|администратор|管理员|root|super ?user|web ?master|user(?:name)?\d*|(?:demo|test|default|new) ?user|wordpress|blogger|ghost|anonymous|anonym|unknown|unbekannt|undefined|null|none|n/?a|default|test|author|autor|guest( author| writer| post)?|your (?:full )?name(?: here)?|name|dein name|ihr name|votre nom|tu nombre|seu nome|il tuo nome|site owner|lorem ipsum|jekyll|site author|author name|first ?name last ?name|uncategorized)$`)

	// roleName are whole names that stand for nobody in particular. Press, Owner
	// and Staff are surnames as well.
	roleName = regexp.MustCompile(`(?i)^((the\s+)?(editors?|editor in chief|editorial( team| staff| board)?|staff( writer| reporter)?|team|redaktion|redaktion .*|redacci[oó]n|r[eé]daction|contributor|moderator|owner|support|info|news ?desk|press|marketing( team)?|.* (team|editors))|the .* staff)$`)
)

// noNameHeads and officeHeads are the beginnings of what noName and roleName match,
// but for some that end in words of their own.
var (
	noNameHeads = phrasesOf(strings.Fields("the admin site super wp sys amministratore beheerder администратор 管理员 root web user demo test default new wordpress blogger ghost anonym unknown unbekannt undefined null none n/a na author autor guest your name dein ihr votre tu seu il lorem jekyll first uncategorized"))
	officeHeads = phrasesOf(strings.Fields("the edit staff team redak redac redacc réd contributor moderator owner support info news press marketing"))
)

// isPlaceholder reports whether a text is a whole name that programs and
// templates leave.
func isPlaceholder(s string) bool {
	return (noNameHeads.begin(s) || endsIn(s, "admin")) && noName.MatchString(s)
}

// isRole reports whether a text stands for nobody in particular.
func isRole(s string) bool {
	return (officeHeads.begin(s) || endsIn(s, "team") || endsIn(s, "editors")) && roleName.MatchString(s)
}

// endsIn reports whether a text ends in a word of ASCII, in any case.
func endsIn(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[len(s)-len(word):], word)
}

// isPerson reports whether a text can be the name of a person.
func isPerson(s string) bool { return isName(s) && !isRole(s) }

// isName reports whether a text can be the name of a person or a role.
func isName(s string) bool {
	runes := []rune(s)
	if len(runes) < 2 || len(runes) > maxNameRunes || len(strings.Fields(s)) > maxNameWords || isPlaceholder(s) {
		return false
	}
	if strings.Contains(s, "@") || strings.Contains(s, "://") || strings.HasPrefix(s, "www.") || strings.ContainsAny(s, "<>{}[]=/\\") {
		return false
	}
	letters := 0
	for _, r := range runes {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters >= 2 && letters*2 >= len(runes) && len(findDates(s, "en-GB")) == 0
}
