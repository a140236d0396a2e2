package extract

import "slices"

// People are those of some names, as a site's feed or API gives them, that can
// be people's: cleaned, each once, without placeholders such as "admin",
// roles, addresses and names of sites.
func People(names []string) []string {
	var out []string
	for _, s := range names {
		if isPlaceholder(s) { // "Author Name", which cleaning would halve
			continue
		}
		s = cleanName(s)
		if !isPerson(s) || slices.ContainsFunc(out, func(o string) bool { return fold(o) == fold(s) }) || len(out) == maxAuthors {
			continue
		}
		out = append(out, s)
	}
	return out
}
