package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/feed/store"
	"storyfeed/indexer"
)

func (p *program) addCommand() *cobra.Command {
	var look looking
	wishes := map[string]*string{}
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Follow the stories that a page leads to",
		Long: "Add previews a page as \"storyfeed preview\" does and, if it can be followed, adds\n" +
			"a [[series]] to the end of the configuration file, which is made if there is\n" +
			"none. Everything in the file stays as it is. A running \"storyfeed serve\" takes\n" +
			"the series up by itself.",
		Args: oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := look.check(); err != nil {
				return err
			}
			given := map[string]string{}
			for name, text := range wishes {
				if cmd.Flags().Changed(name) {
					given[name] = *text
				}
			}
			wish, err := config.SeriesFrom(given)
			if err != nil {
				return &usageError{err}
			}
			return p.add(cmd, indexer.PreviewRequest{URL: args[0], Pages: look.pages, Stories: look.stories, Series: wish})
		},
	}
	for _, name := range []string{"slug", "title", "match", "every"} {
		wishes[name] = cmd.Flags().String(name, "", config.SeriesKey(name).Description)
		cmd.Flags().Lookup(name).DefValue = plainDefault(config.SeriesKey(name))
	}
	cmd.Flags().Lookup("slug").Usage = "name of the series in every URL; made from its title if not given"
	look.flags(cmd)
	return cmd
}

// add previews a page and writes its series down.
func (p *program) add(cmd *cobra.Command, r indexer.PreviewRequest) error {
	from := p.sources(cmd)
	c, err := config.LoadForAppend(from)
	if err != nil {
		return &usageError{err}
	}
	if c.HasSlug(r.Series.Slug) && !c.BuiltIn {
		return &usageError{fmt.Errorf("--slug: %q is the slug of a configured series; choose another", r.Series.Slug)}
	}
	if slugs := c.FollowedBy(r.URL); len(slugs) > 0 && !c.BuiltIn {
		return followed(r.URL, slugs) // nobody need be asked for that
	}
	v, err := p.look(cmd.Context(), c, r)
	if err != nil {
		return err
	}
	if v.Problem != nil {
		report{p.err}.problem(v.Problem)
		fmt.Fprintln(p.err, "\nnothing was written")
		return failedPreview(v.Problem)
	}
	if len(v.Follows) > 0 && !c.BuiltIn { // the built-in series ends anyway, unless it is kept
		return followed(v.URL, v.Follows)
	}
	for _, w := range v.Warnings {
		fmt.Fprintln(p.err, "warning:", w)
	}
	return p.write(cmd, from, c, r, v)
}

// write appends the series and tells how it goes on.
func (p *program) write(cmd *cobra.Command, from config.Sources, c config.Config, r indexer.PreviewRequest, v indexer.Preview) error {
	s := suggested(c, v, r.Series)
	// Nothing is taken from somebody who has been following the built-in series.
	keep := c.BuiltIn && store.Exists(c.Data)
	if own, ok := c.Follows(v.URL); ok { // it is the built-in one itself
		s.Slug, keep = cmp.Or(r.Series.Slug, own.Slug), false
	}
	added, err := config.Append(from, config.Addition{Series: s, Remarks: []string{remark(v)}, KeepBuiltIn: keep})
	var faults *config.Faults
	if errors.As(err, &faults) {
		return &usageError{err}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: %s, %s\n", s.Slug, storyCount(v), span(v))
	where := fmt.Sprintf("added to %s, line %d", added.Path, added.Line)
	if added.Created {
		where = "written to the new file " + added.Path
	}
	fmt.Fprintln(p.out, where)
	p.tellBuiltIn(c, added, keep)
	serve := "storyfeed serve"
	if path, named := from.Flags["config"]; named {
		serve += " --config " + path
	}
	return p.tellFollowing(cmd.Context(), added, s.Slug, serve)
}

// tellBuiltIn says what became of the built-in series.
func (p *program) tellBuiltIn(before config.Config, added config.Added, kept bool) {
	switch {
	case kept:
		fmt.Fprintf(p.err, "the built-in series goes on: it stands in %s now\n", added.Path)
	case before.BuiltIn && !added.Config.HasSlug(before.Series[0].Slug):
		fmt.Fprintf(p.err, "the built-in series is followed only as long as no other is; it stands in %s as a comment\n", added.Path)
	}
}

// Waiting for a service to take a series up.
const (
	takesUp   = 10 * time.Second
	looksEach = 200 * time.Millisecond
)

// tellFollowing waits for a running service to take the series up, or says how
// to start one: serve is the command.
func (p *program) tellFollowing(ctx context.Context, added config.Added, slug, serve string) error {
	for begin := time.Now(); ; {
		s, running, err := app.AskService(ctx, added.Config.Data)
		switch {
		case err != nil:
			return err
		case !running:
			fmt.Fprintf(p.out, "%q follows it\n", serve)
			return nil
		case !sameFile(s.File, added.Path):
			fmt.Fprintf(p.err, "the service that runs in %s reads another file, %s: restart it with this one\n", added.Config.Data, s.File)
			return nil
		case s.Has(slug):
			fmt.Fprintf(p.out, "followed: %s/s/%s\n", s.BaseURL, slug)
			return nil
		case time.Since(begin) >= takesUp:
			fmt.Fprintf(p.err, "the running service has not taken it up yet: %s\n", s.Why())
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(looksEach):
		}
	}
}

func sameFile(a, b string) bool {
	abs, err := filepath.Abs(b)
	return err == nil && a == abs
}

func followed(url string, slugs []string) error {
	return fmt.Errorf("%s is followed already, as series %s; nothing was written", url, quoted(slugs))
}

// quoted lists names as one says them: "a", "b" and "c".
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strconv.Quote(n)
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, "")
}
