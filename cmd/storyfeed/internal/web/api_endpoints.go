package web

import (
	"cmp"
	"math"
	"reflect"
	"strconv"

	"storyfeed/index"
)

// endpoint is one route of the API.
type endpoint struct {
	name    string // of the route, as in the metrics
	path    string
	summary string
	doc     string
	group   string // of the documentation
	params  []param
	of      reflect.Type // of what it answers
	faults  []int        // statuses that it may answer with beside those of every endpoint
	fresh   string       // Cache-Control; empty: to be asked again each time, which costs little with an ETag
	answer  func(q query) (any, error)
}

// cache is how long an answer may be kept.
func (e endpoint) cache() string { return cmp.Or(e.fresh, "no-cache") }

// suggested is how many suggestions and similar stories are given to who does not say.
const suggested = 10

// Parameters that several endpoints take.

func limitParam(what string, fallback, most int) param {
	return param{name: "limit", kind: numberParam, doc: "How many " + what + " at most.", low: 1, high: most, fallback: strconv.Itoa(fallback)}
}

func offsetParam(most int) param {
	return param{name: "offset", kind: numberParam, doc: "How many to skip.", low: 0, high: most, fallback: "0"}
}

// maxAPIText is the length of a text in characters that fits into a request whatever it is
// made of: escaped, one is up to 12 bytes long, and headers may have 16 KB.
const maxAPIText = 1024

func searchText(name, doc, example string) param {
	return param{name: name, doc: doc, high: maxAPIText, example: example}
}

// queryText is what somebody typed: of any length, of which what is beyond the
// bounds of queries is left out, as the hints tell.
func queryText(doc, example string) param { return param{name: "q", doc: doc, example: example} }

var (
	cursorOfStories = param{name: "cursor", kind: cursorParam, doc: "Where to go on: the `cursor` of an earlier answer. Its form may change; it holds as long as the archive does."}
	contentOrNot    = param{name: "content", kind: flagParam, doc: "Whether stories come with `html` and `text`. An answer holds fewer stories then if they are long.", fallback: "false"}
)

// endpoints is the API.
func (s *server) endpoints() []endpoint {
	return append(s.storyEndpoints(), s.searchEndpoints()...)
}

func (s *server) storyEndpoints() []endpoint {
	return []endpoint{
		{
			name: "api_series_list", path: apiRoot + "/series", group: "Series",
			summary: "All series", doc: "In the configured order.",
			of: reflect.TypeFor[apiSeriesList](), answer: s.apiSeriesList,
		},
		{
			name: "api_series", path: apiRoot + "/series/{series}", group: "Series", faults: []int{301, 404},
			summary: "One series", doc: "With its health, its last crawl and what was learned of its template.",
			of: reflect.TypeFor[apiSeries](), answer: s.apiSeries,
		},
		{
			name: "api_stories", path: apiRoot + "/series/{series}/stories", group: "Stories", faults: []int{301, 404},
			summary: "The stories of a series",
			doc: "In reading order, or newest first: pages by `offset`. In the order of their arrival: pages by `cursor`, " +
				"in which nothing shifts while stories are added, as for `/api/v1/stories`.",
			params: []param{
				{name: "order", kind: choiceParam, doc: "The order of the stories.", choices: []string{"reading", "newest", "arrival"}, fallback: "reading"},
				offsetParam(math.MaxInt32), limitParam("stories", apiLimit, maxAPILimit), cursorOfStories, contentOrNot,
			},
			of: reflect.TypeFor[apiStories](), answer: s.apiStories,
		},
		{
			name: "api_all_stories", path: apiRoot + "/stories", group: "Stories", faults: []int{301, 404},
			summary: "All stories, to be taken away",
			doc: "In the order of their arrival. Follow `next` to the end: each story comes once, however many are added meanwhile; these come last. " +
				"Keep the last `cursor` to ask later for what came since. A story that is in two series comes for each; one that was removed at its source does not come.",
			params: []param{
				{name: "series", doc: "Only those of the series with this slug.", high: maxSlug, example: "letters"},
				limitParam("stories", apiLimit, maxAPILimit), cursorOfStories, contentOrNot,
			},
			of: reflect.TypeFor[apiStories](), answer: s.apiAllStories,
		},
		{
			name: "api_story", path: apiRoot + "/stories/{guid}", group: "Stories", faults: []int{404, 410},
			summary: "One story", doc: "With its content, and where its title, authors and dates were read.",
			of: reflect.TypeFor[apiStory](), answer: s.apiStory,
		},
	}
}

