package indexer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// How a series is spread over documents.
const (
	headStories  = 50  // the feed of the newest stories shows about as many
	maxEdited    = 20  // archived stories that it shows once more because they were edited; the others get an archive of their own
	pageStories  = 250 // a page of the reading feed has at most as many
	archiveFew   = 25  // stories are sealed that many at a time, once there are more than headStories
	archiveMany  = 100 // or so many, when a long series is archived for the first time
	bytesOfStory = 1500
	bytesOfWord  = 9 // with markup, escaped
)

// edition is one publication of a series.
//
// The feed of the newest stories and its archives (RFC 5005 §4) are one feed in
// several documents: a story stands in the first until it is sealed, for good,
// with others in an archive. So whoever follows the links from the newest
// document finds every story, and no archive ever changes. What happens to a
// story of an archive later on is told by the newest document: its removal, see
// [feed.RecentlyGone], and its edit, by showing it once more. When more were
// edited than it has room for, those that were told first get an archive of
// their own, the newest, to which it leads: so a reader that follows archives
// misses none however many there are, and takes the later of two versions. The
// other way was a queue, of which each edit has its day in the newest document:
// it would need a clock and documents that change when nothing happens.
//
// JSON Feed knows neither archives nor removals, but pages, which a reader may
// take in any order. Such a page therefore leaves out what is shown anew by a
// later document and what is gone, and is published again for that alone.
//
// The feed in reading order has all stories. It is one document as long as all
// of them fit, else it comes in pages (§3).
type edition struct {
	*Publisher
	series   feed.Series
	newest   []feed.Story // all that are there, newest first, without their bodies
	gone     []feed.Story
	archived map[string]store.Archived // by GUID
	archives int                       // how many there are
}

func (p *Publisher) edition(ctx context.Context, s feed.Series) (*edition, error) {
	e := &edition{Publisher: p, series: s, archived: map[string]store.Archived{}}
	all, _, err := p.shelf.Stories(ctx, s.Slug, store.StoryQuery{Order: store.OrderNewest, WithGone: true, WithoutBody: true})
	if err != nil {
		return nil, err
	}
	for _, st := range all {
		if st.Gone.IsZero() {
			e.newest = append(e.newest, st)
		} else {
			e.gone = append(e.gone, st)
		}
	}
	archived, err := p.shelf.Archived(ctx, s.Slug)
	for _, a := range archived {
		e.archived[a.GUID] = a
		e.archives = a.Number
	}
	return e, err
}

// publish writes the documents that changed, those of the newest stories last.
func (e *edition) publish(ctx context.Context) error {
	if err := e.renewArchives(ctx); err != nil {
		return err
	}
	if !e.series.Backfill.Active() { // until then the order of the stories is not settled
		if err := e.seal(ctx); err != nil {
			return err
		}
		if err := e.sealEdited(ctx); err != nil {
			return err
		}
	}
	if err := e.publishReading(ctx); err != nil {
		return err
	}
	return e.publishHead(ctx)
}

// open are the stories that stand in no archive, newest first.
func (e *edition) open() []feed.Story {
	return slices.DeleteFunc(slices.Clone(e.newest), func(s feed.Story) bool { return e.archived[s.GUID].Number > 0 })
}

// load gives stories their bodies.
func (e *edition) load(ctx context.Context, stories []feed.Story) ([]feed.Story, error) {
	whole := make([]feed.Story, len(stories))
	for i, s := range stories {
		st, err := e.shelf.StoryToShow(ctx, e.series.Slug, s.GUID)
		if err != nil {
			return nil, err
		}
		whole[i] = st
	}
	return whole, nil
}

// publishHead publishes the feed of the newest stories.
func (e *edition) publishHead(ctx context.Context) error {
	c := e.headChannel()
	stories, err := e.headStories(ctx, c)
	if err != nil {
		return err
	}
	c.Complete = len(stories) == len(e.newest) && e.archives == 0
	return e.render(ctx, e.fingerprint(e.series), c, stories, func(f feed.Format) (string, feed.Pages) {
		return feed.Path(e.series.Slug, feed.HeadFeed, f), e.headPages(f)
	})
}

func (e *edition) headChannel() feed.Channel {
	c := e.channel(e.series, e.series.Name())
	c.Pages = e.headPages(feed.Atom) // of any format: they have the same size
	for _, s := range e.gone {
		c.Gone = append(c.Gone, feed.Tombstone{GUID: s.GUID, When: s.Gone})
	}
	c.Gone = feed.RecentlyGone(c.Gone, e.series.Updated)
	return c
}

func (e *edition) headPages(f feed.Format) feed.Pages {
	return feed.Pages{PrevArchive: e.before(e.archives+1, f)}
}

// headStories are those in no archive and, as far as they fit, those that were
// edited since they were archived.
func (e *edition) headStories(ctx context.Context, c feed.Channel) ([]feed.Story, error) {
	edited := e.edited()
	edited = edited[:min(len(edited), maxEdited)] // as long as nothing is sealed there may be more
	shown := slices.DeleteFunc(slices.Clone(e.newest), func(s feed.Story) bool {
		return e.archived[s.GUID].Number > 0 && !slices.Contains(edited, s.GUID)
	})
	open := min(len(shown)-len(edited), headStories) // more during a back-fill
	whole, err := e.load(ctx, shown[:min(len(shown), open+len(edited))])
	if err != nil {
		return nil, err
	}
	for {
		fit := feed.FitNewest(c, whole)
		if len(edited) == 0 || len(fit) == len(whole) {
			return fit, nil
		}
		last := edited[len(edited)-1]
		edited = edited[:len(edited)-1]
		whole = slices.DeleteFunc(whole, func(s feed.Story) bool { return s.GUID == last })
	}
}

