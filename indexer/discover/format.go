package discover

import (
	"bytes"
	"net/http"
	"strings"
)

// format is what the bytes of a page are.
type format int

const (
	formatOther format = iota
	formatHTML
	formatFeed    // RSS, Atom, RDF or JSON Feed
	formatPosts   // JSON array of a WordPress REST collection
	formatSitemap // sitemaps.org
)

// sniffLen is how far into a body the root element is looked for.
const sniffLen = 4096

// sniff decides by the body; the media type only breaks ties, since feeds are
// served as text/html and pages as application/xml.
func sniff(p *Page) format {
	head := bytes.TrimLeft(p.Body[:min(len(p.Body), sniffLen)], "\ufeff \t\r\n")
	if len(head) == 0 {
		return formatOther
	}
	if bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) && rootElement(head) != "html" || isBinary(p.MediaType, head) || isNoise(head) {
		return formatOther
	}
	switch head[0] {
	case '[':
		return formatPosts
	case '{':
		if bytes.Contains(p.Body, []byte(`jsonfeed.org/version`)) || bytes.Contains(p.Body, []byte(`jsonfeed.org\/version`)) {
			return formatFeed
		}
		return formatOther
	}
	switch root := rootElement(head); {
	case root == "rss" || root == "feed" || strings.HasSuffix(root, ":rdf") || root == "rdf" || strings.HasSuffix(root, ":feed"):
		return formatFeed
	case root == "urlset" || root == "sitemapindex":
		return formatSitemap
	case root != "":
		return formatHTML
	}
	if strings.Contains(p.MediaType, "html") || bytes.IndexByte(p.Body, '<') >= 0 {
		return formatHTML
	}
	return formatOther
}

// isBinary reports that a body is no text: its media type says so and nothing
// of its beginning speaks against it, or it holds bytes that no text does.
func isBinary(mediaType string, head []byte) bool {
	kind, sub, _ := strings.Cut(strings.ToLower(mediaType), "/")
	switch {
	case kind == "image" && !strings.HasPrefix(sub, "svg"), kind == "audio", kind == "video", kind == "font":
	case kind == "application" && (sub == "pdf" || sub == "zip" || sub == "gzip" || sub == "epub+zip" || sub == "octet-stream" || sub == "msword" || strings.HasPrefix(sub, "vnd.openxmlformats")):
	default:
		return bytes.IndexByte(head, 0) >= 0 && !strings.Contains(sub, "html") && !strings.Contains(sub, "xml")
	}
	sniffed := http.DetectContentType(head)
	return !strings.Contains(sniffed, "html") && !strings.Contains(sniffed, "xml") && !isFeedRoot(rootElement(head))
}

// A body in which one byte of noiseShare is one that no text holds is none,
// whatever it is called; a stray one is met on old pages.
const (
	noiseShare = 32
	leastNoise = 8
)

// isNoise reports that a beginning is full of control characters: a picture or
// an archive that is served as a page.
func isNoise(head []byte) bool {
	noise, runes := 0, 0
	for _, r := range string(head) {
		runes++
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			noise++
		}
	}
	return noise >= leastNoise && noiseShare*noise > runes
}

func isFeedRoot(root string) bool { return root == "rss" || root == "feed" || root == "rdf:rdf" }

// rootElement names the first element in lower case, past comments, processing
// instructions and the document type.
func rootElement(b []byte) string {
	for {
		i := bytes.IndexByte(b, '<')
		if i < 0 || i+1 >= len(b) {
			return ""
		}
		b = b[i+1:]
		end := ">"
		switch {
		case bytes.HasPrefix(b, []byte("!--")):
			end = "-->"
		case b[0] == '?':
			end = "?>"
		case b[0] == '!':
		default:
			name := b[:len(b)-len(bytes.TrimLeftFunc(b, isNameRune))]
			return strings.ToLower(string(name))
		}
		i = bytes.Index(b, []byte(end))
		if i < 0 {
			return ""
		}
		b = b[i+len(end):]
	}
}

func isNameRune(r rune) bool {
	return r == ':' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// IsFeed reports that a page is a feed, whatever it was served as.
func IsFeed(p *Page) bool { return sniff(p) == formatFeed }

// describe says what a page is that is neither a page nor a feed.
func describe(p *Page) string {
	kind, sub, _ := strings.Cut(strings.ToLower(p.MediaType), "/")
	is := "a file of type " + p.MediaType
	switch {
	case len(bytes.TrimSpace(p.Body)) == 0:
		return "the answer is empty"
	case bytes.HasPrefix(p.Body, []byte("%PDF-")):
		is = "a PDF document"
	case kind == "image":
		is = "a picture"
	case kind == "audio" || kind == "video":
		is = "a recording"
	case sub == "json" || strings.HasSuffix(sub, "+json"):
		is = "data for programs"
	case kind == "text" && sub == "plain":
		is = "plain text without links"
	case p.MediaType == "":
		is = "a file of an unknown type"
	}
	if p.MediaType != "" && !strings.Contains(is, p.MediaType) {
		is += " (" + p.MediaType + ")"
	}
	return is + ", neither a page nor a feed"
}
