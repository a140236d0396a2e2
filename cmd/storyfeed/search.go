package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"storyfeed/cmd/storyfeed/internal/app"
	"storyfeed/index"
)

// mostHits is how many stories an index returns at once.
const mostHits = 100

func (p *program) searchCommand() *cobra.Command {
	var limit int
	var asJSON, exact bool
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Search the stories and print what was found",
		Long: "Search prints the stories that a query finds, best first; it exits with 1 when\n" +
			"there are none. Words, \"phrases\", -not, OR, prefix* and the fields\n" + fieldNames() + "\n" +
			"are understood. What finds nothing is searched with words spelled as the stories\n" +
			"have them; what finds little goes on with stories that have some of the words.\n" +
			"That is said; --exact searches only for what was asked. A query that begins\n" +
			"with a minus sign stands after --.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{fmt.Errorf("search for what? give a query, such as: storyfeed search curious customers")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, words []string) error {
			if limit < 1 || limit > mostHits {
				return &usageError{fmt.Errorf("--limit %d is not from 1 to %d", limit, mostHits)}
			}
			ops, err := p.connect(cmd.Context(), cmd)
			if err != nil {
				return err
			}
			defer ops.Close()
			answer, err := ops.Search(cmd.Context(), strings.Join(words, " "), limit, exact)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.out, answer)
			}
			return p.printAnswer(answer)
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 10, "stories to print, 1 to 100")
	cmd.Flags().BoolVar(&exact, "exact", false, "search only for what was asked")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// fieldNames are the fields of queries, as they are typed.
func fieldNames() string {
	var names []string
	for _, f := range index.QueryFields() {
		names = append(names, string(f.Name)+":")
	}
	return strings.Join(names, " ")
}

func (p *program) printAnswer(a app.Answer) error {
	for _, hint := range a.Hints {
		fmt.Fprintln(p.err, "hint:", hint)
	}
	if a.Instead != "" {
		fmt.Fprintln(p.err, "hint: few stories or none were found; these are those and more for:", a.Instead, "(--exact: only for what was asked)")
	}
	if a.Total == 0 {
		fmt.Fprintln(p.err, "nothing found")
		return errReported
	}
	f, ok := p.out.(*os.File)
	marks := plainMarks
	if ok && term.IsTerminal(int(f.Fd())) {
		marks = terminalMarks
	}
	for _, h := range a.Hits {
		line := fmt.Sprintf("%s %d  %s", h.Series, h.Part, marks.text(h.Title))
		if len(h.Authors) > 0 {
			line += ", " + strings.Join(h.Authors, ", ")
		}
		if !h.Published.IsZero() {
			line += h.Published.Format(", 2006-01-02")
		}
		fmt.Fprintf(p.out, "%s\n  %s\n  %s\n", line, h.Permalink, marks.text(h.Snippet))
	}
	fmt.Fprintf(p.out, "%d of %d\n", len(a.Hits), a.Total)
	return nil
}

// marks surround what matched.
type marks struct{ begin, end string }

var (
	plainMarks    = marks{"", ""}
	terminalMarks = marks{"\x1b[1m", "\x1b[0m"} // ECMA-48 SGR: bold, reset
)

func (m marks) text(spans []index.Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Match {
			b.WriteString(m.begin + s.Text + m.end)
			continue
		}
		b.WriteString(s.Text)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
