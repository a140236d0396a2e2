package feed

// Chapter is a story as a table of contents has it.
type Chapter struct {
	Part    int
	GUID    string
	Title   string
	Authors []string // in the page's order; empty: unknown
}
