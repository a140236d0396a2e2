// Command storyfeed follows series of articles on the web, keeps their whole
// history, republishes it as RSS, Atom and JSON Feed, and makes it searchable.
//
//	storyfeed demo           shows all of it on a sample blog, without network
//	storyfeed serve          follows the configured series and serves them
//	storyfeed help           lists the commands
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(run())
}

// run is main with an exit code: 0 success, 1 failure, 2 wrong usage or
// configuration, 130 interrupted.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
	}()
	err := newProgram(os.Stdout, os.Stderr).command().ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return 1
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return 130 // as shells count it: 128 + SIGINT
	}
	fmt.Fprintln(os.Stderr, "storyfeed:", err)
	var usage *usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// errReported is returned when what went wrong was told already.
var errReported = errors.New("reported")

// usageError is a fault of the command line or the configuration.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
