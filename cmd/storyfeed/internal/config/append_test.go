package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/feed"
)

func letters() config.Addition {
	return config.Addition{
		Series:  feed.Series{Slug: "letters", Sources: []feed.Source{{URL: "https://blog.example/letters/"}}, Every: config.DefaultEvery, Content: feed.ContentFull},
		Remarks: []string{"Letters: 36 stories"},
	}
}

const lettersTOML = "# Letters: 36 stories\n[[series]]\nslug = \"letters\"\nsources = [\"https://blog.example/letters/\"]\n"

func TestAppend(t *testing.T) {
	const other = "[[series]]\nslug = \"a\"\nsources = [\"https://blog.example/a/\"]"
	builtIn := "\n# The built-in series is followed only as long as no other is. Here it is, to be followed too:\n# [[series]]\n# slug = \"selling\"\n" +
		"# title = \"Why I'm So Interested In Selling\"\n# sources = [\"https://partnersinexcellenceblog.com/why-im-so-interested-in-selling/\"]\n"
	for name, c := range map[string]struct {
		old, added string
		line       int
	}{
		"comments and blank lines stay": {"# mine\n\n" + other + "\n# the end\n\n", "\n" + lettersTOML, 10},
		"no line end":                   {other, "\n\n" + lettersTOML, 6},
		"line ends of Windows":          {strings.ReplaceAll(other+"\n", "\n", "\r\n"), strings.ReplaceAll("\n"+lettersTOML, "\n", "\r\n"), 6},
		"a table at the end":            {other + "\n[series.select]\ntitle = \"h1\"\n[fetch]\nhost_gap = \"2s\"\n", "\n" + lettersTOML, 10},
		"no series so far":              {"data = \"d\"\n", builtIn + "\n" + lettersTOML, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "storyfeed.toml", c.old)
			must(t, os.Chmod("storyfeed.toml", 0o640))
			got, err := config.Append(config.Sources{File: "storyfeed.toml"}, letters())
			must(t, err)
			if diff := cmp.Diff(c.old+c.added, read(t, "storyfeed.toml")); diff != "" {
				t.Errorf("the file (-want +got):\n%s", diff)
			}
			lines := strings.Split(read(t, "storyfeed.toml"), "\n")
			if got.Line != c.line || strings.TrimSpace(lines[c.line-1]) != "[[series]]" || got.Created {
				t.Errorf("said to be at line %d (created %t), want %d: %q", got.Line, got.Created, c.line, lines[c.line-1])
			}
			if info, err := os.Stat("storyfeed.toml"); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("the file's mode is %v, want it kept", info.Mode())
			}
			if !load(t, config.Sources{File: "storyfeed.toml"}).HasSlug("letters") {
				t.Error("the series is not configured")
			}
			if entries, _ := os.ReadDir("."); len(entries) != 1 {
				t.Errorf("%d files are left, want one", len(entries))
			}
		})
	}
}

func TestAppendMakesAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	a := letters()
	a.KeepBuiltIn = true
	got, err := config.Append(config.Sources{Flags: map[string]string{"config": "new.toml"}}, a)
	must(t, err)
	text := read(t, "new.toml")
	if !got.Created || !strings.HasPrefix(text, "# Configuration of storyfeed.") || !strings.HasSuffix(text, lettersTOML) {
		t.Errorf("created %t:\n%s", got.Created, text)
	}
	c := load(t, config.Sources{File: "new.toml"})
	if len(c.Series) != 2 || !c.HasSlug("selling") || !c.HasSlug("letters") {
		t.Errorf("followed are %+v, want the built-in series and the new one", c.Series)
	}
}

func TestAppendFollowsLinks(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, os.Mkdir("real", 0o755))
	write(t, "real/storyfeed.toml", "data = \"d\"\n")
	must(t, os.Symlink(filepath.Join("real", "storyfeed.toml"), "storyfeed.toml"))
	_, err := config.Append(config.Sources{File: "storyfeed.toml"}, letters())
	must(t, err)
	if info, err := os.Lstat("storyfeed.toml"); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced by %v", info.Mode())
	}
	if !strings.HasSuffix(read(t, "real/storyfeed.toml"), lettersTOML) {
		t.Errorf("the file behind the link was not written:\n%s", read(t, "real/storyfeed.toml"))
	}
	must(t, os.Remove("real/storyfeed.toml"))
	if _, err := config.Append(config.Sources{File: "storyfeed.toml"}, letters()); err == nil || !strings.Contains(err.Error(), "leads nowhere") {
		t.Errorf("through a link to nowhere: %v, want an error that says so", err)
	}
}

func TestAppendRefuses(t *testing.T) {
	for name, c := range map[string]struct{ old, says string }{
		"a faulty file":    {"adr = \":80\"\n", "storyfeed.toml:1: adr: is an unknown key"},
		"an inline list":   {"series = [{slug='a', sources=['http://h/']}]\n", "add it by hand"},
		"an equal slug":    {"[[series]]\nslug = \"letters\"\nsources = [\"http://h/\"]\n", "is the slug of"},
		"an open string":   {"data = \"\"\"\n", "is no TOML"},
		"another encoding": {"# caf\xe9\n", "is not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "storyfeed.toml", c.old)
			_, err := config.Append(config.Sources{File: "storyfeed.toml"}, letters())
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Append = %v, want a word of %q", err, c.says)
			}
			if read(t, "storyfeed.toml") != c.old {
				t.Errorf("the file was changed:\n%s", read(t, "storyfeed.toml"))
			}
			if entries, _ := os.ReadDir("."); len(entries) != 1 {
				t.Errorf("%d files are left, want one", len(entries))
			}
		})
	}
}

func TestSlugFor(t *testing.T) {
	taken := map[string]bool{"letters": true, "letters-2": true}
	for _, c := range []struct{ title, address, want string }{
		{"Why I'm So Interested In Selling", "https://blog.example/x/", "why-im-so-interested-in-selling"},
		{"Letters", "https://blog.example/", "letters-3"},
		{"Über Größe & Maß", "https://blog.example/", "uber-grosse-and-mass"},
		{"Война и мир", "https://blog.example/", "voina-i-mir"},
		{"Οδύσσεια", "https://blog.example/", "odysseia"},
		{"Crème brûlée — l’été", "https://blog.example/", "creme-brulee-lete"},
		{"港の手紙", "https://blog.example/minato/index.html", "minato"},
		{"港の手紙", "https://www.minato.example/", "minato"},
		{"Blog", "https://www.harbour.example/blog/", "harbour-blog"},
		{"", "http://127.0.0.1:8080/", "127-0-0-1"},
		{"Search", "https://blog.example/search-for-meaning/", "search-for-meaning"},
		{"What a very long title says about the one who wrote it at night", "https://blog.example/", "what-a-very-long-title-says-about-the"},
		{"😀", "https://xn--p1ai.example", "xn-p1ai"},
	} {
		if got := config.SlugFor(c.title, c.address, func(s string) bool { return taken[s] }); got != c.want {
			t.Errorf("SlugFor(%q, %q) = %q, want %q", c.title, c.address, got, c.want)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	must(t, err)
	return string(b)
}
