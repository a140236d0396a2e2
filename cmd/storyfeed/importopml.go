package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/feed"
	"storyfeed/feed/store"
)

func (p *program) importOPMLCommand() *cobra.Command {
	var o importing
	cmd := &cobra.Command{
		Use:   "opml FILE",
		Short: "Follow the sites of a list of feeds, such as other readers export",
		Long: "Import opml adds a [[series]] for each outline of an OPML file that names a feed or a\n" +
			"page, to the end of the configuration file, as \"storyfeed add\" does; \"-\" reads\n" +
			"standard input. What is followed already is left out. Nothing is fetched: a\n" +
			"running \"storyfeed serve\" visits the sites by itself.\n\n" +
			"Where the list names both, a series gets two sources: the page, as it leads to the\n" +
			"whole history, and then the feed, which has the newest stories and exact dates,\n" +
			"and goes on if the page can't be read. --feeds leaves the pages out.",
		Args: oneArgument("which list? name a file, such as: storyfeed import opml feeds.opml"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.importOPML(cmd, args[0], o) },
	}
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "only tell what would be added")
	cmd.Flags().BoolVar(&o.feedsOnly, "feeds", false, "follow the feeds alone, of which most have the newest stories only")
	return cmd
}

// importing is how a list is to be taken.
type importing struct{ dryRun, feedsOnly bool }

// importOPML reads a list, tells of each entry what becomes of it, and writes
// all new series in one step.
func (p *program) importOPML(cmd *cobra.Command, file string, o importing) error {
	from := p.sources(cmd)
	c, err := config.LoadForAppend(from)
	if err != nil {
		return &usageError{err}
	}
	list, err := p.readList(cmd, file)
	if err != nil {
		return err
	}
	plan := newImportPlan(c, o)
	for _, entry := range list {
		fmt.Fprintf(p.out, "line %d: %s\n", entry.Line, plan.take(entry))
	}
	if err := p.writeImport(cmd, from, c, plan); err != nil {
		return err
	}
	if plan.refused > 0 {
		return errReported
	}
	return nil
}

func (p *program) readList(cmd *cobra.Command, file string) ([]feed.ListedFeed, error) {
	in, name, err := openInput(cmd, file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	list, fault, err := feed.ReadOPML(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; nothing was written", name, err)
	}
	if fault != nil {
		fmt.Fprintf(p.err, "warning: %s is no well-formed XML, and was read as far as it goes: %v\n", name, fault)
	}
	return list, nil
}

// writeImport writes what is planned and sums up.
func (p *program) writeImport(cmd *cobra.Command, from config.Sources, c config.Config, plan *importPlan) error {
	others := plan.summary()
	if len(plan.additions) == 0 {
		fmt.Fprintf(p.out, "nothing to add%s\n", others)
		return nil
	}
	what := plural(len(plan.additions), "series", "series")
	if plan.dryRun {
		fmt.Fprintf(p.out, "%s would be added to %s%s\n", what, config.FileOf(from), others)
		return nil
	}
	// Nothing is taken from somebody who has been following the built-in series.
	plan.additions[0].KeepBuiltIn = c.BuiltIn && store.Exists(c.Data) && !plan.hasBuiltIn(c)
	added, err := config.AppendAll(from, plan.additions)
	if faults := (*config.Faults)(nil); errors.As(err, &faults) {
		return &usageError{err}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s added to %s from line %d on%s\n", what, added.Path, added.Line, others)
	p.tellBuiltIn(c, added, plan.additions[0].KeepBuiltIn)
	serve := "storyfeed serve"
	if path, named := from.Flags["config"]; named {
		serve += " --config " + path
	}
	return p.tellFollowing(cmd.Context(), added, plan.additions[len(plan.additions)-1].Series.Slug, serve)
}

// importPlan is what becomes of the entries of a list.
type importPlan struct {
	importing
	config    config.Config
	additions []config.Addition
	lines     map[string]int // of the entries that are taken, by the keys of their addresses
	known     int            // entries that are followed already, or stand in the list twice
	refused   int            // entries that can't be followed
}

func newImportPlan(c config.Config, o importing) *importPlan {
	return &importPlan{importing: o, config: c, lines: map[string]int{}}
}

// take decides about an entry and says how.
func (plan *importPlan) take(entry feed.ListedFeed) string {
	sources, err := plan.sources(entry)
	if err != nil {
		plan.refused++
		return fmt.Sprintf("not taken: %v", err)
	}
	if !plan.config.BuiltIn {
		if slugs := plan.config.FollowedBy(sources...); len(slugs) > 0 {
			plan.known++
			return "followed already, as series " + quoted(slugs)
		}
	}
	last := sources[len(sources)-1] // the feed, if there is one
	if line, ok := plan.lines[feed.URLKey(last)]; ok {
		plan.known++
		return fmt.Sprintf("stands in line %d already: %s", line, last)
	}
	// A page with several feeds goes with the first of them.
	sources = slices.DeleteFunc(sources, func(address string) bool { return plan.lines[feed.URLKey(address)] > 0 })
	for _, address := range sources {
		plan.lines[feed.URLKey(address)] = entry.Line
	}
	s := feed.Series{Slug: config.SlugFor(entry.Title, sources[0], plan.taken), Title: entry.Title}
	for _, address := range sources {
		s.Sources = append(s.Sources, feed.Source{URL: address})
	}
	a := config.Addition{Series: s}
	if entry.Group != "" {
		a.Remarks = []string{"From the group " + entry.Group}
	}
	plan.additions = append(plan.additions, a)
	return fmt.Sprintf("%s: %s, from %s", s.Slug, cmp.Or(s.Title, "without a title"), strings.Join(sources, " and "))
}

// sources are the addresses of an entry that can be followed, the page first.
// An address that can't is left out as long as there is another.
func (plan *importPlan) sources(entry feed.ListedFeed) ([]string, error) {
	if entry.HomeURL == "" && entry.FeedURL == "" {
		return nil, fmt.Errorf("%s has no address: neither xmlUrl, of a feed, nor htmlUrl, of a page", cmp.Or(entry.Title, "an outline without a title"))
	}
	given := []string{entry.HomeURL, entry.FeedURL}
	if plan.feedsOnly && entry.FeedURL != "" {
		given = given[1:]
	}
	var good []string
	var fault error
	for _, address := range given {
		if address == "" {
			continue
		}
		clean, err := config.SourceURL(address)
		switch {
		case err != nil:
			fault = err
		case !slices.ContainsFunc(good, func(g string) bool { return feed.URLKey(g) == feed.URLKey(clean) }):
			good = append(good, clean)
		}
	}
	if len(good) == 0 {
		return nil, fault
	}
	return good, nil
}

func (plan *importPlan) taken(slug string) bool {
	return plan.config.HasSlug(slug) || slices.ContainsFunc(plan.additions, func(a config.Addition) bool { return a.Series.Slug == slug })
}

// hasBuiltIn reports whether the built-in series is among what is added.
func (plan *importPlan) hasBuiltIn(c config.Config) bool {
	return slices.ContainsFunc(plan.additions, func(a config.Addition) bool {
		return slices.ContainsFunc(a.Series.Sources, func(s feed.Source) bool { _, ok := c.Follows(s.URL); return ok })
	})
}

// summary tells of the entries that are not added; empty: all are.
func (plan *importPlan) summary() string {
	var b strings.Builder
	if plan.known > 0 {
		fmt.Fprintf(&b, ", %d followed already", plan.known)
	}
	if plan.refused > 0 {
		fmt.Fprintf(&b, ", %d not taken", plan.refused)
	}
	return b.String()
}
