package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"storyfeed/index"
)

// apiSuggestions complete what somebody is typing.
type apiSuggestions struct {
	Query       string          `json:"query" doc:"What was typed."`
	Suggestions []apiSuggestion `json:"suggestions" doc:"The best first."`
}

type apiSuggestion struct {
	Kind      index.SuggestionKind `json:"kind"`
	Text      string               `json:"text" doc:"The title, or the name as the stories spell it."`
	Stories   int                  `json:"stories" doc:"How many have it; 1 for a title."`
	Series    string               `json:"series,omitempty" doc:"Of a title: slug of the series of the story."`
	GUID      string               `json:"guid,omitempty" doc:"Of a title: names the story."`
	APIURL    string               `json:"api_url,omitempty" format:"uri" doc:"Of a title: the story in the API."`
	SearchURL string               `json:"search_url,omitempty" format:"uri" doc:"Of an author or tag: its stories in the API."`
}

// apiSimilar is what is like a story.
type apiSimilar struct {
	GUID string          `json:"guid" doc:"Of the story that was asked for."`
	Hits []apiSimilarHit `json:"hits" doc:"The most similar first."`
}

type apiSimilarHit struct {
	apiStory
	Score float64 `json:"score" doc:"Comparable within one answer only."`
}

func (s *server) apiSuggest(q query) (any, error) {
	typed := q.text("q")
	answer := apiSuggestions{Query: typed, Suggestions: []apiSuggestion{}}
	if typed == "" {
		return answer, nil
	}
	found, err := s.Index.Suggest(q.Context(), typed, q.number("limit"))
	if err != nil {
		return nil, tookTooLong(q.Context(), err)
	}
	for _, f := range found {
		a := apiSuggestion{Kind: f.Kind, Text: f.Text, Stories: f.Count, Series: f.Series, GUID: f.GUID}
		if f.GUID != "" {
			a.APIURL = s.base + apiRoot + "/stories/" + f.GUID
		} else {
			a.SearchURL = s.base + apiRoot + "/search?" + url.Values{string(f.Kind): {f.Text}, "sort": {"newest"}}.Encode()
		}
		answer.Suggestions = append(answer.Suggestions, a)
	}
	return answer, nil
}

func (s *server) apiSimilar(q query) (any, error) {
	story, err := s.storyAsked(q)
	if err != nil {
		return nil, err
	}
	hits, err := s.Index.Similar(q.Context(), index.NewDocument(story), q.number("limit"))
	if err != nil {
		return nil, tookTooLong(q.Context(), err)
	}
	list, err := s.storiesNamed(q.Context(), hits, false)
	answer := apiSimilar{GUID: story.GUID, Hits: make([]apiSimilarHit, len(list))}
	for i, like := range list {
		answer.Hits[i] = apiSimilarHit{s.apiStoryOf(like.story), like.Score}
	}
	return answer, err
}

// tookTooLong says so when the index had not the time to answer.
func tookTooLong(ctx context.Context, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return err
	}
	return &failure{
		Status: http.StatusServiceUnavailable,
		Title:  "This search took too long",
		Detail: "Try again in a moment, or ask with fewer or longer words.",
		Retry:  2 * time.Second,
		cause:  err,
	}
}
