package web

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	routeInCode   = regexp.MustCompile(`s\.handle(?:Post)?\("[a-z_]+", as\w+, "([^"]+)"(\+string\(f\))?`)
	routeInREADME = regexp.MustCompile("`([/.][^`]*)`")
)

// TestREADMERoutes keeps the README's table of addresses and the routes of the
// program together.
func TestREADMERoutes(t *testing.T) {
	source, err := os.ReadFile("routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var served []string
	for _, m := range routeInCode.FindAllStringSubmatch(string(source), -1) {
		path := strings.TrimSuffix(m[1], "{$}")
		if m[2] == "" {
			served = append(served, path)
			continue
		}
		for _, format := range []string{"rss", "atom", "json"} {
			served = append(served, path+format)
		}
	}
	for _, e := range (&server{}).endpoints() {
		served = append(served, e.path)
	}
	slices.Sort(served)
	if got := documented(t); !slices.Equal(got, served) {
		t.Errorf("the README documents\n%s\nthe program serves\n%s", strings.Join(got, "\n"), strings.Join(served, "\n"))
	}
}

// documented reads the table; `.atom` after `/s/{series}/feed.rss` stands for
// the same path with that ending.
func documented(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(b), "<!-- routes: checked against the code -->\n")
	table, _, end := strings.Cut(table, "<!-- end -->")
	if !ok || !end {
		t.Fatal("the README has lost the marks of its table of routes")
	}
	var paths []string
	for line := range strings.Lines(table) {
		cell := strings.Split(line, "|")[1]
		for _, m := range routeInREADME.FindAllStringSubmatch(cell, -1) {
			path := m[1]
			if strings.HasPrefix(path, ".") {
				last := paths[len(paths)-1]
				path = last[:strings.LastIndex(last, ".")] + path
			}
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}
