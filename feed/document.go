package feed

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Format is one of the three feed formats, or [OPML].
type Format string

// The formats, named as the file extension says.
const (
	RSS  Format = "rss"
	Atom Format = "atom"
	JSON Format = "json"
)

// Formats lists all formats in the order in which they are offered.
func Formats() []Format { return []Format{RSS, Atom, JSON} }

// MediaType is the format's type as sent in Content-Type (RFC 4287 §7;
// JSON Feed 1.1; RSS by custom).
func (f Format) MediaType() string {
	switch f {
	case RSS:
		return "application/rss+xml; charset=utf-8"
	case Atom:
		return "application/atom+xml; charset=utf-8"
	case OPML:
		return "text/x-opml; charset=utf-8"
	default:
		return "application/feed+json"
	}
}

// Label is the format's name for people.
func (f Format) Label() string {
	switch f {
	case RSS:
		return "RSS"
	case Atom:
		return "Atom"
	case OPML:
		return "OPML"
	default:
		return "JSON Feed"
	}
}

// The two feeds of a series, as they are called in addresses.
const (
	HeadFeed    = "feed"    // the newest stories, newest first
	ReadingFeed = "reading" // the whole series in reading order
)

// Path is the address of a feed of a series, such as /s/selling/feed.atom.
func Path(slug, name string, f Format) string {
	return "/s/" + slug + "/" + name + "." + string(f)
}

// ArchivePath is the address of an archive of [HeadFeed] by its number, from 1,
// such as /s/selling/archive/1/feed.atom.
func ArchivePath(slug string, number int, f Format) string {
	return Path(slug, "archive/"+strconv.Itoa(number)+"/"+HeadFeed, f)
}

// ReadingPath is the address of a page of [ReadingFeed] by its number, from 1.
// The first one is the feed's own.
func ReadingPath(slug string, page int, f Format) string {
	if page == 1 {
		return Path(slug, ReadingFeed, f)
	}
	return Path(slug, ReadingFeed+"/"+strconv.Itoa(page)+"/"+HeadFeed, f)
}

// StylePath is the path of the style sheet by which browsers show feeds, on a
// site with that base URL.
func StylePath(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), "/") + "/feed.css"
}

// Document is a feed in the bytes that readers receive: rendered and
// compressed once, when something changed, never per request.
type Document struct {
	Path        string // absolute path of its URL, such as /s/selling/feed.atom
	Series      string // slug
	Format      Format
	Body        []byte    // identity coding; nil: only Gzip is kept, see [Document.Identity]
	Gzip        []byte    // the same, gzip
	ETag        string    // strong, quoted, of Body; the gzip coding has its own, see [Document.GzipETag]
	Modified    time.Time // newest change of what it shows, whole seconds UTC
	Version     int64     // version of the series that it shows; below zero: it is still from before the series got its slug
	Fingerprint string    // of everything else that shaped it: renderer, base URL, configuration
}
