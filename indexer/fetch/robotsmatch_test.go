package fetch

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRobotsRules(t *testing.T) {
	for _, tc := range []struct {
		name, robots string
		allowed      string // paths, separated by spaces
		forbidden    string
	}{
		{"an empty file", "", "/ /a", ""},
		{"all for everybody", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a /robots.txtx"},
		{"nothing is forbidden", "User-agent: *\nDisallow:", "/ /a", ""},
		{"prefixes", "User-agent: *\nDisallow: /a/\nDisallow: /b", "/ /a /c/a/", "/a/ /a/x /b /b/x /bc"},
		{"case of paths counts", "User-agent: *\nDisallow: /A", "/a", "/A"},
		{"the longest match wins, in any order", "User-agent: *\nAllow: /a/b/\nDisallow: /a/\nDisallow: /a/b/c/", "/a/b/ /a/b/x /b", "/a/ /a/x /a/b/c/d"},
		{"allow on a tie", "User-agent: *\nDisallow: /a\nAllow: /a", "/a /ab", ""},
		{"allow on a tie, other order", "User-agent: *\nAllow: /a\nDisallow: /a", "/a /ab", ""},
		{"the length is the pattern's", "User-agent: *\nAllow: /page\nDisallow: /*.htm", "/page", "/page.htm /x.html"},
		{"star", "User-agent: *\nDisallow: /a*z\nDisallow: *.pdf\nDisallow: /*?s=", "/a /ab /x.pd /?t=1", "/az /abcz /abczd /x.pdf /x/y.pdfs /?s=1 /a?s="},
		{"end", "User-agent: *\nDisallow: /a$\nDisallow: /*.php$", "/ab /a/ /a? /x.php?y /x.phpz", "/a /x.php /y/x.php"},
		{"star before the end", "User-agent: *\nDisallow: /a*$", "/b", "/a /abc"},
		{"suffix may not overlap the prefix", "User-agent: *\nDisallow: /ab*bc$", "/abc", "/abbc /abxbc"},
		{"many stars", "User-agent: *\nDisallow: /*a*b**c*", "/acb /cab", "/abc /xxaxxbxxcxx"},
		{"a dollar inside is a dollar", "User-agent: *\nDisallow: /a$b", "/a /ab", "/a$b /a%24bc"},
		{"escaped signs are characters", "User-agent: *\nDisallow: /a%2Ab\nDisallow: /c%24", "/axb /a /c", "/a*b /a%2ab /c$ /c%24d"},
		{"escapes of letters do not count", "User-agent: *\nDisallow: /%61b%7e", "/ab", "/ab~ /%61%62%7E /a%62~x"},
		{"hexadecimal case does not count", "User-agent: *\nDisallow: /%c3%bc", "/u", "/%C3%BC /%c3%BC/x /ü"},
		{"unescaped bytes are escaped", "User-agent: *\nDisallow: /ü/ä", "/ü", "/%c3%bc/%C3%A4 /ü/ä"},
		{"reserved escapes stay", "User-agent: *\nDisallow: /a%2Fb", "/a/b", "/a%2fb"},
		{"a broken escape is itself", "User-agent: *\nDisallow: /a%zz\nDisallow: /b%", "/a", "/a%25zz /a%zz /b%25 /b%"},
		{"query counts", "User-agent: *\nDisallow: /a?x=1\nDisallow: /*?replytocom", "/a /a?y", "/a?x=1 /a?x=12 /p?replytocom=3"},
		{"missing slash", "User-agent: *\nDisallow: private\nAllow: private/open", "/x/private /private/open/a", "/private /privately"},

		{"ours before everybody's", "User-agent: *\nDisallow: /\n\nUser-agent: storyfeed\nDisallow: /x", "/ /a", "/x"},
		{"agents share the rules that follow", "User-agent: storyfeed\n\nUser-agent: other\nDisallow: /", "", "/a"},
		{"ours with an empty rule", "User-agent: storyfeed\nDisallow:\n\nUser-agent: *\nDisallow: /", "/a", ""},
		{"groups for us are one", "User-agent: storyfeed\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: StoryFeed\nDisallow: /b", "/c", "/a /b"},
		{"groups for everybody are one", "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: *\nDisallow: /b", "/c", "/a /b"},
		{"a group for several", "User-agent: x\nUser-agent: STORYFEED\n\n\nUser-agent: y\nDisallow: /a", "/b", "/a"},
		{"a rule ends the list of agents", "User-agent: storyfeed\nDisallow: /a\nUser-agent: x\nDisallow: /b", "/b", "/a"},
		{"a version does not count", "User-agent: storyfeed/2.0 (x)\nDisallow: /a", "/b", "/a"},
		{"a longer name is another's", "User-agent: storyfeedbot\nDisallow: /\n\nUser-agent: my-storyfeed\nDisallow: /\n\nUser-agent: storyfeed-news\nDisallow: /", "/a", ""},
		{"a shorter name is another's", "User-agent: story\nDisallow: /\nUser-agent: s\nDisallow: /\nUser-agent:\nDisallow: /", "/a", ""},
		{"star with more is another's", "User-agent: *bot\nDisallow: /", "/a", ""},
		{"star with a word after it", "User-agent: * all\nDisallow: /a", "/b", "/a"},
		{"rules before any agent count for nobody", "Disallow: /\nUser-agent: *\nDisallow: /a", "/b", "/a"},
		{"other records end no group", "User-agent: storyfeed\nSitemap: http://x/\nCrawl-delay: 1\nFoo: bar\nUser-agent: x\nDisallow: /a", "/b", "/a"},

		{"byte order mark", "\ufeffUser-agent: *\nDisallow: /a", "/b", "/a"},
		{"carriage returns", "User-agent: *\rDisallow: /a\r\n\r\nDisallow: /b", "/c", "/a /b"},
		{"white space", " \tUser-Agent \t:\t * \t\n\t DISALLOW :\t/a\t \n allow:/a/b", "/a/b /c", "/a"},
		{"comments", "#User-agent: x\nUser-agent: * # all\nDisallow: /a#b\n# Disallow: /c\n  #\nDisallow:#/d", "/c /d", "/a /ab"},
		{"odd spellings", "Useragent: *\nDissallow: /a\nDisalow: /b\nDis-allow: /c", "/d", "/a /b /c"},
		{"agent in two words", "User agent: *\nDisallow: /a", "/b", "/a"},
		{"without colons", "User-agent *\nDisallow /a\nthis is no rule", "/b", "/a"},
		{"an HTML page", "<!DOCTYPE html><html><head><title>Disallow: /</title></head><body>User-agent: * Disallow: /</body>", "/ /a", ""},
		{"bytes of nothing", "\x00\xff\xfe\n::::\nUser-agent: *\n:\nDisallow\nDisallow: /a\x00", "/a /b", "/a%00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := parseRobots([]byte(tc.robots), "storyfeed")
			for _, path := range strings.Fields(tc.allowed) {
				if !allows(t, r, path) {
					t.Errorf("%s is forbidden by:\n%s", path, tc.robots)
				}
			}
			for _, path := range strings.Fields(tc.forbidden) {
				if allows(t, r, path) {
					t.Errorf("%s is allowed by:\n%s", path, tc.robots)
				}
			}
		})
	}
}

