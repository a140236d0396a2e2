package local

import (
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"

	"storyfeed/index"
)

// tagged makes columns of documents that have these tags, as spelled. Spellings
// are values of their own, in the order in which bleve has them.
func tagged(values []label, documents ...[]string) *columns {
	sets := make([]*roaring.Bitmap, len(values))
	for v, l := range values {
		sets[v] = roaring.New()
		for n, tags := range documents {
			for _, tag := range tags {
				if tag == l.text {
					sets[v].Add(uint32(n))
				}
			}
		}
	}
	return &columns{keys: make([]key, len(documents)), tags: newLabels(len(documents), values, sets)}
}

func TestFacetsOfSeveralSegments(t *testing.T) {
	first := tagged([]label{{"ann", "ANN"}, {"ann", "Ann"}, {"bees", "Bees"}, {"zoo", "Zoo"}},
		[]string{"Ann"}, []string{"Ann", "Bees"}, []string{"ANN"}, []string{"Bees"}, []string{"Zoo"})
	second := tagged([]label{{"ann", "ánn"}, {"mead", "Mead"}},
		[]string{"ánn", "Mead"}, []string{"ánn"}, []string{"ánn"}, []string{"Mead"}, nil)
	third := tagged([]label{{"bees", "BEES"}}, []string{"BEES"}, []string{"BEES"})
	for _, tt := range []struct {
		name    string
		matches [][]uint32 // by segment
		want    []index.FacetValue
	}{
		{"none", [][]uint32{{}, {}, {}}, nil},
		{"all", [][]uint32{{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}, {0, 1}}, []index.FacetValue{{Value: "ánn", Count: 6}, {Value: "BEES", Count: 4}, {Value: "Mead", Count: 2}, {Value: "Zoo", Count: 1}}},
		{"less than half of each", [][]uint32{{1, 4}, {3}, {1}}, []index.FacetValue{{Value: "BEES", Count: 2}, {Value: "Ann", Count: 1}, {Value: "Mead", Count: 1}, {Value: "Zoo", Count: 1}}},
		{"all but the last", [][]uint32{{0, 1, 2, 3}, {0, 1, 2, 3}, {0}}, []index.FacetValue{{Value: "ánn", Count: 6}, {Value: "Bees", Count: 3}, {Value: "Mead", Count: 2}}},
		{"all but the first", [][]uint32{{1, 2, 3, 4}, {1, 2, 3, 4}, {1}}, []index.FacetValue{{Value: "ánn", Count: 4}, {Value: "Bees", Count: 3}, {Value: "Mead", Count: 1}, {Value: "Zoo", Count: 1}}},
		{"as many of two spellings", [][]uint32{{0, 2}, {}, {}}, []index.FacetValue{{Value: "ANN", Count: 2}}},
		{"of the middle segment only", [][]uint32{{}, {0}, {}}, []index.FacetValue{{Value: "Mead", Count: 1}, {Value: "ánn", Count: 1}}},
	} {
		c := counters.Get().(*counter) // as the one before left it
		for i, columns := range []*columns{first, second, third} {
			c.add(columns, roaring.BitmapOf(tt.matches[i]...))
		}
		for _, facet := range c.result() {
			if facet.Name != "tag" {
				continue
			}
			if diff := cmp.Diff(tt.want, facet.Values); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
			}
		}
	}
}
