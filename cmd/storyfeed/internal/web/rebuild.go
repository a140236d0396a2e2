package web

import "storyfeed/feed"

// rebuild is how far the index is that is being built, for people; empty when
// none is. While one is built that searches don't find everything without, that
// is said; with partial set the others are not spoken of.
func (s *server) rebuild(partial bool) string {
	if s.Rebuilding == nil {
		return ""
	}
	p, ok := s.Rebuilding()
	switch {
	case !ok, partial && !p.Partial:
		return ""
	case p.Partial:
		return "The search index is being built, and finds only what is in already: " + p.Text(s.Now()) + "."
	}
	return "The search index is being rebuilt while the old one answers: " + p.Text(s.Now()) + "."
}

// lacking says, for people, that searches do not find everything yet, and how far
// that is: while there is an index in part only, or many stories came at once.
// Empty: they do.
func (s *server) lacking() string {
	if building := s.rebuild(true); building != "" || s.Waiting == nil {
		return building
	}
	p, ok := s.Waiting()
	if !ok {
		return ""
	}
	text := feed.Thousands(p.Total-p.Done) + " new or changed stories are not in the search index yet; it is "
	if s.Rebuilding != nil {
		if anew, ok := s.Rebuilding(); ok { // with which they come, all at once
			return text + "being built anew with them: " + anew.Text(s.Now()) + "."
		}
	}
	return text + "taking them in: " + p.Text(s.Now()) + "."
}
