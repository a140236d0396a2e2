package book

// Outline gives the headings of a story levels below that of its title, with
// none left out: authors choose levels by how large they look, and whoever goes
// from heading to heading by ear misses what is not there.
type Outline struct {
	Top  int // level of the highest
	open []int
}

// Level returns the level of the next heading, which its author gave that of h1
// to h6.
func (o *Outline) Level(given int) int {
	for len(o.open) > 0 && o.open[len(o.open)-1] >= given {
		o.open = o.open[:len(o.open)-1]
	}
	o.open = append(o.open, given)
	return min(o.Top+len(o.open)-1, 6)
}
