package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong in a configuration.
type Fault struct {
	File    string // the file's path, "environment" or "command line"
	Line    int    // in File, from 1; 0: the place has no lines
	Key     string // as written there: a dotted key, "series #3: every", a variable, a flag with its dashes; empty: the file as a whole
	Problem string // what is wrong, as a phrase
	Remedy  string // what to do now
}

// String is the fault in one line: `storyfeed.toml:7: data: is empty; name a
// directory, such as data = "data"`.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Key != "" {
		b.WriteString(": " + f.Key)
	}
	b.WriteString(": " + f.Problem)
	if f.Remedy != "" {
		b.WriteString("; " + f.Remedy)
	}
	return b.String()
}

// Faults is the error of [Load]: everything that is wrong, file first, by
// line, then the environment, then the command line. It holds at least one.
type Faults struct {
	List []Fault
}

// Error lists all faults, one a line below a first line that counts them.
func (f *Faults) Error() string {
	where := "configuration"
	if first := f.List[0].File; (first == inCommandLine || first == inEnvironment) && !slices.ContainsFunc(f.List, func(x Fault) bool { return x.File != first }) {
		where = first
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the %s has %d faults:", where, len(f.List))
	if len(f.List) == 1 {
		b.Reset()
		fmt.Fprintf(&b, "the %s has a fault:", where)
	}
	for _, fault := range f.List {
		b.WriteString("\n  " + fault.String())
	}
	return b.String()
}

// sort puts the faults of one place by line and keeps the order of places.
func (f *Faults) sort() {
	rank := func(x Fault) int {
		return slices.Index([]string{inEnvironment, inCommandLine}, x.File) // a file: -1
	}
	slices.SortStableFunc(f.List, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line))
	})
}

// The places that are no files, as people call them.
const (
	inEnvironment = "environment"
	inCommandLine = "command line"
)

// place is where a value was written.
type place struct {
	file string // path, inEnvironment or inCommandLine; empty: it is a default
	line int    // 0: file has no lines
	key  string // as written there
}

// String says where a value comes from, for `storyfeed config`.
func (p place) String() string {
	switch p.file {
	case "":
		return "default"
	case inEnvironment:
		return "env " + p.key
	case inCommandLine:
		return "flag " + p.key
	}
	return fmt.Sprintf("file %s:%d", oneLine(p.file), p.line)
}

// oneLine keeps a path with odd characters from ending a comment early.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}

// problem is what a check found; the place is known by its caller.
type problem struct {
	what, remedy string
	line         int // of the element of a list; 0: of the key
}

func (p place) fault(x problem) Fault {
	line := p.line
	if x.line > 0 {
		line = x.line
	}
	return Fault{File: p.file, Line: line, Key: p.key, Problem: x.what, Remedy: x.remedy}
}
