package indexer

import (
	"bytes"
	"errors"
	"time"

	"golang.org/x/net/html"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

// Sampled is a story's page as it was fetched, with what is known of the
// story from elsewhere.
type Sampled struct {
	ID    string // the story's GUID or address
	URL   string // the page's final address
	HTML  []byte // UTF-8
	Known profile.Known
}

// LearnFrom learns the template of the pages of one site; see [profile.Learn].
// It needs neither store nor network. Previous, which may be nil, is what is
// replaced.
func LearnFrom(pages []Sampled, pins feed.Select, previous *profile.Set, now time.Time) (*profile.Set, error) {
	return profile.Learn(parsed(pages), profile.Options{ReadDate: extract.ReadDate, ReadNames: extract.ReadNames, Pins: pins, Previous: previous, Now: now})
}

func parsed(pages []Sampled) []profile.Sample {
	var all []profile.Sample
	for _, p := range pages {
		doc, err := html.Parse(bytes.NewReader(p.HTML))
		if err != nil {
			continue // such as a page nested too deeply: it teaches nothing
		}
		all = append(all, profile.Sample{ID: p.ID, URL: p.URL, Doc: doc, Known: p.Known})
	}
	return all
}

// KnownOf is what reading a page by itself knows of its story, with better
// teachers where a value came from the site's API or feed.
func KnownOf(v extract.Story, anchor string) profile.Known {
	k := profile.Known{
		Title: v.Title, TitleBy: teacher(v.TitleSource), Authors: v.Authors, AuthorsBy: teacher(v.AuthorSource),
		Published: v.Published, DateBy: teacher(v.Published.Source), Updated: v.Updated, UpdatedBy: teacher(v.Updated.Source),
		Text: v.Text, TextBy: profile.ByConsensus, Tags: v.Tags, TagsBy: profile.ByConsensus,
		ImageURL: v.ImageURL, ImageBy: profile.ByConsensus, Partial: v.Partial,
	}
	if v.Published.Guessed() {
		k.Published, k.DateBy = feed.Date{}, ""
	}
	if v.TitleSource == titleOfText {
		k.Title, k.TitleBy = "", ""
	}
	if k.TitleBy == profile.ByConsensus && anchor == v.Title {
		k.TitleBy = profile.ByAnchor
	}
	return k
}

// titleOfText is the source of a title that was made of a text without one.
const titleOfText = "text"

// anchorOf is what a known story's page may say where its title is looked for:
// words of the text are none.
func anchorOf(s feed.Story) string {
	if s.TitleSource == titleOfText {
		return ""
	}
	return s.Title
}

func teacher(source string) profile.Teacher {
	switch source {
	case feed.DateFromREST:
		return profile.ByAPI
	case feed.DateFromFeed:
		return profile.ByFeed
	}
	return profile.ByConsensus
}

// knownStory is what the store knows of a story.
func knownStory(s feed.Story) profile.Known {
	k := profile.Known{
		Title: s.Title, TitleBy: profile.ByStore, Authors: s.Authors, AuthorsBy: profile.ByStore,
		Published: s.Published, DateBy: profile.ByStore, Text: s.Text, TextBy: profile.ByStore,
		Tags: s.Tags, TagsBy: profile.ByStore, ImageURL: s.ImageURL, ImageBy: profile.ByStore,
	}
	if s.Published.Guessed() {
		k.Published = feed.Date{}
	}
	if s.TitleSource == titleOfText {
		k.Title, k.TitleBy = "", ""
	}
	if s.Updated.Source != feed.DateFromHash {
		k.Updated, k.UpdatedBy = s.Updated, profile.ByStore
	}
	return k
}

// Limits of the pages that are kept to learn from.
const (
	maxSamples     = profile.GoodSamples
	maxSampleBytes = 512 << 10 // a larger page teaches little that a smaller does not
)

// samples are pages spread evenly over all that a crawl met.
type samples struct {
	kept   []Sampled
	seen   int
	stride int // every so many pages one is kept
}

func (s *samples) add(p *fetch.Page, known profile.Known) {
	s.stride = max(s.stride, 1)
	s.seen++
	if (s.seen-1)%s.stride != 0 || len(p.Body) > maxSampleBytes {
		return
	}
	if len(s.kept) == maxSamples {
		half := s.kept[:0]
		for i := 0; i < len(s.kept); i += 2 {
			half = append(half, s.kept[i])
		}
		clear(s.kept[len(half):])
		s.kept, s.stride = half, 2*s.stride
		if (s.seen-1)%s.stride != 0 {
			return
		}
	}
	s.kept = append(s.kept, Sampled{ID: p.FinalURL, URL: p.FinalURL, HTML: p.Body, Known: known})
}

func (s *samples) full() bool       { return len(s.kept) == maxSamples }
func (s *samples) pages() []Sampled { return s.kept }

// errTooFew says that too few known stories could be read anew.
var errTooFew = errors.New("too few of the stories that we have could be read anew")
