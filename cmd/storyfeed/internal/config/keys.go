package config

import (
	"cmp"
	"time"

	"storyfeed/feed"
)

// DefaultFile is the file that is read when none is named; it need not exist.
const DefaultFile = "storyfeed.toml"

// envPrefix starts the name of every variable that is ours.
const envPrefix = "STORYFEED_"

// The defaults. They are also what the documentation shows.
const (
	defaultAddr    = "127.0.0.1:8080"
	defaultData    = "data"
	defaultHostGap = time.Second
)

// DefaultEvery is the time between two crawls of a series that is configured
// without one.
const DefaultEvery = 30 * time.Minute

// Key describes one thing that can be configured, for command lines and
// documentation.
type Key struct {
	Name        string // dotted name in the file, such as "fetch.host_gap"; empty: not in the file
	Env         string // environment variable; empty: none
	Flag        string // command line flag without dashes; empty: none
	Default     string // as TOML; empty: it must be given, or is found
	Description string // one phrase, lower case, no full stop
	List        bool   // several values: an array in the file, separated by commas elsewhere
}

// Keys lists everything that can be configured, in the order of the file. The
// keys of a [[series]] table have names such as "series.slug"; they stand in
// the file alone.
func Keys() []Key {
	keys := []Key{configKey}
	for _, o := range globalKeys() {
		keys = append(keys, o.Key)
	}
	for _, o := range seriesKeys() {
		k := o.Key
		k.Name = "series." + k.Name
		keys = append(keys, k)
	}
	return keys
}

var configKey = Key{
	Env: envPrefix + "CONFIG", Flag: "config", Default: `"` + DefaultFile + `"`,
	Description: "the configuration file; only one that is named must exist",
}

// option is a key together with how its values get into a T.
type option[T any] struct {
	Key
	set  func(*T, value) []problem // leaves what is wrong out
	show func(T) any               // string or []string
}

func globalKeys() []option[Config] {
	return []option[Config]{
		{
			Key{"addr", "STORYFEED_ADDR", "addr", `"` + defaultAddr + `"`, "host:port to listen on", false},
			func(c *Config, v value) []problem { return setString(&c.Addr, v, checkAddr) },
			func(c Config) any { return c.Addr },
		},
		{
			Key{"base_url", "STORYFEED_BASE_URL", "base-url", `""`, "public URL of the pages and feeds; empty: made from addr, with localhost for an addr that means every address", false},
			func(c *Config, v value) []problem { return setString(&c.BaseURL, v, checkBaseURL) },
			func(c Config) any { return c.BaseURL },
		},
		{
			Key{"data", "STORYFEED_DATA", "data", `"` + defaultData + `"`, "directory of the database, the index and the lock", false},
			func(c *Config, v value) []problem { return setString(&c.Data, v, checkData) },
			func(c Config) any { return c.Data },
		},
		{
			Key{"fetch.allow", "STORYFEED_FETCH_ALLOW", "fetch-allow", `[]`, "private host:port pairs that may be fetched; everything private is refused otherwise", true},
			func(c *Config, v value) []problem { return setList(&c.Fetch.Allow, v, checkAllow) },
			func(c Config) any { return c.Fetch.Allow },
		},
		{
			Key{"fetch.host_gap", "STORYFEED_FETCH_HOST_GAP", "fetch-host-gap", `"1s"`, "pause between two requests to one host; less than 1s only for hosts in fetch.allow", false},
			func(c *Config, v value) []problem { return setDuration(&c.Fetch.HostGap, v, minHostGap) },
			func(c Config) any { return durationText(c.Fetch.HostGap) },
		},
		{
			Key{"fetch.contact", "STORYFEED_FETCH_CONTACT", "fetch-contact", `""`, "URL or mail address put into the User-Agent", false},
			func(c *Config, v value) []problem { return setString(&c.Fetch.Contact, v, checkContact) },
			func(c Config) any { return c.Fetch.Contact },
		},
		{
			Key{"fetch.browser", "STORYFEED_FETCH_BROWSER", "fetch-browser", `""`, `Chromium for pages that scripts draw: a program, a DevTools address such as "http://127.0.0.1:9222", or "none"; empty: found on PATH`, false},
			func(c *Config, v value) []problem { return setString(&c.Fetch.Browser, v, checkBrowser) },
			func(c Config) any { return c.Fetch.Browser },
		},
		{
			Key{"hub.url", "STORYFEED_HUB_URL", "hub-url", `""`, `the WebSub hub that sends changed feeds to subscribers; empty: the built-in one, at /hub; "none"; or the URL of another one, which is told of each change`, false},
			func(c *Config, v value) []problem { return setString(&c.Hub.URL, v, checkHub) },
			func(c Config) any { return c.Hub.URL },
		},
	}
}

