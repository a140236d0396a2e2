package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// noArguments refuses arguments as wrong usage.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return &usageError{fmt.Errorf("%q takes no arguments and was given %q", cmd.CommandPath(), args[0])}
	}
	return nil
}

// oneArgument lets a command take one argument, and else asks for it.
func oneArgument(question string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return &usageError{errors.New(question)}
	}
}
