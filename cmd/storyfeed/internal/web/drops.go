package web

import (
	"cmp"
	"slices"
	"strings"

	"storyfeed/feed"
)

// dropGroup is what was not taken for one reason.
type dropGroup struct {
	Reason string
	Count  int         // of all
	Links  []feed.Drop // of those that are shown; Reason is the detail, empty: none
}

// groupDrops puts links together that were not taken for one reason, the most
// frequent first. All are counted and the first few of each group shown, so
// that no more than most are.
func groupDrops(drops []feed.Drop, most int) []dropGroup {
	var groups []dropGroup
	at := map[string]int{}
	for _, d := range drops {
		reason, detail, _ := strings.Cut(d.Reason, ": ")
		if strings.HasPrefix(reason, "duplicate") {
			reason, detail = "linked more than once", reason
		}
		i, seen := at[reason]
		if !seen {
			i = len(groups)
			at[reason] = i
			groups = append(groups, dropGroup{Reason: reason})
		}
		groups[i].Count++
		groups[i].Links = append(groups[i].Links, feed.Drop{URL: d.URL, Anchor: d.Anchor, Reason: detail})
	}
	slices.SortStableFunc(groups, func(a, b dropGroup) int { return cmp.Compare(b.Count, a.Count) })
	share := max(1, most/max(1, len(groups)))
	for i := range groups {
		groups[i].Links = groups[i].Links[:min(share, len(groups[i].Links))]
	}
	return groups
}
