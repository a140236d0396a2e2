package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// Limits of a list of feeds that is read.
const (
	MaxOPML         = 16 << 20 // bytes
	maxOPMLDepth    = 64       // outlines in outlines
	maxOPMLOutlines = 50_000
)

// ReadOPML reads the entries of a list of feeds, of OPML 1 or 2: every outline
// with the address of a feed or of a page, in the order of the list. It takes
// what real programs write: any encoding that is declared or recognised, the
// entities of HTML, a bare "&" in an address, names of attributes in any case.
// Entities that the document declares are not resolved, and nothing is fetched.
//
// An error names the line. A list that is too large, too deep, cut off or no
// OPML is one; a list without a single entry too.
func ReadOPML(r io.Reader) ([]ListedFeed, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxOPML+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxOPML {
		return nil, fmt.Errorf("it is larger than %d MiB", MaxOPML>>20)
	}
	text, err := decodeOPML(data)
	if err != nil {
		return nil, err
	}
	p := newOPMLReader(text)
	if err := p.read(); err != nil {
		return nil, err
	}
	if len(p.list) == 0 {
		return nil, errors.New("it holds no outline with an xmlUrl or htmlUrl")
	}
	return p.list, nil
}

var declaredEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// decodeOPML makes the document UTF-8. What is valid UTF-8 is that, whatever
// it declares; what declares nothing else is what Windows writes.
func decodeOPML(data []byte) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case utf8.Valid(data):
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
	default:
		from = charmap.Windows1252
		if m := declaredEncoding.FindSubmatch(data[:min(len(data), 1024)]); m != nil && !strings.EqualFold(string(m[1]), "utf-8") {
			declared, err := htmlindex.Get(string(m[1]))
			if err != nil {
				return nil, fmt.Errorf("line 1: it is written in the unknown encoding %q", m[1])
			}
			from = declared
		}
	}
	return from.NewDecoder().Bytes(data)
}

// opmlReader walks through a document.
type opmlReader struct {
	dec      *xml.Decoder
	outlines []string // the headings of the open ones
	body     bool
	seen     int
	list     []ListedFeed
}

func newOPMLReader(text []byte) *opmlReader {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = false // for "&" in addresses
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	return &opmlReader{dec: dec}
}

func (p *opmlReader) read() error {
	root := false
	for {
		line, _ := p.dec.InputPos()
		token, err := p.dec.Token()
		if err == io.EOF && root {
			return nil
		}
		if err == io.EOF {
			return errors.New("it is no OPML: it has no <opml>")
		}
		if err != nil {
			return opmlFault(err, line)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if name := strings.ToLower(t.Name.Local); !root && name != "opml" {
				return fmt.Errorf("line %d: it is no OPML: it begins with <%s>", line, t.Name.Local)
			} else if name == "body" {
				p.body = true
			} else if name == "outline" {
				if err := p.open(t, line); err != nil {
					return err
				}
			}
			root = true
		case xml.EndElement:
			if strings.EqualFold(t.Name.Local, "outline") && len(p.outlines) > 0 {
				p.outlines = p.outlines[:len(p.outlines)-1]
			}
		case xml.CharData:
			if !root && len(bytes.TrimSpace(t)) > 0 {
				return fmt.Errorf("line %d: it is no OPML: it begins with text", line)
			}
		}
	}
}

// opmlFault says where and why a document can't be read on.
func opmlFault(err error, line int) error {
	if s := (*xml.SyntaxError)(nil); errors.As(err, &s) {
		what := s.Msg
		if strings.Contains(what, "unexpected EOF") {
			what = "the file is cut off"
		}
		return fmt.Errorf("line %d: %s", s.Line, what)
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// open takes what an outline says.
func (p *opmlReader) open(t xml.StartElement, line int) error {
	if p.seen++; p.seen > maxOPMLOutlines {
		return fmt.Errorf("line %d: there are more than %d outlines", line, maxOPMLOutlines)
	}
	if len(p.outlines) >= maxOPMLDepth {
		return fmt.Errorf("line %d: outlines stand in each other more than %d deep", line, maxOPMLDepth)
	}
	value := map[string]string{}
	for _, a := range t.Attr {
		value[strings.ToLower(a.Name.Local)] = CleanLine(a.Value)
	}
	s := ListedFeed{
		Title: plain(first(value["title"], value["text"])), Description: plain(value["description"]), Language: languageTag(value["language"]),
		FeedURL: value["xmlurl"], HomeURL: value["htmlurl"], Group: strings.Join(p.headings(), " / "), Line: line,
	}
	if p.body && (s.FeedURL != "" || s.HomeURL != "") {
		p.list = append(p.list, s)
	}
	p.outlines = append(p.outlines, s.Title)
	return nil
}

// headings are the titles of the outlines around.
func (p *opmlReader) headings() []string {
	var named []string
	for _, o := range p.outlines {
		if o != "" {
			named = append(named, o)
		}
	}
	return named
}
