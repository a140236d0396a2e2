package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// apiStory is a story in the API. Lists leave the content out, unless they are
// asked for it.
type apiStory struct {
	GUID         string    `json:"guid" doc:"Names the story for ever, also in the feeds."`
	Series       string    `json:"series" doc:"Slug of its series."`
	Part         int       `json:"part" doc:"Its place in the reading order of the series; given once."`
	Title        string    `json:"title"`
	TitleSource  string    `json:"title_source,omitempty" doc:"Where the title was read; absent: not known."`
	Authors      []string  `json:"authors"`
	AuthorSource string    `json:"author_source,omitempty" doc:"Where the authors were read."`
	Tags         []string  `json:"tags"`
	Language     string    `json:"language,omitempty" doc:"BCP 47."`
	Published    *apiDate  `json:"published,omitempty" doc:"Absent: not known."`
	Updated      *apiDate  `json:"updated,omitempty" doc:"When its content changed; absent: never since."`
	Fetched      time.Time `json:"fetched" doc:"When it was first read here."`
	Permalink    string    `json:"permalink" doc:"Where to read it at its source."`
	CanonicalURL string    `json:"canonical_url" doc:"What its page claims to be its address."`
	ImageURL     string    `json:"image_url,omitempty"`
	URL          string    `json:"url" format:"uri" doc:"Its page here."`
	APIURL       string    `json:"api_url" format:"uri" doc:"This, with the content."`
	Words        int       `json:"words"`
	Hash         string    `json:"hash" doc:"Changes with the title and the text, and with nothing else."`
	Revision     int       `json:"revision" doc:"Number of the version; 1 for the first."`

	*apiContent
}

type apiContent struct {
	HTML string `json:"html" doc:"The body, sanitised; in lists only if asked for."`
	Text string `json:"text" doc:"The same as plain text."`
}

// apiStories is a stretch of stories.
type apiStories struct {
	Series string `json:"series,omitempty" doc:"Slug of the series; absent: all."`
	Order  string `json:"order" enum:"reading newest arrival"`
	paging
	Cursor  string     `json:"cursor,omitempty" doc:"In the order of arrival, the place of the last story: where to go on, now or when others came. Absent where no story has come yet."`
	Stories []apiStory `json:"stories"`
}

func (s *server) apiStoryOf(story feed.Story) apiStory {
	return apiStory{
		GUID: story.GUID, Series: story.Series, Part: story.Part, Title: story.Title,
		TitleSource: story.TitleSource, Authors: list(story.Authors), AuthorSource: story.AuthorSource, Tags: list(story.Tags), Language: story.Language,
		Published: apiDateOf(story.Published), Updated: apiDateOf(story.Updated), Fetched: story.Fetched.UTC(),
		Permalink: story.Permalink, CanonicalURL: story.CanonicalURL, ImageURL: story.ImageURL,
		URL:    s.base + "/s/" + story.Series + "/" + strconv.Itoa(story.Part),
		APIURL: s.base + apiRoot + "/stories/" + story.GUID,
		Words:  story.Words, Hash: story.Hash, Revision: story.Revision,
	}
}

// withContent is apiStoryOf with the body.
func (s *server) withContent(story feed.Story) apiStory {
	a := s.apiStoryOf(story)
	a.apiContent = &apiContent{HTML: s.Sanitise(story.HTML), Text: story.Text}
	return a
}

// apiStories is a stretch of one series.
func (s *server) apiStories(q query) (any, error) {
	order := q.word("order")
	if err := faults(mixed(q, order)); err != nil {
		return nil, err
	}
	series, err := s.findSeries(q.Request)
	if err != nil {
		return nil, err
	}
	if order == "arrival" {
		return s.arrived(q, series.Slug)
	}
	want := store.StoryQuery{Order: store.OrderReading, Offset: q.number("offset"), Limit: q.number("limit"), WithoutBody: true}
	if order == "newest" {
		want.Order = store.OrderNewest
	}
	stories, total, err := s.Store.Stories(q.Context(), series.Slug, want)
	if err != nil {
		return nil, err
	}
	answer := apiStories{Series: series.Slug, Order: order, paging: s.paging(q, total, total), Stories: make([]apiStory, len(stories))}
	for i, story := range stories {
		answer.Stories[i] = s.apiStoryOf(story)
	}
	return answer, nil
}

// mixed finds parameters that only go with another order.
func mixed(q query, order string) (errs []fieldError) {
	if order == "arrival" {
		if q.number("offset") != 0 {
			errs = append(errs, fieldError{"offset", "The order of arrival is paged by cursor, not by offset."})
		}
		return errs
	}
	if q.Get("cursor") != "" {
		errs = append(errs, fieldError{"cursor", "A cursor goes with order=arrival."})
	}
	if q.flag("content") {
		errs = append(errs, fieldError{"content", "Content comes with order=arrival, or story by story."})
	}
	return errs
}

// apiAllStories is a stretch of everything.
func (s *server) apiAllStories(q query) (any, error) {
	slug := q.text("series")
	if slug == "" {
		return s.arrived(q, "")
	}
	if err := s.movedSearch(q.Request); err != nil {
		return nil, err
	}
	if _, err := s.Store.SeriesBySlug(q.Context(), slug); isNotFound(err) {
		return nil, noSeries()
	} else if err != nil {
		return nil, err
	}
	return s.arrived(q, slug)
}

// arrivedSize bounds the content in one answer, in bytes before it is written as JSON.
const arrivedSize = 4 << 20

// arrived goes on after a cursor.
func (s *server) arrived(q query, slug string) (any, error) {
	size := 0
	if q.flag("content") {
		size = arrivedSize
	}
	after, _ := parseCursor(q.Get("cursor")) // it was checked
	found, err := s.Store.Arrived(q.Context(), slug, after, q.number("limit"), size)
	if errors.Is(err, store.ErrOtherPlace) {
		return nil, faults([]fieldError{{"cursor", "This cursor is of another archive; this one was perhaps set up anew. Begin again without a cursor."}})
	}
	if err != nil {
		return nil, err
	}
	answer := apiStories{
		Series: slug, Order: "arrival", Cursor: cursorOf(found.End),
		paging: paging{Total: found.Total, Limit: q.number("limit")}, Stories: make([]apiStory, len(found.Stories)),
	}
	if found.More {
		answer.Next = s.followed(q, map[string]string{"cursor": answer.Cursor})
	}
	for i, story := range found.Stories {
		if size > 0 {
			answer.Stories[i] = s.withContent(story)
		} else {
			answer.Stories[i] = s.apiStoryOf(story)
		}
	}
	return answer, nil
}

// apiStory is one story with its content.
func (s *server) apiStory(q query) (any, error) {
	story, err := s.storyAsked(q)
	if err != nil {
		return nil, err
	}
	return s.withContent(story), nil
}

// storyAsked is the story whose GUID is in the path.
func (s *server) storyAsked(q query) (feed.Story, error) {
	guid := q.PathValue("guid")
	unknown := &failure{Status: http.StatusNotFound, Detail: "No story has this GUID. " +
		"A GUID is written urn:uuid: and 36 characters; " + apiRoot + "/stories leads to all of them."}
	if !validGUID(guid) {
		return feed.Story{}, unknown
	}
	story, err := s.Store.Story(q.Context(), guid)
	if isNotFound(err) {
		return story, unknown
	}
	if err == nil && !story.Gone.IsZero() {
		err = &failure{Status: http.StatusGone, Detail: "This story was removed at its source, " + story.Permalink +
			"; that was found on " + story.Gone.UTC().Format(time.DateOnly) + "."}
	}
	return story, err
}
