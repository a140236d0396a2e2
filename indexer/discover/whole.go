package discover

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"storyfeed/feed"
)

// A home page may show the newest posts alone and link the page, or the years
// and months, where all of them are listed. Lists that are narrowed to a
// category, a tag or an author are never widened.

const (
	maxWhole   = 3   // pages that may list all posts, looked at for one home page
	maxPeriods = 240 // years or months read for one list
)

// readWhole goes on with the list of all posts if the page read was the only
// one of its list and is the home page or the blog's first page.
func (w *walk) readWhole(v *view, seen map[string]bool) error {
	if w.result.Incomplete != "" || w.opt.Complete && w.knowsSome() || !v.isHome() && !v.namesBlog() {
		return nil
	}
	short := w.result.Links
	for _, address := range v.wholeLists(short) {
		more, err := w.turn(address)
		if err != nil {
			return err
		}
		if more == nil {
			w.result.Incomplete = "" // it was worth a try
			continue
		}
		list := parseListing(more, nil)
		if !widens(list, short, more) {
			if whole, err := w.periodsOf(more, seen); err != nil || whole {
				return err
			}
			continue
		}
		w.why(fmt.Sprintf("goes on with the list of all posts at %s", address))
		return w.readPages(more, list, seen)
	}
	_, err := w.periodsOf(v, seen)
	return err
}

// knowsSome reports that an earlier crawl knew some of the links found: then
// nothing lies between them and the rest.
func (w *walk) knowsSome() bool {
	return slices.ContainsFunc(w.result.Links, func(l Link) bool { return w.opt.Known(l.URL) })
}

// namesBlog reports that a page's address is that of a blog's list of posts.
func (v *view) namesBlog() bool {
	last := strings.ToLower(path.Base(v.url.Path))
	return v.url.RawQuery == "" && slices.Contains(blogPaths, strings.TrimSuffix(last, path.Ext(last)))
}

// widens reports that a list holds most of what a shorter one shows, and more.
func widens(list listing, short []Link, v *view) bool {
	has := map[string]bool{}
	for _, l := range list.links {
		has[feed.URLKey(l.URL)] = true
	}
	common := 0
	for _, l := range short {
		if has[feed.URLKey(l.URL)] {
			common++
		}
	}
	return 5*common >= 4*len(short) && (list.size() > common || v.hasNext()) || common >= minRepeat && common == list.size() && v.hasNext()
}

var wholeText = regexp.MustCompile(`(?i)^[\s«»‹›←→➜…·|:-]*(?:(?:the |blog |post |full |complete )?archives?(?: page)?|(?:(?:view|see|show|browse|read|explore) )?(?:all|more|older|other|previous)(?: (?:the|my|our|of the))?(?: (?:blog|recent))? ?(?:posts?|articles|stories|entries|notes|writings?|news|essays)|(?:view|see|show|browse) (?:all|more)(?: »)?|` +
	`all|blog|posts|articles|writings?|essays|journal|weblog|archiv(?:e)?|alle (?:beiträge|artikel|einträge)|(?:tous|toutes) les (?:articles|billets)|todas las entradas|todos los (?:artículos|posts)|todos os (?:posts|artigos)|tutti (?:gli articoli|i post)|alle berichten|wszystkie wpisy|все (?:записи|статьи|посты)|архив|归档|文章归档|記事一覧|アーカイブ)[\s«»‹›←→➜…·|-]*$`)

// wholeLists are the pages that may list all posts, likeliest first; those
// that are listed here are posts themselves.
func (v *view) wholeLists(listed []Link) []string {
	type candidate struct {
		address string
		rank    int
	}
	var found []candidate
	seen := map[string]bool{feed.URLKey(v.url.String()): true}
	for _, l := range listed {
		seen[feed.URLKey(l.URL)] = true // a post of that name
	}
	for _, a := range v.anchors {
		u, err := url.Parse(a.url)
		if err != nil || a.url == "" || seen[a.key] || !v.site[hostKey(u)] || a.cut == "comments" || u.RawQuery != "" && a.reason != "" {
			continue
		}
		last := strings.ToLower(path.Base(u.Path))
		last = strings.TrimSuffix(last, path.Ext(last))
		byName := slices.Contains(blogPaths, last) && strings.Count(strings.Trim(u.Path, "/"), "/") <= 2
		byText := len(a.text) <= maxNextText && wholeText.MatchString(a.text)
		if !byName && !byText || a.reason != "" && a.reason != sitePage {
			continue
		}
		seen[a.key] = true
		c := candidate{address: a.url}
		switch {
		case strings.HasPrefix(last, "archiv"):
			c.rank = 3
		case byText && byName:
			c.rank = 2
		case byText:
			c.rank = 1
		}
		found = append(found, c)
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return b.rank - a.rank })
	var addresses []string
	for _, c := range found[:min(len(found), maxWhole)] {
		addresses = append(addresses, c.address)
	}
	return addresses
}

