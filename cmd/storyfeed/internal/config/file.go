package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxFile bounds a configuration file, in bytes: thousands of series.
const maxFile = 1 << 20

// file reads the TOML file at path into the configuration.
func (l *loader) file(path string, required bool) {
	data, err := readFile(path)
	whole := place{file: path}
	switch {
	case errors.Is(err, fs.ErrNotExist) && !required:
		return
	case errors.Is(err, fs.ErrNotExist):
		l.fault(whole, problem{what: "there is no such file", remedy: "create it, or name another with --config or STORYFEED_CONFIG"})
	case err != nil:
		l.fault(whole, problem{what: "can't be read: " + cause(err), remedy: "make it a readable TOML file of at most 1 MiB"})
	}
	if err != nil {
		l.broken = true
		return
	}
	l.text(path, data)
}

// text reads what the file at path holds.
func (l *loader) text(path string, data []byte) {
	if !utf8.Valid(data) {
		l.fault(place{file: path}, problem{what: "is not UTF-8", remedy: "save it as UTF-8"})
		l.broken = true
		return
	}
	l.config.File = path
	l.document(path, bytes.TrimPrefix(data, []byte("\ufeff")))
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errors.New("it is larger than 1 MiB")
	}
	return data, err
}

// cause is an error without the path, which the fault names already.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// document reads TOML. What the decoder refuses as a whole is one fault; the
// expressions that can be read are checked all the same.
func (l *loader) document(path string, data []byte) {
	var tree map[string]any
	if err := toml.Unmarshal(data, &tree); err != nil {
		l.broken = true
		l.fault(syntax(path, data, err))
	}
	r := &reader{loader: l, path: path, scope: l.global()}
	r.parser.Reset(data)
	for r.parser.NextExpression() {
		r.expression(r.parser.Expression())
	}
}

func syntax(path string, data []byte, err error) (place, problem) {
	p := place{file: path}
	var at *toml.DecodeError
	if errors.As(err, &at) {
		p.line, _ = at.Position()
		p.key = strings.Join(at.Key(), ".")
		p.line = min(p.line, 1+bytes.Count(data, []byte("\n")))
	}
	what := strings.TrimPrefix(err.Error(), "toml: ")
	if strings.Contains(what, "already") {
		return p, problem{what: what, remedy: "keep one of the two"}
	}
	return p, problem{what: "is no TOML: " + what, remedy: "correct this line first; what follows it was not read"}
}

// reader walks through the expressions of one file.
type reader struct {
	*loader
	parser unstable.Parser
	path   string
	scope  *scope   // where keys go: the configuration or a series
	last   *scope   // of the last series: its tables may stand below any other
	table  []string // of the last [table], within the scope
	skip   bool     // the last [table] is unknown: its keys were reported with it
}

// scope is a set of keys that may stand at one place.
type scope struct {
	prefix string   // of its keys in messages
	table  string   // what stands before the names of its tables, with a dot at its end
	known  []string // dotted names
	set    func(name string, v value)
}

func (l *loader) global() *scope {
	keys := globalKeys()
	return &scope{known: append(names(keys), "series"), set: func(name string, v value) {
		o, _ := find(keys, name)
		l.apply(o, v)
	}}
}

// series opens a new [[series]] table.
func (l *loader) series(p place) *scope {
	keys := seriesKeys()
	l.config.Series = append(l.config.Series, newSeries())
	i := len(l.config.Series) - 1
	p.key = fmt.Sprintf("series #%d", i+1)
	table := seriesTable{place: p, keys: map[string]place{}}
	l.tables = append(l.tables, table)
	return &scope{prefix: p.key + ": ", table: "series.", known: names(keys), set: func(name string, v value) {
		o, _ := find(keys, name)
		table.keys[name] = v.place
		l.config.origins[seriesOrigin(i, name)] = v.place
		l.fault(v.place, o.set(&l.config.Series[i], v)...)
	}}
}

func (r *reader) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.KeyValue:
		if !r.skip {
			r.keyValue(r.scope, r.table, n)
		}
	case unstable.Table:
		r.openTable(n)
	case unstable.ArrayTable:
		r.openArrayTable(n)
	}
}

func (r *reader) openTable(n *unstable.Node) {
	path, p := r.key(n.Key(), nil)
	r.skip = true
	switch {
	case path[0] == "series" && len(path) == 1:
		r.fault(p, problem{what: "stands in single brackets", remedy: "write [[series]]: there may be several"})
		r.openSeries(p)
	case path[0] == "series":
		r.openSeriesTable(p, path[1:])
	default:
		r.scope, r.table = r.global(), path
		r.skip = !r.isTable(p, path)
	}
}

func (r *reader) openSeries(p place) {
	r.last = r.series(p)
	r.scope, r.table, r.skip = r.last, nil, false
}

// openSeriesTable opens [series.…], which belongs to the series before it.
func (r *reader) openSeriesTable(p place, path []string) {
	name := strings.Join(path, ".")
	p.key = "[" + p.key + "]"
	switch {
	case !hasPrefix(names(seriesKeys()), name+"."):
		x := unknown("table", "series."+name, []string{"series." + selectTable})
		if !strings.HasPrefix(x.remedy, "did") {
			x.remedy = "a series has no table but [series." + selectTable + "]: write its keys below [[series]]"
		}
		r.fault(p, x)
	case r.last == nil:
		r.fault(p, problem{what: "belongs to no series", remedy: "write it below the [[series]] that it is for"})
	default:
		r.scope, r.table, r.skip = r.last, path, false
	}
}

