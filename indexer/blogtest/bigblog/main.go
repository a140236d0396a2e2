// Command bigblog serves a made-up blog of many posts, to measure what its
// back-fill costs. It prints its address and, at the end, what was asked for
// more than once.
//
//	go run ./indexer/blogtest/bigblog -addr 127.0.0.1:0 -posts 5000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"storyfeed/indexer/blogtest"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "host:port to listen on")
	posts := flag.Int("posts", 5000, "how many posts there are")
	flag.Parse()
	if err := serve(*addr, *posts); err != nil {
		fmt.Fprintln(os.Stderr, "bigblog:", err)
		os.Exit(1)
	}
}

func serve(addr string, posts int) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	blog := blogtest.NewArchive(posts)
	s := &http.Server{Handler: blog, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = s.Close() // nobody is to be waited for
	}()
	fmt.Printf("http://%s/\n", l.Addr())
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	asked := map[string]int{}
	for _, q := range blog.Requests() {
		asked[q.Path]++
	}
	fmt.Printf("%d requests, %d addresses\n", len(blog.Requests()), len(asked))
	for _, path := range slices.Sorted(maps.Keys(asked)) {
		if n := asked[path]; n > 1 {
			fmt.Printf("%d times %s\n", n, path)
		}
	}
	return nil
}
