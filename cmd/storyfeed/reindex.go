package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"storyfeed/index"
	"storyfeed/indexer"
)

func (p *program) reindexCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the search index from the store, without network",
		Long: "Reindex builds the search index anew from the store and shows how far it is. The\n" +
			"old index answers until the new one is whole and was checked: it must hold every\n" +
			"story and find what it should, and as much as the old one does where both hold\n" +
			"the same. If it does not, the old one stays and reindex exits with 1. --force\n" +
			"takes the new one though the old one answers otherwise, and says how. While \"storyfeed serve\" holds the data directory, it does the work.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			bar := newProgress(p.err)
			done, err := ops.Reindex(cmd.Context(), force, func(at index.Progress) {
				bar.show(indexer.Progress{Series: "index", Done: at.Done, Total: at.Total, Note: at.Text(time.Now())})
			})
			bar.end()
			if err != nil {
				return err
			}
			for _, what := range done.Differs {
				fmt.Fprintln(p.err, "differs:", what)
			}
			fmt.Fprintf(p.out, "%d stories indexed in %s\n", done.Stories, done.Took.Round(time.Millisecond))
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "take the new index also where the old one, of the same stories, answers otherwise")
	return cmd
}
