package web

import (
	"net/url"

	"storyfeed/feed"
)

// maxAPITerms is the number of authors or tags in one answer.
const maxAPITerms = 1000

type apiAuthors struct {
	Authors []apiTerm `json:"authors"`
	apiMore
}

type apiTags struct {
	Tags []apiTerm `json:"tags"`
	apiMore
}

type apiMore struct {
	More bool `json:"more" doc:"Whether there are more than were asked for."`
}

// apiTerm is an author or a tag.
type apiTerm struct {
	Name      string                 `json:"name" doc:"As the newest story spells it; what the filters of a search take."`
	Slug      string                 `json:"slug" doc:"As it stands in addresses."`
	Stories   int                    `json:"stories" doc:"How many there are; one that is in two series counts twice."`
	SearchURL string                 `json:"search_url" format:"uri" doc:"Its stories, in the API."`
	Feeds     map[feed.Format]string `json:"feeds" format:"uri" doc:"Addresses of the feed of its stories, by format."`
}

func (s *server) apiAuthors(q query) (any, error) {
	terms, more, err := s.apiTerms(q, feed.TermAuthor)
	return apiAuthors{terms, more}, err
}

func (s *server) apiTags(q query) (any, error) {
	terms, more, err := s.apiTerms(q, feed.TermTag)
	return apiTags{terms, more}, err
}

func (s *server) apiTerms(q query, kind feed.TermKind) (answer []apiTerm, more apiMore, err error) {
	limit := q.number("limit")
	terms, err := s.Store.Terms(q.Context(), kind, limit+1)
	if err != nil {
		return nil, more, err
	}
	if more.More = len(terms) > limit; more.More {
		terms = terms[:limit]
	}
	answer = []apiTerm{}
	for _, t := range terms {
		a := apiTerm{
			Name: t.Name, Slug: t.Slug, Stories: t.Stories, Feeds: map[feed.Format]string{},
			SearchURL: s.base + apiRoot + "/search?" + url.Values{string(kind): {t.Name}, "sort": {"newest"}}.Encode(),
		}
		for _, f := range feed.Formats() {
			a.Feeds[f] = s.base + feed.TermPath(kind, t.Slug) + "/feed." + string(f)
		}
		answer = append(answer, a)
	}
	return answer, more, nil
}
