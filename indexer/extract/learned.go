package extract

import (
	"net/url"

	"storyfeed/indexer/profile"
)

// Reading says how a page was read by a profile; see [Page.Profile].
type Reading struct {
	Cluster int  // index of the profile in its set; -1: the page belongs to none
	Changed bool // the page looks like one of another template, see [profile.Values]
	// Alone: the page was read by the profile alone. Otherwise it was read in
	// full, because a field is not sure enough, an invariant failed or
	// [Page.Full] asked for it; then Fields tells where both agree.
	Alone    bool
	Fields   map[profile.Field]FieldReading // of the fields that the profile found or should have found
	Failures []profile.Failure
}

// FieldReading is how one field was read.
type FieldReading struct {
	Confidence float64
	Pinned     bool // by a person's selector
	Used       bool // the story's value is the profile's; otherwise it is what reading in full found
	Agrees     bool // both were looked for and are the same; of the body: [profile.Agree]
	Differs    bool // both were found and are not the same
}

// ReadNames reads people's names out of the texts of elements that are known
// to name a story's authors; see [profile.ReadNames].
func ReadNames(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, namesIn(t, true)...)
	}
	return (&document{url: new(url.URL)}).acceptNames(out, true)
}
