package feed

// Select pins fields of a site's pages by hand, each with a CSS selector
// (Selectors Level 4 as far as package cascadia reads it). An empty field is
// learned. A pinned field is checked and reported, never learned anew.
type Select struct {
	List   string // on list pages: the links to the stories, or elements that hold one each
	Next   string // on list pages: the link to the next page of the list
	Title  string // on story pages: the element whose text is the title
	Author string // on story pages: the elements whose texts are the authors' names
	Date   string // on story pages: the element whose datetime, content or text is the date of publication
	Body   string // on story pages: the element that holds the body
	Remove string // on story pages: elements that are cut out of the body
}

// IsZero reports that nothing is pinned.
func (s Select) IsZero() bool { return s == Select{} }

// Rendering says whether a series' pages are drawn by a browser before they are
// read.
type Rendering string

// The ways to render. The zero value means [RenderAuto].
const (
	RenderAuto   Rendering = "auto"   // a page that is an empty shell without its scripts
	RenderNever  Rendering = "never"  // no page
	RenderAlways Rendering = "always" // every page
)
