package profile

import (
	"time"

	"golang.org/x/net/html"

	"storyfeed/feed"
)

// Teacher is who knows a story's value, the strongest first.
type Teacher string

// The teachers.
const (
	ByAPI       Teacher = "api"       // the site's own API
	ByFeed      Teacher = "feed"      // the site's own feed
	ByAnchor    Teacher = "anchor"    // the text of the link that led to the story
	ByStore     Teacher = "store"     // the story as it was stored earlier
	ByConsensus Teacher = "consensus" // reading the page without a profile
)

// Sample is a story with its page. Doc is read and never changed; it must be
// the page as parsed, before anything was cut.
type Sample struct {
	ID    string // story's GUID or address
	URL   string // page's final address
	Doc   *html.Node
	Known Known
}

// Known are the values of a story that are known from elsewhere. What is not
// known is zero.
type Known struct {
	Title     string
	TitleBy   Teacher
	Authors   []string
	AuthorsBy Teacher
	Published feed.Date // compared to the second where it knows it, else by day
	DateBy    Teacher
	Updated   feed.Date
	UpdatedBy Teacher
	Text      string // of the body, as extract.Text writes it; required
	TextBy    Teacher
	Tags      []string
	TagsBy    Teacher
	ImageURL  string
	ImageBy   Teacher
	Partial   bool // the page shows only the beginning: it does not teach the body
}

// ReadDate reads a date out of an attribute or a line in the page's language
// (BCP 47, may be empty). Package extract has one; it is passed in, because
// that package imports this one.
type ReadDate func(text, language string) (feed.Date, bool)

// ReadNames reads people's names out of the texts of a byline's elements, such
// as "by Jane Roe and John Doe on 3 March".
type ReadNames func(texts []string) []string

// Options say how to learn.
type Options struct {
	ReadDate  ReadDate    // nil: dates are not learned
	ReadNames ReadNames   // nil: only elements that hold a name and nothing else are learned
	Pins      feed.Select // fields that are pinned by hand: they override what is learned
	Previous  *Set        // what is replaced; nil: nothing
	Now       time.Time   // when the set is learned; later dates are no dates of publication; zero: the clock's time
}
