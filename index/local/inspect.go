package local

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"storyfeed/index"
)

// inspectBytes bounds how much of the segments is read when an index is
// opened: about a second's work, the index of some 150,000 stories. What is
// damaged beyond it shows when it is searched, as an error at best: bleve also
// reads in goroutines of its own, where a panic can't be caught.
const inspectBytes = 1 << 30

// badSegments lists the segment files of a generation that are not what was
// written. It looks at them before bleve opens them, and so before bleve merges
// them into others. Some may be leftovers of a crash, which bleve removes when
// it opens the index: those that remain then are damage.
func badSegments(dir string) (bad []string, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "store", "*.zap"))
	if err != nil {
		return nil, err
	}
	left := int64(inspectBytes)
	for _, path := range paths {
		n, err := checkSegment(path)
		if errors.Is(err, index.ErrDamaged) {
			bad = append(bad, path)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if left -= n; left <= 0 {
			break
		}
	}
	return bad, nil
}

// inspect looks whether an open index is sound, since bleve opens most
// damaged ones without complaint: whether its segments are what was written,
// whether it has as many documents as its manifest says, and whether it
// answers.
func inspect(ctx context.Context, b bleve.Index, bad []string) (s state, err error) {
	defer damageGuard(&err)()
	data, err := b.GetInternal(stateKey)
	if err != nil {
		return state{}, classify(err)
	}
	if s, err = decodeState(data); err != nil {
		return state{}, err
	}
	for _, path := range bad {
		if _, err := os.Stat(path); err == nil {
			return state{}, fmt.Errorf("%s is not what was written: %w", path, index.ErrDamaged)
		}
	}
	n, err := b.DocCount()
	if err != nil {
		return state{}, classify(err)
	}
	if n != uint64(s.Manifest.Count) {
		return state{}, fmt.Errorf("it has %d documents and its manifest says %d: %w", n, s.Manifest.Count, index.ErrDamaged)
	}
	req := bleve.NewSearchRequestOptions(query.NewMatchAllQuery(), 1, 0, false)
	res, err := b.SearchInContext(ctx, req)
	if err != nil {
		return state{}, classify(err)
	}
	if res.Total != n || len(res.Hits) != int(min(n, 1)) {
		return state{}, fmt.Errorf("it has %d documents and finds %d: %w", n, res.Total, index.ErrDamaged)
	}
	return s, nil
}

// checkSegment returns the size of a segment that is sound. A segment ends
// with the CRC-32 of all before it, big-endian (zap file format, footer).
func checkSegment(path string) (size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close() // only read: nothing can be lost
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	const crcSize = 4
	if st.Size() < crcSize {
		return 0, fmt.Errorf("%s is cut short: %w", path, index.ErrDamaged)
	}
	h := crc32.NewIEEE()
	if _, err := io.CopyN(h, f, st.Size()-crcSize); err != nil {
		return 0, fmt.Errorf("read %s: %w", path, err)
	}
	var want [crcSize]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return 0, fmt.Errorf("read %s: %w", path, err)
	}
	if h.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return 0, fmt.Errorf("%s has a wrong checksum: %w", path, index.ErrDamaged)
	}
	return st.Size(), nil
}
