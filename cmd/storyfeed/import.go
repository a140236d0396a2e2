package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/feed/store"
)

func (p *program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in what \"storyfeed export\" wrote",
		Long: "Import adds what an export holds and the store has not: all of the file, or, if\n" +
			"something is wrong with it, nothing; \"-\" reads standard input. What is stored\n" +
			"already stays as it is, so that the same file can be imported again. In a new\n" +
			"data directory the stories keep their GUIDs, parts, dates and revisions, and\n" +
			"their feeds are the same. Nothing is fetched.\n\n" +
			"A series is served once the configuration names it, as ever.",
		Args: oneArgument("import what? name a file that \"storyfeed export\" wrote, or a list of feeds: storyfeed import opml feeds.opml"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.importAll(cmd, args[0]) },
	}
	cmd.AddCommand(p.importOPMLCommand())
	return cmd
}

func (p *program) importAll(cmd *cobra.Command, file string) error {
	in, name, err := openInput(cmd, file)
	if err != nil {
		return err
	}
	defer in.Close()
	begin := bufio.NewReader(in)
	// An empty file is told of below.
	if first, err := begin.Peek(1); err == nil && first[0] == '<' {
		return fmt.Errorf("%s is no export of storyfeed; a list of feeds is taken in by: storyfeed import opml %s", name, file)
	}
	ops, err := p.connect(cmd.Context(), cmd)
	if err != nil {
		return err
	}
	defer ops.Close()
	done, err := ops.Import(cmd.Context(), begin)
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was imported", name, err)
	}
	p.tellImported(done)
	return nil
}

// openInput opens a file to be read, or standard input for "-". The name is for
// messages.
func openInput(cmd *cobra.Command, file string) (in io.ReadCloser, name string, err error) {
	if file == "-" {
		return io.NopCloser(cmd.InOrStdin()), "standard input", nil
	}
	in, err = os.Open(file)
	return in, file, err
}

func (p *program) tellImported(done store.Imported) {
	var missing strings.Builder
	for _, s := range done.Series {
		fmt.Fprintf(p.out, "%s: %d added, %d there already", s.Series.Slug, s.Added, s.Known)
		if s.Refused > 0 {
			fmt.Fprintf(p.out, ", %d not taken: other stories have their parts", s.Refused)
		}
		fmt.Fprintln(p.out)
		if !s.Configured && len(s.Series.Sources) > 0 {
			missing.WriteString("\n" + config.SeriesTOML(s.Series))
		}
	}
	if missing.Len() > 0 {
		fmt.Fprintf(p.err, "not served yet, as the configuration does not name them; to follow them on, add:\n%s", missing.String())
	}
}
