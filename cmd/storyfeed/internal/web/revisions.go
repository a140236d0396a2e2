package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/diff"
	"storyfeed/feed/store"
)

// Limits of a page of revisions. What is beyond is told with a link that
// shows it alone.
const (
	maxComparisons = 20
	maxCompared    = 1 << 20   // bytes of text, of all comparisons but the first
	maxShownText   = 256 << 10 // bytes of text in the page
	maxComparing   = 2         // comparisons at once: a story of 5 MB takes a second and 100 MB
)

// revisionsView is what templates/revisions.html shows.
type revisionsView struct {
	chrome
	Series      feed.Series
	Story       feed.Story       // without body
	Revisions   []store.Revision // that are kept, newest first
	Comparisons []comparison     // newest first; none of a story that is gone
	Chosen      bool             // one comparison was asked for
	First, Last int              // the numbers that the form offers first
	Missing     bool             // not all revisions are kept
	Path        string           // of this page without query
}

// comparison is what one revision changed.
type comparison struct {
	From, To store.Revision // without text
	Title    []diff.Span    // nil: it did not change
	Blocks   []block
	Summary  string // "2 paragraphs changed, 1 added."
	Rest     int    // changed paragraphs beyond Blocks
	Damaged  bool   // one of the texts can't be read any more
	Later    bool   // too much for this page
	URL      string // this comparison alone
}

// block is a paragraph that changed, or a run of paragraphs that did not.
type block struct {
	Op    diff.Op
	Spans []diff.Span // of a changed one
	Count int         // of unchanged ones
	Texts []string    // of these, to be looked at; empty: too many
}

// Class is the block's name in the style sheet.
func (b block) Class() string { return [...]string{"same", "removed", "added", "changed"}[b.Op] }

// revisions shows how a story changed: each revision beside the one before,
// or the two that ?from= and ?to= name. Of a story that was removed at its
// source it tells when it changed, but no text: its author took it back.
func (s *server) revisions(w *response, r *http.Request) error {
	series, story, err := s.findPart(r)
	if err != nil {
		return err
	}
	list, err := s.Store.RevisionList(r.Context(), series.Slug, story.GUID)
	if err != nil {
		return err
	}
	slices.Reverse(list)
	story.HTML, story.Text = "", ""
	v := revisionsView{
		chrome: chrome{Title: "Revisions of " + story.Title, In: series.Slug, NoIndex: true},
		Series: series, Story: story, Revisions: list, Path: s.partPath(series.Slug, story.Part) + "/revisions",
	}
	if !story.Gone.IsZero() {
		return s.show(w, r, http.StatusGone, "revisions", &v)
	}
	pairs, chosen, err := choose(list, r.URL.Query())
	if err != nil {
		return err
	}
	if v.Chosen = chosen; len(list) > 0 {
		v.First, v.Last = list[len(list)-1].Number, list[0].Number
		v.Missing = v.Last > len(list)
	}
	if chosen {
		v.First, v.Last = pairs[0].From.Number, pairs[0].To.Number
	}
	if v.Comparisons, err = s.compareAll(r.Context(), story, pairs, v.Path); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "revisions", &v)
}

// choose returns what is to be compared: each revision of the list, which is
// newest first, with the one before, or those that were asked for. Without
// from it is the one before to, without to the newest.
func choose(list []store.Revision, q url.Values) (pairs []comparison, chosen bool, err error) {
	if !q.Has("from") && !q.Has("to") {
		for i := range len(list) - 1 {
			pairs = append(pairs, comparison{From: list[i+1], To: list[i]})
		}
		return pairs, false, nil
	}
	find := func(name string, otherwise int) (int, error) {
		if !q.Has(name) {
			return min(otherwise, len(list)-1), nil
		}
		i := slices.IndexFunc(list, func(r store.Revision) bool { return strconv.Itoa(r.Number) == q.Get(name) })
		if i < 0 {
			return 0, noRevision(list)
		}
		return i, nil
	}
	if len(list) == 0 {
		return nil, true, noRevision(list)
	}
	to, err := find("to", 0)
	if err != nil {
		return nil, true, err
	}
	from, err := find("from", to+1)
	return []comparison{{From: list[from], To: list[to]}}, true, err
}