func (r *reader) openArrayTable(n *unstable.Node) {
	path, p := r.key(n.Key(), nil)
	if len(path) == 1 && path[0] == "series" {
		r.openSeries(p)
		return
	}
	r.scope, r.table = r.global(), path
	if r.skip = !r.isTable(p, path); !r.skip {
		r.fault(p, problem{what: "stands in double brackets", remedy: "write [" + p.key + "]: there is only one"})
	}
}

// isTable reports whether the global scope has keys below path, and the fault
// if it has not.
func (r *reader) isTable(p place, path []string) bool {
	name := strings.Join(path, ".")
	tables := []string{"series"}
	for _, known := range r.global().known {
		if known == name && name != "series" {
			r.fault(p, problem{what: "is a value, not a table", remedy: "write " + name + " = …"})
			return false
		}
		if strings.HasPrefix(known, name+".") {
			return true
		}
		if table, _, ok := strings.Cut(known, "."); ok && !contains(tables, table) {
			tables = append(tables, table)
		}
	}
	p.key = "[" + p.key + "]"
	r.fault(p, unknown("table", name, tables))
	return false
}

// keyValue puts one value into the scope. Dotted keys and inline tables name
// the same keys as a [table] does.
func (r *reader) keyValue(s *scope, table []string, n *unstable.Node) {
	path, p := r.key(n.Key(), table)
	p.key = s.prefix + p.key
	name, node := strings.Join(path, "."), n.Value()
	switch {
	case s.prefix == "" && name == "series":
		r.inlineSeries(p, node)
	case contains(s.known, name):
		s.set(name, r.value(p, node))
	case node.Kind == unstable.InlineTable && hasPrefix(s.known, name+"."):
		for it := node.Children(); it.Next(); {
			r.keyValue(s, path, it.Node())
		}
	case hasPrefix(s.known, name+"."):
		r.fault(p, problem{what: "is a table, not a value", remedy: "write [" + s.table + name + "] and its keys below"})
	default:
		r.fault(p, unknownKey(s, name))
	}
}

// inlineSeries reads series = [{slug = "…"}, …].
func (r *reader) inlineSeries(p place, node *unstable.Node) {
	remedy := "write a [[series]] table for each series; leave it out for the built-in one"
	if node.Kind != unstable.Array {
		r.fault(p, problem{what: "is a list of tables, not a value", remedy: remedy})
		r.broken = true // whatever else is said about series would confuse
		return
	}
	count := 0
	for it := node.Children(); it.Next(); {
		if it.Node().Kind != unstable.InlineTable {
			if it.Node().Kind != unstable.Comment {
				count++
				r.fault(p, problem{what: "holds something else than tables", remedy: remedy})
			}
			continue
		}
		count++
		at := p
		at.line = r.line(it.Node(), p.line)
		s := r.series(at)
		for kv := it.Node().Children(); kv.Next(); {
			if kv.Node().Kind == unstable.KeyValue {
				r.keyValue(s, nil, kv.Node())
			}
		}
	}
	if count == 0 {
		r.fault(p, problem{what: "is empty", remedy: remedy})
	}
}

// key is the whole path of a key below table, and its place.
func (r *reader) key(parts unstable.Iterator, table []string) ([]string, place) {
	path := append([]string(nil), table...)
	p := place{file: r.path}
	for parts.Next() {
		path = append(path, string(parts.Node().Data))
		p.line = r.line(parts.Node(), p.line)
	}
	p.key = oneLine(strings.Join(path, "."))
	return path, p
}

// line is where a node stands; some kinds of node have no range of their own.
func (r *reader) line(n *unstable.Node, otherwise int) int {
	if n.Raw.Length == 0 {
		return otherwise
	}
	return r.parser.Shape(n.Raw).Start.Line
}

func (r *reader) value(p place, n *unstable.Node) value {
	v := value{place: p, kind: other, text: strings.ToLower(n.Kind.String())}
	switch n.Kind {
	case unstable.String:
		v.kind, v.text = aString, string(n.Data)
	case unstable.Array:
		v.kind, v.text = aList, "a list"
		for it := n.Children(); it.Next(); {
			switch e := it.Node(); e.Kind {
			case unstable.Comment:
			case unstable.String:
				v.list = append(v.list, item{string(e.Data), r.line(e, p.line)})
			default:
				v.kind, v.text = other, "a list of other things"
			}
		}
	case unstable.InlineTable:
		v.text = "a table"
	default:
		v.text = string(n.Data)
	}
	return v
}

func unknownKey(s *scope, name string) problem {
	if s.prefix != "" {
		if _, global := find(globalKeys(), name); global {
			return problem{what: "is no key of a series", remedy: "move it above the first [table]"}
		}
		if _, global := find(globalKeys(), "fetch."+name); global {
			return problem{what: "is no key of a series", remedy: "move it into [fetch]"}
		}
	}
	return unknown("key", name, s.known)
}