func (s *server) searchEndpoints() []endpoint {
	return []endpoint{
		{
			name: "api_search", path: apiRoot + "/search", group: "Search", faults: []int{301},
			summary: "Search",
			doc: "Without `q` all stories that the filters leave. What of `q` can’t be understood is searched as words, and `hints` say so. " +
				"`offset` and `limit` together reach " + strconv.Itoa(index.MaxDepth) + " stories.",
			params: []param{
				queryText(`The query: words, "a phrase", -not, a OR b, prefix*, and words of one field such as title:why.`, "trust -software"),
				{name: "series", doc: "Only stories of the series with this slug.", high: maxSlug, example: "letters"},
				searchText("author", "Only stories by the author with this whole name, whatever its case and accents.", "Ada Marsh"),
				searchText("tag", "Only stories with this whole tag, whatever its case and accents.", "bees"),
				searchText("language", "Only stories in this language (BCP 47), of which the first part counts.", "en"),
				{name: "after", kind: momentParam, doc: "Only stories published then or later: a date or a moment.", example: "2020-07"},
				{name: "before", kind: momentParam, doc: "Only stories published before: a date or a moment, later than `after`.", example: "2021-01-01T00:00:00Z"},
				{name: "exact", kind: flagParam, doc: "Searches only what was asked for, and nothing else `instead`, whatever is found.", fallback: "false"},
				{name: "sort", kind: choiceParam, doc: "The order of what was found.", choices: sortNames(), fallback: string(index.SortRelevance)},
				offsetParam(index.MaxDepth), limitParam("stories", index.DefaultLimit, index.MaxLimit),
			},
			of: reflect.TypeFor[apiSearch](), answer: s.apiSearch,
		},
		{
			name: "api_suggest", path: apiRoot + "/suggest", group: "Search",
			summary: "Suggestions while typing",
			doc:     "Titles, authors and tags that hold all words of `q`, of which the last may go on.",
			params: []param{
				queryText("What was typed so far; of nothing nothing is suggested.", "lett"),
				limitParam("suggestions", suggested, index.MaxLimit),
			},
			of: reflect.TypeFor[apiSuggestions](), fresh: "public, max-age=60", answer: s.apiSuggest,
		},
		{
			name: "api_similar", path: apiRoot + "/stories/{guid}/similar", group: "Search", faults: []int{404, 410},
			summary: "More like this", doc: "Stories that have most in common with one, by its most telling words.",
			params: []param{limitParam("stories", suggested, index.MaxLimit)},
			of:     reflect.TypeFor[apiSimilar](), answer: s.apiSimilar,
		},
		{
			name: "api_authors", path: apiRoot + "/authors", group: "Search",
			summary: "The authors", doc: "Those of most stories first.",
			params: []param{limitParam("authors", maxAPILimit, maxAPITerms)},
			of:     reflect.TypeFor[apiAuthors](), answer: s.apiAuthors,
		},
		{
			name: "api_tags", path: apiRoot + "/tags", group: "Search",
			summary: "The tags", doc: "Those of most stories first.",
			params: []param{limitParam("tags", maxAPILimit, maxAPITerms)},
			of:     reflect.TypeFor[apiTags](), answer: s.apiTags,
		},
		{
			name: "api_openapi", path: apiRoot + "/openapi.json", group: "About",
			summary: "This document", doc: "The description of the API (OpenAPI 3.1).",
			of: reflect.TypeFor[document](), fresh: "public, max-age=3600", answer: s.apiDocument,
		},
	}
}

// sortNames are the orders that a search can be asked for.
func sortNames() []string {
	return []string{string(index.SortRelevance), string(index.SortNewest), string(index.SortOldest), string(index.SortReading)}
}
