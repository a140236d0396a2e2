package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError says what is wrong with a flag, and what would be right.
func flagError(cmd *cobra.Command, err error) error {
	var (
		value     *pflag.InvalidValueError
		missing   *pflag.ValueRequiredError
		unknown   *pflag.NotExistError
		malformed *pflag.InvalidSyntaxError
	)
	help := fmt.Sprintf("%q lists the flags", cmd.CommandPath()+" --help")
	text := err.Error() + "; " + help
	switch {
	case errors.As(err, &value):
		f := value.GetFlag()
		text = fmt.Sprintf("--%s: %q is %s", f.Name, value.GetValue(), notA(f.Value.Type()))
	case errors.As(err, &missing):
		f := missing.GetFlag()
		text = fmt.Sprintf("--%s needs a value%s", f.Name, example(f))
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		remedy := help
		if near := nearFlag(cmd, name); near != "" {
			remedy = "did you mean --" + near + "?"
		}
		text = fmt.Sprintf("there is no flag %s; %s", dashed(name), remedy)
	case errors.As(err, &malformed):
		text = fmt.Sprintf("%q is no flag; %s", malformed.GetSpecifiedFlag(), help)
	}
	return &usageError{errors.New(text)}
}

// notA says what a value of a type of package pflag should have been.
func notA(kind string) string {
	switch kind {
	case "int":
		return "not a whole number"
	case "bool":
		return "neither true nor false"
	}
	return "no " + kind
}

func example(f *pflag.Flag) string {
	if f.DefValue == "" {
		return ""
	}
	return fmt.Sprintf(", such as --%s %s", f.Name, f.DefValue)
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// nearFlag is the flag of a command that a name begins or that begins it, or
// that has the same letters but for two; empty: none.
func nearFlag(cmd *cobra.Command, name string) string {
	best := ""
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case best != "" || f.Hidden || len(name) < 3:
		case strings.HasPrefix(f.Name, name), strings.HasPrefix(name, f.Name), sortedAlike(f.Name, name):
			best = f.Name
		}
	})
	return best
}

// sortedAlike reports that two names differ by at most two letters, wherever
// they stand.
func sortedAlike(a, b string) bool {
	count := map[rune]int{}
	for _, r := range a {
		count[r]++
	}
	for _, r := range b {
		count[r]--
	}
	apart := 0
	for _, n := range count {
		apart += max(n, -n)
	}
	return apart <= 2
}
