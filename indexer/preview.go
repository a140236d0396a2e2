package indexer

import (
	"bytes"
	"encoding/json"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/profile"
)

// Preview is what following an address would give: the report of a crawl that
// reads a part and keeps nothing. It is made by [Previewer.Preview] and
// written as JSON as it stands.
type Preview struct {
	Asked    string   `json:"asked"`               // the address as it was given
	URL      string   `json:"url"`                 // that was read: with a scheme; empty: it is no address
	FinalURL string   `json:"final_url,omitempty"` // where that led; empty: it did not answer
	Problem  *Problem `json:"problem,omitempty"`   // why it can't be followed; nil: it can, and what stands below is set

	Kind        feed.SourceKind `json:"kind,omitempty"`
	Why         []string        `json:"why"` // what that, the list and the order rest on, one phrase each
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Language    string          `json:"language,omitempty"` // BCP 47

	Stories  int  `json:"stories"`   // that the pages read lead to, without those links in passing that were found to lead to none
	Weak     int  `json:"weak"`      // of these, linked in passing and not read: taken if the page bears it out
	AtLeast  bool `json:"at_least"`  // the list goes on beyond the budget of pages
	Pages    int  `json:"pages"`     // of the list that were read
	MaxPages int  `json:"max_pages"` // the budget

	Dates   DateSpan    `json:"dates"`
	Order   string      `json:"order,omitempty"` // the reading order, for people
	Dropped []DropCount `json:"dropped"`         // links that are not taken, by reason, the most frequent first
	Same    []SameStory `json:"same"`            // stories among those read that have several addresses

	Read      []ReadStory  `json:"read"`                // stories that were read to see what comes out, in reading order, spread over the list
	Profile   *profile.Set `json:"profile,omitempty"`   // what was learned of the template from them; nil: nothing
	Unlearned string       `json:"unlearned,omitempty"` // why nothing was
	Robots    RobotsWord   `json:"robots"`
	Feed      *SiteFeed    `json:"feed,omitempty"` // the site's own; nil: none was found
	Warnings  []string     `json:"warnings"`

	Requests int      `json:"requests"`          // made for this preview
	Took     Seconds  `json:"took_seconds"`      // for all of it
	BackFill Seconds  `json:"back_fill_seconds"` // estimate for reading every story that was found once
	Slug     string   `json:"slug,omitempty"`    // a name for it, free among those that are followed
	TOML     string   `json:"toml,omitempty"`    // the [[series]] to keep
	Follows  []string `json:"followed_by"`       // slugs of the series that follow the page already
}

// Seconds is a duration that is a number of seconds in JSON.
type Seconds time.Duration

// MarshalJSON implements [json.Marshaler].
func (s Seconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(s).Round(time.Millisecond).Seconds())
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *Seconds) UnmarshalJSON(text []byte) error {
	var n float64
	err := json.Unmarshal(text, &n)
	*s = Seconds(n * float64(time.Second))
	return err
}

// MarshalJSON writes lists that are empty as such, so that programs need not
// ask whether there is one.
func (p Preview) MarshalJSON() ([]byte, error) {
	type plain Preview
	p.Why, p.Dropped, p.Same, p.Read = some(p.Why), some(p.Dropped), some(p.Same), some(p.Read)
	p.Warnings, p.Follows = some(p.Warnings), some(p.Follows)
	if p.Problem != nil {
		problem := *p.Problem
		problem.Tried, problem.Remedy, problem.Better = some(problem.Tried), some(problem.Remedy), some(problem.Better)
		p.Problem = &problem
	}
	return encode(plain(p))
}

// encode is [json.Marshal] that leaves & as it is: addresses are full of them.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Readable counts the stories among those read that would be taken.
func (p Preview) Readable() int {
	n := 0
	for _, s := range p.Read {
		if s.Reason == "" {
			n++
		}
	}
	return n
}

// DateSpan is what is known of the dates of publication.
type DateSpan struct {
	First   string `json:"first,omitempty"` // the earliest day, as 2006-01-02; empty: no date is known
	Last    string `json:"last,omitempty"`
	Undated int    `json:"undated"` // links that the list gives no date
	Shown   int    `json:"shown"`   // of the stories read, show one
}

// DropCount is how often links were not taken for one reason.
type DropCount struct {
	Reason  string `json:"reason"`
	Count   int    `json:"count"`
	Example string `json:"example"` // the address of one
}

// SameStory is a story with several addresses.
type SameStory struct {
	URL     string   `json:"url"` // the one that is kept
	Aliases []string `json:"aliases"`
}

// ReadStory is one story as it would be kept, or why it would not.
type ReadStory struct {
	Place     int       `json:"place"` // in the list, from 1; 0: it is linked in passing and no story, or one that was read before
	URL       string    `json:"url"`
	Reason    string    `json:"reason,omitempty"` // why it is not taken; empty: it is
	Failed    bool      `json:"failed,omitempty"` // it could not be fetched this time
	Title     string    `json:"title,omitempty"`
	Authors   []string  `json:"authors"`             // empty: nobody is named
	Account   string    `json:"account,omitempty"`   // no author, but whom the page names in the place of one, such as "admin"
	Published *DateRead `json:"published,omitempty"` // nil: unknown
	Updated   *DateRead `json:"updated,omitempty"`
	Tags      []string  `json:"tags"`
	Language  string    `json:"language,omitempty"`
	Image     string    `json:"image,omitempty"`
	Words     int       `json:"words,omitempty"`
	Begins    string    `json:"begins,omitempty"`  // the first sentence
	Partial   bool      `json:"partial,omitempty"` // the page shows only the beginning

	cause error // of Reason, where an error was
	twice bool  // the same story as one that was read before
}

// MarshalJSON is that of [Preview].
func (s ReadStory) MarshalJSON() ([]byte, error) {
	type plain ReadStory
	s.Authors, s.Tags = some(s.Authors), some(s.Tags)
	return encode(plain(s))
}

// DateRead is a date with its provenance, see [feed.Date].
type DateRead struct {
	Time      time.Time      `json:"time"`
	Precision feed.Precision `json:"precision"`
	Source    string         `json:"source"`
}

// RobotsWord is what the site's robots.txt says.
type RobotsWord struct {
	Rules      int     `json:"rules"`                // that hold for us; 0: everything is allowed
	Delay      Seconds `json:"crawl_delay_seconds"`  // 0: none asked for
	Disallowed int     `json:"disallowed"`           // of the stories found
	Example    string  `json:"example,omitempty"`    // one of them
	Unreadable string  `json:"unreadable,omitempty"` // why it is not known
}

// SiteFeed is a feed that the site has already.
type SiteFeed struct {
	URL      string `json:"url"`
	Entries  int    `json:"entries"`              // 0: it could not be read, or holds none
	Of       int    `json:"of"`                   // stories found that are among them
	Complete bool   `json:"complete"`             // it has every story found
	Others   int    `json:"others"`               // entries that are none of the stories found
	Unread   string `json:"unreadable,omitempty"` // why it could not be read
}
