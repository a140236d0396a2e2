package discover

import (
	"fmt"
	"slices"

	"storyfeed/feed"
)

// orderHub turns a hub page round if its writer puts the newest story on top:
// when the part numbers fall, or when the dates do and no number objects.
func (w *walk) orderHub(parts []int, h hub) {
	links := w.result.Links
	up, down := partSteps(links, parts)
	dUp, dDown := strongSteps(links)
	var reason string
	switch {
	case up > 0 && down > 0, up > 0:
		return
	case down > 0:
		reason = "the numbers of the parts fall"
	case h.prose: // a text is read as it was written
		return
	case dUp+dDown == 0 && periodsFall(strongAnchors(h)):
		reason = "the years or months above the links fall"
	case dUp == 0 && dDown >= 2 && 2*(dDown+1) >= strongCount(links):
		reason = "all known dates fall"
	default:
		w.result.Open = dUp+dDown == 0
		return
	}
	slices.Reverse(links)
	w.why("turned round: " + reason)
}

func strongAnchors(h hub) []*anchor {
	var as []*anchor
	for i, a := range h.at {
		if !h.links[i].Weak {
			as = append(as, a)
		}
	}
	return as
}

func partSteps(links []Link, parts []int) (up, down int) {
	last := 0
	for i, p := range parts {
		if links[i].Weak || p == 0 {
			continue
		}
		switch {
		case last != 0 && p > last:
			up++
		case last != 0 && p < last:
			down++
		}
		last = p
	}
	return up, down
}

func strongSteps(links []Link) (up, down int) {
	var dates []feed.Date
	for _, l := range links {
		if !l.Weak {
			dates = append(dates, l.Published)
		}
	}
	return steps(dates)
}

func strongCount(links []Link) int {
	n := 0
	for _, l := range links {
		if !l.Weak {
			n++
		}
	}
	return n
}

// orderArchive makes a list that was read newest first oldest first. A list
// that is in the order of time already stays. When nearly all dates agree with
// the order, the few that don't are pinned or featured posts, and the dates
// decide. So they do where neither way round ends later than it begins: the
// years of an archive rise, say, and the posts of each fall.
func (w *walk) orderArchive() {
	links := w.result.Links
	up, down := steps(datesOf(links))
	if up > down {
		w.why("kept as listed: the dates rise")
	} else {
		slices.Reverse(links)
		w.why("turned round: newest first")
		down = up
	}
	if down == 0 || slices.ContainsFunc(links, func(l Link) bool { return l.Published.IsZero() }) {
		return
	}
	pinned := len(links) - longestRise(links)
	few := len(links) >= 4 && pinned <= max(1, len(links)/pinnedShare)
	if !few && !links[0].Published.Time.After(links[len(links)-1].Published.Time) {
		return // put together by hand
	}
	slices.SortStableFunc(links, func(a, b Link) int { return a.Published.Time.Compare(b.Published.Time) })
	if !few {
		w.why("in the order of their dates, which the list is in neither way round")
		return
	}
	w.why(fmt.Sprintf("%d out of order, put where their dates belong", pinned))
}

// pinnedShare: one post in so many may be pinned.
const pinnedShare = 8

// longestRise is the length of the longest part of a list, gaps allowed, whose
// dates do not fall.
func longestRise(links []Link) int {
	var tails []int64 // the earliest date that ends a rise of each length
	for _, l := range links {
		t := l.Published.Time.Unix()
		i, _ := slices.BinarySearchFunc(tails, t, func(e, t int64) int {
			if e <= t {
				return -1
			}
			return 1
		})
		if i == len(tails) {
			tails = append(tails, t)
		} else {
			tails[i] = t
		}
	}
	return len(tails)
}
