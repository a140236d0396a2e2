package web_test

import (
	"fmt"
	"strings"
	"time"

	"storyfeed/feed"
)

// now is the moment at which the tests look at the site.
var now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// bees is a series of every kind of story: odd titles, several authors,
// unknown dates, pictures, tables, code, hostile markup.
func bees() feed.Series {
	return feed.Series{
		Slug:        "bees",
		Title:       "Keeping Bees & Other Slow Things",
		Sources:     []feed.Source{{URL: "https://garden.example/keeping-bees/", Kind: feed.SourceHub, Complete: true}},
		Every:       30 * time.Minute,
		Content:     feed.ContentFull,
		HomeURL:     "https://garden.example/keeping-bees/",
		Description: "Fourteen letters from a city roof: how two hives, a leaking water butt and many bad decisions became a garden.",
		Language:    "en-GB",
	}
}

// night is a series that can't be read just now.
func night() feed.Series {
	return feed.Series{
		Slug:    "night-trains",
		Title:   "Night Trains",
		Sources: []feed.Source{{URL: "https://rails.example/night/"}},
		Every:   time.Hour,
	}
}

// blank is a series that was never visited.
func blank() feed.Series {
	return feed.Series{Slug: "blank", Sources: []feed.Source{{URL: "https://new.example/"}}, Every: time.Hour}
}

func nightHealth() feed.Health {
	return feed.Health{
		State: feed.StateFailing, Reason: "https://rails.example/night/: answered 503 Service Unavailable, the site is overloaded or closed for now",
		Since: now.Add(-3 * time.Hour), Next: now.Add(42 * time.Minute), Failures: 4,
	}
}

func goodHealth() feed.Health {
	return feed.Health{State: feed.StateOK, Since: now.Add(-240 * time.Hour), LastGood: now.Add(-12 * time.Minute), Next: now.Add(18 * time.Minute)}
}

func beesCrawl() feed.Crawl {
	return feed.Crawl{
		Series: "bees", Started: now.Add(-12 * time.Minute), Took: 3200 * time.Millisecond,
		Found: 14, New: 1, Changed: 1, Unchanged: 12, Requests: 17, NotModified: 12,
		Dropped: []feed.Drop{
			{URL: "https://shop.example/honey", Anchor: "Buy honey", Reason: "other site"},
			{URL: "https://garden.example/tag/bees", Anchor: "<b>bees</b>", Reason: "not an article: an archive page"},
			{URL: "https://shop.example/wax", Anchor: "Buy wax", Reason: "other site"},
		},
	}
}

const paragraph = `<p>A hive is quiet in the morning. One hears a <em>single</em> bee first, then ten, then no bee at all but a hum ` +
	`that seems to come from the wood itself. I learned to listen before I learned to look, and that was the first useful thing I did. ` +
	`The <a href="https://garden.example/wood">wood</a> tells more than the bees do.</p>`

// letter is one story of bees.
func letter(part int, title string, edit func(*feed.Story)) feed.Story {
	address := fmt.Sprintf("https://garden.example/letter-%d", part)
	day := time.Date(2025, time.Month(1+part/2), 3+part, 0, 0, 0, 0, time.UTC)
	s := feed.Story{
		GUID: feed.GUID(address), Series: "bees", Part: part, Permalink: address, CanonicalURL: address,
		Title: title, Authors: []string{"Ada Marsh"}, Tags: []string{"bees", "roof"}, Language: "en",
		Published: feed.Date{Time: day, Precision: feed.PrecisionDay, Source: "byline"},
		Fetched:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		HTML:      strings.Repeat(paragraph, 3), Revision: 1,
	}
	if edit != nil {
		edit(&s)
	}
	s.Text = plainText(s.HTML)
	s.Words = len(strings.Fields(s.Text))
	s.Hash = feed.ContentHash(s.Title, s.Text)
	return s
}

