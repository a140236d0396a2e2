package local

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"storyfeed/feed"
	"storyfeed/index"
)

// Bounds of the work for one suggestion.
const (
	typedWords     = 8      // words that are looked at
	titlesLookedAt = 64     // of those that match: the newest
	namesLookedAt  = 50_000 // different authors, and tags
)

// Suggest implements [index.Index].
func (x *Index) Suggest(ctx context.Context, text string, limit int) ([]index.Suggestion, error) {
	return searching(ctx, x, "suggest", func(ctx context.Context, v *view) ([]index.Suggestion, error) {
		t := newTyped(text)
		if len(t.words) == 0 {
			return nil, nil
		}
		return v.suggest(ctx, t, min(max(limit, 1), index.MaxLimit))
	})
}

// typed is what somebody has typed so far.
type typed struct {
	folded string   // as a whole
	words  []string // folded; the last may go on
}

func newTyped(text string) typed {
	const enough = 256 // bytes
	text = feed.CleanLine(text[:min(len(text), enough)])
	t := typed{folded: foldName(text)}
	for _, token := range words(text) {
		if len(t.words) < typedWords {
			t.words = append(t.words, string(token.Term))
		}
	}
	return t
}

// closeness is how well a text completes what was typed, the best first.
type closeness int

const (
	whole   closeness = iota // it is the text
	begins                   // the text begins so
	rowed                    // the text has it, from the beginning of a word on
	inWords                  // the text has all its words
	nowhere                  // it does not
)

// closeness compares with a text that is folded already.
func (t typed) closeness(folded string) closeness {
	switch {
	case folded == t.folded:
		return whole
	case strings.HasPrefix(folded, t.folded):
		return begins
	}
	if !strings.Contains(folded, t.words[len(t.words)-1]) {
		return nowhere
	}
	in := spaced(folded)
	if strings.Contains(in, " "+strings.Join(t.words, " ")) {
		return rowed
	}
	for i, w := range t.words {
		if i < len(t.words)-1 {
			w += " "
		}
		if !strings.Contains(in, " "+w) {
			return nowhere
		}
	}
	return inWords
}

// spaced are the words of a text, each between two spaces.
func spaced(text string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for _, token := range words(text) {
		b.Write(token.Term)
		b.WriteByte(' ')
	}
	return b.String()
}

// suggested is a suggestion with what it is ranked by.
type suggested struct {
	index.Suggestion
	closeness closeness
	key       key // of titles
}

// suggest finds names and titles. Names come before titles that complete as
// well, but leave two thirds of the room to titles if there are that many.
func (v *view) suggest(ctx context.Context, t typed, limit int) ([]index.Suggestion, error) {
	titles, err := v.suggestTitles(ctx, t, limit)
	if err != nil {
		return nil, err
	}
	var names []suggested
	for kind, field := range map[index.SuggestionKind]string{index.SuggestAuthor: fieldAuthorID, index.SuggestTag: fieldTagID} {
		found, err := v.suggestNames(ctx, t, kind, field, limit)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.SortFunc(names, func(a, b suggested) int {
		return cmp.Or(cmp.Compare(a.closeness, b.closeness), cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Text, b.Text), cmp.Compare(a.Kind, b.Kind))
	})
	names = names[:min(len(names), max(limit-len(titles), (limit+2)/3))]
	titles = titles[:min(len(titles), limit-len(names))]
	all := append(names, titles...)
	slices.SortStableFunc(all, func(a, b suggested) int { return cmp.Compare(a.closeness, b.closeness) })
	list := make([]index.Suggestion, len(all))
	for i, s := range all {
		list[i] = s.Suggestion
	}
	return list, nil
}

// suggestTitles returns at most limit titles, each once. Titles that begin with
// what was typed have a mark before their first word, so that they are found
// where there are too many to be looked at.
func (v *view) suggestTitles(ctx context.Context, t typed, limit int) ([]suggested, error) {
	byTitle := map[string]suggested{}
	for _, first := range []string{firstWord, ""} {
		newest := top{limit: titlesLookedAt, order: v.byNewest}
		for i, s := range v.segments {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			set, err := titlesWith(s, first, t.words)
			if err != nil {
				return nil, classify(err)
			}
			addUnscored(i, set, &newest)
		}
		if err := v.collectTitles(newest.sorted(), t, byTitle); err != nil {
			return nil, classify(err)
		}
		if len(byTitle) >= limit {
			break
		}
	}
	list := make([]suggested, 0, len(byTitle))
	for _, s := range byTitle {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b suggested) int {
		return cmp.Or(cmp.Compare(a.closeness, b.closeness), newestFirst(a.key, b.key))
	})
	return list[:min(len(list), limit)], nil
}

