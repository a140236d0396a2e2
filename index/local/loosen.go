package local

import (
	"strings"
	"unicode"

	"storyfeed/index"
)

// Who asks with many words, such as a whole sentence, wants stories about them,
// and hardly any story has all. Who asks with two wants both.
const (
	someWords = 3  // plain words from which on any of them will do where no story has all
	manyWords = 5  // and from which on any of them will do where few stories have all
	fewHits   = 10 // stories are few below this
)

// loosened is the query with any of its words instead of all of them; ok
// reports whether it has enough of them for one that finds so much. Words of
// phrases are words then, and what else the query asks for stays.
func loosened(q index.Query, total int) (loose index.Query, ok bool) {
	var words index.Any
	var others index.All
	plain := 0
	for _, n := range clauses(q) {
		field, text := fieldAndText(n)
		_, isPrefix := n.(index.Prefix)
		if isPrefix || field != index.FieldText {
			others = append(others, n)
			continue
		}
		parts := strings.FieldsFunc(text, separatesWords)
		for _, part := range parts {
			words = append(words, index.Word{Text: part})
		}
		if _, isWord := n.(index.Word); isWord {
			plain += len(parts)
		}
	}
	if plain < someWords || total > 0 && plain < manyWords {
		return q, false
	}
	if len(others) == 0 {
		return index.Query{Root: words}, true
	}
	return index.Query{Root: append(index.All{words}, others...)}, true
}

// separatesWords reports what stands between words that are written as one,
// such as "well-known".
func separatesWords(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.So) && !strings.ContainsRune("'’", r)
}
