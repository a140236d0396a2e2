package indexer

import (
	"cmp"
	"errors"
	"fmt"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/extract"
)

// judge says what the stories that were read prove, or that none can be.
func (l *look) judge() {
	var failed, refused []feed.Drop
	var first *ReadStory
	for i, s := range l.Read {
		switch {
		case s.Reason == "":
			continue
		case s.Failed:
			failed = append(failed, feed.Drop{URL: s.URL, Reason: s.Reason})
		default:
			refused = append(refused, feed.Drop{URL: s.URL, Reason: s.Reason})
		}
		first = cmp.Or(first, &l.Read[i])
	}
	if first != nil && len(failed)+len(refused) == len(l.Read) {
		l.Problem = l.unreadable(*first)
		return
	}
	for _, d := range countDrops(failed) {
		l.warn("%d of the %d pages read could not be read now, such as %s: %s", d.Count, len(l.Read), d.Example, d.Reason)
	}
	for _, d := range countDrops(refused) {
		l.warn("%d of the %d pages read will not be taken, such as %s: %s", d.Count, len(l.Read), d.Example, d.Reason)
	}
	for _, b := range l.better {
		l.warn("%s (%s) may be the better page to follow", b.URL, b.What)
	}
	if l.Kind == feed.SourceFeed {
		l.warn("most feeds hold the newest stories only: to have the older ones, follow the page that lists them")
	}
	l.qualities()
}

// qualities warns of what the stories lack.
func (l *look) qualities() {
	taken, undated, nameless, posted, partial := 0, 0, 0, 0, 0
	account := ""
	for _, s := range l.Read {
		if s.Reason != "" {
			continue
		}
		taken++
		if s.Published == nil {
			undated++
		}
		switch {
		case len(s.Authors) > 0:
		case s.Account != "":
			posted++
			account = s.Account
		default:
			nameless++
		}
		if s.Partial {
			partial++
		}
	}
	say := func(n int, what string) {
		switch {
		case n == 0:
		case n == taken:
			l.warn("the pages %s", what)
		default:
			l.warn("%d of %d pages %s", n, taken, what)
		}
	}
	say(undated, "show no date of publication; none is made up")
	say(nameless, "name no author")
	say(posted, fmt.Sprintf("name no person as author, but %q, which may be anybody", account))
	say(partial, "say that the story, or its rest, is for subscribers: what they show is kept")
	if l.Weak > 0 {
		l.warn("%d of the pages are linked in passing and were not read: a story is one that links back or bears the link's text as title", l.Weak)
	}
}

// unreadable is the problem of a list of which no story can be taken.
func (l *look) unreadable(s ReadStory) *Problem {
	p := &Problem{
		Kind:   ProblemNoStories,
		What:   fmt.Sprintf("%s: lists %d pages, and of the %d that were read none is a story; %s, for example: %s", l.URL, len(l.links), len(l.Read), s.URL, s.Reason),
		Remedy: []string{nameList, openIt},
	}
	if s.cause != nil {
		if cause := problemOf(s.URL, storyTrouble(s.cause)); cause.Kind != ProblemNoStories {
			p.Kind, p.Remedy = cause.Kind, cause.Remedy
		}
	}
	p.suggest(l.better)
	if l.Robots.Disallowed == len(l.links) && len(l.links) > 0 {
		p.Kind = ProblemRobots
		p.What = fmt.Sprintf("%s: lists %d stories, and the site's robots.txt forbids all of them, such as %s", l.URL, l.Stories, l.Robots.Example)
		p.Remedy = []string{followFeed, askOwner}
	}
	return p
}

// storyTrouble speaks of a page that is no story as of one that is no source:
// what keeps us from the one keeps us from the other.
func storyTrouble(err error) error {
	var not *extract.NotStory
	if !errors.As(err, &not) {
		return err
	}
	kinds := map[extract.Kind]discover.Trouble{
		extract.KindShell: discover.TroubleShell, extract.KindLogin: discover.TroubleLogin,
		extract.KindCaptcha: discover.TroubleChallenge, extract.KindMaintenance: discover.TroubleClosed,
		extract.KindConsent: discover.TroubleConsent, extract.KindParked: discover.TroubleParked,
	}
	return &discover.NoSource{Kind: cmp.Or(kinds[not.Kind], discover.TroubleNoStories), Reason: not.Reason}
}

// mostStories is more than any series has. A page that links more is a dump of
// a site, or a trap for crawlers.
const mostStories = 20_000

// oddity is what makes a list no series, whatever its stories are.
func (l *look) oddity() *Problem {
	if l.Stories <= mostStories {
		return nil
	}
	return &Problem{Kind: ProblemTooMany, What: l.URL + ": " + tooMany(l.Stories), Remedy: []string{nameLess, pinList}}
}
