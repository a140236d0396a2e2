package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
)

// value is one value as it was written, before its key's own checks.
type value struct {
	place
	kind valueKind
	text string // of a string; else as written
	list []item
}

// item is an element of a list.
type item struct {
	text string
	line int // 0: as the key's
}

// valueKind is what a value is made of. Variables and flags become what their
// key wants.
type valueKind int

const (
	aString valueKind = iota
	aList             // of strings
	other             // number, date, boolean, table, a list of these
)

// textValue is a value from a variable or flag. Empty elements of a list are
// left out, so that an empty text is an empty list.
func textValue(p place, text string, list bool) value {
	if !list {
		return value{place: p, text: text}
	}
	v := value{place: p, kind: aList, text: text}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			v.list = append(v.list, item{text: part})
		}
	}
	return v
}

// name is the last part of the key, for examples in remedies.
func (v value) name() string {
	key := v.key
	if i := strings.LastIndexAny(key, ". "); i >= 0 {
		key = key[i+1:]
	}
	return key
}

// checkFunc returns the value to keep, or what is wrong with it.
type checkFunc func(string) (string, *problem)

func setString(to *string, v value, check checkFunc) []problem {
	if v.kind != aString {
		return []problem{{what: v.text + " is no string", remedy: "write it in quotes: " + v.name() + ` = "…"`}}
	}
	s, p := check(v.text)
	if p != nil {
		return []problem{*p}
	}
	*to = s
	return nil
}

func setList(to *[]string, v value, check checkFunc) []problem {
	if v.kind != aList {
		return []problem{notList(v)}
	}
	var problems []problem
	kept := []string{}
	for _, it := range v.list {
		s, p := check(it.text)
		if p != nil {
			p.line = it.line
			problems = append(problems, *p)
			continue
		}
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	*to = kept
	return problems
}

func notList(v value) problem {
	if v.kind == aString {
		return problem{what: quote(v.text) + " is no list", remedy: "write " + v.name() + " = [" + quote(v.text) + "]"}
	}
	return problem{what: v.text + " is no list of strings", remedy: "write " + v.name() + ` = ["…"]`}
}

// setDuration wants a Go duration of at least the limit.
func setDuration(to *time.Duration, v value, limit durationLimit) []problem {
	if v.kind != aString {
		return []problem{{what: v.text + " is no duration", remedy: "write a number with its unit in quotes, such as " + v.name() + ` = "` + limit.example + `"`}}
	}
	d, err := time.ParseDuration(strings.TrimSpace(v.text))
	if err != nil {
		return []problem{{what: quote(v.text) + " is no duration", remedy: `write a number with its unit (ms, s, m, h; a day is 24h), such as "` + limit.example + `"`}}
	}
	if d < limit.least {
		return []problem{{what: quote(v.text) + limit.tooShort, remedy: limit.remedy}}
	}
	*to = d
	return nil
}

func setSources(s *feed.Series, v value) []problem {
	var list []string
	problems := setList(&list, v, checkSource)
	if len(problems) == 0 && len(list) == 0 {
		return []problem{{what: "is empty", remedy: `list at least one URL, such as sources = ["https://blog.example/the-series/"]`}}
	}
	s.Sources = nil
	seen := map[string]string{}
	for _, u := range list {
		key := feed.URLKey(u)
		if twin := seen[key]; twin != "" {
			problems = append(problems, problem{what: quote(u) + " is the same page as " + quote(twin), remedy: "list it once"})
			continue
		}
		seen[key] = u
		s.Sources = append(s.Sources, feed.Source{URL: u})
	}
	return problems
}

func sourceURLs(s feed.Series) []string {
	list := make([]string, len(s.Sources))
	for i, src := range s.Sources {
		list[i] = src.URL
	}
	return list
}

func setContent(s *feed.Series, v value) []problem {
	return setString((*string)(&s.Content), v, func(text string) (string, *problem) {
		switch c := feed.Content(text); c {
		case feed.ContentFull, feed.ContentSummary:
			return text, nil
		}
		return "", &problem{what: quote(text) + " is neither full nor summary", remedy: `write "full" for whole stories or "summary" for their beginning`}
	})
}

func setRender(s *feed.Series, v value) []problem {
	return setString((*string)(&s.Render), v, func(text string) (string, *problem) {
		switch r := feed.Rendering(text); r {
		case feed.RenderAuto, feed.RenderNever, feed.RenderAlways:
			return text, nil
		}
		return "", &problem{what: quote(text) + " is neither auto nor never nor always", remedy: `write "auto" to have a browser draw what is empty without scripts`}
	})
}

// durationText is a duration without the zero units that Go appends: "30m",
// not "30m0s".
func durationText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// quote shows a value in a message: bounded, on one line, odd characters escaped.
func quote(s string) string {
	const most = 120
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// at names the place in a sentence.
func (p place) at() string {
	if p.line > 0 {
		return fmt.Sprintf("the one in line %d", p.line)
	}
	return p.key
}
