package web

import (
	"context"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

type hitView struct {
	feed.Story
	SeriesName string
	Title      index.Snippet
	Snippet    index.Snippet
	URL        string
	Passage    string // address of what the snippet shows, in the story's page; empty: it shows no match
}

// found is a hit with the story it stands for.
type found struct {
	index.Hit
	story          feed.Story
	title, snippet index.Snippet
	passage        string // see [passage]
}

// hits reads the stories of an answer from the store, as the index may be a
// moment behind, and marks in them what was found.
func (s *server) hits(ctx context.Context, q index.Query, res index.Results) ([]found, error) {
	if !res.Instead.Empty() {
		q = res.Instead
	}
	list, err := s.storiesNamed(ctx, res.Hits, true)
	marker := s.Index.Marker(q)
	for i := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := &list[i]
		f.title = marker.Mark(f.story.Language, f.story.Title)
		f.snippet = marker.Snippet(f.story.Language, f.story.Text)
		f.passage = passage(f.story.Title, f.story.Text, f.snippet)
		f.slim()
	}
	return list, err
}

// storiesNamed reads the stories of hits, in their order, with or without their
// text. A hit whose story is gone is left out.
func (s *server) storiesNamed(ctx context.Context, hits []index.Hit, text bool) ([]found, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	keys := make([]store.Key, len(hits))
	for i, h := range hits {
		keys[i] = store.Key{Series: h.Series, GUID: h.GUID}
	}
	stories, err := s.Store.Named(ctx, keys, text)
	if err != nil {
		return nil, err
	}
	list := make([]found, len(stories))
	i := 0
	for n, story := range stories {
		for keys[i] != (store.Key{Series: story.Series, GUID: story.GUID}) {
			i++
		}
		list[n] = found{Hit: hits[i], story: story}
	}
	return list, nil
}

func hitViews(s *server, hits []found, list []feed.Series) []hitView {
	titles := seriesNames(list)
	views := make([]hitView, len(hits))
	for i, h := range hits {
		name := titles[h.Series]
		if name == "" {
			name = h.Series
		}
		views[i] = hitView{Story: h.story, SeriesName: name, Title: h.title, Snippet: h.snippet, URL: s.partPath(h.Series, h.story.Part)}
		if h.passage != "" {
			views[i].Passage = views[i].URL + h.passage
		}
	}
	return views
}

func seriesNames(list []feed.Series) map[string]string {
	names := map[string]string{}
	for _, series := range list {
		names[series.Slug] = series.Name()
	}
	return names
}
