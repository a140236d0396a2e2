package discover

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"storyfeed/indexer/state"
)

// Lists in a page's data often name posts by slugs alone; what stands before
// them is known to scripts only. It is learned from addresses that end in one
// of the slugs, else tried: a page at the right address says the post's title.

// maxTrials is how many addresses are asked for to find the right form.
const maxTrials = 6

// settle finds out what stands before the slugs of a list, if it needs to.
func (r *resolver) settle(l state.List) error {
	var open []state.Post
	for _, p := range l.Posts {
		if p.Slug && r.known[strings.Trim(p.Address, "/")] == "" {
			open = append(open, p)
		}
	}
	if len(open) == 0 || r.fromKnown() {
		return nil
	}
	candidates := r.candidates()
	for _, c := range candidates {
		if r.w.opt.Known(c + strings.Trim(open[0].Address, "/")) {
			r.before = c
			return nil
		}
	}
	if r.fromSitemap(open) {
		return nil
	}
	for i, c := range candidates {
		if i == maxTrials {
			break
		}
		if err := r.w.ctx.Err(); err != nil {
			return err
		}
		if r.proves(c, open[0]) {
			r.before = c
			r.w.why(fmt.Sprintf("the addresses of posts begin with %s, as one that was tried does", c))
			return nil
		}
	}
	if len(candidates) == 0 {
		return errNoAddress
	}
	r.before, r.guessed = candidates[0], true
	r.w.why(fmt.Sprintf("the addresses of posts are taken to begin with %s", r.before))
	return nil
}

// fromKnown takes over the form of the addresses that were found.
func (r *resolver) fromKnown() bool {
	votes := map[[2]string]int{}
	for slug, address := range r.known {
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		u.RawQuery, u.Fragment = "", ""
		whole := u.String()
		if i := strings.LastIndex(whole, slug); i > 0 {
			votes[[2]string{whole[:i], whole[i+len(slug):]}]++
		}
	}
	best, most := [2]string{}, 0
	for form, n := range votes {
		if n > most || n == most && cmp.Compare(form[0], best[0]) < 0 {
			best, most = form, n
		}
	}
	if most == 0 {
		return false
	}
	r.before, r.behind = best[0], best[1]
	r.w.why(fmt.Sprintf("the addresses of posts begin with %s, as %d that the site names do", r.before, most))
	return true
}

// candidates are the usual places of posts: below the page itself, what holds
// it, and where blogs keep them.
func (r *resolver) candidates() []string {
	u := *r.v.url
	u.RawQuery, u.Fragment = "", ""
	origin := u.Scheme + "://" + u.Host
	var list []string
	add := func(path string) {
		c := origin + strings.TrimSuffix(path, "/") + "/"
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	path := strings.TrimSuffix(u.Path, "/")
	if segs := strings.Split(path, "/"); unwantedPath(&u) == "" {
		if number.MatchString(segs[len(segs)-1]) { // /blog/2
			path = strings.Join(segs[:len(segs)-1], "/")
		}
		path = strings.TrimSuffix(path, "/page")
		add(path)
	}
	segs := strings.Split(strings.Trim(path, "/"), "/")
	if len(segs) > 1 {
		add("/" + segs[0])
	}
	for _, usual := range []string{"/blog", "/posts", "/post", "", "/articles", "/p", "/article", "/stories", "/news"} {
		add(usual)
	}
	return list
}

// fromSitemap looks for addresses that end in slugs in the site's sitemap.
func (r *resolver) fromSitemap(open []state.Post) bool {
	slugs := map[string]bool{}
	for _, p := range open {
		slugs[strings.Trim(p.Address, "/")] = true
	}
	found := false
	for _, address := range r.w.sitemap(r.v).urls {
		if slug := slugIn(address, slugs); slug != "" && r.known[slug] == "" {
			r.known[slug] = address
			found = true
		}
	}
	return found && r.fromKnown()
}

// proves reports that the page at an address says the post's title.
func (r *resolver) proves(before string, p state.Post) bool {
	page, err := r.w.fetch.Get(r.w.ctx, before+strings.Trim(p.Address, "/"))
	if err != nil || page.NotModified {
		return false
	}
	if to, err := url.Parse(page.FinalURL); err != nil || strings.Trim(to.Path, "/") == "" {
		return false
	}
	if strings.HasSuffix(page.FinalURL, "/") {
		r.behind = "/"
	}
	return says(page.Body, p.Title)
}

// says reports that a page holds a title, however it is escaped.
func says(body []byte, title string) bool {
	want := lettersOf(plainLine(title))
	text := jsonEscape.ReplaceAllStringFunc(string(body), func(s string) string {
		c, _ := strconv.ParseUint(s[2:], 16, 32)
		return string(rune(c))
	})
	return want != "" && strings.Contains(lettersOf(html.UnescapeString(text)), want)
}

var jsonEscape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// lettersOf keeps letters and digits only, in lower case.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// plainLine is a title as one line without markup.
func plainLine(s string) string { return line1(html.UnescapeString(tags.ReplaceAllString(s, ""))) }
