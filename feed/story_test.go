package feed_test

import (
	"strings"
	"testing"

	"storyfeed/feed"
)

func TestGUID(t *testing.T) {
	// Computed with Python: uuid.uuid5(uuid.NAMESPACE_URL, "https://www.example.com/").
	got := feed.GUID("https://www.example.com/")
	if want := "urn:uuid:3d3ed9d2-aa3d-5fa6-90e8-ed662e90f559"; got != want {
		t.Errorf("GUID = %s, want %s", got, want)
	}
}

func TestURLKey(t *testing.T) {
	same := [][]string{
		{
			"https://blog.example/a-story/", "http://www.blog.example/a-story", "https://BLOG.example:443/a-story/index.html#part-2",
			"https://blog.example/a-story/?utm_source=rss&fbclid=1", "https://blog.example//x/../a-story/",
		},
		{"https://blog.example/?p=7", "http://blog.example?p=7&utm_medium=feed"},
		{"https://blog.example/%C3%BCber", "https://blog.example/über"},
		{"https://blog.example/l?b=2&a=1", "https://blog.example/l?a=1&b=2"},
		{"https://blog.example/news?sid=12", "https://blog.example/news?sid=12&PHPSESSID=q1w2e3", "https://blog.example/news;jsessionid=0A1B2C.node1?sid=12"},
		{"https://blog.example/tale", "https://blog.example/tale?s=d41d8cd98f00b204e9800998ecf8427e", "https://blog.example/tale/?pk_campaign=mail"},
	}
	seen := map[string]string{}
	for _, group := range same {
		want := feed.URLKey(group[0])
		for _, u := range group[1:] {
			if got := feed.URLKey(u); got != want {
				t.Errorf("URLKey(%q) = %q, want %q as for %q", u, got, want, group[0])
			}
		}
		if other, ok := seen[want]; ok {
			t.Errorf("%q and %q share the key %q", other, group[0], want)
		}
		seen[want] = group[0]
	}
	for _, pair := range [][2]string{
		{"https://blog.example/?p=7", "https://blog.example/?p=8"},
		{"https://blog.example/show?article=7", "https://blog.example/show?article=8"},
		{"https://blog.example/news?sid=12", "https://blog.example/news?sid=13"},
		{"https://blog.example/?s=a-story-with-a-very-long-name", "https://blog.example/?s=another-story-with-a-long-name"},
		{"http://127.0.0.1:9001/a", "http://127.0.0.1:9002/a"},
		{"https://blog.example/A", "https://blog.example/a"},
	} {
		if a, b := feed.URLKey(pair[0]), feed.URLKey(pair[1]); a == b {
			t.Errorf("%q and %q have one key %q, want two", pair[0], pair[1], a)
		}
	}
}

func TestStripTracking(t *testing.T) {
	for in, want := range map[string]string{
		"https://b.example/a/?utm_source=x&p=7&fbclid=2#c": "https://b.example/a/?p=7",
		"https://b.example/a/?utm_source=x":                "https://b.example/a/",
		"https://b.example/a?b=2&a=1":                      "https://b.example/a?b=2&a=1",
		"https://b.example/%C3%BC%2Fa/;jsessionid=9F?p=1":  "https://b.example/%C3%BC%2Fa/?p=1",
	} {
		if got := feed.StripTracking(in); got != want {
			t.Errorf("StripTracking(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"clean text is untouched", "Ünïcode 🐦\n\ttab", "Ünïcode 🐦\n\ttab"},
		{"controls go", "a\x00b\x08c\x7f", "abc"},
		{"invalid UTF-8 goes", "a\xff\xfeb", "ab"},
		{"C1 becomes Windows-1252", "it\u0092s", "it’s"},
		{"noncharacters go", "a\ufffeb\ufdd0c\U0001ffff", "abc"},
		{"the replacement character goes", "a\ufffdb", "ab"},
		{"line ends become newlines", "a\r\nb\rc", "a\nb\nc"},
	} {
		got := feed.CleanText(tc.in)
		if got != tc.want {
			t.Errorf("%s: CleanText(%q) = %q, want %q", tc.name, tc.in, got, tc.want)
		}
		if again := feed.CleanText(got); again != got {
			t.Errorf("%s: CleanText is not idempotent: %q becomes %q", tc.name, got, again)
		}
	}
}

func TestContentHash(t *testing.T) {
	if feed.ContentHash("A  title", "one\n\ntwo") != feed.ContentHash("A title", "one two ") {
		t.Error("white space alone changes the hash")
	}
	if feed.ContentHash("A", "b") == feed.ContentHash("A b", "") {
		t.Error("title and text are not told apart")
	}
}

func TestSummary(t *testing.T) {
	s := feed.Story{Text: strings.Repeat("A sentence of some length. ", 30)}
	got := s.Summary()
	if n := len([]rune(got)); n > 321 || !strings.HasSuffix(got, "length.") {
		t.Errorf("Summary = %q (%d characters), want at most 320 ending with a sentence", got, n)
	}
}