// edited are the GUIDs of archived stories that were edited since, the latest
// first.
func (e *edition) edited() []string {
	list := slices.DeleteFunc(slices.Clone(e.newest), func(s feed.Story) bool { return !e.isEdited(s) })
	slices.SortStableFunc(list, func(a, b feed.Story) int { return b.Updated.Time.Compare(a.Updated.Time) })
	var guids []string
	for _, s := range list {
		guids = append(guids, s.GUID)
	}
	return guids
}

// publishReading publishes the feed in reading order.
func (e *edition) publishReading(ctx context.Context) error {
	reading := slices.Clone(e.newest)
	slices.SortFunc(reading, func(a, b feed.Story) int { return a.Part - b.Part })
	pages := readingPages(reading)
	for i, page := range pages {
		if err := e.publishPage(ctx, page, i+1, len(pages)); err != nil {
			return err
		}
	}
	kept := map[string]bool{}
	for i := range pages {
		for _, f := range feed.Formats() {
			kept[feed.ReadingPath(e.series.Slug, i+1, f)] = true
		}
	}
	own := "/s/" + e.series.Slug + "/" + feed.ReadingFeed
	surplus := e.docs.drop(func(d feed.Document) bool {
		return strings.HasPrefix(d.Path, own) && !kept[d.Path]
	})
	if len(surplus) == 0 {
		return nil
	}
	return e.shelf.DropDocuments(ctx, surplus)
}

// roughly is about how many bytes a story takes in a document.
func roughly(s feed.Story) int { return bytesOfStory + bytesOfWord*s.Words }

// readingPages parts a series into what fits into documents.
func readingPages(stories []feed.Story) [][]feed.Story {
	var pages [][]feed.Story
	from, size := 0, 0
	for i, s := range stories {
		more := roughly(s)
		if i > from && (i-from == pageStories || size+more > feed.ComfortBytes) {
			pages = append(pages, stories[from:i])
			from, size = i, 0
		}
		size += more
	}
	return append(pages, stories[from:])
}

func (e *edition) publishPage(ctx context.Context, stories []feed.Story, page, pages int) error {
	print := e.fingerprint(e.series) + ":" + digest(stories, pages)
	for i, f := range feed.Formats() {
		if d, ok := e.docs.head(feed.ReadingPath(e.series.Slug, page, f)); !ok || d.Fingerprint != print || d.Version < 0 {
			break
		}
		if i == len(feed.Formats())-1 {
			return nil // nothing of it changed
		}
	}
	c := e.channel(e.series, e.series.Name()+", in reading order")
	shown, all, err := feed.FitAll(c, stories, feed.ComfortBytes, func(one feed.Story) (feed.Story, error) {
		return e.shelf.StoryToShow(ctx, e.series.Slug, one.GUID)
	})
	if err != nil {
		return err
	}
	if c.Complete = all && pages == 1; pages > 1 {
		c.Updated = time.Time{} // that of its own stories
	}
	return e.render(ctx, print, c, shown, func(f feed.Format) (string, feed.Pages) {
		at := func(n int) string {
			if pages == 1 || n < 1 || n > pages {
				return ""
			}
			return e.baseURL + feed.ReadingPath(e.series.Slug, n, f)
		}
		return feed.ReadingPath(e.series.Slug, page, f), feed.Pages{First: at(1), Last: at(pages), Previous: at(page - 1), Next: at(page + 1)}
	})
}

// render publishes a document in all formats, or, when the gate refuses it in
// one of them, in none. What place returns of a format is the document's path,
// and where the others are.
func (e *edition) render(ctx context.Context, print string, c feed.Channel, stories []feed.Story, place func(feed.Format) (string, feed.Pages)) error {
	var docs []feed.Document
	for _, f := range feed.Formats() {
		path, pages := place(f)
		c.SelfURL, c.Pages = e.baseURL+path, pages
		d, err := feed.NewDocument(path, f, c, stories)
		if err == nil {
			err = e.keeps(ctx, d, stories, c.Complete)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		d.Fingerprint = print
		docs = append(docs, d.Slim())
	}
	return e.put(ctx, docs...)
}

// keeps checks that a document, which has the stories shown, as the gate saw,
// lost none of the one that is published, but for those that are gone, or,
// unless it is to have all, those that have moved on to other documents.
func (e *edition) keeps(ctx context.Context, d feed.Document, shown []feed.Story, complete bool) error {
	if head, ok := e.docs.head(d.Path); !ok || head.ETag == d.ETag {
		return nil
	}
	last, err := e.docs.get(ctx, d.Path)
	if last == nil || err != nil {
		return err
	}
	had, err := publishedGUIDs(last)
	if err != nil {
		return nil // what stands there can't be read, so anything is better
	}
	has, gone, there := guidsOf(shown), guidsOf(e.gone), guidsOf(e.newest)
	for _, guid := range had {
		if !has[guid] && !gone[guid] && (complete || !there[guid]) {
			return &feed.GateError{Format: d.Format, Reason: guid + " is missing though it is not gone"}
		}
	}
	return nil
}

func guidsOf(stories []feed.Story) map[string]bool {
	set := make(map[string]bool, len(stories))
	for _, s := range stories {
		set[s.GUID] = true
	}
	return set
}
