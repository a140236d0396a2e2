package web_test

import (
	"encoding/json"
	"testing"

	"storyfeed/feed"
)

func (s *site) decode(t *testing.T, address string, v any) {
	t.Helper()
	res := s.get(address)
	if res.StatusCode != 200 {
		t.Fatalf("GET %s: %d, want 200\n%s", address, res.StatusCode, body(t, res))
	}
	must(t, json.NewDecoder(res.Body).Decode(v))
}

func TestAPISuggest(t *testing.T) {
	s := newSite(t, nil)
	for typed, want := range map[string]struct{ kind, text string }{
		"ada+m":       {"author", "Ada Marsh"},
		"tomas+o":     {"author", "Tomás O’Brien"},
		"roo":         {"tag", "roof"},
		"second+hi":   {"title", "The second hive"},
		"%22)(*":      {},
		"zzzzzz":      {},
		"winter+noth": {"title", "Winter, or how to do nothing well"},
	} {
		var got struct {
			Suggestions []struct {
				Kind, Text string
				APIURL     string `json:"api_url"`
				SearchURL  string `json:"search_url"`
			}
		}
		s.decode(t, "/api/v1/suggest?q="+typed, &got)
		if want.kind == "" {
			if len(got.Suggestions) != 0 {
				t.Errorf("%s suggests %v, want nothing", typed, got.Suggestions)
			}
			continue
		}
		if len(got.Suggestions) == 0 || got.Suggestions[0].Kind != want.kind || got.Suggestions[0].Text != want.text {
			t.Errorf("%s suggests %v, want the %s %s first", typed, got.Suggestions, want.kind, want.text)
			continue
		}
		first := got.Suggestions[0]
		var led struct {
			Total int
			Title string
		}
		s.decode(t, (first.APIURL + first.SearchURL)[len(baseURL):], &led)
		if led.Total == 0 && led.Title != want.text {
			t.Errorf("%s leads to %+v, want what was suggested", typed, led)
		}
	}
}

func TestAPISimilar(t *testing.T) {
	s := newSite(t, nil)
	var got struct {
		GUID string
		Hits []struct {
			GUID, Title string
			Score       float64
		}
	}
	guid := feed.GUID("https://garden.example/letter-10")
	s.decode(t, "/api/v1/stories/"+guid+"/similar?limit=3", &got)
	if got.GUID != guid || len(got.Hits) != 3 {
		t.Fatalf("%d stories are like %s, want 3", len(got.Hits), got.GUID)
	}
	for i, h := range got.Hits {
		if h.Score <= 0 || i > 0 && h.Score > got.Hits[i-1].Score {
			t.Errorf("story %d like it has the score %v, want more than 0, the best first", i+1, h.Score)
		}
		if h.GUID == guid || h.GUID == feed.GUID("https://garden.example/letter-11") {
			t.Errorf("like it is %q: itself, or one that is gone", h.Title)
		}
	}
}

// A query with a typing error is answered by what was meant, and that is told.
func TestAPIInstead(t *testing.T) {
	s := newSite(t, nil)
	var got struct {
		Query, Instead string
		Total          int
		Hits           []struct {
			Snippet []struct{ Match bool }
		}
	}
	s.decode(t, "/api/v1/search?q=usefull", &got)
	if got.Query != "usefull" || got.Instead != "useful" || got.Total == 0 || len(got.Hits) == 0 || len(got.Hits[0].Snippet) < 2 {
		t.Errorf("usefull: %+v, want what has useful in it, marked", got)
	}
	got.Instead = ""
	s.decode(t, "/api/v1/search?q=useful", &got)
	if got.Instead != "" {
		t.Errorf("useful: searched %q instead", got.Instead)
	}
	s.decode(t, "/api/v1/search?q=usefull&exact=true", &got)
	if got.Instead != "" || got.Total != 0 || len(got.Hits) != 0 {
		t.Errorf("usefull, exact: %+v, want nothing", got)
	}
	s.decode(t, "/api/v1/search?q=usefull&exact=false", &got)
	if got.Instead != "useful" {
		t.Errorf("usefull, not exact: searched %q instead", got.Instead)
	}
}
