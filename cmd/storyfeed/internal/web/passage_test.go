package web

import (
	"testing"

	"storyfeed/index"
)

func TestPassage(t *testing.T) {
	plain := func(text string) index.Span { return index.Span{Text: text} }
	match := func(text string) index.Span { return index.Span{Text: text, Match: true} }
	for _, tc := range []struct {
		name, title, text string
		spans             []index.Span
		want              string
	}{
		{"nothing marked", "", "One two.", []index.Span{plain("One two.")}, ""},
		{"once in the text", "", "One two.", []index.Span{plain("One "), match("two"), plain(".")}, "#:~:text=two"},
		{"what means something is encoded", "", "a re-used, R&D 100% thing", []index.Span{plain("a "), match("re-used"), plain(", "), match("R&D")}, "#:~:text=re%2Dused"},
		{"neighbours are one", "", "one two three", []index.Span{match("one"), plain(" "), match("two"), plain(" three")}, "#:~:text=one%20two"},
		{"several times: the words around it", "", "x y two a b. c two d. two", []index.Span{plain("a b. c "), match("two"), plain(" d. two")}, "#:~:text=c-,two,-d.&text=two"},
		{"at most three words", "", "a b c d two e f g h two", []index.Span{plain("a b c d "), match("two"), plain(" e f g h two")}, "#:~:text=b%20c%20d-,two,-e%20f%20g&text=two"},
		{"at the beginning of a sentence", "", "One. Two two three", []index.Span{plain("One. "), match("Two"), plain(" two three")}, "#:~:text=Two,-two%20three&text=Two"},
		{"once in the title, too", "Two of us", "One two.", []index.Span{plain("One "), match("two"), plain(".")}, "#:~:text=One-,two&text=two"},
		{"in a bracket", "", "(two) and two", []index.Span{plain("("), match("two"), plain(") and two")}, "#:~:text=two"},
		{"an ellipsis is no word", "", "one two three two", []index.Span{plain("…one "), match("two"), plain(" three…")}, "#:~:text=one-,two,-three&text=two"},
		{"case differs", "", "Two and two", []index.Span{match("Two"), plain(" and two")}, "#:~:text=Two,-and%20two&text=Two"},
		{"another script", "", "東京の東京", []index.Span{match("東京"), plain("の"), match("東京")}, "#:~:text=%E6%9D%B1%E4%BA%AC"},
		{"a part of a word", "", "see foo_bar.txt", []index.Span{plain("see "), match("foo"), plain("_bar.txt")}, "#:~:text=foo_bar.txt"},
		{"the end of a word", "", "see (l’eau_bar)", []index.Span{plain("see (l’eau_"), match("bar"), plain(")")}, "#:~:text=l%E2%80%99eau_bar"},
		{"with a particle", "", "고객의 신뢰는", []index.Span{plain("고객의 "), match("신뢰"), plain("는")}, "#:~:text=%EC%8B%A0%EB%A2%B0%EB%8A%94"},
		{"a coloured emoji", "", "we 👍🏽 it", []index.Span{plain("we "), match("👍"), plain("🏽 it")}, "#:~:text=%F0%9F%91%8D%F0%9F%8F%BD"},
		{"a joined emoji", "", "👨‍👧!", []index.Span{plain("👨\u200d"), match("👧"), plain("!")}, "#:~:text=%F0%9F%91%A8%E2%80%8D%F0%9F%91%A7"},
	} {
		if got := passage(tc.title, tc.text, index.Snippet{Spans: tc.spans}); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}
