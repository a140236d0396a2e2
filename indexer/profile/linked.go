package profile

import (
	"encoding/json"
	"slices"
	"strings"

	"storyfeed/feed"
)

// linked is what a page's JSON-LD says: its objects, wherever they stand.
type linked struct {
	nodes []map[string]any
	byID  map[string]map[string]any
}

const (
	maxScript = 1 << 20 // bytes of a script that is read
	maxNodes  = 500     // objects of a page
	maxLevels = 6       // of nesting
)

func readLinked(scripts []string) linked {
	var values []any
	for _, s := range scripts {
		var v any
		if len(s) <= maxScript && json.Unmarshal([]byte(strings.TrimSpace(s)), &v) == nil {
			values = append(values, v)
		}
	}
	return linkedOf(values)
}

func linkedOf(values []any) linked {
	var l linked
	for _, v := range values {
		l.add(v, 0)
	}
	return l
}

func (l *linked) add(v any, level int) {
	if level > maxLevels || len(l.nodes) >= maxNodes {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			l.add(e, level+1)
		}
	case map[string]any:
		if _, typed := v["@type"]; typed {
			l.nodes = append(l.nodes, v)
		}
		if id, _ := v["@id"].(string); id != "" && len(v) > 1 {
			if l.byID == nil {
				l.byID = map[string]map[string]any{}
			}
			if len(v) > len(l.byID[id]) {
				l.byID[id] = v
			}
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			l.add(v[key], level+1)
		}
	}
}

// find lists the strings at a path: a type and properties, joined by dots.
// Several objects of the type are tried in order; the first that has the
// property answers.
func (l *linked) find(path string) []string {
	keys := strings.Split(path, ".")
	for _, n := range l.nodes {
		if slices.Contains(types(n), keys[0]) {
			if out := l.values(n, keys[1:], 0); len(out) > 0 {
				return out
			}
		}
	}
	return nil
}

func (l *linked) values(v any, keys []string, level int) []string {
	if level > maxLevels {
		return nil
	}
	switch v := v.(type) {
	case string:
		if s := feed.OneLine(clip(v, maxValue)); len(keys) == 0 && s != "" {
			return []string{s}
		}
	case []any:
		var out []string
		for i, e := range v {
			if i < maxMany {
				out = append(out, l.values(e, keys, level+1)...)
			}
		}
		return out
	case map[string]any:
		if len(keys) == 0 {
			return nil
		}
		return l.values(l.full(v)[keys[0]], keys[1:], level+1)
	}
	return nil
}

// full is the object that a reference stands for.
func (l *linked) full(n map[string]any) map[string]any {
	if id, _ := n["@id"].(string); id != "" && len(l.byID[id]) > len(n) {
		return l.byID[id]
	}
	return n
}

func types(n map[string]any) []string {
	switch t := n["@type"].(type) {
	case string:
		return []string{t}
	case []any:
		var out []string
		for _, e := range t {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// paths lists the paths of all strings of the page's objects, at most three
// properties deep.
func (l *linked) paths() []string {
	seen := map[string]bool{}
	var visit func(v any, at string, level int)
	visit = func(v any, at string, level int) {
		if level > 3 || len(seen) > 400 {
			return
		}
		switch v := v.(type) {
		case string:
			seen[at] = true
		case []any:
			for i, e := range v {
				if i < 3 {
					visit(e, at, level)
				}
			}
		case map[string]any:
			for k, e := range l.full(v) {
				if !strings.HasPrefix(k, "@") && !strings.Contains(k, ".") {
					visit(e, at+"."+k, level+1)
				}
			}
		}
	}
	for _, n := range l.nodes {
		for _, t := range types(n) {
			if !strings.Contains(t, ".") {
				visit(n, t, 0)
			}
		}
	}
	out := make([]string, 0, len(seen))
	for p := range seen {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}
