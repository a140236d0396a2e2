package web

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"storyfeed/index"
)

// helpView is what templates/help.html shows.
type helpView struct {
	chrome
	Basics  []example
	Fields  []fieldHelp
	Numbers helpNumbers
}

// example is a query with what it finds; it is a link to itself.
type example struct{ Query, Meaning string }

// fieldHelp is a field of the query language with what may stand for its value.
type fieldHelp struct {
	Name     string
	Meaning  string
	Examples []string
}

// helpNumbers are the limits that the page names.
type helpNumbers struct{ Bytes, Words, Clauses, Prefix, Depth, Page int }

// sample is something there is to find, for examples that find it.
type sample struct {
	word, other                           string // of a title
	phrase                                string // of a title
	series, author, tag, year, languageOf string
}

// searchHelp explains the query language. Fields come from the parser's own
// table, and examples from the stories that are there.
func (s *server) searchHelp(w *response, r *http.Request) error {
	sm, err := s.sample(r.Context())
	if err != nil {
		return err
	}
	v := helpView{
		Basics:  basics(sm),
		Numbers: helpNumbers{index.MaxQueryBytes, index.MaxWords, index.MaxClauses, index.ShortestPrefix, index.MaxDepth, index.DefaultLimit},
	}
	v.chrome = chrome{Title: "How to search", Description: "The query language of the search, with examples.", Section: "search"}
	for _, f := range index.QueryFields() {
		examples := f.Examples
		if own := sm.of(f.Name); len(own) > 0 {
			examples = own
		}
		v.Fields = append(v.Fields, fieldHelp{string(f.Name), f.Meaning, examples})
	}
	return s.show(w, r, http.StatusOK, "help", &v)
}

// tips are the examples of the empty search page.
func (s *server) tips(ctx context.Context) ([]example, error) {
	sm, err := s.sample(ctx)
	if err != nil {
		return nil, err
	}
	list := basics(sm)
	for _, name := range []index.Field{index.FieldTitle, index.FieldAuthor, "published"} {
		for _, f := range index.QueryFields() {
			if own := append(sm.of(name), f.Examples...); f.Name == name {
				list = append(list, example{own[0], f.Meaning})
			}
		}
	}
	return list, nil
}

func basics(sm sample) []example {
	return []example{
		{sm.word + " " + sm.other, "both words, in any order and in any of their forms"},
		{`"` + sm.phrase + `"`, "these words in a row"},
		{sm.word + " OR " + sm.other, "at least one of them"},
		{sm.word + " -webinar", "the first without the second; a minus works before everything"},
		{firstRunes(sm.word, 4) + "*", "words that begin so"},
	}
}

// of makes examples for a field; none where there is nothing to find by it.
func (sm sample) of(f index.Field) []string {
	quoted := func(v string) []string {
		if v == "" {
			return nil
		}
		if plainWord(v) {
			return []string{string(f) + ":" + v}
		}
		return []string{named(f, v)}
	}
	plain := func(values ...string) (list []string) {
		for _, v := range values {
			if !strings.HasPrefix(v, "..") && v != "" {
				list = append(list, string(f)+":"+v)
			}
		}
		return list
	}
	switch f {
	case index.FieldTitle:
		return append(plain(sm.word), quoted(sm.phrase)...)
	case index.FieldAuthor:
		return quoted(sm.author)
	case index.FieldTag:
		return quoted(sm.tag)
	case index.FieldSeries:
		return plain(sm.series)
	case index.FieldLanguage:
		return plain(sm.languageOf)
	case "part":
		return []string{"part:1", "part:1..9", "part:2..", "part:..5"}
	}
	if sm.year == "" {
		return nil
	}
	switch f {
	case "published":
		return []string{"published:" + sm.year, "published:" + sm.year + "-01.." + sm.year + "-12", "published:" + sm.year + "..", "published:.." + sm.year}
	case "after":
		return plain(sm.year, sm.year+"-01-01")
	case "before":
		return []string{"before:" + sm.year + "-12-31"}
	}
	return nil
}

// sample finds something that is there.
func (s *server) sample(ctx context.Context) (sample, error) {
	sm := sample{word: "trust", other: "people", phrase: "first principles"}
	res, err := s.ask(ctx, index.Request{Sort: index.SortNewest, Limit: index.DefaultLimit})
	if err != nil {
		return sm, err
	}
	list, err := s.storiesNamed(ctx, res.Hits, false)
	if err != nil {
		return sm, err
	}
	told := false
	for _, one := range list {
		first, second, row := telling(one.story.Title)
		if first == "" || told && row == "" {
			continue
		}
		sm.word, sm.other, sm.phrase, told = first, second, cmp.Or(row, first), true
		if row != "" {
			break
		}
	}
	first := func(facet string) string {
		for _, v := range res.Facet(facet).Values {
			if !strings.ContainsFunc(v.Value, func(r rune) bool { return strings.ContainsRune("<>\"{}", r) }) {
				return v.Value
			}
		}
		return ""
	}
	sm.series, sm.author, sm.tag, sm.year, sm.languageOf = first("series"), first("author"), first("tag"), first("year"), first("language")
	return sm, nil
}

// telling are the two longest words of a title, the earlier one first, and two
// words of it in a row; each empty where it has none that are good examples.
func telling(title string) (first, second, row string) {
	words := strings.Fields(title)
	longest, next := -1, -1
	for i, w := range words {
		if !plainWord(w) {
			continue
		}
		switch {
		case longest < 0 || len(w) > len(words[longest]):
			longest, next = i, longest
		case next < 0 || len(w) > len(words[next]):
			next = i
		}
	}
	if next < 0 {
		return "", "", ""
	}
	for i, w := range words[:len(words)-1] {
		if (i == longest || i+1 == longest) && plainWord(w) && plainWord(words[i+1]) {
			row = w + " " + words[i+1]
		}
	}
	first, second = words[min(longest, next)], words[max(longest, next)]
	return strings.ToLower(first), strings.ToLower(second), row
}

// plainWord reports whether a word is of letters alone and has more than three.
func plainWord(w string) bool {
	return utf8.RuneCountInString(w) > 3 && strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
