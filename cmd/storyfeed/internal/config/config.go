package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
)

// Config is a complete, checked configuration. The zero value is none; [Load]
// makes one. It is a value: copies share the slices, which nobody changes.
type Config struct {
	Addr    string // host:port to listen on; port 0: any free one
	BaseURL string // public http(s) URL without a slash at the end; empty only if derived from an Addr with port 0, then see [URLOf]
	Data    string // directory of database, index and lock; relative to the working directory
	Fetch   Fetch
	Hub     Hub
	Series  []feed.Series // at least one, in the order of the file; only the configured fields are set
	BuiltIn bool          // no series is configured, and Series is the built-in one
	File    string        // path of the file that was read; empty: none was

	origins map[string]place // by the name of the key, of values that are not defaults
}

// Fetch is how other people's servers are asked.
type Fetch struct {
	Allow   []string      // private host:port pairs that may be fetched, lower case, without duplicates
	HostGap time.Duration // between two requests to one host; below a second only if Allow is not empty
	Contact string        // URL or mail address for the User-Agent; empty: none
	Browser string        // for pages that scripts draw, see render.Config; empty: found on PATH
}

// Hub is how subscribers to feeds are told of changes.
type Hub struct {
	URL string // of a hub of others; empty: the built-in one; "none": there is none
}

// noHub is the URL of a hub that there is none of.
const noHub = "none"

// Off reports whether there is no hub.
func (h Hub) Off() bool { return h.URL == noHub }

// Outside is the URL of a hub of others, empty when there is none.
func (h Hub) Outside() string {
	if h.Off() {
		return ""
	}
	return h.URL
}

// Follows returns the series that has the page at an address among its
// sources.
func (c Config) Follows(address string) (feed.Series, bool) {
	key := feed.URLKey(address)
	for _, s := range c.Series {
		for _, src := range s.Sources {
			if feed.URLKey(src.URL) == key {
				return s, true
			}
		}
	}
	return feed.Series{}, false
}

// FollowedBy names the series that have the page at one of the addresses among
// their sources, in the order of the configuration.
func (c Config) FollowedBy(addresses ...string) []string {
	keys := map[string]bool{}
	for _, a := range addresses {
		if a != "" {
			keys[feed.URLKey(a)] = true
		}
	}
	var slugs []string
	for _, s := range c.Series {
		if slices.ContainsFunc(s.Sources, func(src feed.Source) bool { return keys[feed.URLKey(src.URL)] }) {
			slugs = append(slugs, s.Slug)
		}
	}
	return slugs
}

// OnlyHere returns the entries of fetch.allow and the pause between requests
// that this call was given and the file does not hold: what runs later, from
// the file alone, has none of them. The pause is zero when the file has it.
func (c Config) OnlyHere() (allow []string, gap time.Duration) {
	inFile := func(name string) bool {
		o, given := c.origins[name]
		return !given || o.file == c.File && o.file != ""
	}
	if !inFile("fetch.allow") {
		allow = c.Fetch.Allow
	}
	if !inFile("fetch.host_gap") {
		gap = c.Fetch.HostGap
	}
	return allow, gap
}

// HasSlug reports whether a series of that slug is configured.
func (c Config) HasSlug(slug string) bool {
	return slices.ContainsFunc(c.Series, func(s feed.Series) bool { return s.Slug == slug })
}

// URLOf is the base URL under which a server that listens on addr (host:port,
// as [Config.Addr] or as a listener reports it) is reached from its own
// machine. A server that listens on every address (no host, 0.0.0.0 or [::])
// is called localhost: these names are no destinations. Port 80 is left out.
// It is empty when the port is 0, or when addr is no host:port.
func URLOf(addr string) string {
	host, port, err := net.SplitHostPort(strings.ToLower(addr))
	if err != nil || port == "0" || port == "" {
		return ""
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	if port == "80" {
		u.Host = bracketed(host)
	}
	return u.String()
}

func bracketed(host string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		return "[" + host + "]"
	}
	return host
}

// defaults is the configuration of somebody who configured nothing, without
// what [Load] derives from other values.
func defaults() Config {
	return Config{
		Addr:  defaultAddr,
		Data:  defaultData,
		Fetch: Fetch{HostGap: defaultHostGap},
	}
}

// builtinSeries is followed when no series is configured.
func builtinSeries() feed.Series {
	return feed.Series{
		Slug:    "selling",
		Title:   "Why I'm So Interested In Selling",
		Sources: []feed.Source{{URL: "https://partnersinexcellenceblog.com/why-im-so-interested-in-selling/"}},
		Every:   DefaultEvery,
		Content: feed.ContentFull, Render: feed.RenderAuto,
	}
}

// newSeries is a series of which only the beginning of its table was read.
func newSeries() feed.Series {
	return feed.Series{Every: DefaultEvery, Content: feed.ContentFull, Render: feed.RenderAuto}
}
