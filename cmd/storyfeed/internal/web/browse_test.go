package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// everyPage is one of each kind of page, in all their states.
var everyPage = []string{
	"/", "/s/bees", "/s/bees?order=newest", "/s/bees?filter=zzz", "/s/night-trains", "/s/blank", "/s/bees/1", "/s/bees/2", "/s/bees/7", "/s/bees/9", "/s/bees/11",
	"/s/bees/3/revisions", "/s/bees/drip", "/authors/ada-marsh/drip", "/search", "/search/help", "/search?q=hive", "/search?q=zzz", "/search?q=hive&author=Ada+Marsh",
	"/authors", "/authors/ada-marsh", "/tags", "/tags/bees", "/status", "/subscribe", "/subscribe?series=bees", "/nothing-here",
}

func TestPagesInBrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a browser under the race detector tells nothing of our code")
	}
	s, b := browse(t, nil)
	t.Run("phone", func(t *testing.T) { b.t = t; phone(b) })
	t.Run("dark", func(t *testing.T) { b.t = t; dark(b) })
	t.Run("search", func(t *testing.T) { b.t = t; search(b) })
	t.Run("completions", func(t *testing.T) { b.t = t; completions(b) })
	t.Run("keys", func(t *testing.T) { b.t = t; keyboard(b) })
	t.Run("progress", func(t *testing.T) { b.t = t; progress(b) })
	t.Run("filter", func(t *testing.T) { b.t = t; filter(b) })
	t.Run("catch up", func(t *testing.T) { b.t = t; catchUp(b) })
	t.Run("copy", func(t *testing.T) { b.t = t; copied(b) })
	t.Run("passages", func(t *testing.T) { b.t = t; passages(s, b) })
	t.Run("quiet", func(t *testing.T) { b.t = t; b.quiet(); strangers(b) })
	t.Run("no script", func(t *testing.T) { b.t = t; noScript(b) })
}

// phone: nothing has to be scrolled sideways on the smallest phone, nothing is
// cut off, and what is to be hit with a finger is large enough (WCAG 2.2 §2.5.8).
func phone(b *tab) {
	const cut = `[...document.body.querySelectorAll("*")].filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 &&
		["hidden", "clip"].includes(getComputedStyle(e).overflowX) && getComputedStyle(e).webkitLineClamp === "none").map(e => e.tagName + " " + e.className + ": " + e.textContent.trim()).join("; ")`
	b.look(320, "light")
	for _, page := range everyPage {
		b.open(page)
		if over := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
			b.t.Errorf("%s is %d pixels wider than a phone", page, over)
		}
		if lost := eval[string](b, cut); lost != "" {
			b.t.Errorf("%s shows only a part on a phone of %s", page, lost)
		}
	}
	b.look(1280, "light")
}

// dark: the pages follow the system's colours.
func dark(b *tab) {
	const ground = `getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)`
	b.look(1280, "dark")
	b.open("/s/bees/1")
	if got := eval[int](b, ground); got > 200 {
		b.t.Errorf("the ground of a dark page is %d of 765", got)
	}
	b.look(1280, "light")
	if got := eval[int](b, ground); got < 600 {
		b.t.Errorf("the ground of a light page is %d of 765", got)
	}
}

// copied: that an address was copied is told to ears, too, and what a button is
// called holds what stands on it.
func copied(b *tab) {
	const button, told = `document.querySelector("button.copy")`, `document.querySelector("main > p[role=status].unseen").textContent`
	b.open("/subscribe?series=bees")
	if got := eval[string](b, button+`.textContent`); !strings.HasPrefix(got, "Copy https://") || eval[bool](b, button+`.hasAttribute("aria-label")`) {
		b.t.Errorf("what copies an address is called %q", got)
	}
	b.do(`navigator.clipboard.writeText = async () => {}; ` + button + `.click()`)
	b.until(button + `.textContent.startsWith("Copied") && ` + told + ` === "Copied"`)
	b.do(`navigator.clipboard.writeText = async () => { throw new Error("no") }; ` + button + `.click()`)
	b.until(told + ` === "The address is selected" && getSelection().toString().startsWith("https://")`)
}

func search(b *tab) {
	b.open("/")
	b.run(chromedp.SendKeys("#find", "hive\r"))
	b.until(`document.querySelectorAll(".hits > li").length > 3`)
	all := eval[int](b, `parseInt(document.querySelector(".total strong").textContent)`)
	// A facet is clicked, and unclicked.
	b.run(chromedp.Click(`.facets a[href*="author="]`))
	b.until(`document.querySelector(".chip.on") !== null`)
	if got := eval[int](b, `parseInt(document.querySelector(".total strong").textContent)`); got >= all || got == 0 {
		b.t.Errorf("a facet leaves %d of %d stories", got, all)
	}
	b.run(chromedp.Click(`.chip.on`))
	b.until(`document.querySelector(".chip.on") === null`)
	if got := eval[int](b, `parseInt(document.querySelector(".total strong").textContent)`); got != all {
		b.t.Errorf("without the facet there are %d stories, want %d", got, all)
	}
}

