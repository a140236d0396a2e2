package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"storyfeed/cmd/storyfeed/internal/config"
)

var update = flag.Bool("update", false, "write the README's reference tables from the code")

const readme = "../../README.md"

// TestREADMEReference keeps the tables that people configure and call the
// program by from drifting away from it.
func TestREADMEReference(t *testing.T) {
	for _, section := range []struct{ name, want string }{
		{"configuration", configurationTable()},
		{"commands", commandTable()},
	} {
		t.Run(section.name, func(t *testing.T) {
			text := readREADME(t)
			got, begin, end := cutSection(t, text, section.name)
			if got == section.want {
				return
			}
			if *update {
				if err := os.WriteFile(readme, []byte(text[:begin]+section.want+text[end:]), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("the table of the README is\n%s\nthe code says\n%s\nrun go test ./cmd/storyfeed -update", got, section.want)
		})
	}
}

// TestREADMECommands keeps the two commands of a newcomer in the README.
func TestREADMECommands(t *testing.T) {
	text := readREADME(t)
	for _, command := range []string{"\n    go run ./cmd/storyfeed demo\n", "\n    go test ./...\n"} {
		if !strings.Contains(text, command) {
			t.Errorf("the README has lost the command %q", strings.TrimSpace(command))
		}
	}
}

func readREADME(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// cutSection finds what stands between two marks of the README.
func cutSection(t *testing.T, text, name string) (section string, begin, end int) {
	t.Helper()
	mark := "<!-- " + name + ": checked against the code -->\n"
	begin = strings.Index(text, mark)
	if begin < 0 {
		t.Fatalf("the README has no mark %q", mark)
	}
	begin += len(mark)
	n := strings.Index(text[begin:], "<!-- end -->")
	if n < 0 {
		t.Fatalf("the README has no end after %q", mark)
	}
	return text[begin : begin+n], begin, begin + n
}

func configurationTable() string {
	var b strings.Builder
	b.WriteString("| key | variable | flag | default | |\n| --- | --- | --- | --- | --- |\n")
	for _, k := range config.Keys() {
		name := k.Name
		if table, key, ok := strings.Cut(k.Name, "."); ok && table == "series" {
			name = "[[series]] " + key
		}
		flag := k.Flag
		if flag != "" {
			flag = "--" + flag
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(name), code(k.Env), code(flag), code(k.Default), k.Description)
	}
	return b.String()
}

func commandTable() string {
	var b strings.Builder
	b.WriteString("| command | does |\n| --- | --- |\n")
	writeCommands(&b, "storyfeed ", newProgram(io.Discard, io.Discard).command())
	return b.String()
}

func writeCommands(b *strings.Builder, path string, of *cobra.Command) {
	for _, c := range of.Commands() {
		if c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		fmt.Fprintf(b, "| %s | %s |\n", code(path+c.Use), c.Short)
		writeCommands(b, path+c.Name()+" ", c)
	}
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
