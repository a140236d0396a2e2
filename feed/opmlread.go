package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
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
// with the address of a feed or of a page, in the order of the list, and, with
// both addresses empty, every one that has neither and no outline in it, which
// is no heading either. It takes
// what real programs write: any encoding that is declared or recognised, the
// entities of HTML, a bare "&", "<" or quotation mark in a value, names in any
// case; fault then says where the list is no XML, though all could be read.
// Entities that the document declares are not resolved, and nothing is fetched.
//
// An error names the line. A list that is too large, too deep, cut off or no
// OPML is one; a list without a single entry too.
func ReadOPML(r io.Reader) (list []ListedFeed, fault, err error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxOPML+1))
	if err != nil {
		return nil, nil, err
	}
	if len(data) > MaxOPML {
		return nil, nil, fmt.Errorf("it is larger than %d MiB", MaxOPML>>20)
	}
	text, err := decodeOPML(data)
	if err != nil {
		return nil, nil, err
	}
	p := opmlReader{in: html.NewTokenizer(bytes.NewReader(text)), line: 1, headings: map[int]bool{}}
	if err := p.read(); err != nil {
		return nil, nil, err
	}
	list = p.entries()
	if !slices.ContainsFunc(list, func(f ListedFeed) bool { return f.FeedURL != "" || f.HomeURL != "" }) {
		return nil, nil, errors.New("it holds no outline with an xmlUrl or htmlUrl")
	}
	return list, wellFormed(text), nil
}

// wellFormed says where a document is no XML; nil: nowhere that matters.
func wellFormed(text []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = false // a bare "&" in an address is read by everybody
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	for {
		_, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if s := (*xml.SyntaxError)(nil); errors.As(err, &s) {
			return fmt.Errorf("line %d: %s", s.Line, s.Msg)
		}
		if err != nil {
			return err
		}
	}
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

// opmlReader walks through a document by the rules of HTML, which have an
// answer to every fault: of a hundred lists that people keep twenty are no XML.
type opmlReader struct {
	in       *html.Tokenizer
	line     int // of what comes next
	outlines []openOutline
	root     bool // it is OPML
	body     bool
	seen     int
	list     []ListedFeed
	headings map[int]bool // places in list of what turned out to be headings
}

// openOutline is an outline whose end has not been read.
type openOutline struct {
	title string
	place int // in the list
	feed  bool
}

func (p *opmlReader) read() error {
	for {
		kind := p.in.Next()
		line := p.line
		p.line += bytes.Count(p.in.Raw(), []byte("\n"))
		switch kind {
		case html.ErrorToken:
			return p.end(line)
		case html.StartTagToken, html.SelfClosingTagToken:
			if err := p.open(p.in.Token(), line); err != nil {
				return err
			}
		case html.EndTagToken:
			name, _ := p.in.TagName()
			if string(name) == "opml" && p.root {
				return nil
			}
			if string(name) == "outline" && len(p.outlines) > 0 {
				p.outlines = p.outlines[:len(p.outlines)-1]
			}
		}
	}
}

// end says what is wrong with a document that ended too early.
func (p *opmlReader) end(line int) error {
	switch err := p.in.Err(); {
	case err != io.EOF:
		return fmt.Errorf("line %d: %w", line, err)
	case p.root:
		return fmt.Errorf("line %d: the file is cut off", line)
	}
	return errors.New("it is no OPML: it has no <opml>")
}

// open takes a tag.
func (p *opmlReader) open(t html.Token, line int) error {
	switch {
	case !p.root && t.Data != "opml":
		return fmt.Errorf("line %d: it is no OPML: it begins with <%s>", line, t.Data)
	case t.Data == "opml":
		p.root = true
	case t.Data == "body":
		p.body = true
	case t.Data == "outline" && p.body:
		return p.outline(t, line)
	}
	return nil
}

// outline takes what an outline says: text is what the reader called the feed,
// title what that calls itself.
func (p *opmlReader) outline(t html.Token, line int) error {
	if p.seen++; p.seen > maxOPMLOutlines {
		return fmt.Errorf("line %d: there are more than %d outlines", line, maxOPMLOutlines)
	}
	if len(p.outlines) >= maxOPMLDepth {
		return fmt.Errorf("line %d: outlines stand in each other more than %d deep", line, maxOPMLDepth)
	}
	value := map[string]string{}
	for _, a := range t.Attr {
		value[a.Key] = CleanLine(a.Val)
	}
	s := ListedFeed{
		Title: plain(first(value["text"], value["title"])), Description: plain(value["description"]), Language: languageTag(value["language"]),
		FeedURL: value["xmlurl"], HomeURL: value["htmlurl"], Line: line,
	}
	var groups []string
	for _, o := range p.outlines {
		if o.title != "" {
			groups = append(groups, o.title)
		}
		if !o.feed {
			p.headings[o.place] = true
		}
	}
	s.Group = strings.Join(groups, " / ")
	p.list = append(p.list, s)
	if t.Type == html.StartTagToken {
		p.outlines = append(p.outlines, openOutline{s.Title, len(p.list) - 1, s.FeedURL != "" || s.HomeURL != ""})
	}
	return nil
}

// entries are what was read but for the headings.
func (p *opmlReader) entries() []ListedFeed {
	list := make([]ListedFeed, 0, len(p.list)-len(p.headings))
	for i, s := range p.list {
		if !p.headings[i] {
			list = append(list, s)
		}
	}
	return list
}
