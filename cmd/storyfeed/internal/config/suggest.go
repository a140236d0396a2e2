package config

import (
	"slices"
	"strings"
)

// unknown is the problem of a name that is not among the known ones.
func unknown(what, name string, known []string) problem {
	p := problem{what: "is an unknown " + what}
	if best := nearest(name, known); best != "" {
		p.remedy = "did you mean " + best + "?"
		return p
	}
	if table, _, ok := strings.Cut(name, "."); ok && hasPrefix(known, table+".") {
		known = slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.HasPrefix(k, table+".") })
	}
	p.remedy = "remove it; there are " + strings.Join(known, ", ")
	return p
}

// nearest returns the known name that somebody most likely meant: one with
// the same last part (host_gap for fetch.host_gap), one a few typing errors
// away, or one of which the name is a part or an extension.
func nearest(name string, known []string) string {
	if i := slices.IndexFunc(known, func(k string) bool { return lastPart(k) == lastPart(name) }); i >= 0 {
		return known[i]
	}
	short := fold(lastPart(name))
	best, least := "", (len(short)+1)/4+1
	for _, k := range known {
		if d := distance(short, fold(lastPart(k))); d < least {
			best, least = k, d
		}
	}
	if best != "" || len(short) < 3 {
		return best
	}
	for _, k := range known {
		if part := fold(lastPart(k)); strings.Contains(part, short) || strings.Contains(short, part) {
			return k
		}
	}
	return ""
}

// fold makes alike what people write alike, and drops what all variables share.
func fold(name string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimPrefix(name, envPrefix)))
}

// lastPart is a key without its table.
func lastPart(name string) string {
	return name[strings.LastIndex(name, ".")+1:]
}

// distance counts the letters to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func hasPrefix(list []string, prefix string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, prefix) })
}
