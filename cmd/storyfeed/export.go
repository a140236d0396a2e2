package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (p *program) exportCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write everything that is stored as JSON Lines, for \"storyfeed import\"",
		Long: "Export writes all series with their stories, revisions and dates, their parts and\n" +
			"former addresses, removed stories, and what was learned of their sites: a JSON\n" +
			"object a line, to standard output or to the file that -o names. Left out are the\n" +
			"configuration, what \"storyfeed serve\" derives by itself (the index, the feeds),\n" +
			"pictures, and subscriptions of others.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			return p.writeFile(file, func(w io.Writer) error {
				done, err := ops.Export(cmd.Context(), w)
				if err == nil && !standardOutput(file) {
					fmt.Fprintf(p.out, "%s: %s, %s\n", file, plural(done.Series, "series", "series"), plural(done.Stories, "story", "stories"))
				}
				if err == nil && done.Damaged > 0 {
					fmt.Fprintf(p.err, "warning: %s not as written, and left out; the log names them\n", plural(done.Damaged, "text is", "texts are"))
				}
				return err
			})
		},
	}
	outputFlag(cmd, &file)
	cmd.AddCommand(
		p.bookCommand("epub", "Write a series as a book for e-readers (EPUB 3.3)",
			"Export epub writes the stories of a series in reading order, with cover, contents\nand authors."),
		p.bookCommand("html", "Write a series as one HTML page that needs no network",
			"Export html writes the stories of a series in reading order into one page, with\nits style inside, for saving and printing."))
	return cmd
}

func outputFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVarP(file, "output", "o", "", "file to write, in one step; standard output if it is \"-\" or not given")
}

// standardOutput reports whether a name of a file to write stands for that.
func standardOutput(file string) bool { return file == "" || file == "-" }

// writeFile lets write make a file, which appears whole or not at all; it
// may be [standardOutput].
func (p *program) writeFile(name string, write func(io.Writer) error) (err error) {
	if standardOutput(name) {
		out := bufio.NewWriterSize(p.out, 64<<10)
		return errors.Join(write(out), out.Flush())
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() { // such as a pipe
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".storyfeed-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()           // the first error counts
			_ = os.Remove(f.Name()) // likewise
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// refuseTerminal keeps what no person can read off a terminal.
func (p *program) refuseTerminal(file string) error {
	if f, ok := p.out.(*os.File); ok && standardOutput(file) && term.IsTerminal(int(f.Fd())) {
		return &usageError{errors.New("a book can't be shown on a terminal; name a file with -o")}
	}
	return nil
}
