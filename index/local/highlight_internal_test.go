package local

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/index"
)

// TestFirmBeginnings checks of all analyzers that a word is never ruled out as
// a match by its first letters when it is one.
func TestFirmBeginnings(t *testing.T) {
	words := strings.Fields(sample + " İstanbul Istanbul l'été qu’il dell'azienda ays ais ties is as I'm o'clock jusqu'au aerger Ärger ue x A\u030angstrom e\u0301lan K2 İ")
	r := rand.New(rand.NewPCG(3, 4))
	endings := []string{"", "s", "ing", "ed", "ies", "y", "ational", "ness", "en", "ern", "es", "em", "ado", "amente", "issement", "ler", "lerin", "'s", "ability", "ibility", "icate", "icity", "ization", "ated", "ators", "alism", "iveness", "fulness", "ements", "eed", "eing", "ying", "ied", "ency", "ancy", "abli", "bling", "izing", "lled"}
	for range 3000 {
		w := ""
		for range 1 + r.IntN(5) {
			w += string("abcdeghiklmnorstuvyz"[r.IntN(20)])
		}
		words = append(words, w+endings[r.IntN(len(endings))])
	}
	for _, l := range languages() {
		for _, w := range words {
			text := placed(l, w)
			text.split(len(w))
			for i, at := range text.words {
				word := text.text[at.start:at.end]
				term := text.term(i)
				if term != nil && !newReading(l, []pattern{{prefix: term}}).first[word[0]] {
					t.Errorf("%s: %q is ruled out by its first letter though its term is %q", l.name, w, term)
				}
				if !l.mayBegin(word, term) || !l.mayBegin(word, text.folded(i)) {
					t.Errorf("%s: %q is ruled out though its term is %q", l.name, w, term)
				}
			}
		}
	}
}

// TestWordsAreAnalysedAlone checks that a word's term does not depend on the
// words around it: the search analyses texts, a snippet single words.
func TestWordsAreAnalysedAlone(t *testing.T) {
	for _, l := range languages() {
		whole := l.terms([]byte(sample), false)
		text := placed(l, sample)
		text.split(len(sample))
		if len(whole) != len(text.words) {
			t.Fatalf("%s: %d terms of the text, %d words", l.name, len(whole), len(text.words))
		}
		for i, token := range whole {
			if got := text.term(i); !bytes.Equal(got, token.Term) {
				t.Errorf("%s: word %d is %q alone, %q in the text", l.name, i, got, token.Term)
			}
		}
	}
}

func placed(l *language, text string) *placedText {
	t := newPlacedText()
	t.reading, t.text = newReading(l, nil), []byte(text)
	return t
}

// TestChunks checks that a text has the same matches where only the chunks are
// split that may have one.
func TestChunks(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := append(strings.Fields(sample), " ", "\n", "\u00a0", "\u3000", "'", "’", ".", ",", ":", "_", "-", "(", "\"", "3.14", "10,000", "été", "Ärger", "漢字", "かな", "한국어", "🙂", "e\u0301", "l'eau", "a", "s", "sell", "SELLS", "selling", "can't")
	queries := []string{"sell", `"sell a"`, `"a sell can't"`, "s*", "ete OR arger", `"漢字かな"`, `"10,000 s"`, "l'eau", "🙂", "3.14 OR cant", `"the sell"`, `"a a a a a a a a"`, `a OR "s a s"`}
	all := slices.SortedFunc(maps.Values(languages()), func(a, b *language) int { return strings.Compare(a.name, b.name) })
	for range 2000 {
		var b strings.Builder
		for range 1 + r.IntN(30) {
			b.WriteString(pieces[r.IntN(len(pieces))])
			if r.IntN(3) > 0 {
				b.WriteByte(' ')
			}
		}
		text := b.String()
		q, _ := index.ParseQuery(queries[r.IntN(len(queries))])
		l := all[r.IntN(len(all))]
		read := newReading(l, patternsOf(l, q))
		whole := newPlacedText()
		whole.reading, whole.text = read, []byte(text)
		if diff := cmp.Diff(whole.findIn(0, len(text), nil), read.find(text)); diff != "" {
			t.Fatalf("%s: %s in %q: whole -, chunks +:\n%s", l.name, q, text, diff)
		}
	}
}

func BenchmarkSnippetOfOneWord(b *testing.B) {
	body := strings.Repeat("The sellers' value-based selling isn't what their team sold in 3.14 days: a customer buys what helps. ", 45)
	q, _ := index.ParseQuery("customer")
	for b.Loop() {
		newMarker(q).Snippet("en", body)
	}
}
