package discover

import (
	"context"
	"fmt"

	"storyfeed/feed"
)

// walk is the reading of one source.
type walk struct {
	ctx     context.Context
	fetch   Fetcher
	source  feed.Source
	opt     Options
	result  Result
	site    site      // where stories may live
	relaxed bool      // see viewOf
	nothing string    // why there may be no links at all, for people
	trouble *NoSource // what the page is instead of a source; nil: nothing known
	later   bool      // the source is a later page of its list, which is read from the first on
	kept    bool      // the last page was one of an earlier visit
	siteMap *sitemap  // nil: not read yet
	pins    pins
	top     int // links on the first page
	idle    int // pages in a row that held nothing new
	overlap int // how many may, after a pause

	told *telling // see extracted; nil: not asked yet
}

// read finds out what the first page is and follows it from there.
func (w *walk) read(p *Page) error {
	w.result.Pages = 1
	switch sniff(p) {
	case formatFeed:
		return w.readFeed(p)
	case formatPosts:
		return w.readCollection(p)
	case formatHTML:
		return w.readHTML(p)
	case formatSitemap:
		return &NoSource{Kind: TroubleSitemap, Reason: "a sitemap says nothing of membership or order; name the page that lists the stories"}
	}
	return &NoSource{Kind: TroubleFile, Reason: describe(p)}
}

func (w *walk) readHTML(p *Page) error {
	if e := w.elsewhere(p); e != nil {
		return e
	}
	v, k, err := w.look(p)
	if err != nil {
		return err
	}
	if w.pins.list != nil {
		return w.readPinned(v, k)
	}
	if !k.found() {
		frame, kf, ok, err := w.readFrames(v)
		if err != nil {
			return err
		}
		if ok {
			v, k = frame, kf
		}
	}
	if w.source.Kind == feed.SourceUnknown || !k.found() {
		if e := w.notice(p, k); e != nil {
			return e
		}
	}
	if few(v, k) {
		if d, ok := w.findDrawn(v, p); ok {
			return w.readDrawn(v, d)
		}
		if !k.found() && w.readClaims(v) {
			return nil
		}
	}
	if done, err := w.readStory(v, k, p); done || err != nil {
		return err
	}
	if first, kf := w.first(v, k); first != nil {
		v, k = first, kf
	}
	if done, err := w.readCalendar(v, k); done || err != nil {
		return err
	}
	if done, err := w.readSections(v, k); done || err != nil {
		return err
	}
	return w.readClassed(v, k)
}

// readClassed reads a page as what it was taken for. One without a list may
// still name the periods of an archive.
func (w *walk) readClassed(v *view, k class) error {
	w.describe(v)
	w.result.Kind = k.kind
	w.why(k.why...)
	w.nothing = v.emptiness()
	if !k.found() || k.loose {
		w.result.Better = v.better()
	}
	if v.isShell() {
		w.trouble = &NoSource{Kind: TroubleShell, Reason: "a script fills the page in a browser; without it there is nothing to read"}
	}
	if !k.found() {
		if w.trouble == nil {
			w.trouble = v.onePage()
		}
		if done, err := w.readPeriods(v); done || err != nil {
			return err
		}
	}
	if done, err := w.readNamedPeriods(v, k); done || err != nil {
		return err
	}
	var err error
	if k.kind == feed.SourceHub {
		err = w.readHub(v, k.hub)
	} else {
		err = w.readArchive(v, k.list)
	}
	confirm(w.result.Links, v.claims())
	return err
}

// readPinned reads a list that is pinned and nothing else.
func (w *walk) readPinned(v *view, k class) error {
	w.describe(v)
	w.result.Kind = k.kind
	w.why(k.why...)
	if !k.found() {
		w.trouble = &NoSource{Kind: TroublePinned, Reason: fmt.Sprintf("the pinned selector select.list = %q finds no link on the page", w.pins.text.List)}
		return nil
	}
	if k.kind == feed.SourceHub {
		return w.readHub(v, k.hub)
	}
	if err := w.readPages(v, k.list, map[string]bool{}); err != nil {
		return err
	}
	w.result.Complete = w.result.Incomplete == ""
	up, down := steps(datesOf(w.result.Links))
	rise, fall := partSteps(k.hub.links, k.hub.parts)
	if up+down == 0 && fall == 0 && (rise > 0 || w.result.Pages == 1) {
		w.why("kept as listed: neither dates nor numbers fall")
		return nil
	}
	w.orderArchive()
	return nil
}

// first goes back to the first page of a list if a later one was named; nil:
// this is the first, or it can't be read.
func (w *walk) first(v *view, k class) (*view, class) {
	if k.kind != feed.SourceArchive || !k.found() {
		return nil, class{}
	}
	address := v.firstPage()
	if address == "" {
		return nil, class{}
	}
	p, err := w.get(address)
	if err != nil || p == nil {
		w.result.Incomplete = "" // the list can be read from here on
		return nil, class{}
	}
	first, err := w.view(p)
	if err != nil {
		return nil, class{}
	}
	kf := classify(first, feed.SourceArchive)
	if kf.kind != feed.SourceArchive || !kf.found() {
		return nil, class{}
	}
	kf.why = append(kf.why, fmt.Sprintf("begins at %s, of which this is a later page", address))
	w.later = true
	return first, kf
}

// look reads the first page. When nothing is found, it looks once more where
// menus and side columns seem to be, and then for stories that live on a
// sister site such as blog.company.example.
func (w *walk) look(p *Page) (*view, class, error) {
	w.site = newSite(w.source.URL)
	v, err := w.view(p)
	if err != nil {
		return nil, class{}, err
	}
	if err := w.tooMany(v); err != nil {
		return nil, class{}, err
	}
	k := classify(v, w.source.Kind)
	if w.pins.list != nil {
		return v, k, nil
	}
	if other, ko := w.lookElsewhere(p, v, k); other != nil {
		return other, ko, nil
	}
	if k.found() {
		return v, k, nil
	}
	w.relaxed = true
	if loose, err := w.view(p); err == nil {
		if k := classify(loose, w.source.Kind); k.found() {
			k.loose = true
			k.why = append(k.why, "found only in what looks like a menu or side column")
			return loose, k, nil
		}
	}
	w.relaxed = false
	if host := v.sisterSite(); host != "" {
		w.site[host] = true
		if sister, err := w.view(p); err == nil {
			k = classify(sister, w.source.Kind)
			k.why = append(k.why, "the stories live on "+host)
			return sister, k, nil
		}
	}
	return v, k, nil
}

func (w *walk) view(p *Page) (*view, error) {
	v, err := viewOf(p, w.site, w.relaxed)
	if err == nil {
		v.pins = w.pins
	}
	return v, err
}

// describe takes over what the page says about itself.
func (w *walk) describe(v *view) {
	r := &w.result
	r.Title, r.Description, r.HomeURL = v.meta.title, v.meta.description, v.url.String()
	r.Language, r.ImageURL = v.meta.language, v.meta.image
	r.FeedURL, r.WordPress = v.meta.feedURL, v.meta.wordPress
	r.WholeBlog = v.isHome() || v.isBlogPath() && unwantedPath(v.url) != "taxonomy"
}

func (w *walk) why(reasons ...string) { w.result.Why = append(w.result.Why, reasons...) }

func (w *walk) drop(drops ...feed.Drop) {
	room := maxDropped - len(w.result.Dropped)
	w.result.Dropped = append(w.result.Dropped, drops[:min(room, len(drops))]...)
}

// maxDropped keeps a report readable.
const maxDropped = 1000
