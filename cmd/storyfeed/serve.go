package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/cmd/storyfeed/internal/config"
)

func (p *program) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Follow the configured series and serve pages, feeds and search",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config(cmd)
			if err != nil {
				return err
			}
			log := p.logger()
			return serve(cmd.Context(), c, log, func(url string) {
				log.Info("serving", "url", url, "data", c.Data, "series", len(c.Series))
			})
		},
	}
}

// serve runs the service until ctx ends. Ready is called with the address to
// open once requests are answered.
func serve(ctx context.Context, c config.Config, log *slog.Logger, ready func(url string)) (err error) {
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
	a, err := app.Open(ctx, app.Options{Config: c, Version: version(), Logger: log})
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

// noArguments refuses arguments as wrong usage.
func noArguments(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return &usageError{err}
	}
	return nil
}
