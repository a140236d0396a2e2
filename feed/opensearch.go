package feed

// Found is what the answer to a search says of the search (OpenSearch 1.1, draft
// 6, "OpenSearch response elements"). Only Atom carries it.
type Found struct {
	Terms       string // what was asked for, as typed; may be empty
	Total       int    // stories that match, of which the document holds the first
	Description string // URL of the OpenSearch description; empty: none
}

const nsOpenSearch = "http://a9.com/-/spec/opensearch/1.1/"

// searchedFor is the query that a document answers.
type searchedFor struct {
	Role  string `xml:"role,attr"`
	Terms string `xml:"searchTerms,attr"`
	Start int    `xml:"startIndex,attr"`
}

// tellFound puts the elements into the head of the document.
func (d *atomDocument) tellFound(f Found) {
	first, shown := 1, len(d.Entries)
	d.NSSearch, d.Total, d.Start, d.PerPage = nsOpenSearch, &f.Total, &first, &shown
	d.Query = &searchedFor{Role: "request", Terms: CleanLine(f.Terms), Start: first}
}
