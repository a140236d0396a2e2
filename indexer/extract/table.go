package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isLayout reports whether a table only places things on the page: it holds
// another table, has one cell, or says so itself.
func isLayout(t *html.Node) bool {
	if r := attr(t, "role"); r == "presentation" || r == "none" {
		return true
	}
	if firstTag(t, atom.Table) != nil {
		return true
	}
	cells, paragraphs := 0, 0
	walk(t, func(n *html.Node) bool {
		switch {
		case isElement(n, atom.Th, atom.Caption):
			cells += 2
		case isElement(n, atom.Td):
			cells++
		case isElement(n, atom.P, atom.H1, atom.H2, atom.H3, atom.Blockquote):
			paragraphs++
		}
		return true
	})
	return cells <= 1 || firstTag(t, atom.Th, atom.Caption) == nil && paragraphs > 2*cells
}

// unwrapLayout replaces layout tables by what is in their cells.
func unwrapLayout(body *html.Node) {
	for _, t := range findTags(body, atom.Table) {
		if !isLayout(t) {
			continue
		}
		box := element(atom.Div)
		walk(t, func(n *html.Node) bool {
			if isElement(n, atom.Td, atom.Th, atom.Caption) {
				box.AppendChild(element(atom.Div, childrenOf(n)...))
				return false
			}
			return true
		})
		replace(t, box)
	}
}

// tableBlock rebuilds a table from its caption, sections, rows and cells.
func tableBlock(t *html.Node) *html.Node {
	var parts, loose []*html.Node
	flush := func() {
		if len(loose) > 0 {
			parts = append(parts, element(atom.Tbody, loose...))
			loose = nil
		}
	}
	for c := t.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.DataAtom {
		case atom.Caption:
			if in := content(c); len(in) > 0 && len(parts) == 0 {
				parts = append(parts, element(atom.Caption, in...))
			}
		case atom.Thead, atom.Tbody, atom.Tfoot:
			flush()
			if rows := rowsOf(c); len(rows) > 0 {
				parts = append(parts, element(c.DataAtom, rows...))
			}
		case atom.Tr:
			loose = append(loose, rowsOf(element(atom.Tbody, c))...)
		}
		c = next
	}
	flush()
	if !solid(parts) {
		return nil
	}
	return element(atom.Table, parts...)
}

func rowsOf(section *html.Node) []*html.Node {
	var rows []*html.Node
	for tr := section.FirstChild; tr != nil; tr = tr.NextSibling {
		if !isElement(tr, atom.Tr) {
			continue
		}
		row := element(atom.Tr)
		for c := tr.FirstChild; c != nil; {
			next := c.NextSibling
			if isElement(c, atom.Td, atom.Th) {
				cell := element(c.DataAtom, content(c)...)
				cell.Attr = c.Attr
				row.AppendChild(cell)
			}
			c = next
		}
		if row.FirstChild != nil && solid(childrenOf(row)) {
			rows = append(rows, row)
		}
	}
	return rows
}
