package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/feed"
)

// dripSource is what drips release.
type dripSource struct {
	home    string                     // path below which they are
	query   url.Values                 // parameters that belong to their addresses
	live    func(f feed.Format) string // absolute URL of the feed of new stories
	line    []feed.Numbered            // in order of the numbers
	version string                     // changes with everything that is shown

	// channel is what the document of stories, which it may change, says of
	// itself; its title is that of it all.
	channel func(ctx context.Context, f feed.Format, stories []feed.Story) (feed.Channel, error)
}

// address is the path of a drip.
func (src dripSource) address(d feed.Drip, f feed.Format) string {
	address := d.Path(src.home, f)
	if len(src.query) > 0 {
		separator := "?"
		if strings.Contains(address, "?") {
			separator = "&"
		}
		address += separator + src.query.Encode()
	}
	return address
}

// seriesSource is what the drips of a series of that version release. The series
// itself, with all its counts, is read only to be shown.
func (s *server) seriesSource(ctx context.Context, slug string, version int64) (dripSource, error) {
	home, stamp := "/s/"+slug, strconv.FormatInt(version, 10)
	_, line, err := s.lines.of(home, stamp, func() (string, []feed.Numbered, error) {
		line, err := s.Store.Line(ctx, slug)
		return "", line, err
	})
	return dripSource{
		home: home, line: line, version: stamp,
		live: func(f feed.Format) string { return s.base + feed.Path(slug, feed.HeadFeed, f) },
		channel: func(ctx context.Context, _ feed.Format, _ []feed.Story) (feed.Channel, error) {
			series, err := s.Store.SeriesBySlug(ctx, slug)
			return feed.Channel{Series: series, Title: series.Name(), HomeURL: s.base + home, Rights: series.Rights()}, err
		},
	}, err
}

// drip serves a catch-up feed of a series.
func (s *server) drip(w *response, r *http.Request) error {
	openToAll(w.Header())
	slug := r.PathValue("series")
	version, err := int64(0), feed.ErrNotFound
	if validSlug(slug) {
		version, err = s.Store.SeriesVersion(r.Context(), slug)
	}
	if isNotFound(err) {
		_, err = s.findSeries(r) // it knows where the series is
	}
	if err != nil {
		return err
	}
	src, err := s.seriesSource(r.Context(), slug, version)
	if err != nil {
		return err
	}
	if len(src.line) == 0 {
		return s.unpublished(r)
	}
	d, err := parseDrip(r)
	if err != nil {
		return err
	}
	return s.deliverDrip(w, r, d, src)
}

func parseDrip(r *http.Request) (feed.Drip, error) {
	d, err := feed.ParseDrip(r.PathValue("start"), r.PathValue("pace"), r.URL.Query())
	return d, noDrip(err)
}

// deliverDrip answers with a drip. Caches keep it until its next release and no
// longer, also while we are away, so that there is no stale-while-revalidate
// (RFC 5861 §3).
func (s *server) deliverDrip(w *response, r *http.Request, d feed.Drip, src dripSource) error {
	now := s.Now()
	if err := noDrip(d.Admit(now, src.line)); err != nil {
		return err
	}
	f := formatOf(r)
	st := d.At(now, src.line)
	address := src.address(d, f)
	doc, err := s.rendered.of(r.Context(), address, dripStamp(src, st), func() (feed.Document, error) {
		return s.renderDrip(r.Context(), address, f, src, d, st)
	})
	if err != nil {
		return err
	}
	fresh := st.Fresh(now)
	w.Header().Set("Expires", now.Add(time.Duration(fresh)*time.Second).UTC().Format(http.TimeFormat))
	return s.deliver(w, r, doc, []string{"public, max-age=" + strconv.Itoa(fresh) + ", stale-if-error=86400"})
}

// dripStamp changes with everything that a drip shows.
func dripStamp(src dripSource, st feed.Stage) string {
	h := sha256.New()
	fmt.Fprintln(h, src.version, st.Released, st.Ended.Unix(), st.Updated.Unix())
	for _, n := range st.Shown {
		fmt.Fprintln(h, n.Number, n.Series, n.GUID)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// renderDrip reads the stories that are shown, and no others.
func (s *server) renderDrip(ctx context.Context, address string, f feed.Format, src dripSource, d feed.Drip, st feed.Stage) (feed.Document, error) {
	stories := make([]feed.Story, len(st.Shown))
	for i, n := range st.Shown {
		var err error
		if stories[i], err = s.Store.StoryToShow(ctx, n.Series, n.GUID); err != nil {
			return feed.Document{}, err
		}
	}
	c, err := src.channel(ctx, f, stories)
	if err != nil {
		return feed.Document{}, err
	}
	c.SelfURL, c.Generator, c.StyleURL = s.base+address, s.Version, feed.StylePath(s.base)
	return feed.NewDripDocument(address, f, c, d, st, stories, src.live)
}

// noDrip says what is wrong with the address of a drip.
func noDrip(err error) error {
	var bad *feed.DripError
	if !errors.As(err, &bad) {
		return err // none, or another one
	}
	f := &failure{Status: http.StatusNotFound, Title: "There is no such catch-up feed", Detail: bad.Detail}
	if bad.Never {
		f.Status = http.StatusBadRequest
	}
	if bad.Field == "from" || bad.Field == "n" {
		f.Parameter = bad.Field
	}
	return f
}

// refuseUndated answers at what would be the address of a drip without its start.
// It can't be a feed: readers that keep it would begin anew every day.
func (s *server) refuseUndated(home, variable string) {
	refuse := func(w *response, r *http.Request) error {
		openToAll(w.Header())
		maker := s.base + strings.Replace(home, "{"+variable+"}", url.PathEscape(r.PathValue(variable)), 1) + "/drip"
		return &failure{
			Status: http.StatusNotFound, Title: "There is no such catch-up feed",
			Detail: "Its address needs a start, as in drip/2026-11-23/1d/feed.atom. It is made at " + maker,
		}
	}
	for _, f := range feed.Formats() {
		s.handle("no_drip", asText, home+"/drip/{pace}/feed."+string(f), refuse)
	}
}

// lines remembers lines that were asked for: a request that is answered with 304
// must not read a long one. Safe for concurrent use.
type lines struct {
	mu   sync.Mutex
	kept *simplelru.LRU[string, keptLine]
}

type keptLine struct {
	version string // changes with the line
	name    string // of whose it is
	line    []feed.Numbered
}

func newLines() *lines {
	const most = 64                                          // half a megabyte each, if they have 5,000 stories
	kept, _ := simplelru.NewLRU[string, keptLine](most, nil) // fails only for a negative size
	return &lines{kept: kept}
}

// of returns the line of a key, and whose it is, read anew unless the one that
// is kept has that version.
func (l *lines) of(key, version string, read func() (string, []feed.Numbered, error)) (string, []feed.Numbered, error) {
	l.mu.Lock()
	k, ok := l.kept.Get(key)
	l.mu.Unlock()
	if ok && k.version == version {
		return k.name, k.line, nil
	}
	name, line, err := read()
	if err != nil {
		return "", nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept.Add(key, keptLine{version, name, line})
	return name, line, nil
}
