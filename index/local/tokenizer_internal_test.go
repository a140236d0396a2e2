package local

import (
	"testing"
	"unicode/utf8"

	"github.com/blevesearch/segment"
	"github.com/google/go-cmp/cmp"
)

// FuzzSplit compares the quick way through a text with the tables of Unicode
// all the way.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		sample, "", "don't can’t 'tis o'clock' e-mail x_y _z__ a.b.c 3.14 1,000 1.a a.1 a:b 10:30, 5; x", "a\u0301b \u0301x é'a a'é a.\u0301b",
		"\r\n\t a \x00b\x01 _ ' . a'", "東京tower 2東 a東 서울a ขายb 🐦🇩🇪👩‍🚒 x🐦", "a\u200db a\u00adb \u2003 \u2003x a,\u00adb 1,\u0301 2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return // the tables end there; texts are cleaned before
		}
		var got, want []string
		split([]byte(s), func(start, end int) { got = append(got, s[start:end]) })
		whole := tokenizer{text: []byte(s), emit: func(start, end int) { want = append(want, s[start:end]) }}
		seg, start := segment.NewWordSegmenterDirect([]byte(s)), 0
		for seg.Segment() {
			end := start + len(seg.Bytes())
			whole.segment(seg.Type(), start, end)
			start = end
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("split(%q): (-want +got)\n%s", s, diff)
		}
	})
}
