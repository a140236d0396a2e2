package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/feed"
	"storyfeed/indexer"
)

func (p *program) crawlCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "crawl [SERIES…]",
		Short: "Crawl the named series, or all, once and exit",
		Long: "Crawl visits the named series, or all configured ones, now, prints one line for\n" +
			"each and exits: with 1 when a series failed. While \"storyfeed serve\" holds the\n" +
			"data directory, it does the work.",
		RunE: func(cmd *cobra.Command, slugs []string) error {
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			return p.crawl(cmd, ops, slugs)
		},
	}
}

func (p *program) crawl(cmd *cobra.Command, ops app.Operations, slugs []string) error {
	bar := newProgress(p.err)
	failed := false
	err := ops.Crawl(cmd.Context(), slugs, bar.show, func(c feed.Crawl) {
		bar.end()
		fmt.Fprintln(p.out, indexer.Line(c))
		if p.verbose {
			for _, n := range c.Notes {
				fmt.Fprintf(p.err, "  source %s\n", n)
			}
			for _, d := range c.Dropped {
				fmt.Fprintf(p.err, "  not taken: %s (%s)\n", d.URL, d.Reason)
			}
		}
		failed = failed || c.Err != ""
	})
	bar.end()
	if err == nil && failed {
		return errReported
	}
	return err
}

// progress shows how far a crawl is: a bar on a terminal, a line now and then
// elsewhere.
type progress struct {
	out  io.Writer
	tty  bool
	bar  *progressbar.ProgressBar
	last time.Time
}

// plainEvery is the time between two lines where there is no terminal.
const plainEvery = 5 * time.Second

func newProgress(out io.Writer) *progress {
	f, ok := out.(*os.File)
	return &progress{out: out, tty: ok && term.IsTerminal(int(f.Fd())), last: time.Now()}
}

func (b *progress) show(p indexer.Progress) {
	switch {
	case b.tty:
		b.showBar(p)
	case time.Since(b.last) >= plainEvery:
		b.last = time.Now()
		if p.Note != "" {
			fmt.Fprintf(b.out, "%s: %s\n", p.Series, p.Note)
			return
		}
		if p.Total == 0 {
			fmt.Fprintf(b.out, "%s: %s\n", p.Series, p.Doing)
			return
		}
		fmt.Fprintf(b.out, "%s: %d of %d, %s\n", p.Series, p.Done, p.Total, p.Doing)
	}
}

func (b *progress) showBar(p indexer.Progress) {
	if b.bar == nil {
		b.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(b.out), progressbar.OptionSetWidth(24),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(false))
	}
	if p.Total > 0 {
		b.bar.ChangeMax(p.Total)
	}
	b.bar.Describe(p.Series + " " + shorten(cmp.Or(p.Note, p.Doing), 64))
	// An error here is one of the terminal's; the crawl goes on without a bar.
	_ = b.bar.Set(p.Done)
}

// end removes the bar, before something else is printed.
func (b *progress) end() {
	if b.bar != nil {
		_ = b.bar.Clear() // as in showBar
		b.bar = nil
	}
}

func shorten(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes-1]) + "…"
}
