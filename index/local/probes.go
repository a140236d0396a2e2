package local

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"storyfeed/feed"
	"storyfeed/index"
)

// Limits of what a new index is asked before it serves.
const (
	probed      = 48      // documents, over all languages
	probedLeast = 2       // of each language, however many there are
	probedTitle = 8       // words of a title
	probedBody  = 2 << 10 // bytes of a body
	compared    = 12      // of whose words the old index must find as many
)

// probe is a document that must be found by what it says.
type probe struct {
	id, guid string
	order    uint64 // hash of the ID

	title string // its beginning; empty: nothing in it can be searched
	word  string // a long one of its body; empty likewise
	index.Request
}

// probes are some of the documents that were put into an index: of each
// language those with the smallest hashes, so that it does not matter in which
// order and how often documents come, and every rebuild asks for the same.
type probes map[string][]probe // by language

// add takes a document, in place of one with the same ID.
func (s probes) add(d index.Document) {
	s.remove(d.ID)
	l := languageOfDocument(d)
	h := fnv.New64a()
	_, _ = h.Write([]byte(d.ID)) // it never fails
	order := h.Sum64()
	list := s[l.name]
	if len(list) == probed && list[probed-1].order <= order {
		return
	}
	at, _ := slices.BinarySearchFunc(list, order, func(one probe, order uint64) int { return cmp.Compare(one.order, order) })
	list = slices.Insert(list, at, newProbe(d, l, order))
	s[l.name] = list[:min(len(list), probed)]
}

func (s probes) remove(id string) {
	for name, list := range s {
		if i := slices.IndexFunc(list, func(one probe) bool { return one.id == id }); i >= 0 {
			s[name] = slices.Delete(list, i, i+1)
		}
	}
}

// all are those to ask for, an equal share of each language.
func (s probes) all() []probe {
	var all []probe
	for _, list := range s {
		all = append(all, list[:min(len(list), max(probedLeast, probed/len(s)))]...)
	}
	slices.SortFunc(all, func(a, b probe) int { return cmp.Compare(a.order, b.order) })
	return all
}

// newProbe keeps what is asked for, and not the document: bodies are long.
func newProbe(d index.Document, l *language, order uint64) probe {
	s := probe{id: d.ID, guid: d.GUID, order: order}
	s.Series, s.Limit = d.Series, index.MaxLimit
	s.title = beginningOf(feed.CleanText(d.Title))
	if len(l.terms([]byte(s.title), false)) == 0 {
		s.title = ""
	}
	s.word = longestWord(d.Body, l)
	s.Author, s.Tag = firstName(d.Authors), firstName(d.Tags)
	if len(tongues(d.Language)) > 0 {
		s.Language = d.Language
	}
	if !d.Published.IsZero() {
		day := d.Published.UTC().Truncate(24 * time.Hour)
		s.After, s.Before = day, day.AddDate(0, 0, 1)
	}
	if d.Part > 0 {
		s.Query.Root = index.Parts{From: d.Part, To: d.Part}
	}
	return s
}

// firstName is one that can be filtered by.
func firstName(names []string) string {
	for _, name := range names {
		if name = shorten(name); foldName(name) != "" {
			return name
		}
	}
	return ""
}

func beginningOf(title string) string {
	words := strings.Fields(title)
	return strings.Join(words[:min(len(words), probedTitle)], " ")
}

// longestWord is one of the beginning of a text that is the same to the
// analyzer when it stands alone.
func longestWord(text string, l *language) (longest string) {
	text = feed.CleanText(text[:min(len(text), probedBody)])
	tokens := l.terms([]byte(text), true)
	for i, t := range tokens {
		if i > 0 && i == len(tokens)-1 {
			break // it may be cut
		}
		if t.End-t.Start <= len(longest) || t.End > len(text) || !utf8.ValidString(text[t.Start:t.End]) {
			continue
		}
		word := text[t.Start:t.End]
		alone := l.terms([]byte(word), true)
		if len(alone) == 1 && string(alone[0].Term) == string(t.Term) {
			longest = word
		}
	}
	return longest
}

// requests are searches that must find the document.
func (s probe) requests() (list []index.Request) {
	if s.title != "" {
		list = append(list, s.with(index.Phrase{Field: index.FieldTitle, Text: s.title}))
	}
	if s.word != "" {
		list = append(list, s.with(index.Word{Field: index.FieldText, Text: s.word}))
	}
	if len(list) == 0 {
		list = append(list, s.Request)
	}
	return list
}

func (s probe) with(n index.Node) index.Request {
	r := s.Request
	all := index.All{n}
	if r.Query.Root != nil {
		all = append(all, r.Query.Root)
	}
	r.Query.Root = all
	return r
}

// describe tells what was asked, for people.
func describe(r index.Request) string {
	var b strings.Builder
	b.WriteString(r.Query.String())
	for _, f := range []struct{ name, value string }{{"series", r.Series}, {"author", r.Author}, {"tag", r.Tag}, {"lang", r.Language}} {
		if f.value != "" {
			fmt.Fprintf(&b, " %s:%q", f.name, f.value)
		}
	}
	if !r.After.IsZero() {
		fmt.Fprintf(&b, " published:%s", r.After.Format("2006-01-02"))
	}
	return strings.TrimSpace(b.String())
}
