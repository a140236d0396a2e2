package fetch

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	ngrams "github.com/gogs/chardet"
	"github.com/wlynxg/chardet"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

const (
	metaWithin   = 64 << 10 // how far into a page a <meta> with its character set is looked for
	detectWithin = 64 << 10 // how many bytes, from the first one that is not ASCII, are looked at in detection

	sureNgrams = 40 // of 100: the first detector's word is taken
	sureProbes = .9 // of 1: the second one's
)

// mediaType reads Content-Type: the type in lower case without parameters,
// and the character set named, if any. It understands headers that break the
// grammar; without one it looks at the body as browsers do.
func mediaType(header string, body []byte) (typ, label string) {
	typ, rest, _ := strings.Cut(header, ";")
	typ = strings.ToLower(strings.TrimSpace(typ))
	// Several headers may have been joined by a comma.
	typ, _, _ = strings.Cut(typ, ",")
	if strings.Count(typ, "/") != 1 {
		typ, _, _ = mime.ParseMediaType(http.DetectContentType(body)) // never malformed
	}
	for param := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(name), "charset") {
			return typ, strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return typ, ""
}

// isText reports whether a body of this type is turned into UTF-8.
func isText(typ string) bool {
	return strings.HasPrefix(typ, "text/") || isXML(typ) || isJSON(typ)
}

func isXML(typ string) bool {
	return strings.HasSuffix(typ, "/xml") || strings.HasSuffix(typ, "+xml")
}

func isJSON(typ string) bool {
	return strings.HasSuffix(typ, "/json") || strings.HasSuffix(typ, "+json")
}

// ToUTF8 turns a text of media type typ (empty: unknown) into valid UTF-8
// without a byte order mark; label is what the HTTP header calls its encoding,
// if anything. What says how it is encoded, in this order: a byte order mark;
// the bytes themselves, when they are valid UTF-8; label; the document's own
// label; a guess. A label under which the text does not decode is passed over.
// The encoding in an XML declaration is removed, as it does not hold any more.
// An error means that the text is in an encoding that is not read.
func ToUTF8(body []byte, typ, label string) ([]byte, error) {
	text, err := decode(body, typ, label)
	if err != nil {
		return nil, err
	}
	return stripXMLEncoding(text), nil
}

func decode(body []byte, typ, label string) ([]byte, error) {
	if e, skip := wide(body); e != nil {
		text, _ := convert(body[skip:], e)
		return text, nil
	}
	if rest, ok := bytes.CutPrefix(body, []byte("\xef\xbb\xbf")); ok {
		return bytes.ToValidUTF8(rest, []byte("\ufffd")), nil
	}
	if text := shifted(body); text != nil {
		return text, nil
	}
	if escapes(body) {
		for _, l := range []string{label, declared(body, typ)} {
			if _, name := charset.Lookup(l); name == "replacement" {
				return nil, &limitError{ReasonCharset, fmt.Sprintf("the text is in the character set %.40q, which is not read", l)}
			}
		}
	}
	if utf8.Valid(body) {
		return body, nil
	}
	if mostlyUTF8(body) {
		return bytes.ToValidUTF8(body, []byte("\ufffd")), nil
	}
	return decodeLabelled(body, typ, label), nil
}

// decodeLabelled tries what is claimed, then a guess. When nothing decodes
// cleanly the first claim that is known is taken at its word.
func decodeLabelled(body []byte, typ, label string) []byte {
	var best []byte
	claims := []func() string{
		func() string { return label },
		func() string { return declared(body, typ) },
		func() string { return detect(body) },
	}
	for _, claim := range claims {
		e := lookup(claim())
		if e == nil {
			continue
		}
		text, clean := convert(body, e)
		if clean {
			return text
		}
		if best == nil && len(text) > len(body)/4 {
			best = text
		}
	}
	if best == nil {
		best, _ = convert(body, charmap.Windows1252)
	}
	return best
}

// wide recognises UTF-16, by its byte order mark or by how a document begins
// (XML 1.0 appendix F.1), and says how many bytes the mark takes.
func wide(b []byte) (e encoding.Encoding, skip int) {
	le := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	be := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case len(b) < 4:
		return nil, 0
	case b[0] == 0xff && b[1] == 0xfe:
		return le, 2
	case b[0] == 0xfe && b[1] == 0xff:
		return be, 2
	case b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0:
		return le, 0
	case b[0] == 0 && b[1] != 0 && b[2] == 0 && b[3] != 0:
		return be, 0
	}
	return nil, 0
}

// shifted decodes ISO-2022-JP, the one encoding in use whose texts are valid
// UTF-8 too; nil: it is not that. Its escapes occur in no other text of seven
// bits.
func shifted(body []byte) []byte {
	if !bytes.Contains(body, []byte("\x1b$")) || firstForeign(body) >= 0 {
		return nil
	}
	if text, clean := convert(body, japanese.ISO2022JP); clean {
		return text
	}
	return nil
}

