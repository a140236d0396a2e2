package indextest

import (
	"testing"

	"storyfeed/index"
)

// The story whose title somebody pastes comes first, though others that link it
// have the words more often.
func testTitles(t *testing.T, ix index.Index) {
	links := "Rope, rope, the first rope I ever threw; fog > wind, fog, wind, fog. 東京物語（上）、東京物語、東京物語（上）。"
	long := "A morning at the quay, of which there is a good deal to be told, and then some more of it, since nobody was in a hurry on that day or the next. "
	put(t, ix,
		doc("links", "Rope, Fog & Wind", links),
		doc("links2", "Rope Wind Fog", links, in("t")),
		doc("rope", "The First Rope I Ever Threw", long+long+long),
		doc("rope2", "The First Rope I Ever Threw Again", links),
		doc("fog", "Fög > Wind", long+long+long),
		doc("ja", "東京物語（上）", "昔の話。"+long+long, language("ja")),
		doc("ja2", "物語", "東京物語（上）、東京物語（上）、東京物語（上）。", language("ja")),
	)
	for query, want := range map[string]string{
		"The First Rope I Ever Threw":          "rope",
		"the first rope, i ever threw!":        "rope",
		`"The First Rope I Ever Threw"`:        "rope",
		"The First Rope I Ever Threw series:s": "rope",
		"The First Rope I Ever Threw Again":    "rope2",
		"Fog > Wind":                           "fog",
		"fog wind":                             "fog",
		"東京物語（上）":                              "ja",
	} {
		res := find(t, ix, index.Request{Query: parse(query)})
		if len(res.Hits) == 0 || res.Hits[0].GUID != want {
			t.Errorf("Search %q finds %q, want %s first", query, guids(res), want)
		}
		if !res.Instead.Empty() {
			t.Errorf("Search %q finds a title, and searches %q instead", query, res.Instead)
		}
	}
}
