package feed

import (
	"bytes"
	"encoding/xml"
	"html"

	"github.com/gorilla/feeds"
)

// The XML namespaces of the documents, all declared at the root.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsGone    = "http://purl.org/atompub/tombstones/1.0"
	nsHistory = "http://purl.org/syndication/history/1.0"
	nsMedia   = "http://search.yahoo.com/mrss/"
)

// styled is a document that browsers show by a style sheet, where there is one
// (Associating Style Sheets with XML documents 1.0).
type styled struct {
	href string
	root any
}

// MarshalXML writes the instruction and then the root.
func (s styled) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	if s.href != "" {
		instruction := xml.ProcInst{Target: "xml-stylesheet", Inst: []byte(`type="text/css" href="` + html.EscapeString(s.href) + `"`)}
		if err := e.EncodeToken(instruction); err != nil {
			return err
		}
	}
	return e.Encode(s.root)
}

func writeXML(doc feeds.XmlFeed, entries []entry) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, room(entries)))
	if err := feeds.WriteXML(doc, b); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return plainApostrophes(b.Bytes()), nil
}

// plainApostrophes writes those of a document, in place, as what they are:
// encoding/xml refers to them by number, though in text and between quotation
// marks they mean nothing, and not every reader resolves numbers in addresses.
// CDATA sections, where references are a story's own, stay.
func plainApostrophes(doc []byte) []byte {
	out, rest := doc[:0], doc
	for len(rest) > 0 {
		text, section := rest, rest[len(rest):]
		if i := bytes.Index(rest, []byte("<![CDATA[")); i >= 0 {
			text, section = rest[:i], rest[i:]
		}
		for found := true; found; {
			var before []byte
			before, text, found = bytes.Cut(text, []byte("&#39;"))
			out = append(out, before...)
			if found {
				out = append(out, '\'')
			}
		}
		end := len(section)
		if i := bytes.Index(section, []byte("]]>")); i >= 0 {
			end = i + len("]]>")
		}
		out, rest = append(out, section[:end]...), section[end:]
	}
	return out
}
