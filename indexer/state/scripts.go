package state

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// script is an element or attribute that may carry data.
type script struct {
	name string
	text string
	json bool // nothing but data, by its type
}

// scripts finds the elements and attributes that may carry data, without
// building a tree of the page.
func scripts(page []byte) []script {
	var found []script
	z := html.NewTokenizer(bytes.NewReader(page))
	for len(found) < maxScripts {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := z.Raw()
			isScript := len(raw) > 7 && strings.EqualFold(string(raw[1:7]), "script")
			if !isScript && !mayHoldData(raw) {
				continue
			}
			t := z.Token()
			if t.DataAtom != atom.Script {
				found = append(found, attributes(t)...)
				continue
			}
			if s, ok := scriptElement(t); ok && z.Next() == html.TextToken {
				s.text = strings.TrimSpace(string(z.Text()))
				found = append(found, s)
			}
		}
	}
	return found
}

// mayHoldData reports that an attribute in a tag begins like data: {"…, [{…,
// their escaped forms, or %7B.
func mayHoldData(tag []byte) bool {
	for _, mark := range []string{`'{"`, `'[`, `"{`, `"[{`, `"[[`, `="%7B`, `="%5B`} {
		if bytes.Contains(tag, []byte(mark)) && len(tag) > minLiteral {
			return true
		}
	}
	return false
}

// scriptElement names a script; false for what can't hold data of the page.
func scriptElement(t html.Token) (script, bool) {
	s := script{}
	kind := ""
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			return s, false
		case "id":
			s.name = a.Val
		case "type":
			kind = strings.ToLower(strings.TrimSpace(a.Val))
		case "data-url": // SvelteKit: the answer to a request that was made for the page
			if s.name == "" {
				s.name = a.Val
			}
		}
	}
	switch {
	case kind == "application/ld+json" || kind == "importmap" || kind == "speculationrules" || strings.HasPrefix(kind, "text/x-") || kind == "text/template":
		return s, false
	case strings.Contains(kind, "json"):
		s.json = true
	}
	return s, true
}

// attributes lists those of a tag that are data, as islands (Astro), Inertia
// and component markup keep it.
func attributes(t html.Token) []script {
	var found []script
	for _, a := range t.Attr {
		v := strings.TrimSpace(a.Val)
		if strings.HasPrefix(v, "%7B") || strings.HasPrefix(v, "%5B") {
			if plain, err := url.PathUnescape(v); err == nil {
				v = plain
			}
		}
		if len(v) >= minLiteral && (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) {
			found = append(found, script{name: a.Key, text: v, json: true})
		}
	}
	return found
}

// values reads what a script carries.
func (s script) values(left *int) []Value {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s.text), "<!--"), "-->"))
	if text == "" {
		return nil
	}
	if s.json || text[0] == '{' || text[0] == '[' {
		if v, err := readJSON(text, left); err == nil {
			return []Value{{Name: s.name, Data: v}}
		}
		if s.json {
			return nil
		}
	}
	found := search(text, left)
	for i := range found {
		if found[i].Name == "" {
			found[i].Name = s.name
		}
	}
	return found
}
