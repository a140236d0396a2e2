package book

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"

	"storyfeed/feed"
)

// Edition grows with every change of how books are written: the same series in
// the same edition gives the same bytes.
const Edition = 2

// Book is a series to be written. Story and Sanitise must be set.
type Book struct {
	Series    feed.Series
	Chapters  []feed.Chapter // in reading order
	Addresses map[string]int // parts by [feed.URLKey] of every address of the stories; links to these lead to chapters
	Modified  time.Time      // when the series or its pictures changed; zero: unknown
	Kept      int            // pictures that are kept: with Series.Version and [Edition] it tells one state of the book from another

	// Story returns a story with its body. [feed.ErrNotFound], or one that is
	// Gone: it was removed meanwhile, and its chapter says so.
	Story func(ctx context.Context, guid string) (feed.Story, error)
	// Picture returns what is kept of a picture; nil: nothing is. Nil: there are
	// no pictures.
	Picture func(ctx context.Context, url string) (*feed.Picture, error)
	// Sanitise is applied to every body.
	Sanitise func(html string) string
}

// Written says what a book holds.
type Written struct {
	Chapters int `json:"chapters"`
	Pictures int `json:"pictures"` // files
	Missing  int `json:"missing"`  // pictures that are links, as they are not kept
}

// Limits of the pictures of one book, so that readers can open it.
const (
	maxPictures     = 2000
	maxPictureBytes = 100 << 20
)

// writing is a book under way.
type writing struct {
	Book
	ctx      context.Context
	done     Written
	bytes    int               // of pictures
	pictures map[string]string // what stands for each picture, by address; empty: nothing does
	whole    bool              // one page, else an EPUB
}

// chapter is a story ready to be written.
type chapter struct {
	feed.Chapter
	story feed.Story
	gone  bool
	lang  string
	body  string
}

// PictureURLs returns the addresses of all pictures that the book shows: that of
// its cover, if the series has one, and those of the stories as they have them,
// in order.
func (b Book) PictureURLs(ctx context.Context) ([]string, error) {
	w := writing{Book: b, ctx: ctx}
	var urls []string
	seen := map[string]bool{}
	if b.Series.ImageURL != "" {
		urls, seen[b.Series.ImageURL] = append(urls, b.Series.ImageURL), true
	}
	err := w.eachChapter(func(url string) (string, bool, error) {
		if !seen[url] {
			seen[url] = true
			urls = append(urls, url)
		}
		return "", false, nil
	}, func(chapter) error { return nil })
	return urls, err
}

// eachChapter reads the stories one after the other and hands them to write.
// Find tells what stands for a picture; false: nothing does.
func (w *writing) eachChapter(find func(url string) (ref string, ok bool, err error), write func(c chapter) error) error {
	var fault error // the first of find
	picture := func(url string) (string, bool) {
		ref, ok, err := find(url)
		if err != nil && fault == nil {
			fault = err
		}
		return ref, ok
	}
	for _, of := range w.Chapters {
		c, err := w.read(of, picture)
		if err == nil {
			err = fault
		}
		if err != nil {
			return err
		}
		w.done.Chapters++
		if err := write(c); err != nil {
			return err
		}
	}
	return nil
}

// read fetches and converts a story.
func (w *writing) read(of feed.Chapter, picture func(url string) (string, bool)) (chapter, error) {
	c := chapter{Chapter: of, lang: w.language()}
	story, err := w.Story(w.ctx, of.GUID)
	switch {
	case errors.Is(err, feed.ErrNotFound) || err == nil && !story.Gone.IsZero():
		c.gone = true
		c.body = `<p class="note">This story was removed by its author.</p>` + "\n"
		return c, nil
	case err != nil:
		return c, fmt.Errorf("part %d: %w", of.Part, err)
	}
	c.story = story
	if tag := languageTag(story.Language); tag != "" {
		c.lang = tag
	}
	body := w.Sanitise(story.HTML)
	if strings.TrimSpace(body) == "" {
		body = paragraphs(story.Text)
	}
	ids, top := "n", 2
	if w.whole {
		ids, top = fmt.Sprintf("p%d-n", of.Part), 3
	}
	hero, ok := "", false
	if story.ImageURL != "" && !strings.Contains(body, "<img") {
		hero, ok = picture(story.ImageURL)
	}
	c.body = convert(body, rules{part: of.Part, addresses: w.Addresses, picture: picture, chapter: w.href, ids: ids, top: top, scroll: w.whole})
	if ok {
		c.body = `<p class="hero"><img src="` + attribute(hero) + `" alt=""/></p>` + "\n" + c.body
	}
	if c.body == "" {
		c.body = `<p class="note">No text of this story is kept.</p>` + "\n"
	}
	return c, nil
}

// href leads from one chapter to another.
func (w *writing) href(part int) string {
	if w.whole {
		return fmt.Sprintf("#part-%d", part)
	}
	return fmt.Sprintf("part-%d.xhtml", part)
}

// find looks for a picture within the limits of a book; take is given each once.
func (w *writing) find(url string, take func(p *feed.Picture) (string, error)) (string, bool, error) {
	if ref, seen := w.pictures[url]; seen {
		return ref, ref != "", nil
	}
	var p *feed.Picture
	var err error
	if w.Picture != nil {
		if p, err = w.Picture(w.ctx, url); err != nil {
			return "", false, err
		}
	}
	w.pictures[url] = ""
	if p == nil || w.done.Pictures >= maxPictures || w.bytes+len(p.Bytes) > maxPictureBytes {
		w.done.Missing++
		return "", false, nil
	}
	ref, err := take(p)
	if err != nil {
		return "", false, err
	}
	w.done.Pictures++
	w.bytes += len(p.Bytes)
	w.pictures[url] = ref
	return ref, true, nil
}

// language is that of the series, "und" if it is not known.
func (w *writing) language() string {
	if tag := languageTag(w.Series.Language); tag != "" {
		return tag
	}
	return "und"
}

// languageTag is a tag as BCP 47 wants it; empty: it is none.
func languageTag(s string) string {
	tag, err := language.Parse(strings.ReplaceAll(s, "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// direction is that in which a language is written, "ltr" or "rtl".
func direction(tag string) string {
	script, _ := language.Make(tag).Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr":
		return "rtl"
	}
	return "ltr"
}

// paragraphs makes markup of a text, whose paragraphs are parted by empty lines.
func paragraphs(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + escape(p) + "</p>\n")
		}
	}
	return b.String()
}
