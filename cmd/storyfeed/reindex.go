package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (p *program) reindexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the search index from the store, without network",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			done, err := ops.Reindex(cmd.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "%d stories indexed in %s\n", done.Stories, done.Took.Round(time.Millisecond))
			return nil
		},
	}
}
