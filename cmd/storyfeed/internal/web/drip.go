package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/feed"
)

// drip serves a catch-up feed of a series.
func (s *server) drip(w *response, r *http.Request) error {
	openToAll(w.Header())
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	src, err := s.seriesDrip(r.Context(), series)
	if err != nil {
		return err
	}
	if len(src.line) == 0 {
		return s.unpublished(r)
	}
	return s.deliverDrip(w, r, src)
}

// seriesDrip is what the drips of a series release.
func (s *server) seriesDrip(ctx context.Context, series feed.Series) (dripSource, error) {
	line, err := s.lineOf(ctx, series)
	home := "/s/" + series.Slug
	return dripSource{
		home: home, live: home + "/" + feed.HeadFeed, line: line,
		version: strconv.FormatInt(series.Version, 10), channel: feed.Channel{Series: series},
	}, err
}

// dripSource is what a drip releases.
type dripSource struct {
	home    string // path of the page that shows the same
	live    string // path of the feed of new stories, without its format
	line    []feed.Numbered
	version string // changes with the line, its stories and the channel
	channel feed.Channel
}

// deliverDrip answers with the drip that the address names. Caches keep it until
// its next release and no longer, also while we are away, so that there is no
// stale-while-revalidate (RFC 5861 §3).
func (s *server) deliverDrip(w *response, r *http.Request, src dripSource) error {
	now := s.Now()
	d, err := feed.ParseDrip(r.PathValue("start"), r.PathValue("pace"), r.URL.Query())
	if err == nil {
		err = d.Admit(now, src.line)
	}
	if err != nil {
		return noDrip(err)
	}
	f := feed.Format(path.Ext(r.URL.Path)[1:])
	st := d.At(now, src.line)
	address := d.Path(src.home, f)
	stamp := fmt.Sprint(src.version, " ", st.Released, " ", st.Ended.Unix())
	doc, err := s.rendered.of(address, stamp, func() (feed.Document, error) {
		return s.renderDrip(r.Context(), address, f, src, d, st)
	})
	if err != nil {
		return err
	}
	fresh := st.Fresh(now)
	w.Header().Set("Expires", now.Add(time.Duration(fresh)*time.Second).UTC().Format(http.TimeFormat))
	return s.deliver(w, r, doc, []string{"public, max-age=" + strconv.Itoa(fresh) + ", stale-if-error=86400"})
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
	c := src.channel
	c.SelfURL, c.HomeURL, c.Generator = s.base+address, s.base+src.home, s.Version
	return feed.NewDripDocument(address, f, c, d, st, stories, s.base+src.live)
}

// noDrip says what is wrong with the address of a drip.
func noDrip(err error) error {
	var bad *feed.DripError
	if !errors.As(err, &bad) {
		return err
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

// lines remembers the lines of series that were asked for: a request that is
// answered with 304 must not read a long one. Safe for concurrent use.
type lines struct {
	mu   sync.Mutex
	kept *simplelru.LRU[string, keptLine]
}

type keptLine struct {
	version int64 // of the series
	line    []feed.Numbered
}

func newLines() *lines {
	const most = 64                                          // series; half a megabyte each, if they have 5,000 stories
	kept, _ := simplelru.NewLRU[string, keptLine](most, nil) // fails only for a negative size
	return &lines{kept: kept}
}

// lineOf is the line of a series.
func (s *server) lineOf(ctx context.Context, series feed.Series) ([]feed.Numbered, error) {
	s.lines.mu.Lock()
	k, ok := s.lines.kept.Get(series.Slug)
	s.lines.mu.Unlock()
	if ok && k.version == series.Version {
		return k.line, nil
	}
	line, err := s.Store.Line(ctx, series.Slug)
	if err != nil {
		return nil, err
	}
	s.lines.mu.Lock()
	defer s.lines.mu.Unlock()
	s.lines.kept.Add(series.Slug, keptLine{series.Version, line})
	return line, nil
}
