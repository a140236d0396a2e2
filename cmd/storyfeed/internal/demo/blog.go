package demo

import (
	"context"
	"fmt"
	"html/template"
	"slices"
	"sync"
	"time"
)

// HubPath is the path of the page that links the stories of the series in
// reading order.
const HubPath = "/why-i-still-love-my-trade/"

// The titles of blog and series.
const (
	Title       = "The Long Bench"
	SeriesTitle = "Why I Still Love My Trade"
)

// Config says how the blog is made.
type Config struct {
	Now  func() time.Time // nil: [time.Now]
	Seed uint64           // other seeds give other texts; 0 is as good as any
}

// Blog is the sample blog. It is an [http.Handler] and safe for concurrent
// use.
type Blog struct {
	now   func() time.Time
	pages *template.Template

	mu       sync.RWMutex
	writer   *writer
	posts    []*post // newest first
	series   []*post // in reading order
	waiting  []*post // to be published
	numbered []*post // patterns for what follows
	count    int     // of numbered stories published
	edits    int
	modified time.Time // last change of anything
}

// New returns the blog with its 24 stories and 20 other posts. It starts
// nothing; see [Blog.Run].
func New(c Config) *Blog {
	if c.Now == nil {
		c.Now = time.Now
	}
	b := &Blog{
		now:      c.Now,
		pages:    parseTemplates(),
		writer:   newWriter(c.Seed),
		series:   readPosts("series.txtar"),
		waiting:  readPosts("more.txtar"),
		numbered: readPosts("numbered.txtar"),
	}
	b.posts = append(slices.Clone(b.series), readPosts("others.txtar")...)
	b.date()
	for i, p := range b.posts {
		p.ID = firstID + len(b.posts) - i
		p.compose(b.writer)
		p.Comments = b.writer.comments(p, b.modified)
	}
	return b
}

// firstID is the number of the oldest post; pages have lower ones.
const firstID = 100

// date turns ages into dates: a day before today, at a time of day that
// differs from post to post. It sorts the posts by it.
func (b *Blog) date() {
	b.modified = b.now().UTC().Truncate(time.Second)
	today := b.modified.Truncate(24 * time.Hour)
	for i, p := range b.posts {
		age := p.Published.Sub(time.Time{})
		minutes := time.Duration(7*60+(i*97)%600) * time.Minute
		p.Published = today.Add(minutes - age)
		p.Modified = p.Published
	}
	slices.SortFunc(b.posts, func(x, y *post) int { return y.Published.Compare(x.Published) })
}

// Publish puts one more story at the end of the series and returns its title.
// After twelve that were written by hand, numbered ones follow, without end.
func (b *Blog) Publish() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.next()
	b.touch()
	p.ID = firstID + len(b.posts) + 1
	p.Published, p.Modified = b.modified, b.modified
	p.compose(b.writer)
	b.posts = slices.Insert(b.posts, 0, p)
	b.series = append(b.series, p)
	return p.Title
}

// next takes the next story that waits, or makes up a numbered one.
func (b *Blog) next() *post {
	if len(b.waiting) > 0 {
		p := b.waiting[0]
		b.waiting = b.waiting[1:]
		return p
	}
	pattern := b.numbered[b.count%len(b.numbered)]
	b.count++
	p := *pattern
	p.Slug = fmt.Sprintf("%s-no-%d", pattern.Slug, b.count)
	p.Title = fmt.Sprintf(pattern.Title, b.count)
	p.Link = p.Title
	opening := b.writer.about("opening", &p, b.writer.dice(p.Slug+" opening"))
	p.blocks = append([]string{opening}, pattern.blocks...)
	return &p
}

// editStep walks through the series so that neighbours are not edited one
// after the other.
const editStep = 7

// Edit adds a paragraph to a story of the series, another one each time, and
// returns its title.
func (b *Blog) Edit() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.edits++
	p := b.series[(b.edits*editStep)%len(b.series)]
	b.touch()
	p.Revision++
	p.Modified = b.modified
	dice := b.writer.dice(fmt.Sprint("edit ", b.edits))
	note := b.writer.about("postscript", p, dice)
	p.Body += template.HTML(fmt.Sprintf("<p><strong>Postscript %d.</strong> %s</p>\n", p.Revision-1, note))
	return p.Title
}

// touch moves the time of the last change on, by a second at least: dates in
// HTTP know nothing finer.
func (b *Blog) touch() {
	now := b.now().UTC().Truncate(time.Second)
	if !now.After(b.modified) {
		now = b.modified.Add(time.Second)
	}
	b.modified = now
}

// Run publishes a story and edits another one at the end of every interval,
// until ctx ends. It tells log what it did, in a sentence; log
// may be nil. An interval of zero or less changes nothing.
func (b *Blog) Run(ctx context.Context, every time.Duration, log func(string)) {
	if every <= 0 {
		<-ctx.Done()
		return
	}
	if log == nil {
		log = func(string) {}
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		log("the sample blog published “" + b.Publish() + "”")
		log("the sample blog edited “" + b.Edit() + "”")
	}
}
