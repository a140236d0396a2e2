package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// maxHeadTerms is how many authors, and how many tags, a story's page announces
// to readers; the others are linked in it.
const maxHeadTerms = 4

// storyView is what templates/story.html and templates/gone.html show.
type storyView struct {
	chrome
	Series      feed.Series
	Story       feed.Story
	Body        template.HTML // sanitised
	Hero        string        // where the story's picture is when its body has none; empty: no picture
	HeroKept    bool          // it is there already
	Parts       int           // the highest part of the series
	ReadingTime string
	Before      *feed.Story // without body; nil: this is the first
	After       *feed.Story // likewise, the last
	Similar     []hitView   // others like it
	Authors     []termLink  // with feeds of their stories
	Tags        []termLink
}

// story shows one story for reading. A story that was removed at its source
// is told of, with 410 and without its text: its author took it back.
func (s *server) story(w *response, r *http.Request) error {
	series, story, err := s.findPart(r)
	if err != nil {
		return err
	}
	part := story.Part
	v := storyView{Series: series, Story: story, ReadingTime: readingTime(story.Words)}
	if v.Before, v.After, err = s.Store.Neighbours(r.Context(), series.Slug, part); err != nil {
		return err
	}
	if v.Parts, err = s.lastPart(r.Context(), series); err != nil {
		return err
	}
	v.Parts = max(v.Parts, part)
	v.chrome = chrome{Title: story.Title, In: series.Slug, Section: "series", Feeds: s.allFeeds(series)}
	if v.Before != nil {
		v.Prev = s.partPath(series.Slug, v.Before.Part)
	}
	if v.After != nil {
		v.Next = s.partPath(series.Slug, v.After.Part)
	}
	if !story.Gone.IsZero() {
		v.NoIndex = true
		return s.show(w, r, http.StatusGone, "gone", &v)
	}
	v.Authors, v.Tags = s.termLinks(feed.TermAuthor, story.Authors), s.termLinks(feed.TermTag, story.Tags)
	for _, t := range slices.Concat(v.Authors[:min(len(v.Authors), maxHeadTerms)], v.Tags[:min(len(v.Tags), maxHeadTerms)]) {
		v.Feeds = append(v.Feeds, t.Links...)
	}
	v.Description = story.Summary()
	v.Canonical = story.CanonicalURL // search engines shall send readers to the author
	v.JSON = s.prefix + "/api/v1/stories/" + url.PathEscape(story.GUID)
	v.Similar = s.similarStories(r.Context(), story)
	if err := s.fillBody(r.Context(), &v); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "story", &v)
}

// findPart returns the series and the story that the path names.
func (s *server) findPart(r *http.Request) (feed.Series, feed.Story, error) {
	series, err := s.findSeries(r)
	if err != nil {
		return series, feed.Story{}, err
	}
	part, err := strconv.Atoi(r.PathValue("part"))
	if err != nil || part < 1 || strconv.Itoa(part) != r.PathValue("part") {
		return series, feed.Story{}, noPart(series)
	}
	story, err := s.Store.StoryByPart(r.Context(), series.Slug, part)
	if isNotFound(err) {
		err = noPart(series)
	}
	return series, story, err
}

// lastPart is the highest part of a series. It is not the number of stories:
// parts of stories that are gone are not given to others.
func (s *server) lastPart(ctx context.Context, series feed.Series) (int, error) {
	last, _, err := s.Store.Stories(ctx, series.Slug, store.StoryQuery{
		Order: store.OrderReading, Offset: max(0, series.Stories-1), Limit: 1, WithoutBody: true,
	})
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].Part, nil
}

// fillBody adds the story's text for the page, and the picture to set above it.
func (s *server) fillBody(ctx context.Context, v *storyView) error {
	story := v.Story
	clean := s.Sanitise(story.HTML)
	pictures := picturesIn(clean)
	if len(pictures) == 0 && story.ImageURL != "" {
		pictures = []string{story.ImageURL}
		v.Hero = s.picturePath(story.Series, story.ImageURL)
	}
	kept, err := s.keptPictures(ctx, story.Series, pictures)
	if err != nil {
		return err
	}
	v.HeroKept = v.Hero != "" && kept[story.ImageURL]
	v.Body = template.HTML(s.showBody(story, clean, kept)) // sanitised here and when it was saved, and bounded by our policy
	return nil
}

func noSeries() error {
	return &failure{
		Status: http.StatusNotFound,
		Title:  "There is no such series here",
		Detail: "The home page lists all series that are followed here.",
	}
}

func noPart(series feed.Series) error {
	return &failure{
		In:     series.Slug,
		Status: http.StatusNotFound,
		Title:  "There is no such part",
		Detail: "“" + series.Name() + "” has " + count(series.Stories, "story") + " so far; its page lists them all.",
	}
}
