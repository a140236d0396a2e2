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
	ctx := interruptible()
	saveMemory(ctx)
	err := newProgram(os.Stdout, os.Stderr).command().ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return 1
	case errors.Is(err, errReportedUsage):
		return 2
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return interrupted
	}
	fmt.Fprintln(os.Stderr, "storyfeed:", err)
	var usage *usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// interrupted is the exit code of a program that was interrupted, as shells
// count it: 128 + SIGINT.
const interrupted = 130

// interruptible returns a context that the first signal ends, so that
// everything stops in order. A second one ends the process at once, however
// soon it comes.
func interruptible() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(interrupted)
	}()
	return ctx
}

// Returned when what went wrong was told already.
var (
	errReported      = errors.New("reported")
	errReportedUsage = errors.New("reported as wrong usage")
)

// usageError is a fault of the command line or the configuration.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
