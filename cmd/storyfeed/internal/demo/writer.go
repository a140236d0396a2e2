package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// writer puts texts together from the bank: themes, each with several
// paragraphs, in which {one|another} is a choice and [tool] a slot for a word
// of the post.
type writer struct {
	seed uint64
	bank map[string][]string
	used map[string][]int // how often each paragraph was taken, so that they take turns
}

// openThemes may stand in any story, in this order; "word" and "closing"
// always end one.
var openThemes = []string{"teacher", "tool", "mistake", "customer", "day", "money", "colleague", "season", "doubt", "detail"}

func newWriter(seed uint64) *writer {
	data, err := posts.ReadFile("posts/bank.txt")
	if err != nil {
		panic(err) // it is embedded
	}
	w := &writer{seed: seed, bank: map[string][]string{}, used: map[string][]int{}}
	theme := ""
	for block := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
		if head, rest, ok := strings.Cut(block, "\n"); ok && strings.HasPrefix(head, "# ") {
			theme, block = head[2:], rest
		}
		w.bank[theme] = append(w.bank[theme], block)
		w.used[theme] = append(w.used[theme], 0)
	}
	return w
}

// dice are the same for the same seed and purpose.
func (w *writer) dice(purpose string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose)) // never fails
	return rand.New(rand.NewPCG(w.seed, h.Sum64()))
}

// paragraphs writes what stands between a post's own blocks: 6 to 8 for a
// story, 2 for another post.
func (w *writer) paragraphs(p *post) []string {
	dice := w.dice(p.Slug)
	if len(p.words) == 0 {
		return []string{w.about("notice", p, dice), w.about("notice", p, dice)}
	}
	themes := p.themes
	if len(themes) == 0 {
		themes = slices.Clone(openThemes)
		for len(themes) > 4+dice.IntN(3) {
			i := dice.IntN(len(themes))
			themes = slices.Delete(themes, i, i+1)
		}
		themes = append(themes, "word", "closing")
	}
	list := make([]string, len(themes))
	for i, theme := range themes {
		list[i] = w.about(theme, p, dice)
	}
	return list
}

// about writes a paragraph on a theme: one of those that were taken least.
func (w *writer) about(theme string, p *post, dice *rand.Rand) string {
	used := w.used[theme]
	least := slices.Min(used)
	i := dice.IntN(len(used))
	for used[i] > least {
		i = (i + 1) % len(used)
	}
	used[i]++
	return fill(w.bank[theme][i], p.words, dice)
}

var (
	choice = regexp.MustCompile(`\{[^{}]*\}`)
	slot   = regexp.MustCompile(`\[[A-Za-z]+\]`)
)

// fill makes the choices and then fills the slots; [Master] is the word for
// [master] at the beginning of a sentence.
func fill(text string, words map[string]string, dice *rand.Rand) string {
	text = choice.ReplaceAllStringFunc(text, func(s string) string {
		options := strings.Split(s[1:len(s)-1], "|")
		return options[dice.IntN(len(options))]
	})
	return slot.ReplaceAllStringFunc(text, func(s string) string {
		name := s[1 : len(s)-1]
		word, ok := words[strings.ToLower(name)]
		if !ok {
			word = "work"
		}
		if unicode.IsUpper(rune(name[0])) {
			first, size := utf8.DecodeRuneInString(word)
			word = string(unicode.ToUpper(first)) + word[size:]
		}
		return word
	})
}

var readers = []string{"Elke M.", "Tomás", "ferry_fan_61", "Aylin Kaya", "B. Osei", "Grandad Joe", "Σοφία", "李娜"}

// comments are what readers wrote below a post, some hours and days later.
func (w *writer) comments(p *post, now time.Time) []comment {
	dice := w.dice("comments " + p.Slug)
	var list []comment
	at := p.Published
	for range dice.IntN(5) {
		at = at.Add(time.Duration(1+dice.IntN(40)) * time.Hour)
		if at.After(now) {
			break
		}
		list = append(list, comment{
			ID:   p.ID*10 + len(list),
			Name: readers[dice.IntN(len(readers))],
			Time: at,
			Text: w.about("comment", p, dice),
		})
	}
	return list
}
