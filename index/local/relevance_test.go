package local_test

import (
	"os"
	"testing"

	"storyfeed/index"
	"storyfeed/index/indextest"
)

// collectionsDir names a directory with the collections CACM, Cranfield and
// CISI as [indextest.ReadCollection] reads them: cacm.all, cacm.qry, cacm.rel
// and so on. Nobody says under which licence they are, so they do not come with
// the project.
const collectionsDir = "STORYFEED_COLLECTIONS"

// TestCollections asks the topics of public collections as somebody would type
// them, and compares with what Lucene 8.7 reaches: BM25, its English analyzer,
// one field, all words optional.
func TestCollections(t *testing.T) {
	dir := os.Getenv(collectionsDir)
	if dir == "" {
		t.Skip("THE RANKING IS NOT COMPARED WITH LUCENE'S: " + collectionsDir + " names no directory with the collections")
	}
	for _, tc := range []struct {
		name    string
		ordinal bool
		lucene  indextest.Relevance
	}{
		{"cacm", false, indextest.Relevance{NDCG: 0.486, MAP: 0.334}},
		{"cranfield", true, indextest.Relevance{NDCG: 0.522, MAP: 0.420}},
		{"cisi", false, indextest.Relevance{NDCG: 0.385, MAP: 0.218}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := indextest.ReadCollection(dir, tc.name, tc.ordinal)
			if err != nil {
				t.Fatal(err)
			}
			ix := open(t, t.TempDir())
			if err := ix.Put(t.Context(), c.Documents...); err != nil {
				t.Fatal(err)
			}
			got, err := indextest.Measure(c.Topics, func(query string) ([]string, error) { return firstThousand(t, ix, query) })
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d documents, %d topics: nDCG@10 %.3f, MAP %.3f", len(c.Documents), len(c.Topics), got.NDCG, got.MAP)
			if got.NDCG < tc.lucene.NDCG || got.MAP < tc.lucene.MAP {
				t.Errorf("nDCG@10 %.3f and MAP %.3f, want Lucene's %.3f and %.3f at least", got.NDCG, got.MAP, tc.lucene.NDCG, tc.lucene.MAP)
			}
		})
	}
}

// firstThousand are the GUIDs of the best hits, page by page.
func firstThousand(t *testing.T, ix index.Index, query string) (guids []string, err error) {
	q, _ := index.ParseQuery(query)
	for len(guids) < 1000 {
		res, err := ix.Search(t.Context(), index.Request{Query: q, Limit: index.MaxLimit, Offset: len(guids), NoFacets: true})
		if err != nil || len(res.Hits) == 0 {
			return guids, err
		}
		for _, h := range res.Hits {
			guids = append(guids, h.GUID)
		}
	}
	return guids, nil
}
