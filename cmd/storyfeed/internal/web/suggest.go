package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// maxSuggestions is how many completions are offered: what one takes in at a glance.
const maxSuggestions = 8

// suggestionCache lets browsers go back over what was typed without asking.
const suggestionCache = "public, max-age=300"

// suggest completes what somebody types into a search box, for our own pages and
// for browsers that know us by our OpenSearch description (OpenSearch
// Suggestions 1.1, draft 1): the text so far, the queries that complete it, what
// each of them finds, and the page that shows it.
func (s *server) suggest(w *response, r *http.Request) error {
	typed := text(r.URL.Query(), "q")
	list, err := s.Index.Suggest(r.Context(), typed, maxSuggestions)
	if err != nil {
		return err
	}
	stories, err := s.suggestedStories(r, list)
	if err != nil {
		return err
	}
	completions, meanings, addresses := []string{}, []string{}, []string{}
	for _, found := range list {
		query, meaning, address := found.Text, "", ""
		switch found.Kind {
		case index.SuggestTitle:
			story, ok := stories[store.Key{Series: found.Series, GUID: found.GUID}]
			if !ok {
				continue // the index is a moment behind
			}
			meaning, address = "a story", s.base+s.partPath(story.Series, story.Part)[len(s.prefix):]
			if len(story.Authors) > 0 {
				meaning += " by " + names(story.Authors)
			}
		case index.SuggestAuthor:
			query, meaning, address = named(index.FieldAuthor, found.Text), "author, "+count(found.Count, "story"), s.base+feed.TermPath(feed.TermAuthor, feed.TermSlug(found.Text))
		case index.SuggestTag:
			query, meaning, address = named(index.FieldTag, found.Text), "tag, "+count(found.Count, "story"), s.base+feed.TermPath(feed.TermTag, feed.TermSlug(found.Text))
		}
		completions, meanings, addresses = append(completions, query), append(meanings, meaning), append(addresses, address)
	}
	body, err := json.Marshal([]any{typed, completions, meanings, addresses})
	if err != nil {
		return err
	}
	send(w, r, answer{mediaType: "application/x-suggestions+json", cacheControl: suggestionCache, body: body})
	return nil
}

// suggestedStories are the stories whose titles are among the suggestions.
func (s *server) suggestedStories(r *http.Request, list []index.Suggestion) (map[store.Key]feed.Story, error) {
	var hits []index.Hit
	for _, found := range list {
		if found.Kind == index.SuggestTitle {
			hits = append(hits, index.Hit{Series: found.Series, GUID: found.GUID})
		}
	}
	titled, err := s.storiesNamed(r.Context(), hits, false)
	byKey := map[store.Key]feed.Story{}
	for _, one := range titled {
		byKey[store.Key{Series: one.Series, GUID: one.GUID}] = one.story
	}
	return byKey, err
}

// named is the query for a name as a whole.
func named(field index.Field, name string) string {
	return string(field) + `:"` + strings.ReplaceAll(name, `"`, "") + `"`
}
