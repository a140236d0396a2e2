package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// maxHeaders bounds an answer's headers, in bytes.
const maxHeaders = 64 << 10

// budget is what one get may cost. Tests use smaller ones.
type budget struct {
	headers time.Duration // until an answer's headers are complete, look-up and connection included
	total   time.Duration // of network time, over all hops and tries
	window  time.Duration // the body must bring minimum bytes in every window
	minimum int64
	wire    int64 // bytes of a body as sent
	decoded int64 // bytes of a body unpacked
	ratio   int64 // decoded ÷ wire, looked at beyond ratioAt decoded bytes
	ratioAt int64
}

func defaultBudget() budget {
	return budget{
		headers: 10 * time.Second, total: 30 * time.Second,
		window: 10 * time.Second, minimum: 5 << 10,
		wire: 5 << 20, decoded: 10 << 20, ratio: 100, ratioAt: 1 << 20,
	}
}

// readBody reads, unpacks and bounds a body. When cut is positive the body
// ends there without an error. The context is cancelled with a cause when the
// body comes too slowly.
func (b budget) readBody(ctx context.Context, stop context.CancelCauseFunc, resp *http.Response, cut int64) (body []byte, wire int64, err error) {
	if cut <= 0 && resp.ContentLength > b.wire {
		return nil, 0, &limitError{ReasonTooLarge, "the answer is larger than " + size(b.wire)}
	}
	m := &meter{r: resp.Body, limit: b.wire}
	watch, end := context.WithCancel(ctx)
	defer end()
	go b.watch(watch, stop, m)

	var r io.Reader = m
	switch coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); coding {
	case "", "identity":
	case "gzip", "x-gzip":
		if r, err = newUnzip(m); err != nil {
			return nil, m.n.Load(), err
		}
	default:
		return nil, 0, &limitError{ReasonType, fmt.Sprintf("answered in the content coding %.40q, which was not asked for", coding)}
	}
	if cut > 0 {
		r = io.LimitReader(r, cut)
	}
	body, err = b.readAll(r, m)
	return body, m.n.Load(), err
}

// readAll is io.ReadAll within the limits, checked as the bytes stream.
func (b budget) readAll(r io.Reader, m *meter) ([]byte, error) {
	body := make([]byte, 0, 32<<10)
	for {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		decoded := int64(len(body))
		switch {
		case decoded > b.decoded:
			return nil, &limitError{ReasonTooLarge, "the answer is larger than " + size(b.decoded) + " unpacked"}
		case decoded > b.ratioAt && decoded > b.ratio*m.n.Load():
			return nil, &limitError{ReasonTooLarge, fmt.Sprintf("the answer unpacks to more than %d times its size", b.ratio)}
		case err == io.EOF:
			return body, nil
		case err != nil:
			return nil, err
		}
	}
}

// watch cancels an exchange whose body trickles.
func (b budget) watch(ctx context.Context, stop context.CancelCauseFunc, m *meter) {
	tick := time.NewTicker(b.window)
	defer tick.Stop()
	var last int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			n := m.n.Load()
			if n-last < b.minimum {
				stop(&limitError{ReasonTimeout, fmt.Sprintf("the answer came too slowly: %d bytes in %v", n-last, b.window)})
				return
			}
			last = n
		}
	}
}

// meter counts and bounds the bytes on the wire.
type meter struct {
	r     io.Reader
	n     atomic.Int64
	limit int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.n.Add(int64(n)) > m.limit {
		return 0, &limitError{ReasonTooLarge, "the answer is larger than " + size(m.limit)}
	}
	return n, err
}

// unzip is a gzip reader that, as browsers do, forgives bytes after the last
// member and an empty body.
type unzip struct {
	r *bufio.Reader
	z *gzip.Reader
}

func newUnzip(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	if _, err := buffered.Peek(1); err == io.EOF {
		return buffered, nil
	}
	z, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, notGzip(err)
	}
	z.Multistream(false)
	return &unzip{buffered, z}, nil
}

func (u *unzip) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if err != io.EOF {
		return n, notGzip(err)
	}
	if magic, _ := u.r.Peek(2); string(magic) != "\x1f\x8b" { // its error is one of an end
		return n, io.EOF
	}
	err = u.z.Reset(u.r)
	u.z.Multistream(false)
	return n, notGzip(err)
}

// notGzip tells a broken packing from a broken connection.
func notGzip(err error) error {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	if corrupt || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return &limitError{ReasonType, "the answer is said to be gzip and is not"}
	}
	return err
}
