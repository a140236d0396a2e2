package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Compress is body in the gzip coding (RFC 1952), without a time or a name in
// its header: the same body gives the same bytes.
//
// Of feeds of prose zstd would make 12 to 27 % less (klauspost/compress, the
// better level, 1 to 2.5 times the time), for a third copy of each kept.
func Compress(body []byte) []byte {
	const usually = 4 // times smaller
	b := bytes.NewBuffer(make([]byte, 0, len(body)/usually+bytes.MinRead))
	w, _ := gzip.NewWriterLevel(b, gzip.DefaultCompression) // fails only for an unknown level
	w.ModTime = time.Unix(0, 0)                             // means none; the zero time would be written as a year
	_, _ = w.Write(body)                                    // a bytes.Buffer takes everything
	_ = w.Close()
	return bytes.Clone(b.Bytes()) // without the rest of the buffer: it is kept long
}

// ETag is the strong entity tag of a body (RFC 9110 §8.8.3), quoted: a hash
// of its bytes and of nothing else.
func ETag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// GzipETag is the tag of the gzip coding. Two codings of one document are
// different bytes, so they have different strong tags (RFC 9110 §8.8.3.3).
func (d Document) GzipETag() string {
	return strings.TrimSuffix(d.ETag, `"`) + `-gz"`
}

// keptBody is up to how many bytes the identity coding of a document is kept
// beside its gzip coding. Nearly every reader takes gzip, and for the others a
// larger one is unpacked: a millisecond for each 250 kB, against four times the
// memory and the writing.
const keptBody = 64 << 10

// Slim is the document without Body, if that is large and can be had from
// Gzip.
func (d Document) Slim() Document {
	if len(d.Body) > keptBody && len(d.Gzip) > 0 {
		d.Body = nil
	}
	return d
}

// Size is the length of the identity coding in bytes.
func (d Document) Size() int {
	if n := len(d.Gzip); len(d.Body) == 0 && n >= 4 {
		return int(binary.LittleEndian.Uint32(d.Gzip[n-4:])) // RFC 1952 §2.3.1: ISIZE
	}
	return len(d.Body)
}

// Identity reads the identity coding, whether Body is kept or not. It fails
// when Gzip is not what [Compress] wrote.
func (d Document) Identity() (io.Reader, error) {
	if len(d.Body) > 0 || len(d.Gzip) == 0 {
		return bytes.NewReader(d.Body), nil
	}
	return gzip.NewReader(bytes.NewReader(d.Gzip))
}
