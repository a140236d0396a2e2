package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Manifest is a fingerprint of a set of stories by which two keepers of them,
// the store and an index, see whether they hold the same. The zero value is
// the empty set. The order in which stories are added does not matter.
type Manifest struct {
	Count int
	Sum   uint64 // of the entries, modulo 2^64
}

// Add puts one version of a story into the set.
func (m *Manifest) Add(series, guid, hash string) {
	m.Count++
	m.Sum += manifestEntry(series, guid, hash)
}

// Remove takes out what [Manifest.Add] put in.
func (m *Manifest) Remove(series, guid, hash string) {
	m.Count--
	m.Sum -= manifestEntry(series, guid, hash)
}

// String is the manifest for logs, such as "36 stories, 8f14e45fceea167a".
func (m Manifest) String() string {
	return fmt.Sprintf("%d stories, %016x", m.Count, m.Sum)
}

func manifestEntry(series, guid, hash string) uint64 {
	sum := sha256.Sum256([]byte(series + "\x00" + guid + "\x00" + hash))
	return binary.BigEndian.Uint64(sum[:8])
}
