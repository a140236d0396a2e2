package web_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed/store"
)

// axeFile is the variable that names the file of axe-core, which .ci/pages
// installs: it is not ours to bring.
const axeFile = "STORYFEED_AXE"

// axeRun judges by the rules of WCAG 2.2 AA, and what axe-core calls best practice.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) =>
	r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + " (" + n.failureSummary + ")").join("; ")))`

// TestAccessible lets axe-core judge every page, on a screen and on a phone,
// light and dark.
func TestAccessible(t *testing.T) {
	t.Parallel()
	path := os.Getenv(axeFile)
	if path == "" {
		t.Skip("NO " + axeFile + " IS NAMED: WHETHER THE PAGES ARE ACCESSIBLE IS NOT TESTED (.ci/pages)")
	}
	axe, err := os.ReadFile(path)
	must(t, err)
	s, b := browse(t, func(c *web.Config) {
		c.Sizes = func(ctx context.Context) (store.Sizes, error) {
			return store.Sizes{Stories: 13, StoreBytes: 9e6, IndexBytes: 3e6}, nil
		}
	})
	s.ask()
	call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}) // axe-core is not ours
	judge := func(width int64, scheme string, paths ...string) {
		b.look(width, scheme)
		for _, path := range paths {
			b.open(path)
			b.do(string(axe))
			found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise))
			must(t, err)
			if len(found) > 0 {
				t.Errorf("%s, %d pixels, %s:\n%s", path, width, scheme, strings.Join(found, "\n"))
			}
		}
	}
	judge(1280, "dark", everyPage...)
	judge(320, "light", everyPage...)
	s.add(t, 15, 410)
	judge(320, "dark", "/s/bees?page=3")
}

// ask lets some feed readers come by, so that there is something to tell of
// them.
func (s *site) ask() {
	for i := range 3 {
		s.get("/s/bees/feed.atom", "User-Agent", fmt.Sprintf("Reader%d/2.0", i))
	}
}
