package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
	"storyfeed/indexer"
)

// The control socket speaks HTTP, so that nothing new is needed on either
// side. Whoever may write in the data directory may use it; it listens on no
// network. A crawl answers with one event a line (JSON), so that its progress
// is seen while it goes on.

// event is one line of an answer. One field is set.
type event struct {
	Progress  *indexer.Progress `json:"progress,omitempty"`
	Crawl     *feed.Crawl       `json:"crawl,omitempty"`
	Preview   *indexer.Preview  `json:"preview,omitempty"`
	Rebuild   *index.Progress   `json:"rebuild,omitempty"`
	Reindexed *Reindexed        `json:"reindexed,omitempty"`
	Error     string            `json:"error,omitempty"`
}

// socketName is the control socket's name in the data directory.
const socketName = "control.sock"

// maxSocketPath is what fits everywhere into the address of a unix socket
// (sun_path: 104 bytes on macOS, 108 on Linux, with a final zero).
const maxSocketPath = 103

// socketPath is an address of the control socket that is short enough: that of
// a deep directory leads through the open directory, where the system has such
// paths. The file, if any, must stay open while the address is in use.
func socketPath(dir string) (path string, open *os.File, err error) {
	path = filepath.Join(dir, socketName)
	if len(path) <= maxSocketPath {
		return path, nil, nil
	}
	if open, err = os.Open(dir); err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", open.Fd(), socketName), open, nil
}

// controlListener is the listener together with the directory that its address
// leads through.
type controlListener struct {
	net.Listener
	dir *os.File // nil: the address is a plain path
}

func (l controlListener) Close() error {
	err := l.Listener.Close() // removes the socket, so the directory is closed after it
	if l.dir != nil {
		err = errors.Join(err, l.dir.Close())
	}
	return err
}

// listenControl opens the control socket. One that a dead process left is
// replaced: we hold the lock, so nobody listens on it.
func listenControl(dir string) (net.Listener, error) {
	if err := os.Remove(filepath.Join(dir, socketName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	path, open, err := socketPath(dir)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	inner, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("control socket in %s: %w (its path may have at most %d bytes)", dir, err, maxSocketPath)
	}
	l := controlListener{inner, open}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("control socket: %w", err), l.Close())
	}
	return l, nil
}

// control is the handler behind the socket.
func (a *App) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /crawl", a.controlCrawl)
	mux.HandleFunc("POST /preview", a.controlPreview)
	mux.HandleFunc("POST /reindex", a.controlReindex)
	mux.HandleFunc("GET /export", a.controlExport)
	mux.HandleFunc("GET /book", a.controlBook)
	mux.HandleFunc("POST /import", a.controlImport)
	mux.HandleFunc("GET /configuration", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.service(), nil) })
	mux.HandleFunc("GET /search", func(w http.ResponseWriter, r *http.Request) {
		limit, _ := strconv.Atoi(r.FormValue("limit")) // absent or odd: the default
		answer, err := a.Search(r.Context(), r.FormValue("q"), limit, r.FormValue("exact") == "true")
		reply(w, answer, err)
	})
	return mux
}

// sender writes events as they come.
func sender(w http.ResponseWriter) func(event) {
	out := json.NewEncoder(w)
	flush := http.NewResponseController(w)
	return func(e event) {
		// A client that went away has ended the request's context, and so the work.
		_ = out.Encode(e)
		_ = flush.Flush()
	}
}

func (a *App) controlCrawl(w http.ResponseWriter, r *http.Request) {
	send := sender(w)
	err := a.Crawl(r.Context(), r.URL.Query()["series"],
		func(p indexer.Progress) { send(event{Progress: &p}) },
		func(c feed.Crawl) { send(event{Crawl: &c}) })
	if err != nil {
		send(event{Error: err.Error()})
	}
}

func reply(w http.ResponseWriter, v any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client went away
}

// remote are the operations of another process.
type remote struct {
	client *http.Client
	dir    *os.File // see [socketPath]; may be nil
}

// dial reaches the process that holds dir. When it does not answer, the error
// is the lock's, which names it.
func dial(ctx context.Context, dir string, locked *store.LockedError) (*remote, error) {
	path, open, err := socketPath(dir)
	if err != nil {
		return nil, fmt.Errorf("%w, and can't be reached: %v", locked, err)
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("%w, and it takes no commands: %v", locked, err)
	}
	_ = conn.Close() // it was only to see that somebody is there
	return &remote{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "unix", path) },
	}}, open}, nil
}

// Close implements [Operations].
func (r *remote) Close() error {
	r.client.CloseIdleConnections()
	if r.dir != nil {
		return r.dir.Close()
	}
	return nil
}

// Crawl implements [Operations].
func (r *remote) Crawl(ctx context.Context, slugs []string, progress func(indexer.Progress), done func(feed.Crawl)) error {
	return r.events(ctx, "crawl", "/crawl?"+url.Values{"series": slugs}.Encode(), nil, func(e event) {
		switch {
		case e.Crawl != nil:
			done(*e.Crawl)
		case e.Progress != nil && progress != nil:
			progress(*e.Progress)
		}
	})
}

// events asks for something that takes long and hands out what comes, until
// all is done. What is its name in errors.
func (r *remote) events(ctx context.Context, what, path string, ask io.Reader, each func(event)) error {
	body, err := r.do(ctx, http.MethodPost, path, ask)
	if err != nil {
		return err
	}
	defer body.Close()
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 16<<20) // a report lists every link that was dropped
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("%s: the serving process answered %q: %w", what, lines.Text(), err)
		}
		if e.Error != "" {
			return errors.New(e.Error)
		}
		each(e)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: the serving process broke off: %w", what, err)
	}
	return nil
}

// Search implements [Operations].
func (r *remote) Search(ctx context.Context, query string, limit int, exact bool) (Answer, error) {
	var answer Answer
	values := url.Values{"q": {query}, "limit": {strconv.Itoa(limit)}, "exact": {strconv.FormatBool(exact)}}
	err := r.get(ctx, http.MethodGet, "/search?"+values.Encode(), &answer)
	return answer, err
}

func (r *remote) get(ctx context.Context, method, path string, into any) error {
	body, err := r.do(ctx, method, path, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	return json.NewDecoder(body).Decode(into)
}

// do asks the serving process and turns its complaint into an error.
func (r *remote) do(ctx context.Context, method, path string, ask io.Reader) (io.ReadCloser, error) {
	resp, err := r.ask(ctx, method, path, ask)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// ask is do with the whole answer.
func (r *remote) ask(ctx context.Context, method, path string, ask io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://control"+path, ask)
	if err != nil {
		return nil, err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the serving process does not answer: %w", err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return nil, fmt.Errorf("the serving process does not answer: %w", err)
	}
	return nil, errors.New(string(bytes.TrimSpace(text)))
}