// readPeriods reads a page that holds no list but leads to those of years or
// months, and reports whether it is one.
func (w *walk) readPeriods(v *view) (bool, error) {
	found, err := w.periodsOf(v, map[string]bool{})
	if err != nil || !found {
		return false, err
	}
	w.result.Kind = feed.SourceArchive
	w.result.Complete = w.result.Incomplete == ""
	w.orderArchive()
	return true, nil
}

// period is a page that lists the posts of one year or month.
type period struct {
	address string
	at      int // yearUnit times the year plus the month; a year alone has month 0
}

const yearUnit = 13

// periodsOf reads the lists of the years, or else the months, that a page
// links, newest first, and reports whether that added any link.
func (w *walk) periodsOf(v *view, seen map[string]bool) (bool, error) {
	before := len(w.result.Links)
	var r periodReader
	at := yearUnit * 3000
	last := v
	for i, p := range v.periods(0) {
		if i == maxPeriods || w.result.Pages >= w.opt.MaxPages {
			w.result.Incomplete = fmt.Sprintf("stopped after %d years or months", i)
			break
		}
		read, err := w.readPeriod(p, &r, seen)
		if err != nil {
			return false, err
		}
		if w.result.Incomplete != "" {
			break
		}
		if at = p.at; read != nil {
			last = read
		}
	}
	if w.result.Incomplete == "" {
		if err := w.monthsBack(last, at, &r, seen); err != nil {
			return false, err
		}
	}
	found := len(w.result.Links) > before
	if found {
		w.why("goes on with the lists of years and months")
	}
	return found, nil
}

// monthsBack reads the lists of months that only the one after each links, as
// calendars do.
func (w *walk) monthsBack(v *view, at int, r *periodReader, seen map[string]bool) error {
	if list := parseListing(v, nil); r.like == nil && list.size() >= 2 {
		r.like = &list
	}
	for empty := 0; empty <= maxEmpty; empty++ {
		p := v.monthBefore(at)
		if p.address == "" {
			return nil
		}
		if w.result.Pages >= w.opt.MaxPages {
			w.result.Incomplete = fmt.Sprintf("stopped after %d pages", w.result.Pages)
			return nil
		}
		at = p.at
		had := len(w.result.Links)
		more, err := w.turn(p.address)
		if err != nil || more == nil {
			return err
		}
		if err := w.readListed(more, r, seen); err != nil {
			return err
		}
		if len(w.result.Links) > had {
			empty = -1
		}
		v = more
	}
	return nil
}

// monthBefore is the latest month before another that a page links; the zero
// value: none.
func (v *view) monthBefore(at int) period {
	var best period
	for _, a := range v.anchors {
		u, err := url.Parse(a.url)
		if err != nil || a.reason != dateArchive {
			continue
		}
		if y, m, d := periodOf(u); y != 0 && m != 0 && d == 0 && yearUnit*y+m < at && yearUnit*y+m > best.at {
			best = period{a.url, yearUnit*y + m}
		}
	}
	return best
}

// periodReader knows how the posts of one period are listed, so that those of
// another can be told where there is only one.
type periodReader struct {
	like *listing // nil: not known yet
	wait []*view  // pages to be read once it is
}

