package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"storyfeed/feed"
)

// Addition is a series that is to be written behind the others of the
// configuration file.
type Addition struct {
	Series  feed.Series
	Remarks []string // comments above it
	// KeepBuiltIn writes the built-in series down, which ends when another is
	// configured, so that it goes on. Otherwise it is written as a comment.
	KeepBuiltIn bool
}

// Added tells what was written.
type Added struct {
	Path    string // of the file, as it was named
	Line    int    // of the new [[series]]
	Created bool   // there was no file
	Config  Config // in force with it
}

// fileHead begins a new file.
const fileHead = "# Configuration of storyfeed. \"storyfeed config\" prints all of it, with the defaults.\n"

// Append writes a series to the end of the configuration file that [Load]
// would read, and keeps every byte that is there, its mode, and a symbolic link
// to it. A missing file is made. The file is replaced in one step: whoever
// reads it meanwhile sees the old or the new one.
//
// Nothing is written when the configuration is faulty, or would be with the
// addition: the error is a [*Faults], or says that the file changed meanwhile.
func Append(from Sources, a Addition) (Added, error) {
	done, err := AppendAll(from, []Addition{a})
	if err != nil && done.Path != "" {
		return Added{}, fmt.Errorf("%w\nadd it by hand:\n\n%s", err, SeriesTOML(a.Series, a.Remarks...))
	}
	return done, err
}

// AppendAll is [Append] for several series, all of them or none. The line is
// that of the first, and the built-in series is kept when that says so. On an
// error the path says whether it is one of what was to be written.
func AppendAll(from Sources, all []Addition) (Added, error) {
	path := FileOf(from)
	if path == "" {
		return Added{}, errors.New("no configuration file is named: name one with --config")
	}
	old, mode, err := readOld(path)
	if err != nil {
		return Added{}, err
	}
	from.text = &old
	before, err := Load(from)
	if err != nil {
		return Added{}, err
	}
	done := Added{Path: path, Created: mode == 0}
	text := old
	for i, a := range all {
		var line int
		if text, line = appended(text, before.BuiltIn && i == 0, a); i == 0 {
			done.Line = line
		}
	}
	if len(text) > maxFile {
		return Added{}, fmt.Errorf("%s would become larger than 1 MiB", path)
	}
	from.text = &text
	after, err := Load(from)
	if err != nil {
		return done, fmt.Errorf("with what is added at its end, %w\nnothing was written", err)
	}
	if err := onlyAdded(before, after, all); err != nil {
		return Added{}, fmt.Errorf("%s can't be added to: %w", path, err)
	}
	if err := replace(path, old, text, mode); err != nil {
		return done, fmt.Errorf("%w\nnothing was written", err)
	}
	done.Config = after
	return done, nil
}

// LoadForAppend is [Load] for somebody who will call [Append]: a named file
// need not exist.
func LoadForAppend(from Sources) (Config, error) {
	if path := FileOf(from); path != "" {
		data, _, err := readOld(path)
		if err != nil {
			return Config{}, err
		}
		from.text = &data
	}
	return Load(from)
}

// SeriesFrom makes a series of single keys given on the command line, by name.
// The error is a [*Faults].
func SeriesFrom(given map[string]string) (feed.Series, error) {
	s := newSeries()
	var l loader
	for _, o := range seriesKeys() {
		if text, ok := given[o.Name]; ok {
			p := place{file: inCommandLine, key: "--" + o.Name}
			l.fault(p, o.set(&s, textValue(p, text, o.List))...)
		}
	}
	if len(l.faults.List) > 0 {
		return feed.Series{}, &l.faults
	}
	return s, nil
}

// SourceURL is an address as a source has it. The error says why it can't be
// one.
func SourceURL(address string) (string, error) {
	clean, p := checkSource(address)
	if p != nil {
		return "", errors.New(p.what)
	}
	return clean, nil
}

// SeriesKey describes a key of a series.
func SeriesKey(name string) Key {
	o, _ := find(seriesKeys(), name)
	return o.Key
}

// readOld reads a file that may be missing; then its mode is 0.
func readOld(path string) (data []byte, mode fs.FileMode, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, link := os.Lstat(path); link == nil {
			return nil, 0, fmt.Errorf("%s is a symbolic link that leads nowhere", path)
		}
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s is no file", path)
	}
	data, err = readFile(path)
	return data, info.Mode().Perm(), err
}

// appended is the file with the addition, in the file's own line ends.
func appended(old []byte, builtIn bool, a Addition) (text []byte, line int) {
	var b strings.Builder
	switch {
	case len(bytes.TrimSpace(old)) == 0:
		b.WriteString(fileHead)
	case !bytes.HasSuffix(old, []byte("\n")):
		b.WriteString("\n")
	}
	switch {
	case !builtIn || a.isBuiltIn():
	case a.KeepBuiltIn:
		b.WriteString("\n" + SeriesTOML(builtinSeries(), "The built-in series: it has been followed so far."))
	default:
		b.WriteString("\n# The built-in series is followed only as long as no other is. Here it is, to be followed too:\n")
		for l := range strings.Lines(SeriesTOML(builtinSeries())) {
			b.WriteString("# " + l)
		}
	}
	b.WriteString("\n")
	ahead := strings.Count(b.String(), "\n") + len(a.Remarks)
	b.WriteString(SeriesTOML(a.Series, a.Remarks...))
	more := b.String()
	if bytes.Contains(old, []byte("\r\n")) {
		more = strings.ReplaceAll(more, "\n", "\r\n")
	}
	return append(bytes.Clone(old), more...), bytes.Count(old, []byte("\n")) + ahead + 1
}

// isBuiltIn reports whether the built-in series itself is added.
func (a Addition) isBuiltIn() bool {
	return sourceURLs(a.Series)[0] == sourceURLs(builtinSeries())[0]
}

// onlyAdded checks that a configuration differs by the new series alone.
func onlyAdded(before, after Config, all []Addition) error {
	want := before.Series
	if before.BuiltIn && !all[0].KeepBuiltIn {
		want = nil
	}
	n := len(after.Series) - len(all)
	if n != len(want) || n > 0 && !reflect.DeepEqual(want, after.Series[:n]) {
		return errors.New("the series would not stand alone at its end")
	}
	before.Series, after.Series = nil, nil
	before.BuiltIn, before.File, after.File = false, "", ""
	before.origins, after.origins = nil, nil
	if !reflect.DeepEqual(before, after) {
		return errors.New("other settings would change with it")
	}
	return nil
}

// replace writes the file that a path leads to, if it still holds what was
// read. A mode of 0: there was none.
func replace(path string, old, text []byte, mode fs.FileMode) (err error) {
	target := path
	if mode != 0 && mode&0o222 == 0 {
		return fmt.Errorf("%s is read-only (%v)", path, mode)
	}
	if mode != 0 {
		if target, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("%s can't be written: its directory: %s", path, cause(err))
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
		}
	}()
	if mode == 0 {
		mode = 0o644
	}
	keepOwner(f, target)
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if now, err := os.ReadFile(target); err != nil && !errors.Is(err, fs.ErrNotExist) || !bytes.Equal(now, old) {
		return errors.Join(err, errors.New("somebody else changed it meanwhile; try again"))
	}
	return os.Rename(f.Name(), target)
}
