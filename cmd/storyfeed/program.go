package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/cmd/storyfeed/internal/config"
)

// program is what all commands share.
type program struct {
	out, err io.Writer
	verbose  bool
	flags    map[string]*string // by [config.Key.Flag]
}

func newProgram(out, err io.Writer) *program {
	return &program{out: out, err: err, flags: map[string]*string{}}
}

// command is the tree of commands.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "storyfeed",
		Short: "Follow a series of articles: its whole history as feeds, readable and searchable",
		Long: "storyfeed follows series of articles on the web, keeps their whole history,\n" +
			"republishes it as RSS, Atom and JSON Feed, and makes it searchable.\n\n" +
			"Settings come from flags, STORYFEED_* variables and the configuration file, in\n" +
			"this order; \"storyfeed config\" shows the ones in force and where they come from.",
		SilenceErrors: true, SilenceUsage: true,
		Version: version(),
		Args:    cobra.ArbitraryArgs, // cobra's own complaint would not count as wrong usage
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	root.PersistentFlags().BoolVarP(&p.verbose, "verbose", "v", false, "log every step")
	for _, k := range config.Keys() {
		if k.Flag != "" {
			p.flags[k.Flag] = root.PersistentFlags().String(k.Flag, "", k.Description)
			root.PersistentFlags().Lookup(k.Flag).DefValue = plainDefault(k)
		}
	}
	root.AddCommand(p.serveCommand(), p.previewCommand(), p.addCommand(), p.importCommand(), p.exportCommand(), p.crawlCommand(), p.searchCommand(), p.reindexCommand(), p.configCommand(), p.demoCommand())
	return root
}

// unknownCommand says what was probably meant, or where the commands are listed.
func unknownCommand(root *cobra.Command, name string) error {
	remedy := `"storyfeed help" lists the commands`
	if near := root.SuggestionsFor(name); len(near) > 0 {
		remedy = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return &usageError{fmt.Errorf("unknown command %q; %s", name, remedy)}
}

// plainDefault is a key's default as one would give it on the command line;
// empty: there is none to speak of.
func plainDefault(k config.Key) string {
	if text, err := strconv.Unquote(k.Default); err == nil {
		return text
	}
	return strings.Trim(k.Default, "[]")
}

// sources is where this call's configuration comes from.
func (p *program) sources(cmd *cobra.Command) config.Sources {
	given := map[string]string{}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if text, ours := p.flags[f.Name]; ours {
			given[f.Name] = *text
		}
	})
	return config.Sources{File: config.DefaultFile, Env: os.Environ(), Flags: given}
}

// config reads the configuration: what is wrong with it is wrong usage.
func (p *program) config(cmd *cobra.Command) (config.Config, error) {
	c, err := config.Load(p.sources(cmd))
	if err != nil {
		return c, &usageError{err}
	}
	return c, nil
}

// logger writes what happens for the operator.
func (p *program) logger() *slog.Logger {
	level := slog.LevelInfo
	if p.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level}))
}

// quiet is the logger of commands that print their own results.
func (p *program) quiet() *slog.Logger {
	if p.verbose {
		return p.logger()
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// connect opens the configured data directory or reaches its holder.
func (p *program) connect(ctx context.Context, cmd *cobra.Command) (app.Operations, error) {
	c, err := p.config(cmd)
	if err != nil {
		return nil, err
	}
	return app.Connect(ctx, app.Options{Config: c, Version: version(), Logger: p.quiet()})
}

// version is the module's version or, for a build from a checkout, its commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if rev := settings["vcs.revision"]; len(rev) >= 12 {
		return rev[:12]
	}
	return "devel"
}
