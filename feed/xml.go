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
	return b.Bytes(), nil
}