// completions: what is typed is completed, and the keys alone lead there.
func completions(b *tab) {
	const (
		shown    = `!document.querySelector("[role=listbox]").hidden`
		selected = `document.getElementById(document.getElementById("find").getAttribute("aria-activedescendant"))`
	)
	b.open("/")
	b.run(chromedp.SendKeys("#find", "what the nei"))
	b.until(shown + ` && document.querySelector("[role=option]").textContent.startsWith("What the neighbours said")`)
	if got := eval[string](b, `document.getElementById("find").getAttribute("aria-expanded")`); got != "true" {
		b.t.Errorf("the box with completions says aria-expanded=%q", got)
	}
	b.keys(kb.ArrowDown)
	if got := eval[bool](b, selected+`.getAttribute("aria-selected") === "true"`); !got {
		b.t.Error("the arrow selects no completion")
	}
	b.keys(kb.ArrowUp)
	if got := eval[bool](b, selected+` === null && document.getElementById("find").value === "what the nei"`); !got {
		b.t.Error("the arrow back does not return to what was typed")
	}
	b.keys(kb.ArrowDown + kb.Escape)
	if eval[bool](b, shown) {
		b.t.Error("Escape leaves the completions open")
	}
	b.keys(kb.ArrowDown + kb.Enter)
	b.until(`location.pathname === "/s/bees/10"`)

	b.open("/search")
	b.run(chromedp.SendKeys("#find", "roo"))
	b.until(shown + ` && document.querySelector("[role=option] .meta").textContent.startsWith("tag")`)
	b.run(chromedp.Click("[role=option]"))
	b.until(`location.pathname === "/tags/roof"`)
}

func keyboard(b *tab) {
	const at = `[...document.querySelectorAll(".hits > li")].indexOf(document.activeElement.closest("li"))`
	b.open("/search?q=hive")
	for _, step := range []struct {
		keys string
		want int
	}{{"j", 0}, {"jj", 2}, {"k", 1}} {
		b.keys(step.keys)
		if got := eval[int](b, at); got != step.want {
			b.t.Errorf("after %q the focus is on hit %d, want %d", step.keys, got, step.want)
		}
	}
	b.keys("/")
	b.keys("j") // is written
	if got := eval[string](b, `document.activeElement.id + document.activeElement.value`); !strings.HasPrefix(got, "find") || !strings.HasSuffix(got, "j") {
		b.t.Errorf("after / and j the focus and its text are %q, want the box with a j at its end", got)
	}
	b.open("/s/bees/1")
	b.keys("j")
	b.until(`location.pathname === "/s/bees/2" && document.readyState === "complete"`)
	b.keys("k")
	b.until(`location.pathname === "/s/bees/1" && document.readyState === "complete"`)

	// Whoever speaks to the computer can turn them off.
	b.do(`document.querySelector(".keys").open = true; document.querySelector(".keys button").click(); document.activeElement.blur()`)
	b.keys("/")
	if got := eval[bool](b, `document.activeElement.id === "find"`); got {
		b.t.Error("the keys work though they were turned off")
	}
	b.do(`document.querySelector(".keys button").click()`)
}

func progress(b *tab) {
	b.open("/s/bees")
	b.do(`localStorage.clear()`)
	b.open("/s/bees")
	if eval[bool](b, `document.querySelector(".progress").checkVisibility()`) {
		b.t.Error("progress is shown though nothing was read")
	}
	for _, part := range []string{"1", "2", "4"} {
		b.open("/s/bees/" + part)
		b.run(chromedp.ScrollIntoView(".mark"))
		b.until(`document.querySelector(".mark button").getAttribute("aria-pressed") === "true"`)
	}
	b.open("/s/bees")
	b.until(`document.querySelector(".progress").checkVisibility()`)
	if got := eval[string](b, `document.querySelector(".progress .done").textContent`); got != "3 of 13 read" {
		b.t.Errorf("progress says %q", got)
	}
	if got := eval[[]string](b, `[...document.querySelectorAll("li.was-read .n")].map((e) => e.textContent)`); !cmp.Equal(got, []string{"1", "2", "4"}) {
		b.t.Errorf("parts marked as read: %q", got)
	}
	b.run(chromedp.Click(`.progress a`))
	b.until(`location.pathname === "/s/bees/5"`)
	b.open("/")
	if got := eval[string](b, `document.querySelector(".card .progress .done").textContent`); got != "3 of 13 read" {
		b.t.Errorf("the home page says %q", got)
	}
	b.open("/s/bees/4") // it is unread again
	b.run(chromedp.Click(`.mark button`))
	b.until(`document.querySelector(".mark button").getAttribute("aria-pressed") === "false"`)
	b.open("/s/bees")
	if got := eval[string](b, `document.querySelector(".progress .done").textContent`); got != "2 of 13 read" {
		b.t.Errorf("after one was marked as unread: %q", got)
	}
}

