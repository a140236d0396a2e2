package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"storyfeed/feed/book"
)

// bookCommand writes a series in a format of books.
func (p *program) bookCommand(format, short, long string) *cobra.Command {
	var file string
	var pictures bool
	cmd := &cobra.Command{
		Use:   format + " SERIES",
		Short: short,
		Long:  long + "\n\nIt goes to standard output, or to the file that -o names, which appears whole or\nnot at all.",
		Args:  oneArgument("which series? name one, such as: storyfeed export " + format + " letters -o letters." + format),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.refuseTerminal(file); err != nil {
				return err
			}
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			return p.writeFile(file, func(w io.Writer) error {
				if pictures {
					waiting := time.AfterFunc(tellAfter, func() {
						fmt.Fprintln(p.err, "fetching pictures that are not kept yet, one at a time; --pictures=false leaves them out")
					})
					defer waiting.Stop()
				}
				done, err := ops.Book(cmd.Context(), args[0], format, pictures, w)
				if err == nil && !standardOutput(file) {
					fmt.Fprintf(p.out, "%s: %s%s\n", file, plural(done.Chapters, "story", "stories"), picturesIn(done))
				}
				return err
			})
		},
	}
	outputFlag(cmd, &file)
	cmd.Flags().BoolVar(&pictures, "pictures", true, "fetch the pictures that are not kept yet, for ten minutes at most")
	return cmd
}

// tellAfter is how long a book is written before it is told what takes so long.
const tellAfter = 3 * time.Second

// picturesIn says which pictures a book has.
func picturesIn(done book.Written) string {
	s := ""
	if done.Pictures > 0 {
		s = ", " + plural(done.Pictures, "picture", "pictures")
	}
	if done.Missing > 0 {
		s += fmt.Sprintf(", %d only linked", done.Missing)
	}
	return s
}
