package feed_test

import (
	"strings"
	"testing"

	"storyfeed/feed"
)

func TestTermSlug(t *testing.T) {
	for slug, names := range map[string][]string{
		"ada-marsh":     {"Ada Marsh", "ADA  MARSH", " ada-marsh ", "Ada\u00a0Marsh", "Ada\u00adMarsh"[:3] + "_Marsh"},
		"tomas-obrien":  {"Tomás O’Brien", "Tomas O'Brien", "TOMÁS OʼBRIEN", "Toma\u0301s O’Brien"},
		"j-r-r-tolkien": {"J. R. R. Tolkien", "J.R.R. Tolkien", "j r r tolkien"},
		"strasse":       {"Straße", "STRASSE"},
		"王小明":           {"王小明", " 王小明"},
		"андрей-иванов": {"Андрей Иванов", "АНДРЕЙ ИВАНОВ"},
		"петр-семенов":  {"Пётр Семёнов", "Петр Семенов"},
		"νικοσ":         {"Νίκος", "ΝΙΚΟΣ"},
		"हिन्दी":        {"हिन्दी"},
		"web-2-0":       {"Web 2.0"},
		"abc":           {"ＡＢＣ"},
		"":              {"", " ", "\u200b", "\x00"},
	} {
		for _, name := range names {
			if got := feed.TermSlug(name); got != slug {
				t.Errorf("TermSlug(%q) = %q, want %q", name, got, slug)
			}
		}
	}
}

// Names that are not the same have slugs that are not the same, each of them
// fit for an address.
func TestTermSlugApart(t *testing.T) {
	long := strings.Repeat("an extraordinarily long name ", 40)
	seen := map[string]string{}
	for _, name := range []string{
		"C", "C++", "C#", "F#", "AC/DC", "AC DC", "R&D", "🐝", "🦋", "!!!", "???", "..", "../../etc/passwd", "100%", "<b>bold</b>", "a?b", "a#b",
		long + "1", long + "2", strings.Repeat("漢", 500), strings.Repeat("漢", 501),
	} {
		slug := feed.TermSlug(name)
		if other, ok := seen[slug]; ok && slug != "" {
			t.Errorf("%.40q and %.40q have the slug %q", name, other, slug)
		}
		seen[slug] = name
		if strings.ContainsAny(slug, "/.?#%& <>") || len(slug) > 120 || strings.HasPrefix(slug, "-") {
			t.Errorf("TermSlug(%.40q) = %q, which is no good part of a path", name, slug)
		}
		if again := feed.TermSlug(slug); again != slug {
			t.Errorf("the slug of the slug %q is %q", slug, again)
		}
	}
	if got := feed.TermSlug("C++"); !strings.HasPrefix(got, "c-") {
		t.Errorf("TermSlug(C++) = %q, which is not readable", got)
	}
	if got := feed.TermPath(feed.TermTag, "王小明"); got != "/tags/%E7%8E%8B%E5%B0%8F%E6%98%8E" {
		t.Errorf("TermPath: %q", got)
	}
}

// A slug is its own slug: else the address that we give out would lead to
// another one.
func FuzzTermSlug(f *testing.F) {
	for _, s := range []string{"Ada Marsh", "C++", "王小明", "हिन्दी", "ΝΙΚΟΣ", "İstanbul", "ﬁ", "a\u0301\u0327", "ǅ", strings.Repeat("漢", 50), strings.Repeat("a\u0301-", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		slug := feed.TermSlug(name)
		if again := feed.TermSlug(slug); again != slug {
			t.Errorf("%q has the slug %q, which has the slug %q", name, slug, again)
		}
		if strings.ContainsAny(slug, "/.?#%&") || len(slug) > 120 {
			t.Errorf("%q has the slug %q", name, slug)
		}
	})
}
