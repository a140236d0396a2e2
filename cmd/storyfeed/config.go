package main

import "github.com/spf13/cobra"

func (p *program) configCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Check the configuration and print the one in force, as TOML",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config(cmd)
			if err != nil {
				return err
			}
			return c.WriteTOML(p.out)
		},
	}
}