// noRevision tells of the list, which is newest first.
func noRevision(list []store.Revision) error {
	f := &failure{Status: http.StatusNotFound, Title: "There is no such revision", Detail: "No revision of this story is kept."}
	if len(list) > 0 {
		f.Detail = "The newest revision of this story is " + strconv.Itoa(list[0].Number) + ". Its page of revisions lists those that are kept."
	}
	return f
}

// compareAll fills in what changed, as far as a page may go.
func (s *server) compareAll(ctx context.Context, story feed.Story, pairs []comparison, path string) ([]comparison, error) {
	select {
	case s.comparing <- struct{}{}:
		defer func() { <-s.comparing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	cost, shown := 0, maxShownText
	for i := range pairs {
		c := &pairs[i]
		c.URL = path + "?from=" + strconv.Itoa(c.From.Number) + "&to=" + strconv.Itoa(c.To.Number)
		if cost += c.From.Size + c.To.Size; i > 0 && (cost > maxCompared || i >= maxComparisons || shown <= 0) {
			c.Later = true
			continue
		}
		old, new, err := s.bothTexts(ctx, story, *c)
		if fe := (*store.FileError)(nil); errors.As(err, &fe) {
			s.Logger.Error("a revision can't be compared", "series", story.Series, "guid", story.GUID, "error", err)
			c.Damaged = true
			continue
		}
		if err != nil {
			return nil, err
		}
		c.fill(old, new, &shown)
	}
	return pairs, nil
}

func (s *server) bothTexts(ctx context.Context, story feed.Story, c comparison) (old, new string, err error) {
	a, err := s.Store.Revision(ctx, story.Series, story.GUID, c.From.Number)
	if err != nil {
		return "", "", err
	}
	b, err := s.Store.Revision(ctx, story.Series, story.GUID, c.To.Number)
	return a.Text, b.Text, err
}

// fill compares and puts into the page what still fits; shown is how many
// bytes do.
func (c *comparison) fill(old, new string, shown *int) {
	if c.From.Title != c.To.Title {
		c.Title = diff.Line(c.From.Title, c.To.Title)
	}
	var counts [4]int // by operation
	for _, p := range diff.Texts(old, new) {
		counts[p.Op]++
		size := 0
		for _, span := range p.Spans {
			size += len(span.Text)
		}
		if p.Op == diff.Same {
			c.fold(p.Spans[0].Text, shown)
			continue
		}
		if *shown <= 0 {
			c.Rest++
			continue
		}
		*shown -= size
		c.Blocks = append(c.Blocks, block{Op: p.Op, Spans: p.Spans})
	}
	c.Summary = summary(counts, c.Title != nil)
}

// maxFolded is how many bytes of unchanged text can be folded open at one
// place.
const maxFolded = 16 << 10

// fold adds an unchanged paragraph to the run of those before.
func (c *comparison) fold(text string, shown *int) {
	if len(c.Blocks) == 0 || c.Blocks[len(c.Blocks)-1].Op != diff.Same {
		c.Blocks = append(c.Blocks, block{Op: diff.Same})
	}
	b := &c.Blocks[len(c.Blocks)-1]
	b.Count++
	size := len(text)
	for _, t := range b.Texts {
		size += len(t)
	}
	switch {
	case len(b.Texts) != b.Count-1: // given up before
	case size > maxFolded || len(text) > *shown:
		b.Texts = nil
	default:
		b.Texts = append(b.Texts, text)
		*shown -= len(text)
	}
}

// summary says how much changed: "The title and 2 paragraphs changed, 1 paragraph was added."
func summary(counts [4]int, title bool) string {
	var parts []string
	say := func(n int, noun, done string) {
		was := " was "
		if n > 1 {
			was = " were "
		}
		if n > 0 {
			parts = append(parts, count(n, noun)+was+done)
		}
	}
	if title {
		parts = append(parts, "the title was changed")
	}
	say(counts[diff.Changed], "paragraph", "changed")
	say(counts[diff.Added], "paragraph", "added")
	say(counts[diff.Removed], "paragraph", "removed")
	if len(parts) == 0 {
		return "No word differs."
	}
	return sentence(strings.Join(parts, ", "))
}