// escapes recognises texts that may be in one of the 7-bit encodings that
// browsers refuse too (Encoding standard §4.2, "replacement").
func escapes(body []byte) bool {
	return bytes.IndexByte(body, 0x1b) >= 0 || bytes.Contains(body, []byte("~{"))
}

// mostlyUTF8 recognises UTF-8 with a few broken bytes, such as an excerpt cut
// inside a character. Text in any other encoding is hardly ever valid UTF-8
// by chance, and never most of it.
func mostlyUTF8(b []byte) bool {
	valid, broken := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		} else {
			valid++
		}
		i += n
	}
	return valid >= 4 && broken*10 <= valid
}

// lookup finds an encoding by a label of the WHATWG Encoding standard (§4.2)
// or one that is common outside of it; nil: unknown, or none that tells
// anything.
func lookup(label string) encoding.Encoding {
	label = strings.ToLower(strings.TrimSpace(label))
	switch label {
	case "cp932":
		label = "shift_jis"
	case "cp949", "uhc", "johab", "ks_c_5601-1987":
		label = "euc-kr"
	case "cp936":
		label = "gbk"
	case "cp950":
		label = "big5"
	case "cp1252", "ansi":
		label = "windows-1252"
	}
	e, name := charset.Lookup(label)
	switch name {
	case "", "utf-8", "replacement", "x-user-defined", "utf-16le", "utf-16be":
		// Whatever is UTF-8 or UTF-16 was recognised by its bytes.
		return nil
	}
	return e
}

// convert decodes a text and reports whether all but stray bytes of it made
// sense.
func convert(body []byte, e encoding.Encoding) (text []byte, clean bool) {
	text, err := e.NewDecoder().Bytes(body)
	if err != nil { // the decoders replace what they can't read
		return bytes.ToValidUTF8(text, []byte("\ufffd")), false
	}
	bad, foreign := 0, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		switch {
		case r < utf8.RuneSelf:
		case r == utf8.RuneError:
			bad++
		default:
			foreign++
		}
	}
	return text, bad*20 <= foreign
}

var (
	xmlEncoding = regexp.MustCompile(`(?s)^(\s*<\?xml\s[^>]*?)\sencoding\s*=\s*["']([^"'>]*)["']`)
	metaContent = regexp.MustCompile(`(?i)charset\s*=\s*["']?\s*([^\s"';]+)`)
)

// declared is the label in the document itself: the XML declaration (XML 1.0
// §4.3.3) or, in HTML, a <meta> (HTML §4.2.5.4), even a late one.
func declared(body []byte, typ string) string {
	head := body[:min(len(body), metaWithin)]
	if m := xmlEncoding.FindSubmatch(head); m != nil {
		return string(m[2])
	}
	if isXML(typ) && typ != "application/xhtml+xml" || isJSON(typ) {
		return ""
	}
	z := html.NewTokenizer(bytes.NewReader(head))
	z.SetMaxBuf(metaWithin)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			if label := metaLabel(z.Token()); label != "" {
				return label
			}
		}
	}
}

func metaLabel(t html.Token) string {
	if t.Data != "meta" {
		return ""
	}
	var content, pragma string
	for _, a := range t.Attr {
		switch a.Key {
		case "charset":
			return a.Val
		case "http-equiv":
			pragma = a.Val
		case "content":
			content = a.Val
		}
	}
	if m := metaContent.FindStringSubmatch(content); m != nil && strings.EqualFold(strings.TrimSpace(pragma), "content-type") {
		return m[1]
	}
	return ""
}

// stripXMLEncoding removes the encoding from an XML declaration, so that no
// parser decodes a second time. Without one it is UTF-8 (XML 1.0 §4.3.3).
func stripXMLEncoding(text []byte) []byte {
	m := xmlEncoding.FindSubmatchIndex(text[:min(len(text), 1<<10)])
	if m == nil {
		return text
	}
	out := make([]byte, 0, len(text))
	out = append(out, text[:m[3]]...)
	return append(out, text[m[1]:]...)
}

// detect guesses a label from the bytes. Of two detectors the first is better
// over all, above all for the languages of Central Europe, Turkish and Arabic;
// the second is right about short texts and Thai, and says so.
func detect(body []byte) (label string) {
	// The detector is other people's code, fed with other people's bytes; a
	// guess is not worth the process.
	defer func() {
		if recover() != nil {
			label = ""
		}
	}()
	sample := body[max(firstForeign(body), 0):]
	sample = sample[:min(len(sample), detectWithin)]
	r, err := ngrams.NewHtmlDetector().DetectBest(sample)
	if err == nil && r.Confidence >= sureNgrams {
		return r.Charset
	}
	if other := chardet.Detect(sample); other.Confidence >= sureProbes {
		return other.Encoding
	}
	if err != nil {
		return ""
	}
	return r.Charset
}

// firstForeign is where a text stops being ASCII; -1: nowhere.
func firstForeign(b []byte) int {
	return slices.IndexFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}
