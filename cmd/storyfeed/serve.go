package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/cmd/storyfeed/internal/config"
)

func (p *program) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Follow the configured series and serve pages, feeds and search",
		Long: "Serve follows the configured series and serves them until it is told to stop by\n" +
			"SIGINT or SIGTERM. It takes up a changed configuration file by itself, and at once\n" +
			"on SIGHUP; a faulty one is refused, and the one from before stays in force.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config(cmd)
			if err != nil {
				return err
			}
			log := p.logger()
			hangup := make(chan os.Signal, 1)
			signal.Notify(hangup, syscall.SIGHUP)
			return serve(cmd.Context(), app.Options{
				Config: c, Version: version(), Logger: log,
				Reload: func() (config.Config, error) { return p.config(cmd) }, ConfigFile: config.FileOf(p.sources(cmd)), Reread: hangup,
			}, func(url string) {
				log.Info("serving", "url", url, "data", c.Data, "series", len(c.Series))
			})
		},
	}
}

// serve runs the service until ctx ends. Ready is called with the address to
// open once requests are answered.
func serve(ctx context.Context, opts app.Options, ready func(url string)) (err error) {
	c := &opts.Config
	// The port is taken before anything slow is done: that it is in use should
	// be told at once.
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		if held := app.Held(c.Data); held != nil {
			return held // a second start by mistake: another port would not help
		}
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	url := config.URLOf(l.Addr().String())
	if c.BaseURL == "" {
		c.BaseURL = url // the port was 0
	}
	a, err := app.Open(ctx, opts)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return l.Close() // stopped while starting: as good an end as any other
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	ready(url)
	return a.Serve(ctx, l)
}
