package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
	"storyfeed/indexer/profile"
)

// Reading says how a page was read by a profile; see [Page.Profile].
type Reading struct {
	Cluster int  // index of the profile in its set; -1: the page belongs to none
	Changed bool // the page looks like one of another template, see [profile.Values]
	// Alone: the page was read by the profile alone. Otherwise it was read in
	// full, because a field is not sure enough, an invariant failed or
	// [Page.Full] asked for it; then Fields tells where both agree.
	Alone    bool
	Fields   map[profile.Field]FieldReading // of the fields that the profile found
	Failures []profile.Failure
}

// FieldReading is how one field was read.
type FieldReading struct {
	Confidence float64
	Pinned     bool // by a person's selector
	Used       bool // the story's value is the profile's; otherwise it is what reading in full found
	Agrees     bool // both were looked for and are the same; of the body: [profile.SameBody]
	Differs    bool // both were found and are not the same
}

// learned is what a profile and pins say of a page.
type learned struct {
	profile.Values
	set   *profile.Set
	any   bool   // there is a profile, or a pin
	alone bool   // the page is read by it alone
	text  string // of the body's place, where it is to be compared
	lang  string
	dated map[string]dated // texts that were read as dates: the same one is, several times
}

// dated is what a text says as a date.
type dated struct {
	stamp
	ok bool
}

func (l *learned) stampOf(text string) (stamp, bool) {
	d, known := l.dated[text]
	if !known {
		d.stamp, d.ok = stampOf(text, l.lang)
		l.dated[text] = d
	}
	return d.stamp, d.ok
}

func (l *learned) readDate(text, _ string) (feed.Date, bool) {
	st, ok := l.stampOf(text)
	if !ok {
		return feed.Date{}, false
	}
	return claim{stamp: st}.date(), true
}

// learned reads the page by its profile. It comes before anything is cut from
// the page, for the profile was learned from whole ones.
func (d *document) learned(p Page) *learned {
	l := &learned{set: p.Profile, any: p.Profile != nil || p.Pins != feed.Select{List: p.Pins.List, Next: p.Pins.Next}, lang: d.language(), dated: map[string]dated{}}
	if !l.any {
		return l
	}
	linked := d.ld.values
	if linked == nil {
		linked = []any{}
	}
	l.Values = p.Profile.Apply(d.root, profile.Hints{
		URL: p.URL, Anchor: d.anchor, Language: l.lang, Now: d.now, ReadDate: l.readDate, Pins: p.Pins, LD: linked,
	})
	l.alone = !p.Full && l.Matched && !l.Changed && len(l.Failed) == 0 && l.sure(p.Profile)
	if !l.alone && l.Body.OK() {
		l.text = l.BodyText()
	}
	return l
}

// sure reports whether every field that most stories of the template have is
// known well enough to do without a second opinion.
func (l *learned) sure(set *profile.Set) bool {
	if l.Title.Use() != profile.Alone || l.Body.Use() != profile.Alone {
		return false
	}
	p := set.Profiles[l.Cluster]
	for _, f := range []profile.Field{profile.Authors, profile.Published} {
		known := p.Fields[f]
		if 5*known.Of > 3*len(p.Samples) && profile.UseOf(known.Confidence) != profile.Alone && !l.Field(f).Pinned {
			return false
		}
	}
	return true
}

// place lets a learned or pinned body overrule the one that was found.
func (d *document) place(l *learned) {
	n := l.Body.Node()
	if n == nil || !l.Body.Pinned && !l.alone {
		return
	}
	d.content, d.themed = n, true
	if !l.Body.Pinned {
		d.themed = closest(n, isContentNamed) != nil || first(n, isContentNamed) != nil
	}
	d.scope = d.findScope()
}

// cut takes out of the body what the profile knows to be none of the story's,
// in whatever template. It comes after the facts are read: a byline within
// the body is none of the text, and names author and day.
func (d *document) cut(l *learned) {
	if !l.any {
		return
	}
	nodes := l.Cut
	if l.Body.Node() == nil || !l.Body.Pinned && !l.alone {
		cluster := l.Cluster
		if l.Changed {
			cluster = -1
		}
		nodes = l.set.Cuts(cluster, d.content)
	}
	if len(nodes) > 0 {
		d.cutWhere(d.content, func(n *html.Node) bool { return slices.Contains(nodes, n) })
	}
	for _, n := range nodes {
		remove(n)
	}
}

