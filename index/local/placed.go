package local

import (
	"bytes"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"

	"storyfeed/index"
)

// placedText is a text with the places of its words.
type placedText struct {
	*reading
	text  []byte
	words []place
	at    int // the first word of the chunk that is looked at
	done  int // up to where words are known
	emit  func(start, end int)
}

type place struct{ start, end int }

// mostTerms bounds what a [reading] keeps.
const mostTerms = 4096

// places are reused: a text has a thousand words, a page ten texts.
var places = sync.Pool{New: func() any { return newPlacedText() }}

func newPlacedText() *placedText {
	t := new(placedText)
	t.emit = func(start, end int) { t.words = append(t.words, place{t.done + start, t.done + end}) }
	return t
}

// split appends the words up to a place where a chunk ends.
func (t *placedText) split(to int) {
	split(t.text[t.done:to], t.emit)
	t.done = to
}

// findIn appends the matches that begin in a chunk. Chunks are asked for in order,
// and split once: the words behind one that were looked at for a phrase are kept.
func (t *placedText) findIn(from, to int, found []index.Match) []index.Match {
	if t.done <= from {
		t.words, t.at, t.done = t.words[:0], 0, from
	}
	for t.at < len(t.words) && t.words[t.at].start < from {
		t.at++
	}
	if t.done < to {
		t.split(to)
	}
	end := t.at // no more words begin here
	for end < len(t.words) && t.words[end].start < to {
		end++
	}
	for t.done < len(t.text) && len(t.words) < end+t.further {
		next := t.done
		for next < len(t.text) && endsChunk(t.text[next]) {
			next++
		}
		for next < len(t.text) && !endsChunk(t.text[next]) {
			next++
		}
		t.split(next)
	}
	for i := t.at; i < end; i++ {
		w := t.words[i]
		if !t.first[t.text[w.start]] {
			continue
		}
		for _, p := range t.patterns {
			if !t.mayBegin(t.text[w.start:w.end], p.beginning()) {
				continue
			}
			if end := p.match(t, i); end > 0 {
				found = append(found, index.Match{Start: w.start, End: behindMarks(t.text, end), Clause: p.leaf})
			}
		}
	}
	return found
}

func (t *placedText) release() {
	const most = 4096 // words: what is kept for the next text
	if cap(t.words) > most {
		t.words, t.text = nil, nil
	}
	t.reading = nil
	t.words, t.at, t.done = t.words[:0], 0, 0
	places.Put(t)
}

// term analyses a word; nil when nothing is left of it.
func (t *placedText) term(i int) []byte {
	word := t.text[t.words[i].start:t.words[i].end]
	term, known := t.terms[string(word)]
	if known {
		return term
	}
	tokens := t.analyse(analysis.TokenStream{{Term: t.copied(i), Position: 1}}, false)
	if len(tokens) > 0 {
		term = tokens[0].Term
	}
	if len(t.terms) == mostTerms {
		clear(t.terms)
	}
	t.terms[string(word)] = term
	return term
}

func (t *placedText) folded(i int) []byte { return fold(t.copied(i), "") }

// copied is a word for analysers, which overwrite what they get.
func (t *placedText) copied(i int) []byte {
	return bytes.Clone(termAt(t.text, t.words[i].start, t.words[i].end))
}
