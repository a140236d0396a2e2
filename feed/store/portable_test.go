package store

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
)

// leftOut are the tables and columns that an export has not, with the reason.
// Whoever adds a table or a column decides: a field in portable.go, or a line
// here.
var leftOut = map[string]string{
	"goose_db_version":     "the version of the schema",
	"sqlite_sequence":      "SQLite's own",
	"gathered":             "derived from stories",
	"index_pending":        "derived: what an import adds is queued anew",
	"documents":            "derived: feeds are rendered anew",
	"list_pages":           "lists that are read in part are read again",
	"hosts":                "politeness towards hosts holds for minutes",
	"robots":               "kept for a day",
	"hub_subscriptions":    "leases for days, with the secrets of others",
	"hub_intents":          "calls that wait for minutes",
	"made_feeds":           "derived: made when somebody asks",
	"days":                 "statistics of this installation, of 30 days",
	"host_days":            "likewise",
	"pictures":             "can be had again",
	"readers":              "statistics of this installation",
	"series.place":         "configuration",
	"series.retired":       "configuration",
	"series.next_crawl_ms": "plans: after an import a series is due",
	"series.planned_ms":    "as above",
	"series.claim_owner":   "who is at work",
	"series.claim_ms":      "as above",
	"stories.sketch":       "derived from the text",
	"revisions.sum":        "computed anew",
	"crawls.id":            "their order says it",
	"lines.seq":            "their order says it",
}

// Nothing that can't be had again is forgotten by an export.
func TestExportHasEveryColumn(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.reader.QueryContext(t.Context(), `SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'`)
	all, err := collect(rows, err, scanString)
	if err != nil || len(all) < 100 {
		t.Fatalf("%d columns, %v; want them all", len(all), err)
	}
	exported := map[string]bool{}
	for _, lt := range lineTypes() {
		for _, c := range lt.columns {
			exported[lt.table+"."+c.name] = true
			if !slices.Contains(all, lt.table+"."+c.name) {
				t.Errorf("%s.%s is exported, and is not in the schema", lt.table, c.name)
			}
		}
	}
	for _, name := range all {
		table, _, _ := strings.Cut(name, ".")
		if leftOut[table] == "" && leftOut[name] == "" && !exported[name] {
			t.Errorf("%s is neither exported nor left out: decide in portable.go or in leftOut", name)
		}
	}
}

// What belongs to a story is found by its GUID, however many stories its series
// has.
func TestExportFindsByStory(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, of := range storyLines() {
		rows, err := s.reader.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+of.selection(ofStory), "a", "urn:uuid:1")
		plan, err := collect(rows, err, func(rows *sql.Rows) (step string, err error) {
			var none int
			return step, rows.Scan(&none, &none, &none, &step)
		})
		if err != nil || len(plan) == 0 || !strings.HasSuffix(plan[0], "(series=? AND guid=?)") {
			t.Errorf("lines of type %s are found by %q, %v", of.name, plan, err)
		}
	}
}
