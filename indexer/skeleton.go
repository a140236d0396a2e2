package indexer

import (
	"bytes"
	"context"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"storyfeed/indexer/fetch"
)

// A site whose feed says that nothing changed does not say so of its template:
// a new theme moves no post's date. So the page that presents the series is
// asked for at each visit, alone and with the time of the last answer
// (RFC 9111 §4.3.1), and only what it is built of is looked at. When that is
// no more what it was, stories are looked at, see [crawl.examine].

// skeletonSize is how many hashes of a page's elements are kept, the smallest.
const skeletonSize = 256

// likeness is the share of them from which pages are built as before. A new
// theme leaves few, but two themes of one maker may share most. That a page has
// one more box is looked into for nothing, which costs ten requests.
const likeness = .9

// tryAgain is the time between two attempts to learn a template that is not
// known.
const tryAgain = 24 * time.Hour

// skeletonOf is what a page is built of: its elements with each of their
// classes, and its style sheets; not their number or order, and no text.
// Classes with digits name a page or a build.
func skeletonOf(page []byte) []uint32 {
	seen := map[uint32]bool{}
	add := func(parts ...string) {
		h := fnv.New32a()
		for _, p := range parts {
			_, _ = h.Write([]byte(p + "\x00")) // a hash can't fail
		}
		seen[h.Sum32()] = true
	}
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			all := make([]uint32, 0, len(seen))
			for h := range seen {
				all = append(all, h)
			}
			slices.Sort(all)
			return all[:min(len(all), skeletonSize)]
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				switch {
				case a.Key == "class" && t.Data != "body":
					for class := range strings.FieldsSeq(a.Val) {
						if !strings.ContainsFunc(class, unicode.IsNumber) {
							add(t.Data, class)
						}
					}
				case a.Key == "href" && t.Data == "link":
					path, _, _ := strings.Cut(a.Val, "?")
					if strings.HasSuffix(path, ".css") {
						add("css", path)
					}
				}
			}
		}
	}
}

// commonSkeleton is what all of some pages are built of.
func commonSkeleton(pages []Sampled) []uint32 {
	var common []uint32
	for i, p := range pages {
		s := skeletonOf(p.HTML)
		if i == 0 {
			common = s
			continue
		}
		common = slices.DeleteFunc(common, func(h uint32) bool {
			_, found := slices.BinarySearch(s, h)
			return !found
		})
	}
	return common
}

// sameSkeleton reports whether a page is built as before.
func sameSkeleton(a, b []uint32) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b) // such as pages without any class
	}
	common := 0
	for _, h := range a {
		if _, found := slices.BinarySearch(b, h); found {
			common++
		}
	}
	return float64(common) >= likeness*float64(max(len(a), len(b)))
}

// noteSkeleton compares the page that presents the series with what it was.
func (c *crawl) noteSkeleton(url string, page *fetch.Page) {
	if !strings.Contains(page.MediaType, "html") || page.Status != http.StatusOK {
		return
	}
	t := c.template(page.FinalURL)
	skeleton := skeletonOf(page.Body)
	if t.watch.Probe == url && len(t.watch.Skeleton) > 0 && !sameSkeleton(t.watch.Skeleton, skeleton) {
		c.suspect[t.Site] = true
	}
	if t.watch.Probe == "" || t.watch.Probe == url && c.suspect[t.Site] { // unchanged: nothing to be written
		t.watch.Probe, t.watch.Probed, t.watch.Skeleton = url, page.Fetched.UTC().Truncate(time.Second), skeleton
	}
}

// probe looks at the page that presents the series when the site's feed spared
// us all others, and examines the templates of sites whose page changed.
func (c *crawl) probe(ctx context.Context) error {
	if c.signal.unchanged {
		for _, t := range c.templates {
			if t.watch.Probe == "" || !c.spokenFor(t.watch.Probe) || c.validate(ctx, &fetch.Request{URL: t.watch.Probe}) {
				continue
			}
			req := fetch.Request{URL: t.watch.Probe, LastModified: t.watch.Probed.UTC().Format(http.TimeFormat)}
			page, err := c.fetch.Get(ctx, req)
			if err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				continue // what ails the site shows elsewhere
			}
			c.noteSkeleton(t.watch.Probe, page)
		}
	}
	for _, t := range c.templates {
		if !t.watch.Drifted.IsZero() && (c.which == everyStory || c.ix.Now().Sub(t.watch.Tried) >= tryAgain) {
			c.suspect[t.Site] = true
		}
	}
	for site := range c.suspect {
		if err := c.examine(ctx, c.templates[site], "the page that presents the series is built anew"); err != nil {
			return err
		}
	}
	return nil
}

// template of a page for what is remembered of it.
func (c *crawl) generation(address string) int {
	if t := c.template(address); t.set != nil {
		return t.set.Generation
	}
	return 0
}