// readPeriod reads the list of one year or month, and returns its page. A year may hold no list but
// lead on to its months.
func (w *walk) readPeriod(p period, r *periodReader, seen map[string]bool) (*view, error) {
	v, err := w.turn(p.address)
	if err != nil || v == nil {
		return nil, err
	}
	if !onlyOtherPeriods(v, p) {
		return v, w.readListed(v, r, seen)
	}
	for _, month := range v.periods(p.at / yearUnit) {
		more, err := w.turn(month.address)
		if err != nil {
			return nil, err
		}
		if more == nil {
			break
		}
		if err := w.readListed(more, r, seen); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// readListed reads the list of a period with all its pages.
func (w *walk) readListed(v *view, r *periodReader, seen map[string]bool) error {
	list := parseListing(v, r.like)
	if list.size() == 0 && r.like == nil {
		r.wait = append(r.wait, v)
		return nil
	}
	if r.like == nil && list.size() >= 2 {
		r.like = &list
		for _, early := range r.wait {
			if err := w.readPages(early, parseListing(early, &list), seen); err != nil {
				return err
			}
		}
	}
	return w.readPages(v, list, seen)
}

// onlyOtherPeriods reports that the page of a year shows no posts of its own
// but leads to its months.
func onlyOtherPeriods(v *view, p period) bool {
	return p.at%yearUnit == 0 && len(v.periods(p.at/yearUnit)) > 0 && parseListing(v, nil).size() == 0
}

// periods are the years that a page links or, where it links fewer years than
// months, the months; of one year alone if that is not 0. Newest first.
func (v *view) periods(year int) []period {
	var years, months, inside []period
	seen := map[string]bool{feed.URLKey(v.url.String()): true}
	for _, a := range v.anchors {
		u, err := url.Parse(a.url)
		if err != nil || a.reason != dateArchive || seen[a.key] {
			continue
		}
		seen[a.key] = true
		y, m, d := periodOf(u)
		if y == 0 {
			y, m = namesPeriod(a.text)
		}
		switch {
		case y == 0 || d != 0 || year != 0 && (y != year || m == 0):
		case inCalendar(a):
			inside = append(inside, period{a.url, yearUnit*y + m})
		case m == 0:
			years = append(years, period{a.url, yearUnit * y})
		default:
			months = append(months, period{a.url, yearUnit*y + m})
		}
	}
	best := months
	if len(months)+len(years) == 0 && len(inside) > 2*minRepeat { // a calendar of years
		best = inside
	}
	if len(years) > 0 && spansMore(years, months) {
		best = years
	}
	slices.SortStableFunc(best, func(a, b period) int { return b.at - a.at })
	return best
}

// spansMore reports that the months lie in no other years than those linked.
func spansMore(years, months []period) bool {
	has := map[int]bool{}
	for _, y := range years {
		has[y.at/yearUnit] = true
	}
	return !slices.ContainsFunc(months, func(m period) bool { return !has[m.at/yearUnit] })
}

// inCalendar: the days and months of a calendar have no end.
func inCalendar(a *anchor) bool {
	if a.cut == "calendar" {
		return true
	}
	for n, i := a.node.Parent, 0; n != nil && i < maxClimb; n, i = n.Parent, i+1 {
		if strings.Contains(strings.ToLower(attr(n, "class")+attr(n, "id")), "calendar") {
			return true
		}
	}
	return false
}

var (
	periodPath = regexp.MustCompile(`/((?:19|20)\d\d)(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?(?:/|\.\w{2,5}|/index\.\w{2,5})?$`)
	periodWord = regexp.MustCompile(`^((?:19|20)\d\d)(\d\d)?(\d\d)?$`)
)

// periodOf reads year, month and day from the address of a date archive; 0:
// not there.
func periodOf(u *url.URL) (y, m, d int) {
	if f := periodWord.FindStringSubmatch(u.Query().Get("m")); f != nil { // WordPress: ?m=202610
		return atoi(f[1]), atoi(f[2]), atoi(f[3])
	}
	if f := periodWord.FindStringSubmatch(u.Query().Get("year")); f != nil {
		return atoi(f[1]), atoi(u.Query().Get("monthnum")), atoi(u.Query().Get("day"))
	}
	if f := periodPath.FindStringSubmatch(u.Path); f != nil {
		y, m, d = atoi(f[1]), atoi(f[2]), atoi(f[3])
	}
	if m > 12 {
		return 0, 0, 0
	}
	return y, m, d
}

// otherPeriod reports that one address is that of the list of a year, month or
// day, and the other of another: what leads there is no further page.
func otherPeriod(one, other string) bool {
	a, errA := url.Parse(one)
	b, errB := url.Parse(other)
	if errA != nil || errB != nil || unwantedPath(a) != dateArchive && unwantedQuery(a) != dateArchive {
		return false
	}
	y, m, d := periodOf(a)
	y2, m2, d2 := periodOf(b)
	return y != 0 && y2 != 0 && (y != y2 || m != m2 || d != d2)
}
