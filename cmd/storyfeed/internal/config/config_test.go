package config_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/tools/txtar"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/feed"
)

var update = flag.Bool("update", false, "rewrite the expected faults")

// TestFaults shows what an operator reads for each faulty configuration.
func TestFaults(t *testing.T) {
	cases, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range cases {
		name = filepath.Join(here, name) // each case works in a directory of its own
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, err = config.Load(sources(t, archive))
			var faults *config.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("Load = %v, want faults", err)
			}
			got := err.Error() + "\n"
			if *update {
				archive.Files = append(section(archive, "want", false), txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := section(archive, "want", true)
			if len(want) != 1 {
				t.Fatalf("%s holds no section want; run with -update", name)
			}
			if diff := cmp.Diff(string(want[0].Data), got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// sources runs the test in a directory that holds the archive's file.
func sources(t *testing.T, archive *txtar.Archive) config.Sources {
	t.Helper()
	t.Chdir(t.TempDir())
	from := config.Sources{File: config.DefaultFile, Flags: map[string]string{}}
	for _, f := range archive.Files {
		switch f.Name {
		case "env":
			from.Env = strings.Split(strings.TrimSuffix(string(f.Data), "\n"), "\n")
		case "flags":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				from.Flags[name] = value
			}
		case "want":
		default:
			if err := os.WriteFile(f.Name, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return from
}

// section returns the files of that name, or all others.
func section(archive *txtar.Archive, name string, of bool) []txtar.File {
	var files []txtar.File
	for _, f := range archive.Files {
		if (f.Name == name) == of {
			files = append(files, f)
		}
	}
	return files
}

func TestDefaults(t *testing.T) {
	t.Chdir(t.TempDir())
	got := load(t, config.Sources{File: config.DefaultFile})
	want := config.Config{
		Addr:    "127.0.0.1:8080",
		BaseURL: "http://127.0.0.1:8080",
		Data:    "data",
		Fetch:   config.Fetch{HostGap: time.Second},
		BuiltIn: true,
		Series: []feed.Series{{
			Slug:    "selling",
			Title:   "Why I'm So Interested In Selling",
			Sources: []feed.Source{{URL: "https://partnersinexcellenceblog.com/why-im-so-interested-in-selling/"}},
			Every:   30 * time.Minute,
			Content: feed.ContentFull,
			Render:  feed.RenderAuto,
		}},
	}
	if diff := cmp.Diff(want, got, sameValues); diff != "" {
		t.Errorf("without any configuration (-want +got):\n%s", diff)
	}
}

// sameValues compares configurations without where their values come from.
var sameValues = cmp.Options{cmpopts.IgnoreUnexported(config.Config{}), cmpopts.EquateEmpty()}

func TestPrecedence(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, config.DefaultFile, "addr = \":1\"\ndata = \"from-file\"\nbase_url = \"http://file.example\"\n[fetch]\nallow = [\"file:1\"]\nhost_gap = \"3s\"\n")
	env := []string{
		"STORYFEED_ADDR=:2", "STORYFEED_DATA=from-env", "STORYFEED_FETCH_ALLOW= env:1 , env:2,",
		"STORYFEED_BASE_URL=", // an empty variable is as good as none
		"PATH=/bin", "storyfeed_addr=x",
	}
	got := load(t, config.Sources{
		File: config.DefaultFile, Env: env,
		Flags: map[string]string{"addr": ":3"},
	})
	want := config.Config{
		Addr: ":3", Data: "from-env", BaseURL: "http://file.example", File: config.DefaultFile,
		Fetch: config.Fetch{Allow: []string{"env:1", "env:2"}, HostGap: 3 * time.Second},
	}
	if diff := cmp.Diff(want, got, sameValues, cmpopts.IgnoreFields(config.Config{}, "Series", "BuiltIn")); diff != "" {
		t.Errorf("flag over environment over file over default (-want +got):\n%s", diff)
	}
	var b bytes.Buffer
	if err := got.WriteTOML(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# flag --addr\n", "# env STORYFEED_DATA\n", "# file storyfeed.toml:3\n", "# file storyfeed.toml:6\n", "# default\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the written configuration lacks %q:\n%s", want, b.String())
		}
	}
	none := load(t, config.Sources{File: config.DefaultFile, Flags: map[string]string{"fetch-allow": "", "config": ""}, Env: env})
	if len(none.Fetch.Allow) != 0 || none.File != "" || none.Fetch.HostGap != time.Second {
		t.Errorf("--fetch-allow= --config= gives %+v, want an empty list and no file", none)
	}
}

func TestWhichFile(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a.toml", `data = "a"`)
	write(t, "b.toml", "\ufeffdata = \"b\"\r\n")
	env := []string{"STORYFEED_CONFIG=a.toml"}
	if got := load(t, config.Sources{File: config.DefaultFile, Env: env}); got.Data != "a" || got.File != "a.toml" {
		t.Errorf("with STORYFEED_CONFIG: data %q of file %q, want a of a.toml", got.Data, got.File)
	}
	if got := load(t, config.Sources{Env: env, Flags: map[string]string{"config": "b.toml"}}); got.Data != "b" {
		t.Errorf("--config is weaker than STORYFEED_CONFIG: data = %q, want b", got.Data)
	}
	write(t, "latin1.toml", "# caf\xe9\n")
	for _, name := range []string{"none.toml", ".", "latin1.toml"} {
		_, err := config.Load(config.Sources{File: name, FileRequired: true})
		if err == nil || !strings.Contains(err.Error(), name+": ") {
			t.Errorf("Load(%q) = %v, want a fault that names the file", name, err)
		}
	}
}

func TestWriteTOMLRoundTrip(t *testing.T) {
	t.Chdir(t.TempDir())
	files := map[string]string{
		"empty": "",
		"full": `
addr = "[::]:8080"
base_url = "https://Stories.example.org/reader/"
data = 'C:\data'
fetch = { allow = ["LOCALHOST:9001", "[::ffff:127.0.0.1]:9002", "localhost:9001"], host_gap = "1.5s", contact = "me@example.org", browser = "ws://127.0.0.1:9222" }
hub.url = " https://Hub.example/?a "
[[series]]
slug = "a-1"
title = "Say \"when\",\nthen\u0007 \\ wait: чай ☕"
sources = ["https://blog.example/a?x=1#y", "http://127.0.0.1:9001"]
match = '(?i)^\d+ ?'
every = "36h"
content = "summary"
render = "never"
[series.select]
title = "h1.entry-title"
author = '.byline a[rel="author"]'
remove = ".ads, #more\\:1"
`,
		"pins": "[[series]]\nslug='a'\nsources=['http://h']\nevery='2m'\n[fetch]\ncontact='me@example.org'\n[series.select]\nnext=' .older '\n" +
			"[[series]]\nslug='b'\nsources=['http://h']\nselect={list='ul.posts a', body=''}\n[[series]]\nslug='c'\nsources=['http://h']\nselect.date='time'",
		"odd":     "addr = \"127.0.0.1:0\"\ndata = \"it's \\\\ \\\"here\\\" \\u0001\"\n[[series]]\nslug='7'\nmatch='''a'\\d'''\nsources=['http://h']",
		"dotted":  "fetch.allow = []\nfetch.contact = 'https://example.org/about'\nseries = [{slug='x', sources=['http://h/']}, {slug='y', sources=['http://h/']}]",
		"derived": "base_url = \"\"\naddr = \"My-Host:80\"",
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			write(t, "in.toml", text)
			first := load(t, config.Sources{File: "in.toml", FileRequired: true})
			var written bytes.Buffer
			if err := first.WriteTOML(&written); err != nil {
				t.Fatal(err)
			}
			write(t, "out.toml", written.String())
			again := load(t, config.Sources{File: "out.toml", FileRequired: true})
			if diff := cmp.Diff(first, again, sameValues, cmpopts.IgnoreFields(config.Config{}, "File", "BuiltIn")); diff != "" {
				t.Errorf("read back from what was written (-first +again):\n%s\n%s", diff, written.String())
			}
		})
	}
}

func TestWriteTOML(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "storyfeed.toml", "addr = \":8080\"\n\n[[series]]\nslug = \"a\"\nsources = [\"https://blog.example/a/\"]\n")
	c := load(t, config.Sources{File: config.DefaultFile, Env: []string{"STORYFEED_FETCH_CONTACT=me@example.org"}})
	var got bytes.Buffer
	if err := c.WriteTOML(&got); err != nil {
		t.Fatal(err)
	}
	want := `# The effective configuration, and where each value comes from.
addr = ":8080"                      # file storyfeed.toml:1
base_url = "http://localhost:8080"  # default: from addr
data = "data"                       # default

[fetch]
allow = []                  # default
host_gap = "1s"             # default
contact = "me@example.org"  # env STORYFEED_FETCH_CONTACT
browser = ""                # default

[hub]
url = ""  # default

[[series]]
slug = "a"                             # file storyfeed.toml:4
title = ""                             # default
sources = ["https://blog.example/a/"]  # file storyfeed.toml:5
match = ""                             # default
every = "30m"                          # default
content = "full"                       # default
render = "auto"                        # default
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

func TestURLOf(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8080":    "http://127.0.0.1:8080",
		":8080":             "http://localhost:8080",
		"0.0.0.0:8080":      "http://localhost:8080",
		"[::]:8080":         "http://localhost:8080",
		"[::1]:8080":        "http://[::1]:8080",
		"[::1]:80":          "http://[::1]",
		"example.org:80":    "http://example.org",
		"[fe80::1%eth0]:81": "http://[fe80::1%25eth0]:81",
		"127.0.0.1:0":       "",
		"nonsense":          "",
	} {
		if got := config.URLOf(addr); got != want {
			t.Errorf("URLOf(%q) = %q, want %q", addr, got, want)
		}
	}
}

// TestKeys checks that the table says what Load does: each default is the
// value of an empty configuration, each name is one of the written file.
func TestKeys(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "in.toml", "[[series]]\nslug = \"a\"\nsources = [\"https://blog.example/a/\"]\nselect.title = \"h1\"\n")
	var b bytes.Buffer
	if err := load(t, config.Sources{File: "in.toml"}).WriteTOML(&b); err != nil {
		t.Fatal(err)
	}
	for _, k := range config.Keys() {
		if k.Description == "" {
			t.Errorf("%+v has no description", k)
		}
		if k.Name == "" || k.Name == "base_url" || k.Default == "" {
			continue
		}
		name := k.Name[strings.LastIndex(k.Name, ".")+1:]
		if !strings.Contains(b.String(), name+" = "+k.Default+" ") {
			t.Errorf("the default of %s is not %s:\n%s", k.Name, k.Default, b.String())
		}
	}
}

// FuzzLoad looks for files on which reading crashes, and for configurations
// that are not read back as they were written.
func FuzzLoad(f *testing.F) {
	cases, _ := filepath.Glob("testdata/faults/*.txtar")
	for _, name := range cases {
		if a, err := txtar.ParseFile(name); err == nil && len(a.Files) > 0 {
			f.Add(a.Files[0].Data)
		}
	}
	f.Add([]byte("[[series]]\nslug='a'\nsources=['http://h']\nevery='2m'\n[fetch]\nallow=['h:1']\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "in.toml")
		write(t, path, string(data))
		c, err := config.Load(config.Sources{File: path, FileRequired: true})
		var faults *config.Faults
		if errors.As(err, &faults) {
			if len(faults.List) == 0 {
				t.Error("an error without a fault")
			}
			return
		}
		var b bytes.Buffer
		if err := c.WriteTOML(&b); err != nil {
			t.Fatal(err)
		}
		write(t, path, b.String())
		again := load(t, config.Sources{File: path, FileRequired: true})
		if diff := cmp.Diff(c, again, sameValues, cmpopts.IgnoreFields(config.Config{}, "BuiltIn")); diff != "" {
			t.Errorf("read back (-first +again):\n%s\n%s", diff, b.String())
		}
	})
}

func load(t *testing.T, from config.Sources) config.Config {
	t.Helper()
	c, err := config.Load(from)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
