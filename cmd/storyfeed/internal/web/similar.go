package web

import (
	"context"

	"storyfeed/feed"
	"storyfeed/index"
)

// maxSimilar is how many stories like the one that is read are offered.
const maxSimilar = 4

// similarStories are those that have most in common with a story. A page does
// without them when the index can't tell.
func (s *server) similarStories(ctx context.Context, story feed.Story) []hitView {
	hits, err := s.Index.Similar(ctx, index.NewDocument(story), maxSimilar)
	if err != nil {
		s.Logger.Warn("no stories like this one are offered", "guid", story.GUID, "series", story.Series, "error", err)
		return nil
	}
	list, err := s.storiesNamed(ctx, hits, false)
	if err != nil {
		s.Logger.Warn("no stories like this one are offered", "guid", story.GUID, "series", story.Series, "error", err)
		return nil
	}
	views := make([]hitView, len(list))
	for i, one := range list {
		views[i] = hitView{Story: one.story, URL: s.partPath(one.Series, one.story.Part)}
	}
	return views
}
