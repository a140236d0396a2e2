package config

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"storyfeed/feed"
)

// WriteTOML writes the configuration as a TOML file that [Load] reads back as
// the same configuration. A comment behind each key says where its value
// comes from: default, file with its line, env or flag.
func (c Config) WriteTOML(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, "# The effective configuration, and where each value comes from.")
	var lines []line
	table := ""
	for _, o := range globalKeys() {
		name := o.Name
		if t, rest, ok := strings.Cut(name, "."); ok {
			if t != table {
				writeLines(&b, lines)
				fmt.Fprintf(&b, "\n[%s]\n", t)
				table, lines = t, nil
			}
			name = rest
		}
		lines = append(lines, line{name, tomlValue(o.show(c)), c.origin(o.Name)})
	}
	writeLines(&b, lines)
	for i, s := range c.Series {
		c.writeSeries(&b, i, s)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeSeries writes one series. Selectors are the exception: their table is
// there when one is pinned.
func (c Config) writeSeries(b *bytes.Buffer, i int, s feed.Series) {
	var own, pinned []line
	for _, o := range seriesKeys() {
		l := line{o.Name, tomlValue(o.show(s)), c.origin(seriesOrigin(i, o.Name))}
		if name, ok := strings.CutPrefix(o.Name, selectTable+"."); ok {
			l.name = name
			pinned = append(pinned, l)
			continue
		}
		own = append(own, l)
	}
	fmt.Fprint(b, "\n[[series]]\n")
	writeLines(b, own)
	if !s.Select.IsZero() {
		fmt.Fprintf(b, "\n[series.%s]\n", selectTable)
		writeLines(b, pinned)
	}
}

// SeriesTOML is the shortest table from which [Load] reads the series, below
// the remarks as comments.
func SeriesTOML(s feed.Series, remarks ...string) string {
	var b strings.Builder
	for _, r := range remarks {
		fmt.Fprintf(&b, "# %s\n", oneLine(r))
	}
	fmt.Fprint(&b, "[[series]]\n")
	plain, zero := newSeries(), feed.Series{} // what is not set is the default too
	for _, o := range seriesKeys() {
		if v := tomlValue(o.show(s)); v != tomlValue(o.show(plain)) && v != tomlValue(o.show(zero)) {
			fmt.Fprintf(&b, "%s = %s\n", o.Name, v) // selectors as dotted keys
		}
	}
	return b.String()
}

// origin says where a value comes from.
func (c Config) origin(name string) string {
	p := c.origins[name]
	if name == "base_url" && p.file == "" {
		return "default: from addr"
	}
	return p.String()
}

// seriesOrigin is the name under which the origin of a series' key is kept.
func seriesOrigin(i int, key string) string {
	return fmt.Sprintf("series.%d.%s", i, key)
}

// line is one key in the output.
type line struct{ name, value, origin string }

// commentColumn is the widest assignment beyond which comments are not aligned.
const commentColumn = 44

func writeLines(b *bytes.Buffer, lines []line) {
	width := 0
	for _, l := range lines {
		if n := utf8.RuneCountInString(l.name + " = " + l.value); n <= commentColumn {
			width = max(width, n)
		}
	}
	for _, l := range lines {
		text := l.name + " = " + l.value
		pad := max(0, width-utf8.RuneCountInString(text))
		fmt.Fprintf(b, "%s%s  # %s\n", text, strings.Repeat(" ", pad), l.origin)
	}
}

// tomlValue is a string or list of strings in TOML's syntax.
func tomlValue(v any) string {
	list, ok := v.([]string)
	if !ok {
		return tomlString(v.(string))
	}
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = tomlString(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// tomlString is a basic string of TOML 1.0, on one line. A string full of
// backslashes, such as an expression, is easier to read in single quotes.
func tomlString(s string) string {
	if strings.Contains(s, `\`) && !strings.ContainsFunc(s, func(r rune) bool { return r == '\'' || r < ' ' || r == 0x7f }) {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
