//go:build race

package extract_test

// raced: the race detector is on, which makes times mean nothing.
const raced = true
