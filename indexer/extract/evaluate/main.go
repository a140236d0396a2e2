// Command evaluate measures how well package extract reads pages that people
// have annotated. Nothing of its sets is part of this repository: it reads a
// copy of one of two public ones, or whatever has the same form.
//
//	go run ./indexer/extract/evaluate -v ~/trafilatura/tests
//	go run ./indexer/extract/evaluate ~/htmldate/tests
//
// # Decisions, and what lost
//
//   - Bodies are scored as the sets' own program scores them: segments that
//     must and must not occur, white space folded, so figures compare with
//     published ones. Titles, names and days must be equal but for white space;
//     several names are compared as a set.
//   - Every figure is given for two halves, split by a hash of the page's
//     name: rules are tuned on the one and must hold on the other.
//   - The body of a page that is refused as no story counts as missed; title,
//     names and date count as they were read before, which is mostly not at all.
//   - The cost is wall time, the best of some rounds: processor time of one
//     page alone can't be read everywhere, and what disturbs only adds.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

const usage = `usage: evaluate [flags] DIR

Extracts every page of an annotated set and prints how well each field was read:
for the half that rules are tuned on, the half held out, and the whole.
DIR is the directory of one of these sets:

  trafilatura/tests  evaldata.json with segments, titles, authors and dates
  htmldate/tests     eval_*.json with dates only

flags:
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program: 0 done, 1 the set could not be read, 2 wrong usage.
func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("evaluate", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {
		_, _ = fmt.Fprint(errs, usage) // a closed terminal can't be told
		flags.PrintDefaults()
	}
	var o options
	flags.BoolVar(&o.verbose, "v", false, "list every miss, with what was expected and what was read")
	flags.BoolVar(&o.tuneOnly, "tune", false, "read only the half that rules may be tuned on")
	flags.StringVar(&o.only, "field", "", "score only this `field`: body, title, author or date")
	flags.BoolVar(&o.address, "url", false, "tell the pages of the date set their address, which its published figures do without")
	flags.IntVar(&o.rounds, "rounds", 3, "measure the cost by the best of `N` rounds a page; 0 does not measure it, and reads pages in parallel")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 1 || o.rounds < 0 || o.rounds > 1000 || o.only != "" && !isField(o.only) {
		flags.Usage()
		return 2
	}
	s, err := openSet(flags.Arg(0))
	if err != nil {
		_, _ = fmt.Fprintf(errs, "evaluate: %v\n", err)
		return 1
	}
	results, err := read(s, o)
	if err != nil {
		_, _ = fmt.Fprintf(errs, "evaluate: %v\n", err)
		return 1
	}
	if err := report(out, s, results, o); err != nil {
		_, _ = fmt.Fprintf(errs, "evaluate: print: %v\n", err)
		return 1
	}
	return 0
}

type options struct {
	verbose, tuneOnly, address bool
	only                       string
	rounds                     int
}