// titlesWith are the documents of a segment with all words in their titles; of
// the last word its beginning. first stands before the first word.
func titlesWith(s *scorch.SegmentSnapshot, first string, words []string) (*roaring.Bitmap, error) {
	dict, err := s.Segment().Dictionary(fieldSuggest)
	if err != nil {
		return nil, err
	}
	var all *roaring.Bitmap
	for i, w := range words {
		if i == 0 {
			w = first + w
		}
		var set *roaring.Bitmap
		if i < len(words)-1 {
			set, err = postingsIn(dict, []byte(w))
		} else {
			set, err = prefixPostings(dict, []byte(w))
		}
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = set.Clone()
		} else {
			all.And(set)
		}
	}
	if deleted := s.Deleted(); deleted != nil {
		all.AndNot(deleted)
	}
	return all, nil
}

// collectTitles reads the titles of documents.
func (v *view) collectTitles(list []candidate, t typed, byTitle map[string]suggested) error {
	for _, c := range list {
		fields, series, guid, err := stored(v.segments[c.segment], c.number)
		if err != nil {
			return err
		}
		title := feed.CleanLine(fields[fieldName])
		folded := foldName(title)
		found := suggested{closeness: t.closeness(folded), key: v.key(c)}
		if found.closeness == nowhere {
			continue
		}
		found.Suggestion = index.Suggestion{Kind: index.SuggestTitle, Text: title, Series: series, GUID: guid, Count: 1}
		same := spaced(folded)
		if have, ok := byTitle[same]; !ok || newestFirst(found.key, have.key) < 0 {
			byTitle[same] = found
		}
	}
	return nil
}

// name is an author or a tag.
type name struct {
	suggested
	terms map[string]bool // of its spellings
}

// suggestNames returns at most limit authors or tags, each once, the most
// frequent first.
func (v *view) suggestNames(ctx context.Context, t typed, kind index.SuggestionKind, field string, limit int) ([]suggested, error) {
	names := map[string]*name{} // by folded name
	for _, s := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		dict, err := s.Segment().Dictionary(field)
		if err != nil {
			return nil, classify(err)
		}
		n := 0
		err = withPrefix(dict, nil, func(term string, count uint64) bool {
			folded, _, _ := strings.Cut(term, nameSeparator)
			if c := t.closeness(folded); c != nowhere {
				if names[folded] == nil {
					names[folded] = &name{suggested{Suggestion: index.Suggestion{Kind: kind, Text: folded}, closeness: c}, map[string]bool{}}
				}
				names[folded].terms[term] = true
				names[folded].Count += int(count)
			}
			n++
			return n < namesLookedAt
		})
		if err != nil {
			return nil, classify(err)
		}
	}
	byRank := func(a, b *name) int {
		return cmp.Or(cmp.Compare(a.closeness, b.closeness), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	}
	var list []suggested
	for _, n := range slices.SortedFunc(maps.Values(names), byRank) {
		if err := v.countLiving(field, n); err != nil {
			return nil, classify(err)
		}
		if n.Count > 0 {
			list = append(list, n.suggested)
		}
		if len(list) == limit {
			break
		}
	}
	return list, nil
}

// countLiving counts the documents of a name without deleted ones, and chooses
// the spelling that most have.
func (v *view) countLiving(field string, n *name) error {
	n.Count = 0
	best := 0
	for _, term := range slices.Sorted(maps.Keys(n.terms)) {
		count := 0
		for _, s := range v.segments {
			set, err := postings(s, field, []byte(term))
			if err != nil {
				return err
			}
			count += int(set.GetCardinality())
			if deleted := s.Deleted(); deleted != nil {
				count -= int(set.AndCardinality(deleted))
			}
		}
		if n.Count += count; count > best {
			best = count
			_, n.Text, _ = strings.Cut(term, nameSeparator)
		}
	}
	return nil
}
