package indexer

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// seal puts the oldest stories into archives until the rest fits into the feed
// of the newest ones.
func (e *edition) seal(ctx context.Context) error {
	for {
		open := e.open()
		n, err := e.surplus(ctx, open)
		if n == 0 || err != nil {
			return err
		}
		oldest := slices.Clone(open[len(open)-n:])
		slices.Reverse(oldest)
		if err := e.sealSome(ctx, oldest); err != nil {
			return err
		}
	}
}

// surplus is how many of the open stories are to be sealed next, from the
// oldest on; 0: none.
func (e *edition) surplus(ctx context.Context, open []feed.Story) (int, error) {
	switch n := len(open); {
	case n >= archiveMany+archiveFew:
		return archiveMany, nil
	case n > headStories:
		return archiveFew, nil
	case n <= feed.FewestStories:
		return 0, nil
	}
	size := 0
	for i, s := range open { // before their bodies are loaded, which may be huge
		if size += roughly(s); size > 2*feed.ComfortBytes {
			if n := len(open) - max(i, feed.FewestStories); n > 0 {
				return n, nil
			}
			break
		}
	}
	whole, err := e.load(ctx, open)
	if err != nil {
		return 0, err
	}
	return len(open) - len(feed.FitNewest(e.headChannel(), whole)), nil
}

// sealSome puts as many of the stories as fit, from the first one on, into one
// archive.
func (e *edition) sealSome(ctx context.Context, oldest []feed.Story) error {
	size := 0
	for i, s := range oldest {
		if size += roughly(s); size > 2*feed.ComfortBytes && i > 0 {
			oldest = oldest[:i]
			break
		}
	}
	whole, err := e.load(ctx, oldest)
	if err != nil {
		return err
	}
	stories := feed.FitWhole(e.archiveChannel(), whole)
	stories = slices.Clone(stories)
	slices.Reverse(stories)
	number := e.archives + 1
	docs, err := e.archive(number, stories, feed.Formats())
	if err != nil {
		return err
	}
	if err := e.shelf.SealArchive(ctx, e.series.Slug, number, stories, docs); err != nil {
		return err
	}
	for _, s := range stories {
		e.archived[s.GUID] = store.Archived{GUID: s.GUID, Number: number, Revision: s.Revision}
	}
	e.archives = number
	for _, d := range docs {
		e.show(d)
	}
	return nil
}

// archive renders an archive in these formats. The link to the one after it is
// there before that is: the server leads to the newest stories until then. So
// the bytes never change.
func (e *edition) archive(number int, stories []feed.Story, formats []feed.Format) ([]feed.Document, error) {
	var docs []feed.Document
	for _, f := range formats {
		c, slug, shown := e.archiveChannel(), e.series.Slug, stories
		path := feed.ArchivePath(slug, number, f)
		c.SelfURL = e.baseURL + path
		c.Pages = feed.Pages{Current: e.baseURL + feed.Path(slug, feed.HeadFeed, f), NextArchive: e.baseURL + feed.ArchivePath(slug, number+1, f)}
		c.Pages.PrevArchive = e.before(number, f)
		print := e.archiveFingerprint()
		if f == feed.JSON {
			shown = slices.DeleteFunc(slices.Clone(stories), func(s feed.Story) bool { return e.archived[s.GUID].Number == number && e.isEdited(s) })
			print = e.pageFingerprint(number, shown)
		}
		d, err := feed.NewDocument(path, f, c, shown)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		d.Fingerprint, d.Version = print, 0
		docs = append(docs, d.Slim())
	}
	return docs, nil
}

// archiveChannel says nothing that could be otherwise another day.
func (e *edition) archiveChannel() feed.Channel {
	c := e.channel(e.series, e.series.Name())
	c.Generator, c.HubURL = "", ""
	c.Updated = time.Time{}
	return c
}

// archiveFingerprint stands for what makes archives be written anew: other
// addresses, or another way of writing.
func (p *Publisher) archiveFingerprint() string {
	return p.place() + digest(feed.RendererVersion, "archive")
}

// renewArchives writes the archives anew that are not as they would be written
// today, with the same stories, but for those that are gone. These are noted in
// the fingerprint, so that one that comes back comes back there.
func (e *edition) renewArchives(ctx context.Context) error {
	there := map[string]bool{}
	for _, s := range e.newest {
		if e.archived[s.GUID].Number > 0 {
			there[partIn(e.archived[s.GUID].Number, s.Part)] = true
		}
	}
	for number := 1; number <= e.archives; number++ {
		stale := e.stale(number, there)
		if len(stale) == 0 {
			continue
		}
		whole, err := e.load(ctx, e.members(number))
		if err != nil {
			return err
		}
		if whole, _, err = feed.FitAll(e.archiveChannel(), whole, feed.ComfortBytes, nil); err != nil {
			return err
		}
		docs, err := e.archive(number, whole, stale)
		if err != nil {
			return err
		}
		left := ""
		for _, s := range e.gone {
			if e.archived[s.GUID].Number == number {
				left += goneMark + strconv.Itoa(s.Part)
			}
		}
		for i := range docs {
			if docs[i].Format != feed.JSON {
				docs[i].Fingerprint += left
			}
		}
		if err := e.put(ctx, docs...); err != nil {
			return err
		}
	}
	return nil
}

// stale are the formats in which an archive is not as it would be written today.
func (e *edition) stale(number int, there map[string]bool) (formats []feed.Format) {
	print, members := e.archiveFingerprint(), e.members(number)
	if len(members) == 0 {
		return nil // nothing leads there for its stories any more
	}
	for _, f := range feed.Formats() {
		d, ok := e.docs.head(feed.ArchivePath(e.series.Slug, number, f))
		fresh := ok && d.Version >= 0
		if f == feed.JSON {
			shown := slices.DeleteFunc(slices.Clone(members), e.isEdited)
			fresh = fresh && d.Fingerprint == e.pageFingerprint(number, shown) || len(shown) == 0
		} else {
			left, same := strings.CutPrefix(d.Fingerprint, print)
			back := func(part string) bool { return there[strconv.Itoa(number)+goneMark+part] }
			fresh = fresh && same && !slices.ContainsFunc(strings.Split(left, goneMark), back)
		}
		if !fresh {
			formats = append(formats, f)
		}
	}
	return formats
}

func partIn(number, part int) string { return strconv.Itoa(number) + goneMark + strconv.Itoa(part) }

// goneMark stands in fingerprints of archives before the parts that are gone.
const goneMark = ":"

func publishedGUIDs(d *feed.Document) ([]string, error) {
	r, err := d.Identity()
	if err != nil {
		return nil, err
	}
	body := bytes.NewBuffer(make([]byte, 0, d.Size()+bytes.MinRead))
	if _, err := body.ReadFrom(r); err != nil {
		return nil, err
	}
	return feed.GUIDs(d.Format, body.Bytes())
}
