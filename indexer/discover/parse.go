package discover

import (
	"bytes"
	"fmt"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parseHTML parses any bytes. The parser refuses what is nested deeper than
// 512 elements, as unclosed tags can be; then the nesting is cut.
func parseHTML(body []byte) (*html.Node, error) {
	root, err := html.Parse(bytes.NewReader(body))
	if err == nil {
		return root, nil
	}
	if root, err = html.Parse(bytes.NewReader(flatten(body))); err != nil {
		return nil, fmt.Errorf("parse the page: %w", err)
	}
	return root, nil
}

// maxNesting is far more than any page needs and far less than what the parser
// refuses, which adds elements of its own.
const maxNesting = 150

// flatten drops the tags of elements that are nested too deep, and keeps their
// text.
func flatten(body []byte) []byte {
	var out bytes.Buffer
	var open []string
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			return out.Bytes()
		case html.StartTagToken: // Raw is overwritten by TagName
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			tag := string(name)
			if !isVoid(atom.Lookup(name)) {
				if len(open) >= maxNesting && tag != "a" && tag != "script" && tag != "style" {
					continue
				}
				open = append(open, tag)
			}
			out.Write(raw)
		case html.EndTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			if i := lastIndex(open, string(name)); i >= 0 {
				open = open[:i]
				out.Write(raw)
			}
		default:
			out.Write(z.Raw())
		}
	}
}

// lastIndex looks no further back than nesting goes.
func lastIndex(s []string, x string) int {
	for i := len(s) - 1; i >= max(0, len(s)-2*maxNesting); i-- {
		if s[i] == x {
			return i
		}
	}
	return -1
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
