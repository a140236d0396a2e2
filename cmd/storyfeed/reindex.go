package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"storyfeed/index"
	"storyfeed/indexer"
)

func (p *program) reindexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the search index from the store, without network",
		Long: "Reindex builds the search index anew from the store and shows how far it is. The\n" +
			"old index answers until the new one is whole and was checked: it must hold every\n" +
			"story and find what it should. If it does not, the old one stays and reindex\n" +
			"exits with 1. While \"storyfeed serve\" holds the data directory, it does the work.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			bar := newProgress(p.err)
			done, err := ops.Reindex(cmd.Context(), func(at index.Progress) {
				bar.show(indexer.Progress{Series: "index", Done: at.Done, Total: at.Total, Note: at.Text(time.Now())})
			})
			bar.end()
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "%d stories indexed in %s\n", done.Stories, done.Took.Round(time.Millisecond))
			return nil
		},
	}
}
