package config

import (
	"maps"
	"slices"
	"strings"

	"storyfeed/feed"
)

// Sources is where a configuration may come from. The package looks nowhere
// else.
type Sources struct {
	File         string            // path of the TOML file; empty: none. STORYFEED_CONFIG and, stronger, the flag "config" replace it
	FileRequired bool              // a File that does not exist is a fault; one named by variable or flag always must
	Env          []string          // "NAME=value" as [os.Environ] gives them; an empty value counts as not set
	text         *[]byte           // what the file holds, or would hold; nil: it is read
	Flags        map[string]string // flags given on the command line, by [Key.Flag]; lists separated by commas
}

// Load reads all sources and checks the result. Its error is a [*Faults] with
// everything that is wrong; the configuration is then of no use.
func Load(from Sources) (Config, error) {
	l := &loader{config: defaults()}
	l.config.origins = map[string]place{}
	env := l.environment(from.Env)
	path, required := from.file(env[configKey.Env])
	switch {
	case from.text != nil:
		l.text(path, *from.text)
	case path != "":
		l.file(path, required)
	}
	l.override(env, from.Flags)
	l.finish()
	if len(l.faults.List) > 0 {
		l.faults.sort()
		return Config{}, &l.faults
	}
	return l.config, nil
}

// file is the path of the file and whether it must exist.
func (from Sources) file(env string) (path string, required bool) {
	path, required = from.File, from.FileRequired
	if env != "" {
		path, required = env, true
	}
	if p, ok := from.Flags[configKey.Flag]; ok {
		path, required = p, p != ""
	}
	return path, required
}

// FileOf is the path of the file that [Load] reads if it is there; empty:
// none.
func FileOf(from Sources) string {
	env := ""
	for _, pair := range from.Env {
		if text, ok := strings.CutPrefix(pair, configKey.Env+"="); ok {
			env = text
		}
	}
	path, _ := from.file(env)
	return path
}

// loader collects values and faults; a value that is read later is stronger.
type loader struct {
	config Config
	tables []seriesTable // one for each of config.Series
	faults Faults
	broken bool // the file ended early: what is missing in it may stand below
}

// seriesTable remembers where a [[series]] stood.
type seriesTable struct {
	place
	keys map[string]place // by name within the table
}

func (l *loader) fault(p place, x ...problem) {
	for _, x := range x {
		l.faults.List = append(l.faults.List, p.fault(x))
	}
}

// apply sets one value of the configuration and remembers its origin.
func (l *loader) apply(o option[Config], v value) {
	problems := o.set(&l.config, v)
	l.fault(v.place, problems...)
	if len(problems) == 0 {
		l.config.origins[o.Name] = v.place
	}
}

// environment picks our variables and finds those that nobody reads.
func (l *loader) environment(list []string) map[string]string {
	known := []string{configKey.Env}
	for _, o := range globalKeys() {
		known = append(known, o.Env)
	}
	env := map[string]string{}
	for _, pair := range list {
		name, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		env[name] = text // of two, the last one counts, as for a child process
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !slices.Contains(known, name) {
			l.fault(place{file: inEnvironment, key: name}, unknown("variable", name, known))
		}
	}
	return env
}

// override applies the environment and then the command line.
func (l *loader) override(env, flags map[string]string) {
	known := []string{configKey.Flag}
	for _, o := range globalKeys() {
		known = append(known, o.Flag)
		if text := env[o.Env]; text != "" {
			l.apply(o, textValue(place{file: inEnvironment, key: o.Env}, text, o.List))
		}
	}
	for _, o := range globalKeys() {
		if text, ok := flags[o.Flag]; ok {
			l.apply(o, textValue(place{file: inCommandLine, key: "--" + o.Flag}, text, o.List))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if !slices.Contains(known, name) {
			l.fault(place{file: inCommandLine, key: "--" + name}, unknown("flag", name, known))
		}
	}
}

// finish checks what concerns several keys and derives what was left open.
func (l *loader) finish() {
	l.checkGap()
	l.checkSeries()
	if len(l.config.Series) == 0 && len(l.tables) == 0 {
		l.config.Series, l.config.BuiltIn = []feed.Series{builtinSeries()}, true
	}
	if l.config.BaseURL == "" {
		delete(l.config.origins, "base_url")
		l.config.BaseURL = URLOf(l.config.Addr)
	}
}

// checkGap keeps the whole web from being asked faster than once a second.
func (l *loader) checkGap() {
	gap := l.config.Fetch.HostGap
	if gap >= politeGap || len(l.config.Fetch.Allow) > 0 || l.broken || l.hasFault("fetch.allow") {
		return
	}
	l.fault(l.config.origins["fetch.host_gap"], problem{
		what:   quote(durationText(gap)) + " is less than 1s while fetch.allow is empty",
		remedy: `write "1s" or more, or list the hosts that may be asked faster in fetch.allow`,
	})
}

// hasFault reports whether a value of the key was left out because it was wrong.
func (l *loader) hasFault(name string) bool {
	o, _ := find(globalKeys(), name)
	return slices.ContainsFunc(l.faults.List, func(f Fault) bool {
		return f.Key == o.Name || f.Key == o.Env || f.Key == "--"+o.Flag
	})
}

// checkSeries finds what a table lacks and what two tables share.
func (l *loader) checkSeries() {
	first := map[string]place{}
	for i, table := range l.tables {
		last := i == len(l.tables)-1
		for _, need := range []struct{ key, example string }{
			{"slug", `"my-series"`}, {"sources", `["https://blog.example/the-series/"]`},
		} {
			if _, ok := table.keys[need.key]; !ok && !(l.broken && last) {
				l.fault(table.place, problem{what: "has no " + need.key, remedy: "add " + need.key + " = " + need.example})
			}
		}
		slug := l.config.Series[i].Slug
		if other, taken := first[slug]; taken && slug != "" {
			l.fault(table.keys["slug"], problem{
				what:   quote(slug) + " is the slug of " + other.at() + " already",
				remedy: "give each series its own",
			})
			continue
		}
		first[slug] = table.keys["slug"]
	}
}