// overrule puts what the pins found in the place of what reading in full found.
func (d *document) overrule(l *learned, s *Story) {
	if l.Title.Pinned {
		d.titleFrom(l, s)
	}
	if l.Authors.Pinned {
		d.authorsFrom(l, s)
	}
	if l.Published.Pinned {
		d.datesFrom(l, s)
	}
}

// readLearned finds the story and its values where the profile says. A field
// that the profile does not know well, or whose place holds no value here, is
// read as without it.
func (d *document) readLearned(l *learned, s *Story) {
	if n := l.Title.Node(); n != nil {
		d.heading = n
	}
	d.content = l.Body.Node()
	d.datesFrom(l, s)
	d.authorsFrom(l, s)
	dates := l.lacks(profile.Published) || l.Published.OK() && s.Published.IsZero()
	authors := l.lacks(profile.Authors) || l.Authors.OK() && len(s.Authors) == 0
	tags := l.lacks(profile.Tags)
	if dates || authors || tags {
		d.prune()
	}
	d.place(l)
	if dates {
		s.Published, s.Updated, s.Day = d.dates(d.bylines())
	}
	if authors {
		s.Authors, s.AuthorSource = d.authors(d.bylines())
	}
	if s.Tags = cleanTags(l.Tags.Texts, nil); tags {
		s.Tags = d.tags()
	}
	d.cut(l)
	d.pruneContent()
	d.titleFrom(l, s)
}

// isPlainName reports whether a text is two or three words such as names are
// made of, so that nothing has to be looked for in it.
func isPlainName(s string) bool {
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 3 {
		return false
	}
	for _, f := range fields {
		for i, r := range f {
			if !unicode.IsLetter(r) || i == 0 && !unicode.IsUpper(r) || i > 0 && unicode.IsUpper(r) {
				return false
			}
		}
		if len(f) < 3 || metaWord[strings.ToLower(f)] || strings.EqualFold(f, "mit") || strings.EqualFold(f, "with") || strings.EqualFold(f, "och") {
			return false
		}
	}
	return true
}

// lacks reports whether a field has to be looked for on this page: stories of
// the cluster have it, and the profile does not find it or is not sure.
func (l *learned) lacks(f profile.Field) bool {
	known := l.set.Profiles[l.Cluster].Fields[f]
	if f == profile.Tags && profile.UseOf(known.Confidence) == profile.Alone {
		return false // a story without tags is common
	}
	return known.Of > 0 && l.Field(f).Use() != profile.Alone
}

// pruneContent does within the content what prune does on the whole page.
func (d *document) pruneContent() {
	d.measure(d.content)
	d.cutWhere(d.content, d.isOffstage)
	d.total = d.sizes[d.content].prose()
}

// sourceOf names a place as the cascades do.
func sourceOf(f profile.Field, p profile.Place) string {
	switch p.Kind {
	case profile.Pinned:
		return "selector"
	case profile.LD:
		return "json-ld"
	case profile.TitleTag:
		return "title"
	case profile.Meta:
		if f == profile.Title {
			return "og:title"
		}
		return "meta"
	}
	switch f {
	case profile.Title:
		return "heading"
	case profile.Authors:
		if p.Named() {
			return "element"
		}
		return "byline"
	}
	if p.Attr == "" {
		return "byline"
	}
	return "time[datetime]"
}

func (d *document) titleFrom(l *learned, s *Story) {
	title := decodeOnce(l.Title.Text())
	if n := l.Title.Node(); n != nil && l.Title.Place.Prefix == "" && l.Title.Place.Suffix == "" {
		title = headingText(n)
	}
	if title == "" {
		s.Title, s.TitleSource = d.findTitle()
		return
	}
	s.Title, s.TitleSource = cutTitle(title), sourceOf(profile.Title, l.Title.Place)
}

func (d *document) datesFrom(l *learned, s *Story) {
	date := func(f profile.Field) (claim, bool) {
		found := l.Field(f)
		st, ok := l.stampOf(found.Text())
		c := []claim{{st, sourceOf(f, found.Place)}}
		if n := found.Node(); n != nil && found.Place.Kind == profile.Element && (isElement(n, atom.Time) || isDateNamed(n)) {
			c[0].source = "time[datetime]" // as reading in full calls it
		}
		return c[0], ok && len(d.credible(c)) == 1
	}
	published, ok := date(profile.Published)
	if !ok {
		return
	}
	s.Published, s.Day = published.date(), published.day
	if published.exact {
		s.Day = shownDay(published, d.daysNear(l))
	}
	updated, ok := date(profile.Updated)
	if !ok {
		updated, ok = d.headUpdate(l.lang)
	}
	if ok && updated.after(published) {
		s.Updated = updated.date()
	}
}

