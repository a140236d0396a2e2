package web

import (
	"encoding/json"
	"time"

	"storyfeed/feed/store"
	"storyfeed/indexer/profile"
)

// apiTemplate is what was learned of the template of one site of a series.
type apiTemplate struct {
	Site       string       `json:"site"`
	Generation int          `json:"generation" doc:"1 when it was first learned, one more each time it is learned anew."`
	Learned    time.Time    `json:"learned,omitzero"`
	Changed    time.Time    `json:"changed,omitzero" doc:"When the site was last found to have another one; absent: never."`
	Note       string       `json:"note,omitempty" doc:"On that change."`
	Clusters   []apiCluster `json:"clusters" doc:"A site may use several at once; the most frequent first."`
}

type apiCluster struct {
	Fields  map[profile.Field]apiField `json:"fields" doc:"By what they hold: title, authors, published, updated, body, image, tags."`
	Samples []string                   `json:"samples" doc:"Addresses of the stories that it was learned from."`
}

type apiField struct {
	Place      profile.Place   `json:"place" doc:"Where the value stands on the page."`
	Support    int             `json:"support" doc:"Stories whose value stands there,"`
	Of         int             `json:"of" doc:"of so many."`
	Confidence float64         `json:"confidence" doc:"0 to 1, Wilson’s lower bound."`
	Teacher    profile.Teacher `json:"teacher" doc:"Who knew the values: api, feed, anchor, store or consensus."`
	Values     []string        `json:"values" doc:"Some, as found."`
	Counter    string          `json:"counter_example,omitempty"`
}

// apiTemplatesOf leaves out sites of which nothing was learned.
func apiTemplatesOf(all []store.Template) []apiTemplate {
	answer := []apiTemplate{}
	for _, t := range all {
		var set profile.Set
		if len(t.Profile) == 0 || json.Unmarshal(t.Profile, &set) != nil {
			continue // of another version of the program; it is learned anew
		}
		a := apiTemplate{Site: t.Site, Generation: set.Generation, Learned: utc(t.Learned), Changed: utc(t.Changed), Note: t.Note}
		for _, p := range set.Profiles {
			c := apiCluster{Fields: map[profile.Field]apiField{}, Samples: []string{}}
			for name, f := range p.Fields {
				if len(f.Places) > 0 {
					c.Fields[name] = apiField{f.Places[0], f.Support, f.Of, f.Confidence, f.Teacher, list(f.Values), f.Counter}
				}
			}
			for _, s := range p.Samples {
				c.Samples = append(c.Samples, s.URL)
			}
			a.Clusters = append(a.Clusters, c)
		}
		answer = append(answer, a)
	}
	return answer
}