func allows(t *testing.T, r ruleset, path string) bool {
	t.Helper()
	u, err := url.Parse("http://blog.example" + path)
	if err != nil { // a path that no URL can hold is asked for as it would be sent
		u = &url.URL{Scheme: "http", Host: "blog.example", Path: path}
	}
	return r.allows(u)
}

func TestCrawlDelay(t *testing.T) {
	for robots, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 2":                                                                2 * time.Second,
		"User-agent: *\ncrawl-Delay : 0.5 # half":                                                      500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 1,5":                                                              1500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: -3":                                                               0,
		"User-agent: *\nCrawl-delay: soon":                                                             0,
		"User-agent: *\nCrawl-delay: NaN":                                                              0,
		"User-agent: *\nCrawl-delay: 1e999":                                                            1e6 * time.Second,
		"User-agent: *\nCrawl-delay: 99999999999999999999":                                             1e6 * time.Second,
		"User-agent: *\nCrawl-delay: 9\nDisallow:\nUser-agent: storyfeed\nCrawl-delay: 3":              3 * time.Second,
		"User-agent: *\nCrawl-delay: 9\nDisallow:\nUser-agent: storyfeed\nAllow: /":                    0,
		"Crawl-delay: 9\nUser-agent: *\nDisallow:":                                                     0,
		"User-agent: storyfeed\nCrawl-delay: 2\nDisallow: /a\n\nUser-agent: storyfeed\nCrawl-delay: 4": 4 * time.Second,
	} {
		if got := parseRobots([]byte(robots), "storyfeed").delay; got != want {
			t.Errorf("delay of %q = %v, want %v", robots, got, want)
		}
	}
}

func TestRobotsIsCut(t *testing.T) {
	const head = "User-agent: *\nDisallow: /a\n"
	pad := strings.Repeat("#", maxRobots-len(head)-len("Disallow: /")-1) + "\n"
	r := parseRobots([]byte(head+pad+"Disallow: /private\nDisallow: /b\n"), "storyfeed")
	if allows(t, r, "/a") || !allows(t, r, "/other") || !allows(t, r, "/b") {
		t.Error("a file that is cut inside \"Disallow: /private\" must forbid /a, and neither / nor what follows")
	}
}

func TestMatchIsFast(t *testing.T) {
	robots := "User-agent: *\n" + strings.Repeat("Disallow: /"+strings.Repeat("*a", 500)+"b$\n", 400)
	r := parseRobots([]byte(robots), "storyfeed")
	start := time.Now()
	if !allows(t, r, "/"+strings.Repeat("a", maxURL)) {
		t.Error("forbidden by a pattern that does not match")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("matching took %v", took)
	}
}

func FuzzParseRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /%zz", "/a%2f?q")
	f.Add("\ufeffUser-agent : storyfeed/1\rDISALLOW /x\nCrawl-delay: inf", "/x$*")
	f.Add("User-agent: *\nDisallow: $\nDisallow: *\nDisallow: **$", "")
	f.Fuzz(func(t *testing.T, robots, path string) {
		r := parseRobots([]byte(robots), "storyfeed")
		if r.delay < 0 {
			t.Errorf("delay %v", r.delay)
		}
		u, err := parseURL("http://blog.example/" + path)
		if err != nil {
			return
		}
		// A rule for exactly this path, and alone, decides about it.
		own := parseRobots([]byte("User-agent: *\nDisallow: "+escaped(u)), "storyfeed")
		if own.allows(u) && u.Path != "/robots.txt" {
			t.Errorf("%q is allowed although forbidden by name", u)
		}
		r.allows(u)
	})
}

// escaped is a pattern that means this path and no other.
func escaped(u *url.URL) string {
	path := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	return strings.NewReplacer("#", "%23").Replace(normalEscapes(path, "*$")) + "$"
}
