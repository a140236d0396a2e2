package discover

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/PuerkitoBio/goquery"

	"storyfeed/feed"
)

// What a page says to programs of the posts that it lists, in JSON-LD
// (schema.org ItemList, Blog, CollectionPage). It is evidence beside what the
// page shows and never against it: "popular posts" is an ItemList, too.
// Microformats (h-entry) mark what is shown; see [isPost].

// claim is one post that a page names to programs.
type claim struct {
	url, title string
	published  string
	what       string // "ItemList, position 3"
}

const maxClaims = 2000

// claims lists them in their order.
func (v *view) claims() []claim {
	var list []claim
	v.doc.Find("script[type='application/ld+json']").EachWithBreak(func(i int, s *goquery.Selection) bool {
		var doc any
		if json.Unmarshal([]byte(s.Text()), &doc) == nil {
			for _, node := range graph(doc) {
				list = append(list, v.listedIn(node, 0)...)
			}
		}
		return i < 20 && len(list) < maxClaims
	})
	return list
}

// listedIn reads the posts that an object of JSON-LD lists.
func (v *view) listedIn(node map[string]any, level int) []claim {
	const levels = 3
	if level > levels {
		return nil
	}
	var list []claim
	kind := firstOf(append(stringsOf(node["@type"]), "")...)
	for _, key := range []string{"itemListElement", "blogPost", "blogPosts", "hasPart"} {
		elements, ok := node[key].([]any)
		if !ok {
			continue
		}
		if key == "itemListElement" {
			if kind != "ItemList" {
				continue // such as BreadcrumbList
			}
			slices.SortStableFunc(elements, func(a, b any) int { return cmp.Compare(position(a), position(b)) })
		}
		for i, e := range elements[:min(len(elements), maxClaims)] {
			if c := v.claimOf(e); c.url != "" {
				c.what = fmt.Sprintf("%s, position %d", firstOf(kind, key), i+1)
				list = append(list, c)
			}
		}
	}
	for _, key := range []string{"mainEntity", "mainEntityOfPage"} {
		if inner, ok := node[key].(map[string]any); ok {
			list = append(list, v.listedIn(inner, level+1)...)
		}
	}
	return list
}

func position(e any) float64 {
	m, _ := e.(map[string]any)
	n, _ := m["position"].(float64)
	return n
}

func (v *view) claimOf(e any) claim {
	switch e := e.(type) {
	case string:
		return claim{url: v.absolute(e)}
	case map[string]any:
		if inner, ok := e["item"].(map[string]any); ok {
			return v.claimOf(inner)
		}
		text := func(keys ...string) string {
			for _, k := range keys {
				if s, ok := e[k].(string); ok && s != "" {
					return s
				}
			}
			return ""
		}
		return claim{url: v.absolute(text("url", "item", "@id")), title: text("headline", "name"), published: text("datePublished")}
	}
	return claim{}
}

// confirm adds to the evidence for links what the page says of them to
// programs.
func confirm(links []Link, claims []claim) {
	what := map[string]string{}
	for _, c := range claims {
		if key := feed.URLKey(c.url); what[key] == "" {
			what[key] = c.what
		}
	}
	for i, l := range links {
		if w := what[feed.URLKey(l.URL)]; w != "" {
			links[i].Evidence = append(links[i].Evidence, w)
		}
	}
}

// readClaims takes over what an empty page says to programs, when it says
// nothing to people.
func (w *walk) readClaims(v *view) bool {
	var links []Link
	for _, c := range v.claims() {
		if clean, reason := v.judge(c.url, nil); clean != "" && reason == "" {
			links = append(links, Link{URL: clean, Anchor: plainLine(c.title), Published: stateDate(c.published), Evidence: []string{c.what}})
		}
	}
	if len(links) < minRepeat {
		return false
	}
	w.describe(v)
	w.why(fmt.Sprintf("the page names %d posts to programs and none to people", len(links)))
	for i := range links {
		if !links[i].Published.IsZero() {
			links[i].Published.Source = "json-ld"
		}
	}
	w.addListed(listing{links: links}, map[string]bool{}, 1)
	w.result.Kind, w.result.Complete = feed.SourceHub, true
	if dates := datesOf(links); v.isHome() || v.isBlogPath() || len(dates) > 0 && !dates[0].IsZero() {
		w.result.Kind = feed.SourceArchive
		w.orderArchive()
	}
	return true
}
