package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"storyfeed/feed"
)

// minGzip is the size from which an answer is compressed: a smaller one fits
// into one packet anyway.
const minGzip = 1400

// answer is a whole answer, made before its first byte is sent.
type answer struct {
	status       int // 0: 200
	mediaType    string
	cacheControl string
	body         []byte
}

// send writes an answer made for this request: with an ETag from its bytes,
// 304 for who has it already (RFC 9110 §13.1.2), gzip for who takes it.
func send(w *response, r *http.Request, a answer) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	h := w.Header()
	h.Set("Content-Type", a.mediaType)
	h.Set("Cache-Control", a.cacheControl)
	h["Vary"] = varyEncodingHeader
	zip := len(a.body) >= minGzip && acceptsGzip(r.Header["Accept-Encoding"])
	if a.status == http.StatusOK {
		tag := feed.ETag(a.body)
		if zip {
			tag = gzipTag(tag)
		}
		h.Set("ETag", tag)
		if notModified(r, tag, time.Time{}) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if zip {
		h.Set("Content-Encoding", "gzip")
		a.body = compress(a.body)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // it fails when the reader has gone: there is nobody to tell
	}
}

// gzipTag is the entity tag of the gzip coding of what tag names: a strong
// tag names bytes, so each coding needs its own (RFC 9110 §8.8.3.3).
func gzipTag(tag string) string {
	return strings.TrimSuffix(tag, `"`) + `-gz"`
}

// notModified evaluates If-None-Match and, only without it,
// If-Modified-Since, for GET and HEAD (RFC 9110 §13.2.2). A date that can't
// be read is ignored.
func notModified(r *http.Request, tag string, modified time.Time) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		return matches(tags, tag)
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" || modified.IsZero() {
		return false
	}
	t, err := http.ParseTime(since)
	return err == nil && !modified.Truncate(time.Second).After(t)
}

// matches compares a list of entity tags, or *, with tag. The comparison is
// the weak one: W/ makes no difference (RFC 9110 §8.8.3.2).
func matches(lines []string, tag string) bool {
	opaque := strings.TrimPrefix(tag, "W/")
	for _, list := range lines {
		for {
			list = strings.TrimLeft(list, " \t,")
			if strings.HasPrefix(list, "*") {
				return true
			}
			list = strings.TrimPrefix(list, "W/")
			if list == "" || list[0] != '"' {
				break
			}
			end := strings.IndexByte(list[1:], '"') + 2
			if end < 2 {
				break
			}
			if list[:end] == opaque {
				return true
			}
			list = list[end:]
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip is taken when it
// or * is listed with a weight above zero and not below that of identity.
// Weights that can't be read count as zero: identity is always right.
func acceptsGzip(lines []string) bool {
	if len(lines) == 1 && (lines[0] == "gzip" || strings.HasPrefix(lines[0], "gzip, ")) {
		return true // what nearly everybody sends
	}
	gzip, any, identity := -1.0, -1.0, -1.0
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "gzip", "x-gzip":
				gzip = weight(params)
			case "*":
				any = weight(params)
			case "identity":
				identity = weight(params)
			}
		}
	}
	if gzip < 0 {
		gzip = any
	}
	return gzip > 0 && gzip >= identity
}

// weight is the value of a q parameter (RFC 9110 §12.4.2), 1 without one.
func weight(params string) float64 {
	name, value, ok := strings.Cut(strings.TrimSpace(params), "=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 0
	}
	return q
}

// gzipLevel is the level up to which a page still costs less time to
// compress than to send.
const gzipLevel = 5

// gzipWriters are reused: a new one costs a megabyte.
var gzipWriters = sync.Pool{New: func() any {
	zw, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		panic(err) // the level is a constant of ours
	}
	return zw
}}

func compress(body []byte) []byte {
	zw := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(zw)
	var buf bytes.Buffer
	buf.Grow(len(body)/3 + 512)
	zw.Reset(&buf)
	_, _ = zw.Write(body) // a bytes.Buffer takes everything
	_ = zw.Close()
	return buf.Bytes()
}
