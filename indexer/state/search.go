package state

import (
	"strings"
)

// search finds the data in a script: what is assigned to something, and what a
// function is given. The script itself is only skimmed: texts and comments are
// passed over, and where data may begin its reading is tried.
func search(text string, left *int) []Value {
	s := skimmer{text: text, budget: 4*len(text) + minLiteral, left: left}
	var found []Value
	for s.i < len(text) && s.budget > 0 && *left > 0 {
		switch c := text[s.i]; {
		case c == '/' && strings.HasPrefix(text[s.i:], "//") && !s.afterColon():
			s.i += lineEnd(text[s.i:])
		case strings.HasPrefix(text[s.i:], "/*"):
			s.skipComment()
		case c == '=' && s.assigns():
			name := nameBefore(text[:s.i])
			s.i++
			if v, ok := s.try(); ok {
				found = append(found, Value{Name: name, Data: v})
			}
		case (c == '{' || c == '[') && s.given():
			name := s.callee
			if v, ok := s.try(); ok {
				found = append(found, Value{Name: name, Data: v})
			} else {
				s.i++
			}
		case c == '(':
			s.callee = nameBefore(text[:s.i])
			s.i++
			if t := strings.TrimLeft(text[s.i:min(len(text), s.i+8)], " \n\t"); strings.HasPrefix(t, `"[`) || strings.HasPrefix(t, `"{`) || strings.HasPrefix(t, `'[`) || strings.HasPrefix(t, `'{`) {
				if v, ok := s.try(); ok {
					found = append(found, Value{Name: s.callee, Data: v})
				}
			}
		case c == '"' || c == '\'' || c == '`':
			s.skipText()
		default:
			s.i++
		}
	}
	return found
}

// skimmer goes over a script. Its budget bounds what is read in vain: an
// object that is not plain data is tried again from each bracket within.
type skimmer struct {
	text   string
	i      int
	budget int
	left   *int
	callee string // of the parenthesis that was opened last
}

// try reads a value here. Small ones are passed over.
func (s *skimmer) try() (any, bool) {
	start := s.i
	r := reader{s: s.text, i: s.i, left: s.left}
	r.fallback()
	if c := r.peek(); c != '{' && c != '[' && c != '(' && c != '"' && c != '\'' && !isCall(r.s[r.i:]) {
		return nil, false
	}
	v, err := r.value()
	s.budget -= r.i - start
	if err != nil {
		return nil, false
	}
	if s.i = r.i; r.i-start < minLiteral {
		return nil, false
	}
	if t, ok := v.(string); ok {
		return v, looksEncoded(t)
	}
	return v, true
}

func isCall(s string) bool {
	for _, name := range []string{"JSON.parse", "Object.", "decodeURI", "new ", "function"} {
		if strings.HasPrefix(s, name) {
			return true
		}
	}
	return false
}

// fallback passes over "window.X || " before a value.
func (r *reader) fallback() {
	start := r.i
	if r.peek() == 0 || !isNameByte(r.peek()) {
		return
	}
	for {
		r.word()
		if !r.accept(".") {
			break
		}
	}
	if !r.accept("||") && !r.accept("??") {
		r.i = start
	}
}

// assigns tells = from ==, =>, <= and the like.
func (s *skimmer) assigns() bool {
	if s.i+1 < len(s.text) && (s.text[s.i+1] == '=' || s.text[s.i+1] == '>') {
		s.i++ // not its second half either
		return false
	}
	return s.i > 0 && strings.IndexByte("=!<>+-*/%&|^?", s.text[s.i-1]) < 0
}

// given reports that a bracket opens an argument, an element or a property:
// one after a name, a closing parenthesis or a keyword is a block of code.
func (s *skimmer) given() bool {
	before := strings.TrimRight(s.text[:s.i][max(0, s.i-64):], " \n\r\t")
	return before == "" || strings.IndexByte("(,:[", before[len(before)-1]) >= 0
}

// afterColon keeps https:// from being taken for a comment.
func (s *skimmer) afterColon() bool { return s.i > 0 && s.text[s.i-1] == ':' }

func (s *skimmer) skipComment() {
	end := strings.Index(s.text[s.i+2:], "*/")
	if end < 0 {
		s.i = len(s.text)
		return
	}
	s.i += end + 4
}

// skipText passes over a string. One that does not end on its line is none,
// but a quote in an expression.
func (s *skimmer) skipText() {
	quote := s.text[s.i]
	for j := s.i + 1; j < len(s.text); j++ {
		switch s.text[j] {
		case '\\':
			j++
		case quote:
			s.i = j + 1
			return
		case '\n':
			if quote != '`' {
				s.i++
				return
			}
		}
	}
	s.i++
}

// nameBefore is the name, with its dots and brackets, at the end of a text.
func nameBefore(s string) string {
	const longest = 120
	s = strings.TrimRight(s[max(0, len(s)-longest):], " \n\t")
	i := len(s)
	for i > 0 && (isNameByte(s[i-1]) || strings.IndexByte(`.0123456789[]"'`, s[i-1]) >= 0) {
		i--
	}
	return strings.Trim(s[i:], ".")
}
