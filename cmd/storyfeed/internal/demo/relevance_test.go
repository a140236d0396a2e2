package demo_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/blevesearch/bleve/v2"
	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/demo"
	"storyfeed/feed"
	"storyfeed/index"
	"storyfeed/index/indextest"
	"storyfeed/index/local"
)

var update = flag.Bool("update", false, "write the golden files anew")

// knownItems are searches of somebody who has read a story and wants it again,
// in the words that stay in mind.
var knownItems = []indextest.Topic{
	{Query: "loaf talks crust", Relevant: []string{"the-loaf-that-answers-back"}},
	{Query: "piano tuner strings", Relevant: []string{"listening-for-a-living"}},
	{Query: "the book falls open where somebody loved it", Relevant: []string{"what-the-spine-remembers"}},
	{Query: "stung on the first day", Relevant: []string{"forty-thousand-colleagues-one-queen"}},
	{Query: "bicycle wheel spokes", Relevant: []string{"it-just-needs-air"}},
	{Query: "butcher's name above the door", Relevant: []string{"twelve-letters-before-breakfast"}},
	{Query: "watch loses five seconds a day", Relevant: []string{"a-second-is-a-long-time"}},
	{Query: "payroll wrong by one cent", Relevant: []string{"the-bug-that-made-me-stay"}},
	{Query: "map of the coast, where does the sea begin", Relevant: []string{"drawing-the-edge-of-things"}},
	{Query: "dry stone wall without mortar", Relevant: []string{"walls-have-a-right-way-up"}},
	{Query: "吃了吗", Relevant: []string{"the-patience-in-a-bowl-of-noodles"}},
	{Query: "bell founder clay pour", Relevant: []string{"kolokol-a-bell-is-a-promise"}},
	{Query: "calligraphy breath pen", Relevant: []string{"khatt-the-line-that-breathes"}},
	{Query: "building boats", Relevant: []string{"boats-and-other-arguments-with-water"}},
	{Query: "tailor shoulder tape", Relevant: []string{"measure-twice-listen-three-times"}},
	{Query: "toast at three in the morning on the ward", Relevant: []string{"the-night-shift-smells-of-toast"}},
	{Query: "glass forty seconds", Relevant: []string{"nine-hundred-degrees-of-attention"}},
	{Query: "cheeses turn", Relevant: []string{"waiting-is-a-skill"}},
	{Query: "apple tree saw notice", Relevant: []string{"the-apple-tree-that-paid-rent"}},
	{Query: "translator ubersetzen ferry", Relevant: []string{"ueber-setzen-on-ferrying-words"}},
	{Query: "weather measured since 1881", Relevant: []string{"writing-down-the-weather"}},
	{Query: "librarian it was blue and somebody died", Relevant: []string{"shelf-7-or-how-to-find-anything"}},
	{Query: "shoemaker left foot longer", Relevant: []string{"left-feet-are-never-right"}},
	{Query: "you don't need this rope", Relevant: []string{"why-i-sell-rope"}},
}

// subjects are searches of somebody who wants to read about something: about
// what several stories have a tag for. Tags are not searched here.
func subjects(documents []index.Document) []indextest.Topic {
	relevant := map[string][]string{}
	for _, d := range documents {
		for _, tag := range d.Tags {
			relevant[tag] = append(relevant[tag], d.GUID)
		}
	}
	var list []indextest.Topic
	for _, tag := range slices.Sorted(maps.Keys(relevant)) {
		if len(relevant[tag]) > 1 {
			list = append(list, indextest.Topic{Query: tag, Relevant: relevant[tag]})
		}
	}
	return list
}

// TestRelevance keeps the score of how search ranks the sample blog, beside
// bleve's defaults. The golden file says what is reached; less fails.
func TestRelevance(t *testing.T) {
	documents := blogDocuments(t)
	ours := searchOurs(t, documents)
	theirs := searchBleve(t, documents)
	var b strings.Builder
	fmt.Fprintf(&b, "%d stories                 nDCG@10    MAP\n", len(documents))
	for _, set := range []struct {
		name   string
		topics []indextest.Topic
	}{{"known items", knownItems}, {"subjects", subjects(documents)}} {
		for _, s := range []struct {
			name   string
			search func(string) ([]string, error)
		}{{"storyfeed", ours}, {"bleve's default", theirs}} {
			got, err := indextest.Measure(set.topics, s.search)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%-12s %-16s %7.3f %6.3f\n", set.name, s.name, got.NDCG, got.MAP)
		}
	}
	const golden = "testdata/relevance.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("search ranks otherwise than %s says (-update writes it anew, if it is better): (-want +got)\n%s", golden, diff)
	}
}

// blogDocuments are the stories of the blog, as the index gets them.
func blogDocuments(t *testing.T) []index.Document {
	b := newBlog()
	paths := stories(t, b)
	for _, archive := range []string{"/blog-central/", "/blog-central/page/2/", "/blog-central/page/3/", "/blog-central/page/4/"} {
		if res := get(b, archive, nil); res.StatusCode == 200 {
			paths = append(paths, links(t, page(t, b, archive).Find("h2 a"))...)
		}
	}
	var list []index.Document
	seen := map[string]bool{}
	for _, path := range paths {
		guid := strings.Trim(path, "/")
		if seen[guid] || path == demo.HubPath {
			continue
		}
		seen[guid] = true
		article := page(t, b, path).Find("article")
		var texts []string
		article.Find(".entry-content").Children().Each(func(_ int, s *goquery.Selection) {
			texts = append(texts, feed.CleanLine(s.Text()))
		})
		d := index.Document{
			ID: index.DocumentID("bench", guid), Series: "bench", GUID: guid, Language: "en",
			Title: feed.CleanLine(article.Find("h1").First().Text()), Body: strings.Join(texts, "\n"),
		}
		article.Find("a[rel~=tag]").Each(func(_ int, a *goquery.Selection) { d.Tags = append(d.Tags, a.Text()) })
		d.Hash = feed.ContentHash(d.Title, d.Body)
		list = append(list, d)
	}
	return list
}

func searchOurs(t *testing.T, documents []index.Document) func(string) ([]string, error) {
	ix, err := local.Open(t.Context(), local.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := ix.Put(t.Context(), documents...); err != nil {
		t.Fatal(err)
	}
	return func(query string) (guids []string, err error) {
		q, _ := index.ParseQuery(query)
		res, err := ix.Search(t.Context(), index.Request{Query: q, Limit: index.MaxLimit, NoFacets: true})
		for _, h := range res.Hits {
			guids = append(guids, h.GUID)
		}
		return guids, err
	}
}

// searchBleve searches with what bleve does when it is told nothing.
func searchBleve(t *testing.T, documents []index.Document) func(string) ([]string, error) {
	ix, err := bleve.NewMemOnly(bleve.NewIndexMapping())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if err := ix.Index(d.GUID, map[string]string{"title": d.Title, "body": d.Body}); err != nil {
			t.Fatal(err)
		}
	}
	return func(query string) (guids []string, err error) {
		res, err := ix.Search(bleve.NewSearchRequestOptions(bleve.NewMatchQuery(query), index.MaxLimit, 0, false))
		if err != nil {
			return nil, err
		}
		for _, h := range res.Hits {
			guids = append(guids, h.ID)
		}
		return guids, nil
	}
}
