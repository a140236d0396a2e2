package profile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/indexer/profile"
)

// TestTags: the tags of a template are learned wherever it writes them, and a
// story without any has none.
func TestTags(t *testing.T) {
	all := []string{"boats", "rope", "night watch", "ice", "radio"}
	tagsOf := func(i int) []string { return slices.Clone(all[i%3 : i%3+1+i%2]) }
	each := func(form, between string) func([]string) string {
		return func(tags []string) string {
			var out []string
			for _, tag := range tags {
				out = append(out, fmt.Sprintf(form, tag))
			}
			return strings.Join(out, between)
		}
	}
	for name, written := range map[string]struct{ head, body func([]string) string }{
		"linked, named": {body: each(`<a class="tag" href="/t/">%s</a>`, " ")},
		"linked, in what is": {body: func(tags []string) string {
			return `<p class="tags">` + each(`<a href="/t/">%s</a>`, "")(tags) + `</p>`
		}},
		"marked with a hash": {body: func(tags []string) string { return `<p class="tags">` + each(`<span>#%s</span>`, ", ")(tags) + `</p>` }},
		"one meta for each":  {head: each(`<meta property="article:tag" content="%s">`, "")},
		"all in one meta":    {head: func(tags []string) string { return `<meta name="keywords" content="` + strings.Join(tags, ", ") + `">` }},
		"linked data, a list": {head: func(tags []string) string {
			return `<script type="application/ld+json">{"@type":"Article","keywords":[` + each(`"%s"`, ",")(tags) + `]}</script>`
		}},
		"linked data, one text": {head: func(tags []string) string {
			return `<script type="application/ld+json">{"@type":"Article","keywords":"` + strings.Join(tags, ",") + `"}</script>`
		}},
	} {
		none := func([]string) string { return "" }
		if written.head == nil {
			written.head = none
		}
		if written.body == nil {
			written.body = none
		}
		f := family{name: name, site: "Shed Notes"}
		var tags []string
		f.page = func(s story) string {
			return fmt.Sprintf(`<html lang="en"><head><title>%[1]s · Shed Notes</title>%[3]s</head><body><header><a href="/">Shed Notes</a></header><article class="post"><h1>%[1]s</h1><div class="post-text">%[2]s</div>%[4]s</article></body></html>`,
				s.title, s.body(), written.head(tags), written.body(tags))
		}
		var samples []profile.Sample
		for i := range 12 {
			tags = tagsOf(i)
			s := f.sample(t, tell(i), profile.ByFeed)
			s.Known.Tags, s.Known.TagsBy = tags, profile.ByFeed
			samples = append(samples, s)
		}
		set := learn(t, samples, options())
		for _, want := range [][]string{{"ice", "radio"}, nil} {
			tags = want
			v := set.Apply(f.parse(t, tell(20)), profile.Hints{URL: "https://b.example/20", Language: "en"})
			if diff := cmp.Diff(want, v.Tags.Texts); diff != "" || want != nil && v.Tags.Use() != profile.Alone {
				t.Errorf("%s (-want +got), used %v:\n%s", name, v.Tags.Use(), diff)
			}
		}
	}
}
