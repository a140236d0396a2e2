package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// bookCommand writes a series in a format of books.
func (p *program) bookCommand(format, short, long string) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   format + " SERIES",
		Short: short,
		Long:  long + "\n\nIt goes to standard output, or to the file that -o names, which appears whole or\nnot at all.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return &usageError{errors.New("which series? name one, such as: storyfeed export " + format + " letters -o letters." + format)}
		},
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
				done, err := ops.Book(cmd.Context(), args[0], format, w)
				if err == nil && file != "" {
					fmt.Fprintf(p.out, "%s: %s\n", file, plural(done.Chapters, "story", "stories"))
				}
				return err
			})
		},
	}
	outputFlag(cmd, &file)
	return cmd
}
