package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/feed"
	"storyfeed/indexer"
)

// Limits of the budgets that may be asked for.
const (
	mostPreviewPages   = 1000
	mostPreviewStories = 100
)

// looking are the flags that preview and add share.
type looking struct{ pages, stories int }

func (l *looking) flags(cmd *cobra.Command) {
	cmd.Flags().IntVar(&l.pages, "pages", indexer.PreviewPages, fmt.Sprintf("pages of the list to read, 1 to %d", mostPreviewPages))
	cmd.Flags().IntVar(&l.stories, "stories", indexer.PreviewStories, fmt.Sprintf("stories to read, spread over the list, 1 to %d", mostPreviewStories))
}

func (l *looking) check() error {
	if l.pages < 1 || l.pages > mostPreviewPages {
		return &usageError{fmt.Errorf("--pages %d is not from 1 to %d", l.pages, mostPreviewPages)}
	}
	if l.stories < 1 || l.stories > mostPreviewStories {
		return &usageError{fmt.Errorf("--stories %d is not from 1 to %d", l.stories, mostPreviewStories)}
	}
	return nil
}

func (p *program) previewCommand() *cobra.Command {
	var look looking
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "preview URL",
		Short: "Show what following a page would give, and write nothing",
		Long: "Preview reads the beginning of a list of stories and some of the stories, as a\n" +
			"crawl would, and reports what came out: what the page is, how many stories it\n" +
			"leads to, in which order, what they look like, and what will be missing. It ends\n" +
			"with the lines to keep in the configuration; \"storyfeed add URL\" puts them there.\n" +
			"A page that is followed already is read with the selectors of its series.\n" +
			"Nothing is written. It exits with 0 when the page can be followed, with 1 when it\n" +
			"can't, and says why, and with 2 when it was called wrongly or what was given is\n" +
			"no address.",
		Args: oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := look.check(); err != nil {
				return err
			}
			c, err := p.config(cmd)
			if err != nil {
				return err
			}
			var wish feed.Series
			if s, ok := c.Follows(args[0]); ok {
				wish = feed.Series{Match: s.Match, Select: s.Select, Render: s.Render}
			}
			v, err := p.look(cmd.Context(), c, indexer.PreviewRequest{URL: args[0], Pages: look.pages, Stories: look.stories, Series: wish})
			if err != nil {
				return err
			}
			if v.Problem == nil {
				s := suggested(c, v, wish)
				v.Slug, v.TOML = s.Slug, config.SeriesTOML(s, remark(v))
			}
			if asJSON {
				err = writeJSON(p.out, v)
			} else {
				writePreview(p.out, v)
			}
			if err == nil && v.Problem != nil {
				err = failedPreview(v.Problem)
			}
			return err
		},
	}
	look.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// failedPreview is what the exit code follows from: what is no address is
// wrong usage.
func failedPreview(p *indexer.Problem) error {
	if p.Kind == indexer.ProblemNoURL {
		return errReportedUsage
	}
	return errReported
}

// writeJSON writes a value as one line that programs read, with its & as they
// are.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// oneURL wants exactly one argument.
func oneURL(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	what := "which page? give its address"
	if len(args) > 1 {
		what = "one address at a time"
	}
	return &usageError{fmt.Errorf("%s, such as: storyfeed %s https://blog.example/the-series/", what, cmd.Name())}
}

// look previews and shows its progress.
func (p *program) look(ctx context.Context, c config.Config, r indexer.PreviewRequest) (indexer.Preview, error) {
	views, err := app.ConnectPreviews(ctx, app.Options{Config: c, Version: version(), Logger: p.quiet()})
	if err != nil {
		return indexer.Preview{}, err
	}
	defer views.Close()
	bar := newProgress(p.err)
	v, err := views.Preview(ctx, r, bar.show)
	bar.end()
	v.Follows = c.FollowedBy(v.URL, v.FinalURL)
	if w := onlyHere(c, v); w != "" && v.Problem == nil {
		v.Warnings = append(v.Warnings, w)
	}
	return v, err
}

// onlyHere warns of a private server that this call may ask and "storyfeed
// serve", which reads the file, may not; empty: there is nothing to warn of.
func onlyHere(c config.Config, v indexer.Preview) string {
	allow, gap := c.OnlyHere()
	var needed []string
	for _, address := range []string{v.URL, v.FinalURL} {
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		at := net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), map[string]string{"https": "443"}[u.Scheme], "80"))
		if q := strconv.Quote(at); slices.Contains(allow, at) && !slices.Contains(needed, q) {
			needed = append(needed, q)
		}
	}
	if len(needed) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s may be asked because the command line or a variable allows it; \"storyfeed serve\" needs it in the configuration file, under [fetch]: allow = [%s]", strings.Join(needed, " and "), strings.Join(needed, ", "))
	if gap > 0 {
		text += fmt.Sprintf(" (and host_gap = %q, if you want it as fast)", gap)
	}
	return text
}

// suggested is the series to keep. What is set in wish is the operator's.
func suggested(c config.Config, v indexer.Preview, wish feed.Series) feed.Series {
	if wish.Slug == "" {
		wish.Slug = config.SlugFor(v.Title, v.URL, c.HasSlug)
	}
	wish.Sources = []feed.Source{{URL: v.URL}}
	return wish
}

// remark is what the configuration file should remember of a preview.
func remark(v indexer.Preview) string {
	var b strings.Builder
	if v.Title != "" {
		b.WriteString(v.Title + ": ")
	}
	fmt.Fprintf(&b, "%s on %s", storyCount(v), time.Now().Format(time.DateOnly))
	return b.String()
}

func storyCount(v indexer.Preview) string {
	s := plural(v.Stories, "story", "stories")
	if v.AtLeast {
		s = "at least " + s
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
