package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Compress is body in the gzip coding (RFC 1952), without a time or a name in
// its header: the same body gives the same bytes.
func Compress(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.DefaultCompression) // fails only for an unknown level
	w.ModTime = time.Unix(0, 0)                              // means none; the zero time would be written as a year
	_, _ = w.Write(body)                                     // a bytes.Buffer takes everything
	_ = w.Close()
	return b.Bytes()
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
