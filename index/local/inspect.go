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

// inspectBytes bounds how much of the segments' bytes is read when an index is
// opened: about a tenth of a second's work.
const inspectBytes = 256 << 20

// listSegments names the segment files of a generation. It is called before
// bleve opens them: what bleve writes later is not yet whole when it is
// looked at.
func listSegments(dir string) []string {
	names, err := filepath.Glob(filepath.Join(dir, "store", "*.zap"))
	if err != nil {
		return nil // only for a bad pattern, which dir can't make: damage shows elsewhere
	}
	return names
}

// inspect looks whether an open index is sound, since bleve opens most
// damaged ones without complaint: whether its segments are what was written,
// whether it has as many documents as its manifest says, and whether it
// answers.
func inspect(ctx context.Context, b bleve.Index, segments []string) (s state, err error) {
	defer damageGuard(&err)()
	data, err := b.GetInternal(stateKey)
	if err != nil {
		return state{}, classify(err)
	}
	if s, err = decodeState(data); err != nil {
		return state{}, err
	}
	if err := checkSegments(segments); err != nil {
		return state{}, err
	}
	n, err := b.DocCount()
	if err != nil {
		return state{}, classify(err)
	}
	if n != uint64(s.Manifest.Count) {
		return state{}, fmt.Errorf("it has %d documents and its manifest says %d: %w", n, s.Manifest.Count, index.ErrDamaged)
	}
	req := bleve.NewSearchRequestOptions(query.NewMatchAllQuery(), 1, 0, false)
	req.SortByCustom(order(fieldNewest))
	res, err := b.SearchInContext(ctx, req)
	if err != nil {
		return state{}, classify(err)
	}
	if res.Total != n || len(res.Hits) != int(min(n, 1)) {
		return state{}, fmt.Errorf("it has %d documents and finds %d: %w", n, res.Total, index.ErrDamaged)
	}
	return s, nil
}

// checkSegments compares segments with the checksums that end them.
func checkSegments(paths []string) error {
	left := int64(inspectBytes)
	for _, path := range paths {
		n, err := checkSegment(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // merged into another one, or never part of the index
		}
		if err != nil {
			return err
		}
		if left -= n; left <= 0 {
			break
		}
	}
	return nil
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
