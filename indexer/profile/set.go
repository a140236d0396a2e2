package profile

import (
	"slices"
	"time"
)

// Format is the version of what [Set] looks like in JSON. A stored set of
// another format is not read but learned anew.
const Format = 1

// Field is a value of a story that has a place in a template.
type Field string

// The fields. Title and Body are learned or there is no profile; the others
// where samples know them.
const (
	Title     Field = "title"
	Authors   Field = "authors"
	Published Field = "published"
	Updated   Field = "updated"
	Body      Field = "body"
	Image     Field = "image"
	Tags      Field = "tags"
)

// Limits of what is learned and kept.
const (
	MinSamples  = 4  // stories of a cluster, or it is not learned
	GoodSamples = 12 // more add little; see [Alone]
	MaxProfiles = 4  // of a set, the largest clusters
	maxPlaces   = 4  // of a field, in the order in which they are tried
	maxShown    = 3  // sample values of a field
)

// Set is what was learned of one source: a profile for each cluster of its
// story pages, the largest first. It is a value for encoding/json; nil and
// the zero value know nothing. It is not changed by reading pages.
type Set struct {
	Format     int       `json:"format"`
	Generation int       `json:"generation"` // 1 when first learned, one more each time it is learned anew
	Learned    time.Time `json:"learned"`
	Profiles   []Profile `json:"profiles"`
}

// Profile is the template of one cluster of story pages.
type Profile struct {
	Fields    map[Field]Learned `json:"fields"`
	Furniture []Print           `json:"furniture,omitempty"` // what repeats within the body place, and is cut out of it
	Drop      []Drop            `json:"drop,omitempty"`      // places within the body that never hold text of the story
	Shape     Shape             `json:"shape"`
	Samples   []SampleRef       `json:"samples"` // what it was learned from
}

// Learned is what is known of one field in one cluster.
type Learned struct {
	Places     []Place  `json:"places"` // in the order in which they are tried
	Support    int      `json:"support"`
	Of         int      `json:"of"`                // stories of the cluster of which the field is known
	Confidence float64  `json:"confidence"`        // Wilson's lower bound of Support in Of, 0 to 1
	Teacher    Teacher  `json:"teacher"`           // who knew most of them
	Values     []string `json:"values,omitempty"`  // up to three, as found
	Counter    string   `json:"counter,omitempty"` // "URL: found instead of known" of a story where it is wrong
}

// Use says what a confidence is good for.
type Use int

// The uses.
const (
	Not     Use = iota // it is not used
	Checked            // it is used if reading the page without a profile agrees
	Alone              // it is used
)

// Bounds of confidence.
const (
	UsedAlone   = .70 // 9 of 9, 12 of 12 (.76), 18 of 19
	UsedChecked = .40 // 4 of 4 (.51), 5 of 6
)

// UseOf is what a confidence is good for.
func UseOf(confidence float64) Use {
	switch {
	case confidence >= UsedAlone:
		return Alone
	case confidence >= UsedChecked:
		return Checked
	}
	return Not
}

// Kind is the sort of place in which a value stands.
type Kind string

// The kinds of place.
const (
	Element  Kind = "element"  // an element's text or attribute
	Meta     Kind = "meta"     // content of the <meta> of a name, property or itemprop
	LD       Kind = "json-ld"  // a property of the page's JSON-LD
	TitleTag Kind = "title"    // <title>
	Pinned   Kind = "selector" // what a person's CSS selector finds
)

// Place is where in a template a value stands.
type Place struct {
	Kind Kind `json:"kind"`
	// Path is a CSS selector for elements ("article > header > h1.entry-title"),
	// the name for meta tags, and type and properties for JSON-LD
	// ("Article.author.name").
	Path string `json:"path,omitempty"`
	Attr string `json:"attr,omitempty"` // attribute that is read; empty: the text
	Many bool   `json:"many,omitempty"` // all matches are read, not the first one only
	// Prefix and Suffix surround the value on every page (" | Site") and are cut.
	Prefix  string `json:"prefix,omitempty"`
	Suffix  string `json:"suffix,omitempty"`
	Support int    `json:"support"` // stories that this place alone is right about
}

// Named reports whether a class or another mark names the element, and not its
// position alone.
func (p Place) Named() bool { return slices.ContainsFunc(parsePath(p.Path), step.isNamed) }

// Print is a text that repeats within the bodies of different stories.
type Print struct {
	Text  string `json:"text"` // as one line, shortened to 200 bytes
	Hash  uint64 `json:"hash"` // of the folded text
	Count int    `json:"count"`
	Of    int    `json:"of"`
}

// Drop is a place within the body place whose text varies and is none of the
// story's, such as links to related posts.
type Drop struct {
	Path  string `json:"path"`           // relative to the body
	Text  string `json:"text,omitempty"` // of one page, shortened
	Count int    `json:"count"`
	Of    int    `json:"of"`
}

// Shape is the structural fingerprint of a cluster: hashes of what nearly all
// of its pages have.
type Shape struct {
	Classes []uint64 `json:"classes,omitempty"` // elements with their stable classes
	Tags    []uint64 `json:"tags,omitempty"`    // paths of tags
	Texts   []uint64 `json:"texts,omitempty"`   // lines that repeat outside the body: header, footer
}

// SampleRef names a story that a profile was learned from.
type SampleRef struct {
	ID   string `json:"id"`
	URL  string `json:"url"`
	Hash string `json:"hash"` // of the known values
}
