package index

import "time"

// Limits of a [Request].
const (
	Budget       = time.Second // for one search
	DefaultLimit = 10          // hits, when a request names none
	MaxLimit     = 100         // hits of one request
	MaxDepth     = 10_000      // offset + limit
	MaxFacet     = 20          // values of one facet
)

// Sort is the order of hits. All orders are total: the same index gives the
// same order again.
type Sort string

// The orders. The zero value means [SortRelevance].
const (
	SortRelevance Sort = "relevance" // the story whose title the query is, then the best first; equally good ones newest first
	SortNewest    Sort = "newest"    // by published date; undated stories last
	SortOldest    Sort = "oldest"    // by published date; undated stories last
	SortReading   Sort = "reading"   // by part, first the series whose slug is first in the alphabet
)

// Request is one search.
type Request struct {
	Query Query // zero: all stories

	// Filters, each of them empty for all. Series is a slug; Author and Tag
	// are whole names, compared without regard to case and accents, as the
	// facets show them. Language is a BCP 47 tag of which the first part
	// counts: "en" and "en-GB" are all English stories that say so.
	Series, Author, Tag, Language string

	// After and Before bound the published date: [After, Before). Zero: no
	// bound. Undated stories lie within no bound.
	After, Before time.Time

	Sort Sort // zero: by relevance

	// Offset is the number of hits to skip and Limit the number to return.
	// A negative Offset means 0; Limit means [DefaultLimit] when it is not
	// positive and at most [MaxLimit]. Hits beyond [MaxDepth] are not
	// returned, though counted.
	Offset, Limit int

	// AsTyped searches what is asked for whatever it finds, and nothing else
	// instead: see [Results.Instead].
	AsTyped bool

	NoFacets bool // leaves [Results.Facets] empty, which is cheaper
}

// Page is the offset and limit within the bounds. A limit of 0 means that
// the page lies beyond [MaxDepth].
func (r Request) Page() (offset, limit int) {
	offset = min(max(r.Offset, 0), MaxDepth)
	limit = r.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	return offset, min(limit, MaxLimit, MaxDepth-offset)
}

// Results are the answer to a [Request].
type Results struct {
	Total  int   // all matches, exactly
	Hits   []Hit // the page asked for, in the order asked for
	Facets []Facet
	Took   time.Duration

	// Instead is the query that was searched because the one that was asked
	// for finds nothing, or of three words or more little: with words spelled as
	// the stories have them, or with any of the words instead of all, where
	// the best hits are those with all. It may be longer than what [ParseQuery] takes. Zero: the
	// query as asked.
	Instead Query

	// InTitlesOnly tells that no words were looked for but those that are too
	// common to be found in the texts of their language, and so in titles.
	InTitlesOnly bool
}

// Hint says what [Results.InTitlesOnly] means to people; empty where it is not so.
func (r Results) Hint() string {
	if !r.InTitlesOnly {
		return ""
	}
	return "Such common words are looked for in titles only: add a word that is rarer."
}

// Hit is one story that matches.
type Hit struct {
	Series string // slug
	GUID   string
	Score  float64 // comparable within one answer only
}

// Facet counts all matches by one of their properties.
type Facet struct {
	Name   string       // "series", "author", "year", "tag" or "language", in this order
	Values []FacetValue // most frequent first, then by the alphabet; at most [MaxFacet]
}

// FacetValue is one value of a [Facet].
type FacetValue struct {
	Value string // as the stories spell it; of several spellings the most frequent
	Count int
}

// SuggestionKind says what a [Suggestion] is.
type SuggestionKind string

// The kinds.
const (
	SuggestTitle  SuggestionKind = "title"
	SuggestAuthor SuggestionKind = "author"
	SuggestTag    SuggestionKind = "tag"
)

// Suggestion is one completion of what somebody is typing.
type Suggestion struct {
	Kind   SuggestionKind
	Text   string // the title, or the name as the stories spell it
	Series string // slug of a story with that title; empty for other kinds
	GUID   string // of that story
	Count  int    // stories that have it; 1 for titles
}

// Facet returns the facet of that name, or an empty one.
func (r Results) Facet(name string) Facet {
	for _, f := range r.Facets {
		if f.Name == name {
			return f
		}
	}
	return Facet{Name: name}
}
