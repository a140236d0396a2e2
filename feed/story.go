package feed

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Story is one article of a series.
//
// Texts are valid UTF-8 without the characters that XML 1.0 forbids. Times
// are UTC in whole seconds. URLs are absolute http or https URLs.
type Story struct {
	GUID         string // urn:uuid:…, see [GUID]; minted once, kept for ever
	Series       string // slug
	Part         int    // ordinal in reading order from 1; given once, never reused, never shifted
	Permalink    string // where readers go: the story's address today
	CanonicalURL string // what the page claims to be its address; Permalink when it claims none

	Title        string   // plain text, one line, never empty
	TitleSource  string   // where it was read, such as "heading" or [DateFromREST]; empty: unknown
	Authors      []string // people's names in the page's order; empty: unknown
	AuthorSource string   // where they were read, such as "json-ld" or [DateFromFeed]; empty: unknown
	Tags         []string // in the page's order, without duplicates; empty: none
	Language     string   // BCP 47, may be empty
	ImageURL     string   // the hero image, may be empty

	Published Date      // the author's date, frozen once known and not only guessed; zero: unknown
	Updated   Date      // last change of Title or Text; zero: never since it was published
	Fetched   time.Time // when we first had the story; frozen

	HTML  string // the body, sanitised, URLs absolute
	Text  string // the body as plain text, paragraphs separated by an empty line
	Words int    // of Text

	Hash     string    // [ContentHash] of Title and Text
	Revision int       // 1 for the first version
	Gone     time.Time // when the story was found to be removed for good; zero: it is there
	Missing  time.Time // first 404 or 410 of a series of them; zero: it answers
}

// Changed is when readers last had something new to see: the later of
// Updated, Published and — for a story without any date — Fetched.
func (s Story) Changed() time.Time {
	t := s.Published.Time
	if s.Published.Guessed() {
		t = time.Time{}
	}
	if s.Updated.Time.After(t) {
		t = s.Updated.Time
	}
	if t.IsZero() {
		return s.Fetched
	}
	return t
}

// Precision says how exactly a date is known.
type Precision string

// The precisions of a date.
const (
	PrecisionSecond Precision = "second"
	PrecisionDay    Precision = "day"   // the time of day is unknown and stands at 00:00 UTC
	PrecisionMonth  Precision = "month" // the day is unknown, too, and stands at the first
	PrecisionYear   Precision = "year"  // the month is unknown, too, and stands at January
)

// Sources of a date that other packages ask for; readers of pages name further
// ones, such as "json-ld", "time[datetime]", "byline", "url".
const (
	DateFromREST = "rest" // the site's WordPress API
	DateFromFeed = "feed" // the site's feed
	DateFromHash = "hash" // our clock, when the text was found changed

	DateGuessed = "guess" // the likeliest of the dates that the page mentions
)

// Date is a point in time with its provenance. The zero value is an unknown
// date; an unknown date is never replaced by "now".
type Date struct {
	Time      time.Time // UTC, whole seconds; zero: unknown
	Precision Precision
	Source    string // where it was read, such as [DateFromREST]
}

// IsZero reports whether the date is unknown.
func (d Date) IsZero() bool { return d.Time.IsZero() }

// Guessed reports whether the date was only guessed. Such a date may be shown,
// but never orders stories: their order must not hang on a guess.
func (d Date) Guessed() bool { return d.Source == DateGuessed }

// Possible reports whether something that was there to be read at a time can have
// that date. Clocks differ, and a day begins earlier elsewhere, so a day after is
// possible.
func (d Date) Possible(seen time.Time) bool { return !d.Time.After(seen.Add(24 * time.Hour)) }

// Coarse reports whether not even the day is known. Readers of feeds get the
// first day, and stories of one month or year stay in the order of their parts.
func (d Date) Coarse() bool { return d.Precision == PrecisionMonth || d.Precision == PrecisionYear }

// End is when the time that the date may mean is over.
func (d Date) End() time.Time {
	switch d.Precision {
	case PrecisionDay:
		return d.Time.AddDate(0, 0, 1)
	case PrecisionMonth:
		return d.Time.AddDate(0, 1, 0)
	case PrecisionYear:
		return d.Time.AddDate(1, 0, 0)
	}
	return d.Time
}

// Betters reports whether d may take the place of what was known so far: a
// date that of none or of a guess, and a finer one that of a month or year
// which it lies in.
func (d Date) Betters(known Date) bool {
	switch {
	case d.IsZero() || known.IsZero():
		return !d.IsZero()
	case d.Guessed():
		return false
	case known.Guessed():
		return true
	}
	const zones = 14 * time.Hour // by which a day may begin earlier or later elsewhere
	finer := known.Coarse() && d.Precision != known.Precision && d.Precision != PrecisionYear
	return finer && d.Time.After(known.Time.Add(-zones)) && d.Time.Before(known.End().Add(zones))
}

// GUID mints the permanent name of a story: a version 5 UUID (RFC 9562 §5.5)
// of the story's first canonical URL in the URL name space. The same URL
// gives the same GUID on every machine, so a store that had to be rebuilt
// mints the same ones.
func GUID(canonicalURL string) string {
	const nameSpaceURL = "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"
	u := sha1.Sum([]byte(nameSpaceURL + canonicalURL))
	u[6] = u[6]&0x0f | 0x50 // version 5
	u[8] = u[8]&0x3f | 0x80 // variant of RFC 9562
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// ContentHash is the fingerprint by which a change of a story is noticed. It
// covers what people read, title and text, and no markup: a new theme,
// another image address or a nonce in the page is no change. White space is
// folded.
func ContentHash(title, text string) string {
	h := sha256.New()
	h.Write([]byte(strings.Join(strings.Fields(title), " ")))
	h.Write([]byte{0})
	h.Write([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// summaryRunes is about three lines in a feed reader.
const summaryRunes = 320

// Summary is the beginning of the story's text, one line of at most 320
// characters, cut at the end of a sentence or else of a word.
func (s Story) Summary() string {
	text := strings.Join(strings.Fields(s.Text), " ")
	runes := []rune(text)
	if len(runes) <= summaryRunes {
		return text
	}
	cut := string(runes[:summaryRunes])
	for _, end := range []string{". ", "? ", "! ", "。", "！", "？"} {
		if i := strings.LastIndex(cut, end); i > len(cut)/2 {
			return strings.TrimSpace(cut[:i+len(end)])
		}
	}
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// opening is as much of the story's text as its summary is made of: what that
// is of the opening is what it is of the whole text.
func (s Story) opening() string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range s.Text {
		if unicode.IsSpace(r) {
			gap = n > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			n++
		}
		gap = false
		b.WriteRune(r)
		if n++; n > summaryRunes {
			break
		}
	}
	return b.String()
}