func filter(b *tab) {
	b.open("/s/bees")
	before := eval[int](b, `performance.getEntriesByType("resource").length`)
	b.run(chromedp.SendKeys("#filter", "TOMAS smoke"))
	b.until(`[...document.querySelectorAll("#parts > li")].filter((e) => e.checkVisibility()).length === 1`)
	if got := eval[string](b, `document.querySelector("[data-noun]").textContent`); got != "1 story of 13" {
		b.t.Errorf("the filter says %q", got)
	}
	if got := eval[int](b, `performance.getEntriesByType("resource").length`); got > before {
		b.t.Errorf("the filter asked for %d things", got-before)
	}
	b.open("/tags")
	b.run(chromedp.SendKeys("#filter", "roo"))
	b.until(`[...document.querySelectorAll("#terms > li")].filter((e) => e.checkVisibility()).length === 1`)
}

func catchUp(b *tab) {
	b.open("/s/bees")
	b.run(chromedp.SetValue("#pace", "1w"), chromedp.SetValue("#from", "3"), chromedp.Click(".choose .button"))
	b.until(`document.querySelector("h1").textContent === "Your catch-up feed"`)
	got := eval[[]string](b, `[...document.querySelectorAll(".set code.url")].map((e) => e.textContent)`)
	if len(got) != 3 || got[1] != baseURL+"/s/bees/drip/2026-05-04/1w/feed.atom?from=3" {
		b.t.Errorf("the catch-up feed is at %q", got)
	}
}

// strangers: pages ask nobody else.
func strangers(b *tab) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, address := range b.requests {
		if !strings.HasPrefix(address, b.url+"/") {
			b.t.Errorf("a page asked for %s", address)
		}
	}
	if len(b.requests) < len(everyPage) {
		b.t.Errorf("only %d requests were seen", len(b.requests))
	}
}

// passages: a link to a passage leads there.
func passages(s *site, b *tab) {
	sought := []struct{ query, passage string }{{"passages", "Of passages."}, {"신뢰", "고객의 신뢰는 천천히"}, {"quux", "the file quux_bar.txt"}, {"👍", "all 👍🏽 here"}}
	html := ""
	for _, p := range sought {
		html += strings.Repeat("<p>Nothing of it.</p>", 30) + "<p>" + p.passage + "</p>"
	}
	html += strings.Repeat("<p>Nothing of it.</p>", 30)
	saved, err := s.store.SaveStory(b.t.Context(), store.Save{Story: letter(40, "Far down", func(s *feed.Story) { s.HTML = html })})
	must(b.t, err)
	must(b.t, s.index.Put(b.t.Context(), index.NewDocument(saved)))
	for _, p := range sought {
		hrefs := attrs(s.page(b.t, "/search?q="+url.QueryEscape(p.query), 200), ".passage a", "href")
		if len(hrefs) != 1 {
			b.t.Errorf("%s: passages are at %q", p.query, hrefs)
			continue
		}
		b.open("/search/help")
		b.open(hrefs[0])
		b.until(`(() => { const place = [...document.querySelectorAll("p")].find((p) => p.textContent === "` + p.passage +
			`").getBoundingClientRect(); return place.top > 0 && place.bottom < innerHeight })()`)
	}
}

// noScript: all that scripts do quicker works without them, and nothing is
// offered that would not.
func noScript(b *tab) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open("/s/bees")
	if got := eval[int](b, `[...document.querySelectorAll(".progress, .keys, .copy, .mark, .seen")].filter((e) => e.checkVisibility()).length`); got > 0 {
		b.t.Errorf("%d things are offered that need a script", got)
	}
	b.run(chromedp.SendKeys("#filter", "swarm"), chromedp.Click(".filter button"))
	b.until(`location.search === "?filter=swarm" && document.querySelectorAll("#parts > li").length === 1`)
	catchUp(b)
	b.open("/")
	b.run(chromedp.SendKeys("#find", "hive"), chromedp.Click(".find button"))
	b.until(`document.querySelectorAll(".hits > li").length > 3`)
	b.open("/s/bees/1")
	b.run(chromedp.Click(`a[rel="next"]`))
	b.until(`location.pathname === "/s/bees/2"`)
}