// plainText is good enough for text that we wrote ourselves.
func plainText(html string) string {
	var b strings.Builder
	in := false
	for _, r := range html {
		switch {
		case r == '<':
			in = true
		case r == '>':
			in = false
			b.WriteByte(' ')
		case !in:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func letters() []feed.Story {
	return []feed.Story{
		letter(1, "Why I carried 40,000 strangers up six flights of stairs", nil),
		letter(2, `Smoke & mirrors: "calm" is not the word <script>alert(1)</script>`, func(s *feed.Story) {
			s.Authors = []string{"Ada Marsh", "Tomás O’Brien", "王小明"}
			s.Tags = []string{"smoke & fire", "C++", "100%", "<b>bold</b>"}
		}),
		letter(3, "🐝 Swarm! What to do in the first eleven minutes", func(s *feed.Story) {
			s.Updated = feed.Date{Time: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), Precision: feed.PrecisionSecond, Source: "hash"}
			s.Revision = 2
			s.Authors = []string{`"><img src=x onerror=alert(2)>`}
		}),
		letter(4, "養蜂の静けさについて", func(s *feed.Story) { s.Language = "ja"; s.Authors = []string{"王小明"} }),
		letter(5, "رسالة من السطح عن النحل والصبر", func(s *feed.Story) { s.Language = "ar" }),
		letter(6, "A letter without a date or a name", func(s *feed.Story) {
			s.Published, s.Authors, s.Tags = feed.Date{}, nil, nil
		}),
		letter(7, "Tables, code and quotes", func(s *feed.Story) { s.HTML = rich }),
		letter(8, "Hostile", func(s *feed.Story) {
			s.HTML = `<p onclick="alert(3)">Hello<script>alert(4)</script><img src=x onerror=alert(5)></p><iframe src="https://evil.example"></iframe><a href="javascript:alert(6)">click</a>`
		}),
		letter(9, strings.Repeat("An extraordinarily long title that will not end ", 9)+strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4), nil),
		letter(10, "What the neighbours said", nil),
		letter(11, "This one was taken back", nil),
		letter(12, "A picture and not much else", func(s *feed.Story) {
			s.ImageURL = "https://garden.example/hive.jpg"
			s.Published = feed.Date{Time: time.Date(2026, 3, 4, 15, 6, 7, 0, time.UTC), Precision: feed.PrecisionSecond, Source: "json-ld"}
		}),
		letter(13, "Winter, or how to do nothing well", nil),
		letter(14, "The second hive", func(s *feed.Story) {
			s.Published = feed.Date{Time: time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC), Precision: feed.PrecisionDay, Source: "byline"}
		}),
	}
}

const rich = paragraph + `<h2>What it costs</h2><p>Nobody told me about the <code>boxes := hive.Open(ctx)</code> part.<sup><a href="https://garden.example/letter-7#fn1">1</a></sup></p>
<table><caption>First year, in full</caption><thead><tr><th>Month</th><th>What was bought</th><th>Price</th><th>What it was really for</th><th>Would I buy it again</th></tr></thead>
<tbody><tr><td>March</td><td>Two boxes, one lid, one floor</td><td>€ 240</td><td>Bees</td><td>Yes, twice</td></tr>
<tr><td>April</td><td>Smoker</td><td>€ 35</td><td>Courage</td><td>No</td></tr></tbody></table>
<pre><code>func (h *Hive) Listen(ctx context.Context) (mood Mood, err error) { // one long line that is wider than any phone could ever be
	return h.wood.Hum(ctx)
}</code></pre>
<blockquote><p>One does not keep bees. One is allowed to stand nearby.</p></blockquote>
<ul><li>Never wear <strong>wool</strong>.</li><li>Never hurry.<ol><li>Not even then.</li></ol></li></ul>
<figure><img src="https://garden.example/frame.jpg" alt="A frame full of honey" width="1200" height="400"><figcaption>The first frame, July.</figcaption></figure>
<hr><h4>Footnotes</h4><ol><li>Nor about a_very_long_identifier_without_any_place_to_break_it_that_goes_on_and_on_and_on_and_on.</li></ol>` + paragraph
