package local_test

import (
	"fmt"
	"os"
	"testing"

	"storyfeed/index"
	"storyfeed/index/indextest"
)

func TestCollections(t *testing.T) {
	dir := os.Getenv("STORYFEED_COLLECTIONS")
	if dir == "" {
		t.Skip("STORYFEED_COLLECTIONS is not set")
	}
	for _, name := range []string{"cacm", "cranfield", "cisi"} {
		c, err := indextest.ReadCollection(dir, name, name == "cranfield")
		if err != nil {
			t.Fatal(err)
		}
		ix := open(t, t.TempDir())
		if err := ix.Put(t.Context(), c.Documents...); err != nil {
			t.Fatal(err)
		}
		for _, mode := range []string{"typed", "any", "all"} {
			var short []string
			totals := map[string]int{}
			got, err := indextest.Measure(c.Topics, func(query string) (guids []string, err error) {
				q, _ := index.ParseQuery(query)
				if list, ok := q.Root.(index.All); ok && mode == "any" {
					q.Root = index.Any(list)
				}
				if res, _ := ix.Search(t.Context(), index.Request{Query: q}); mode == "typed" && (res.Total < 10 || res.Instead.Empty()) {
					short = append(short, fmt.Sprintf("%d %s", res.Total, query))
				}
				for len(guids)%100 == 0 && len(guids) < 1000 {
					res, err := ix.Search(t.Context(), index.Request{Query: q, Limit: 100, Offset: len(guids), NoFacets: true})
					if err != nil || len(res.Hits) == 0 {
						return guids, err
					}
					switch n := len(guids); {
					case n > 0:
					case res.Total == 0:
						totals["0"]++
					case res.Total < 10:
						totals["<10"]++
					default:
						totals[">=10"]++
					}
					for _, h := range res.Hits {
						guids = append(guids, h.GUID)
					}
				}
				return guids, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s %s: %d documents, %d topics: nDCG@10 %.3f MAP %.3f %v", name, mode, len(c.Documents), len(c.Topics), got.NDCG, got.MAP, totals)
			for _, s := range short {
				t.Log("    ", s)
			}
		}
	}
}