func seriesKeys() []option[feed.Series] {
	return []option[feed.Series]{
		{
			Key{Name: "slug", Description: "names the series in every URL: a-z, 0-9 and hyphens; must be given"},
			func(s *feed.Series, v value) []problem { return setString(&s.Slug, v, checkSlug) },
			func(s feed.Series) any { return s.Slug },
		},
		{
			Key{Name: "title", Default: `""`, Description: "title of the series; empty: found on its page"},
			func(s *feed.Series, v value) []problem { return setString(&s.Title, v, checkTitle) },
			func(s feed.Series) any { return s.Title },
		},
		{
			Key{Name: "sources", Description: "URLs where its stories are found; at least one", List: true},
			setSources,
			func(s feed.Series) any { return sourceURLs(s) },
		},
		{
			Key{Name: "match", Default: `""`, Description: "regular expression (RE2) that a story's title or URL must match; empty: all match"},
			func(s *feed.Series, v value) []problem { return setString(&s.Match, v, checkMatch) },
			func(s feed.Series) any { return s.Match },
		},
		{
			Key{Name: "every", Default: `"30m"`, Description: "time between two crawls; at least 1m"},
			func(s *feed.Series, v value) []problem { return setDuration(&s.Every, v, minEvery) },
			func(s feed.Series) any { return durationText(s.Every) },
		},
		{
			Key{Name: "content", Default: `"full"`, Description: `how much of a story the feeds carry: "full" or "summary"`},
			setContent,
			func(s feed.Series) any { return string(s.Content) },
		},
		{
			Key{Name: "render", Default: `"auto"`, Description: `which pages a browser draws before they are read: "auto" (those that are empty without their scripts), "never" or "always"`},
			setRender,
			func(s feed.Series) any { return string(cmp.Or(s.Render, feed.RenderAuto)) },
		},
		selectKey("list", "CSS selector, on pages that list stories: the links to them, or elements that hold one each; empty: found", func(s *feed.Select) *string { return &s.List }),
		selectKey("next", "on pages that list stories: the link to the list's next page; empty: found", func(s *feed.Select) *string { return &s.Next }),
		selectKey("title", "on a story's page: its title; empty: learned, as all below", func(s *feed.Select) *string { return &s.Title }),
		selectKey("author", "on a story's page: the names of its authors", func(s *feed.Select) *string { return &s.Author }),
		selectKey("date", "on a story's page: its date of publication, as text or in `datetime` or `content`", func(s *feed.Select) *string { return &s.Date }),
		selectKey("body", "on a story's page: what holds its text", func(s *feed.Select) *string { return &s.Body }),
		selectKey("remove", "on a story's page: what is cut out of its text; empty: nothing", func(s *feed.Select) *string { return &s.Remove }),
	}
}

// selectTable is the table of a series in which selectors stand.
const selectTable = "select"

func selectKey(name, description string, field func(*feed.Select) *string) option[feed.Series] {
	return option[feed.Series]{
		Key{Name: selectTable + "." + name, Default: `""`, Description: description},
		func(s *feed.Series, v value) []problem { return setString(field(&s.Select), v, checkSelector) },
		func(s feed.Series) any { return *field(&s.Select) },
	}
}

// find returns the option called name, or false.
func find[T any](options []option[T], name string) (option[T], bool) {
	for _, o := range options {
		if o.Name == name {
			return o, true
		}
	}
	return option[T]{}, false
}

func names[T any](options []option[T]) []string {
	list := make([]string, len(options))
	for i, o := range options {
		list[i] = o.Name
	}
	return list
}
