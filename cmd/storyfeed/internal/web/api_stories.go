package web

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// apiStory is a story in the API. Lists leave the content out.
type apiStory struct {
	GUID         string    `json:"guid"`
	Series       string    `json:"series"`
	Part         int       `json:"part"`
	Title        string    `json:"title"`
	TitleSource  string    `json:"title_source,omitempty"` // where it was read; absent: not known
	Authors      []string  `json:"authors"`
	AuthorSource string    `json:"author_source,omitempty"`
	Tags         []string  `json:"tags"`
	Language     string    `json:"language,omitempty"`
	Published    *apiDate  `json:"published,omitempty"` // absent: unknown
	Updated      *apiDate  `json:"updated,omitempty"`   // absent: never since
	Fetched      time.Time `json:"fetched"`
	Permalink    string    `json:"permalink"`
	CanonicalURL string    `json:"canonical_url"`
	ImageURL     string    `json:"image_url,omitempty"`
	URL          string    `json:"url"`     // our page
	APIURL       string    `json:"api_url"` // this, with the content
	Words        int       `json:"words"`
	Hash         string    `json:"hash"`
	Revision     int       `json:"revision"`

	*apiContent
}

type apiContent struct {
	HTML string `json:"html"` // sanitised
	Text string `json:"text"`
}

func (s *server) apiStoryOf(story feed.Story) apiStory {
	return apiStory{
		GUID: story.GUID, Series: story.Series, Part: story.Part, Title: story.Title,
		TitleSource: story.TitleSource, Authors: list(story.Authors), AuthorSource: story.AuthorSource, Tags: list(story.Tags), Language: story.Language,
		Published: apiDateOf(story.Published), Updated: apiDateOf(story.Updated), Fetched: story.Fetched.UTC(),
		Permalink: story.Permalink, CanonicalURL: story.CanonicalURL, ImageURL: story.ImageURL,
		URL:    s.base + "/s/" + story.Series + "/" + strconv.Itoa(story.Part),
		APIURL: s.base + "/api/v1/stories/" + story.GUID,
		Words:  story.Words, Hash: story.Hash, Revision: story.Revision,
	}
}

// apiStories is GET /api/v1/series/{series}/stories: a stretch of the series
// in reading order, or newest first with order=newest.
func (s *server) apiStories(q query) (any, error) {
	series, err := s.findSeries(q.Request)
	if err != nil {
		return nil, err
	}
	order, err := choice(q.Values, "order", "reading", "newest")
	if err != nil {
		return nil, err
	}
	offset, limit, err := q.page(math.MaxInt32)
	if err != nil {
		return nil, err
	}
	want := store.StoryQuery{Order: store.OrderReading, Offset: offset, Limit: limit, WithoutBody: true}
	if order == "newest" {
		want.Order = store.OrderNewest
	}
	stories, total, err := s.Store.Stories(q.Context(), series.Slug, want)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Series string `json:"series"`
		Order  string `json:"order"`
		paging
		Stories []apiStory `json:"stories"`
	}{series.Slug, order, s.paging(q, offset, limit, total, total), make([]apiStory, len(stories))}
	for i, story := range stories {
		answer.Stories[i] = s.apiStoryOf(story)
	}
	return answer, nil
}

// apiStory is GET /api/v1/stories/{guid}: one story with its content.
func (s *server) apiStory(q query) (any, error) {
	guid := q.PathValue("guid")
	unknown := &failure{Status: http.StatusNotFound, Detail: "No story has this GUID. " +
		"A GUID is written urn:uuid: and 36 characters; /api/v1/series leads to all of them."}
	if !validGUID(guid) {
		return nil, unknown
	}
	story, err := s.Store.Story(q.Context(), guid)
	if isNotFound(err) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	if !story.Gone.IsZero() {
		return nil, &failure{Status: http.StatusGone, Detail: "This story was removed at its source, " + story.Permalink +
			"; that was found on " + story.Gone.UTC().Format(time.DateOnly) + "."}
	}
	answer := s.apiStoryOf(story)
	answer.apiContent = &apiContent{HTML: s.Sanitise(story.HTML), Text: story.Text}
	return answer, nil
}
