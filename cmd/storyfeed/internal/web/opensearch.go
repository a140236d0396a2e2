package web

import (
	"encoding/xml"
	"net/http"
)

const (
	openSearchPath = "/opensearch.xml"
	openSearchType = "application/opensearchdescription+xml"
)

// openSearchDescription is how browsers learn to search here (OpenSearch 1.1,
// draft 6).
type openSearchDescription struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          `xml:"ShortName"` // at most 16 characters
	Description string          `xml:"Description"`
	URLs        []openSearchURL `xml:"Url"`
	Image       openSearchImage `xml:"Image"`
	Query       openSearchTry   `xml:"Query"`
	Language    string          `xml:"Language"`
	Input       string          `xml:"InputEncoding"`
	Output      string          `xml:"OutputEncoding"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Rel      string `xml:"rel,attr,omitempty"`
	Template string `xml:"template,attr"`
}

type openSearchImage struct {
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	Type   string `xml:"type,attr"`
	URL    string `xml:",chardata"`
}

type openSearchTry struct {
	Role  string `xml:"role,attr"`
	Terms string `xml:"searchTerms,attr"`
}

// openSearch serves the description.
func (s *server) openSearch(w *response, r *http.Request) error {
	body, err := xml.MarshalIndent(openSearchDescription{
		ShortName:   "storyfeed",
		Description: "Search the stories of all series that are followed here.",
		URLs: []openSearchURL{
			{"text/html", "results", s.base + "/search?q={searchTerms}&page={startPage?}"},
			{"application/atom+xml", "results", s.base + "/search.atom?q={searchTerms}"},
			{"application/rss+xml", "results", s.base + "/search.rss?q={searchTerms}"},
			{"application/json", "results", s.base + "/api/v1/search?q={searchTerms}"},
			{"application/x-suggestions+json", "suggestions", s.base + "/suggest?q={searchTerms}"},
			{openSearchType, "self", s.base + openSearchPath},
		},
		Image:    openSearchImage{32, 32, "image/vnd.microsoft.icon", s.base + "/favicon.ico"},
		Query:    openSearchTry{"example", "trust"},
		Language: "*", Input: "UTF-8", Output: "UTF-8",
	}, "", "  ")
	if err != nil {
		return err
	}
	send(w, r, answer{mediaType: openSearchType, cacheControl: aDay, body: append([]byte(xml.Header), append(body, '\n')...)})
	return nil
}
