package diff_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed/diff"
)

// show writes paragraphs a line each: "=" the same, "-" removed, "+" added,
// "~" changed, with [-removed-] and {+added+} words.
func show(paragraphs []diff.Paragraph) string {
	var b strings.Builder
	for _, p := range paragraphs {
		b.WriteString(string("=-+~"[p.Op]) + " ")
		if p.Op == diff.Changed {
			b.WriteString(spans(p.Spans))
		} else {
			b.WriteString(p.Spans[0].Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func spans(list []diff.Span) string {
	var b strings.Builder
	for _, s := range list {
		text := strings.TrimRight(s.Text, " ")
		space := s.Text[len(text):]
		switch s.Op {
		case diff.Removed:
			text = "[-" + text + "-]"
		case diff.Added:
			text = "{+" + text + "+}"
		}
		b.WriteString(text + space)
	}
	return b.String()
}

const (
	bees   = "A hive is quiet in the morning. One hears a single bee first, then ten."
	smoke  = "Nobody should open a box without smoke, and nobody does so twice."
	winter = "In winter there is nothing to do but to listen at the wood."
)

func text(paragraphs ...string) string { return strings.Join(paragraphs, "\n\n") }

func TestTexts(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, want string }{
		"nothing":        {"", "", ""},
		"the same":       {text(bees, smoke), text(bees, smoke), "= " + bees + "\n= " + smoke + "\n"},
		"from nothing":   {"", bees, "+ " + bees + "\n"},
		"to nothing":     {bees, "", "- " + bees + "\n"},
		"spacing":        {"One  two\nthree.", "One two three.", "= One two three.\n"},
		"one more":       {text(bees, winter), text(bees, smoke, winter), "= " + bees + "\n+ " + smoke + "\n= " + winter + "\n"},
		"one less":       {text(bees, smoke, winter), text(bees, winter), "= " + bees + "\n- " + smoke + "\n= " + winter + "\n"},
		"one replaced":   {text(bees, smoke), text(bees, winter), "= " + bees + "\n- " + smoke + "\n+ " + winter + "\n"},
		"moved":          {text(bees, smoke, winter), text(smoke, winter, bees), "- " + bees + "\n= " + smoke + "\n= " + winter + "\n+ " + bees + "\n"},
		"a word":         {bees, strings.Replace(bees, "single", "lone", 1), "~ A hive is quiet in the morning. One hears a [-single-] {+lone+} bee first, then ten.\n"},
		"a comma":        {"We came, and saw it.", "We came and saw it.", "~ We came [-,-] and saw it.\n"},
		"a letter":       {"Its a hive on the roof.", "It’s a hive on the roof.", "~ [-Its-] {+It’s+} a hive on the roof.\n"},
		"a number":       {"It cost 1,200.50 euros in all.", "It cost 1,300.50 euros in all.", "~ It cost [-1,200.50-] {+1,300.50+} euros in all.\n"},
		"at its end":     {smoke, smoke + " I did it once.", "~ " + smoke + " {+I did it once.+}\n"},
		"at its start":   {smoke, "They say that: " + smoke, "~ {+They say that:+} " + smoke + "\n"},
		"no splinters":   {"We went by train to the old city in the north that day.", "We went in a small car over the hills that day.", "~ We went [-by train to the old city in the north-] {+in a small car over the hills+} that day.\n"},
		"one of two":     {text(bees, smoke), text(winter, strings.Replace(smoke, "twice", "again", 1)), "- " + bees + "\n+ " + winter + "\n~ Nobody should open a box without smoke, and nobody does so [-twice-]{+again+}.\n"},
		"without spaces": {"養蜂の静けさについて話す。", "養蜂の喜びについて話す。", "~ 養蜂の[-静けさ-]{+喜び+}について話す。\n"},
		"combining":      {"Der Kafe\u0301 ist zu, wie immer.", "Der Kafe\u0301 ist auf, wie immer.", "~ Der Kafe\u0301 ist [-zu-]{+auf+}, wie immer.\n"},
		"markup":         {"Use <b>bold</b> & be brave.", "Use <i>bold</i> & be brave.", "~ Use <[-b-]{+i+}>bold</[-b-]{+i+}> & be brave.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, show(diff.Texts(tt.old, tt.new))); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestLine(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"The second hive", "The third hive", "The [-second-] {+third+} hive"},
		{"The second hive", "The second hive, and a third", "The second hive{+, and a third+}"},
		{"Winter", "Notes on honey", "[-Winter-]{+Notes on honey+}"},
		{"Winter", "Winter", "Winter"},
	} {
		if got := spans(diff.Line(tt.old, tt.new)); got != tt.want {
			t.Errorf("%q to %q: %s, want %s", tt.old, tt.new, got, tt.want)
		}
	}
}

// TestManyEdits goes beyond what one search finds: a change in each of 600
// paragraphs must not make all of them removed and added.
func TestManyEdits(t *testing.T) {
	var old, new []string
	for i := range 600 {
		old = append(old, fmt.Sprintf("Paragraph %d says -- as they all do -- that number %d is a good one.", i, i*i))
		new = append(new, strings.ReplaceAll(old[i], "--", "—"))
	}
	count := map[diff.Op]int{}
	for _, p := range diff.Texts(text(old...), text(new...)) {
		count[p.Op]++
	}
	if d := cmp.Diff(map[diff.Op]int{diff.Changed: 600}, count); d != "" {
		t.Errorf("paragraphs by what became of them (-want +got):\n%s", d)
	}
	words := strings.Fields(strings.Repeat("one two three four five six seven eight nine ten ", 90))
	mine := append([]string(nil), words...)
	for i := 4; i < len(mine); i += 9 {
		mine[i] = fmt.Sprint("other", i)
	}
	paragraphs := diff.Texts(strings.Join(words, " "), strings.Join(mine, " "))
	removed := 0
	for _, s := range paragraphs[0].Spans {
		if s.Op == diff.Removed {
			removed += len(strings.Fields(s.Text))
		}
	}
	if len(paragraphs) != 1 || removed != 100 {
		t.Errorf("%d paragraphs with %d words removed, want 1 with 100", len(paragraphs), removed)
	}
}

// huge are texts that were edited in a few places, of 5 MB, and of 1 MB in the
// forms that cost the most.
func huge() map[string][2]string {
	sentence := func(i int) string { return fmt.Sprintf("Sentence %d is about thing %d of them all.", i, i*7919%10007) }
	build := func(size int, sep string, word func(int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(word(i) + sep)
		}
		return b.String()
	}
	edit := func(s string) string {
		for _, at := range []int{len(s) / 5, len(s) / 3, len(s) / 2} {
			i := at + strings.IndexByte(s[at:], ' ')
			s = s[:i] + " something quite new" + s[i:]
		}
		return s
	}
	all := map[string]string{
		"one paragraph":          build(5<<20, " ", sentence),
		"paragraphs":             build(5<<20, "\n\n", sentence),
		"no sentences":           build(1<<20, " ", func(i int) string { return fmt.Sprint("word", i*7919%1009) }),
		"one word, again":        build(1<<20, " ", func(int) string { return "a" }),
		"one paragraph, again":   build(1<<20, "\n\n", func(int) string { return "a b" }),
		"the same few, shuffled": build(1<<20, "\n\n", func(i int) string { return fmt.Sprint("word ", i*i%17) }),
	}
	some := all["paragraphs"][:1<<20]
	pairs := map[string][2]string{"all new": {some, strings.ReplaceAll(some, "thing", "matter")}}
	for name, s := range all {
		pairs[name] = [2]string{s, edit(s)}
	}
	return pairs
}

func TestHuge(t *testing.T) {
	for name, pair := range huge() {
		start := time.Now()
		changed := 0
		for _, p := range diff.Texts(pair[0], pair[1]) {
			if p.Op != diff.Same {
				for _, s := range p.Spans {
					changed += len(s.Text)
				}
			}
		}
		t.Logf("%s: %v, %d bytes in changed paragraphs", name, time.Since(start), changed)
		if name != "all new" && changed > 100<<10 {
			t.Errorf("%s: three edits change %d bytes of paragraphs", name, changed)
		}
	}
}

func FuzzTexts(f *testing.F) {
	f.Add(text(bees, smoke), text(smoke, winter))
	f.Add("養蜂 \xff\u0301", "a\n\n\n b’s 1,2.")
	f.Add(strings.Repeat("a b ", 9000), strings.Repeat("b a ", 9000))
	f.Fuzz(func(t *testing.T, old, new string) {
		if len(old)+len(new) > 64<<10 {
			t.Skip()
		}
		var was, is []string
		for _, p := range diff.Texts(old, new) {
			if len(p.Spans) == 0 {
				t.Fatal("a paragraph without text")
			}
			for _, s := range p.Spans {
				if s.Op != diff.Added {
					was = append(was, s.Text)
				}
				if s.Op != diff.Removed {
					is = append(is, s.Text)
				}
			}
		}
		// Nothing is lost or made up, white space aside.
		if got, want := squeeze(was), squeeze([]string{old}); got != want {
			t.Errorf("without what was added: %q, want %q", got, want)
		}
		if got, want := squeeze(is), squeeze([]string{new}); got != want {
			t.Errorf("without what was removed: %q, want %q", got, want)
		}
	})
}

func squeeze(texts []string) string { return strings.Join(strings.Fields(strings.Join(texts, "")), "") }
