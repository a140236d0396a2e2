package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/cmd/storyfeed/internal/demo"
	"storyfeed/feed"
)

// The pace of the demonstration.
const (
	demoChange = 30 * time.Second      // between two changes of the sample blog
	demoEvery  = 10 * time.Second      // between two crawls
	demoGap    = 10 * time.Millisecond // between two requests: the blog is ours
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show everything on a sample blog, without configuration or network",
		Long: "Demo starts a small sample blog on this machine, follows it like any other and\n" +
			"serves the result at --addr. The blog publishes a story and edits another every\n" +
			"30 s. All is kept in a temporary directory that is removed at the end; the\n" +
			"configuration file and the other settings are not read.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd) },
	}
}

func (p *program) demo(cmd *cobra.Command) error {
	flags := map[string]string{}
	if cmd.Flags().Changed("addr") {
		flags["addr"] = *p.flags["addr"]
	}
	c, err := config.Load(config.Sources{Flags: flags})
	if err != nil {
		return &usageError{err}
	}
	dir, err := os.MkdirTemp("", "storyfeed-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer os.RemoveAll(dir) // the last thing that happens; what is left is the system's to clean

	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	log := p.logger()
	blog := demo.New(demo.Config{})
	addr, closeBlog, err := startBlog(ctx, blog, log)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer closeBlog()

	hub := "http://" + addr + demo.HubPath
	c.Data = dir
	c.Fetch.Allow, c.Fetch.HostGap = []string{addr}, demoGap
	c.Series = []feed.Series{{Slug: "craft", Sources: []feed.Source{{URL: hub}}, Every: demoEvery, Content: feed.ContentFull}}
	return serve(ctx, app.Options{Config: c, Version: version(), Logger: log}, func(url string) { p.welcome(url, hub) })
}

// startBlog serves the sample blog on a free port of this machine and lets it
// change until ctx ends.
func startBlog(ctx context.Context, blog *demo.Blog, log *slog.Logger) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: blog, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{}, 2)
	go func() {
		_ = srv.Serve(l) // ends with ErrServerClosed, when stop is called
		done <- struct{}{}
	}()
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		blog.Run(ctx, demoChange, func(what string) { log.Info(what) })
		done <- struct{}{}
	}()
	return l.Addr().String(), func() {
		cancel()
		_ = srv.Close() // nothing can be done about a port that does not close
		<-done
		<-done
	}, nil
}

func (p *program) welcome(url, hub string) {
	fmt.Fprintf(p.out, `
  The sample blog       %s
  Read and search       %s/
  Search                %s/search?q=patience
  Subscribe             %s/s/craft/feed.atom   (also .rss, .json)
  From part one         %s/s/craft/reading.atom

  Every 30 s the blog publishes a story and edits another; the next crawl finds
  both. Ctrl-C ends the demonstration and leaves nothing behind.

`, hub, url, url, url, url)
}