// daysNear are the days that the text of a learned date's element and the
// address name.
func (d *document) daysNear(l *learned) []claim {
	var out []claim
	if n := l.Published.Node(); n != nil {
		if st, ok := l.stampOf(lineText(n)); ok && st.unit == "" {
			out = append(out, newClaim(st, "byline"))
		}
	}
	if st, ok := addressDate(d.url.Path); ok {
		out = append(out, newClaim(st, "url"))
	}
	return out
}

// headUpdate is the date of the last change by the page's metadata, for
// templates that show one only where there was one.
func (d *document) headUpdate(lang string) (claim, bool) {
	for _, n := range d.ldPages() {
		if st, ok := parseStamp(n.str("dateModified"), lang); ok {
			return claim{st, "json-ld"}, true
		}
	}
	st, ok := parseStamp(d.meta(modifiedMetas...), lang)
	return claim{st, "meta"}, ok
}

func (d *document) authorsFrom(l *learned, s *Story) {
	texts := l.Authors.Texts
	if (l.Authors.Place.Kind == profile.Element || l.Authors.Place.Kind == profile.Pinned) && slices.ContainsFunc(texts, func(t string) bool { return !isPlainName(cleanName(t)) }) {
		var named []string
		for _, t := range texts {
			named = append(named, namesIn(t, true)...)
		}
		texts = named
	}
	names := d.acceptNames(texts, true)
	if len(names) > 0 {
		s.Authors, s.AuthorSource = names, sourceOf(profile.Authors, l.Authors.Place)
	}
}

// refuseList tells lists from stories. Where the profile has found a title, a
// date and a body, only a body that is a list itself can tell: the template's
// own lists stand around it.
func (d *document) refuseList(l *learned, s Story) error {
	if !l.alone || s.Published.IsZero() {
		return d.refuseArchive()
	}
	if d.contentIsList(0) {
		return &NotStory{KindArchive, "the body holds headings that link to other pages"}
	}
	return nil
}

// reading reports how the profile was used; nil if there was none.
func (l *learned) reading(s Story) *Reading {
	if !l.any {
		return nil
	}
	r := &Reading{Cluster: l.Cluster, Changed: l.Changed, Alone: l.alone, Failures: l.Failed, Fields: map[profile.Field]FieldReading{}}
	for _, f := range []profile.Field{profile.Title, profile.Authors, profile.Published, profile.Updated, profile.Tags, profile.Body} {
		found := l.Field(f)
		if !found.OK() {
			continue
		}
		one := FieldReading{Confidence: found.Confidence, Pinned: found.Pinned, Used: l.alone || found.Pinned}
		if !l.alone && !found.Pinned {
			one.Agrees, one.Differs = l.compare(f, s)
		}
		r.Fields[f] = one
	}
	return r
}

// compare tells whether the profile's value and what reading in full found are
// the same. Where one of them is not there, they neither agree nor differ.
func (l *learned) compare(f profile.Field, s Story) (agrees, differs bool) {
	found := l.Field(f)
	same, comparable := false, true
	switch f {
	case profile.Title:
		same = fold(found.Text()) == fold(s.Title)
	case profile.Authors:
		comparable = len(s.Authors) > 0
		same = sameFolded(found.Texts, s.Authors) || sameFolded(ReadNames(found.Texts), s.Authors)
	case profile.Published, profile.Updated:
		want := s.Published
		if f == profile.Updated {
			want = s.Updated
		}
		st, ok := l.stampOf(found.Text())
		comparable = ok && !want.IsZero()
		same = comparable && apart(st.time, want.Time) <= 1
	case profile.Tags:
		comparable = len(s.Tags) > 0
		same = sameFolded(cleanTags(found.Texts, nil), s.Tags)
	case profile.Body:
		comparable = s.Text != ""
		same = profile.SameBody(l.text, s.Text)
	}
	return comparable && same, comparable && !same
}

// sameFolded compares lists without regard to case, marks and order.
func sameFolded(a, b []string) bool {
	fa, fb := make([]string, 0, len(a)), make([]string, 0, len(b))
	for _, s := range a {
		fa = append(fa, fold(s))
	}
	for _, s := range b {
		fb = append(fb, fold(s))
	}
	slices.Sort(fa)
	slices.Sort(fb)
	return slices.Equal(fa, fb)
}

// ReadNames reads people's names out of the texts of elements that are known
// to name a story's authors; see [profile.ReadNames].
func ReadNames(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, namesIn(t, true)...)
	}
	return (&document{url: new(url.URL)}).acceptNames(out, true)
}
