package web

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
