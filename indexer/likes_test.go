package indexer

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// wordsOf is a text of its own for every number.
func wordsOf(n uint64, count int) []string {
	r := rand.New(rand.NewPCG(n, 1))
	words := make([]string, count)
	for i := range words {
		words[i] = fmt.Sprintf("w%d", r.IntN(5000))
	}
	return words
}

func TestLikesFindNearCopies(t *testing.T) {
	const stories, words = 600, 300
	own := strings.Join(wordsOf(0, 80), " ") // a paragraph of the site, in every story
	k := likes{read: true, with: map[uint32][]int32{}}
	for n := range uint64(stories) {
		text := own + " " + strings.Join(wordsOf(n+1, words), " ")
		k.put(store.Sketched{GUID: fmt.Sprint(n), Sketch: feed.NewSketch(text)})
	}
	for n := range uint64(stories) {
		mended := wordsOf(n+1, words)
		for i := 10; i < words; i += 40 {
			mended[i] = "mended"
		}
		got, err := k.find(t.Context(), nil, own+" "+strings.Join(mended, " "))
		if err != nil || len(got) == 0 || got[0] != fmt.Sprint(n) {
			t.Errorf("a near copy of story %d is like %v (%v)", n, got, err)
		}
	}
	if got, err := k.find(t.Context(), nil, strings.Join(wordsOf(stories+1, words), " ")); err != nil || len(got) > 0 {
		t.Errorf("another text is like %v (%v)", got, err)
	}
}

// Comparing a story with a hundred times as many must not take a hundred times
// as long.
func TestLikesCompareWithFew(t *testing.T) {
	k := likes{read: true, with: map[uint32][]int32{}}
	own := strings.Join(wordsOf(0, 80), " ")
	for n := range uint64(5000) {
		k.add(fmt.Sprint(n), own+" "+strings.Join(wordsOf(n+1, 200), " "))
	}
	if n := len(k.candidates(feed.NewSketch(own + " " + strings.Join(wordsOf(9999, 200), " ")))); n > keyHashes*commonHash {
		t.Errorf("a new story is compared with %d others", n)
	}
}
