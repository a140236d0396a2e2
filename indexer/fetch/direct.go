package fetch

import (
	"io"
	"net/http"
	"time"
)

const (
	// directTime bounds a whole exchange of [Client.Direct].
	directTime = 10 * time.Second
	// directBody bounds the answers' bodies, in bytes.
	directBody = 64 << 10
)

// Direct returns a client for servers that asked to be called, such as the
// callbacks of subscribers: robots.txt and the pace are for visitors and don't
// hold there. Guard, allowances and User-Agent are those of c. Each exchange
// may take 10 s in all; redirects are answers, never followed; a body ends
// after 64 KB with an error. An address that the guard refuses is not asked.
//
// It is cheap to make and safe for concurrent use.
func (c *Client) Direct() *http.Client {
	return &http.Client{
		Transport:     &direct{c},
		Timeout:       directTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Permit says, without a look-up, why an address can't be asked at all: it is
// malformed, private, on an odd port. Nil proves nothing: a name may lead
// inside, which is noticed when it is asked.
func (c *Client) Permit(address string) error {
	u, err := parseURL(address)
	if err != nil {
		return err
	}
	return c.guard.permit(u)
}

// direct is the transport of [Client.Direct].
type direct struct{ client *Client }

// RoundTrip implements [http.RoundTripper].
func (d *direct) RoundTrip(r *http.Request) (*http.Response, error) {
	u, err := normalURL(r.URL)
	if err == nil {
		err = d.client.guard.permit(u)
	}
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // a transport closes it always; nobody read from it
		}
		return nil, err
	}
	out := r.Clone(r.Context())
	out.URL, out.Host = u, ""
	if out.Header.Get("User-Agent") == "" {
		out.Header.Set("User-Agent", d.client.agent)
	}
	resp, err := d.client.transport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	resp.Body = &bounded{resp.Body, directBody}
	return resp, nil
}

// bounded is a body that fails where it gets too long.
type bounded struct {
	io.ReadCloser
	left int
}

// Read implements [io.Reader].
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, &limitError{ReasonTooLarge, "the answer is larger than " + size(directBody)}
	}
	if len(p) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	if b.left < 0 {
		n, err = n-1, nil // the byte too many; the next call tells
	}
	return n, err
}
