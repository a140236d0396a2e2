package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// saved is a story as the API tells it.
type saved struct {
	GUID, Permalink, Title, Hash string
	Part, Revision               int
	Updated                      *struct{ Time time.Time }
}

// stories returns all stories of a series in reading order.
func (p *process) stories(slug string) []saved {
	p.t.Helper()
	list, err := p.tryStories(slug)
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

func (p *process) tryStories(slug string) (list []saved, err error) {
	for {
		status, body, err := p.tryGet(fmt.Sprintf("/api/v1/series/%s/stories?order=reading&limit=100&offset=%d", slug, len(list)))
		if err != nil {
			return nil, err
		}
		var answer struct {
			Total   int
			Stories []saved
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("stories of %s: %d %s", slug, status, body)
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			return nil, err
		}
		list = append(list, answer.Stories...)
		if len(answer.Stories) == 0 || len(list) >= answer.Total {
			return list, nil
		}
	}
}

// mustAgree checks that store, feeds and search hold the same stories, each
// once, while nothing is being crawled. Every story holds the word.
func mustAgree(t testing.TB, p *process, slug, word string) []saved {
	t.Helper()
	p.awaitReady()
	list := p.stories(slug)
	mustBeUnique(t, list)
	mustShow(t, p, slug, list)

	var found struct{ Total int }
	p.getJSON("/api/v1/search?series="+slug+"&q="+word, &found)
	if found.Total != len(list) {
		t.Errorf("a search that all stories match finds %d of %d", found.Total, len(list))
	}
	return list
}

func mustBeUnique(t testing.TB, list []saved) {
	t.Helper()
	seen := map[any]bool{}
	for _, s := range list {
		for _, key := range []any{s.GUID, s.Permalink, s.Part} {
			if seen[key] {
				t.Errorf("%v is there twice", key)
			}
			seen[key] = true
		}
	}
}

// mustShow checks that all feeds parse and hold these stories: the one in
// reading order in its order, that of the newest ones each of them once,
// together with its archives. Where there is none yet it holds the newest 50.
func mustShow(t testing.TB, p *process, slug string, list []saved) {
	t.Helper()
	want := guids(list)
	for _, name := range []string{"reading.rss", "reading.atom", "reading.json", "feed.rss", "feed.atom", "feed.json"} {
		var got []string
		documents := 0
		for path := "/s/" + slug + "/" + name; path != ""; documents++ {
			status, body := p.get(path)
			if len(list) == 0 && status != http.StatusOK {
				break // nothing to publish yet
			}
			ids, err := feedIDs(name, body)
			if status != http.StatusOK || err != nil || documents > 100 {
				t.Errorf("GET %s: %d, %v", path, status, err)
				return
			}
			got = append(got, ids...)
			path = further(body)
		}
		switch newest := strings.HasPrefix(name, "feed."); {
		case newest && documents == 1 && len(got) == min(len(want), 50) && subset(got, want):
		case newest && len(got) == len(want) && subset(got, want) && subset(want, got):
		case !newest && slices.Equal(got, want):
		default:
			t.Errorf("%s has %d stories in %d documents, the store %d:\n%s", name, len(got), documents, len(want), cmp.Diff(want, got))
		}
	}
}

// further is the path of the document that one leads to, or empty.
func further(document []byte) string {
	m := regexp.MustCompile(`(?:href="([^"]*)" rel="(?:next|prev-archive)"|"next_url": "([^"]*)")`).FindSubmatch(document)
	if m == nil {
		return ""
	}
	u, err := url.Parse(string(m[1]) + string(m[2]))
	if err != nil {
		return ""
	}
	return u.Path
}

func guids(list []saved) []string {
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.GUID
	}
	return ids
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(id string) bool { return !slices.Contains(whole, id) })
}

// feedIDs reads the ids of a feed as a reader would.
func feedIDs(name string, body []byte) (ids []string, err error) {
	var rss struct {
		Items []struct {
			GUID string `xml:"guid"`
		} `xml:"channel>item"`
	}
	var atom struct {
		Entries []struct {
			ID string `xml:"id"`
		} `xml:"entry"`
	}
	var feed struct{ Items []struct{ ID string } }
	switch {
	case strings.HasSuffix(name, ".rss"):
		err = xml.Unmarshal(body, &rss)
	case strings.HasSuffix(name, ".atom"):
		err = xml.Unmarshal(body, &atom)
	default:
		err = json.Unmarshal(body, &feed)
	}
	for _, e := range rss.Items {
		ids = append(ids, e.GUID)
	}
	for _, e := range atom.Entries {
		ids = append(ids, e.ID)
	}
	for _, e := range feed.Items {
		ids = append(ids, e.ID)
	}
	return ids, err
}
