package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary the program: under the name of storyfeed it
// is one, so that tests can start it, signal it and kill it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"storyfeed": func() { os.Exit(run()) }})
}

// patience is how long anything that should happen at once may take on a
// machine that is busy with other things.
const patience = 90 * time.Second

// await polls until done reports true.
func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if done() {
			return
		}
	}
	t.Fatalf("waited %s in vain for %s", patience, what)
}

// process is a running storyfeed.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	url    string // of a serving one, without a slash at the end
	log    buffer // standard error
	out    buffer
	exited chan struct{}
	err    error // of Wait; to be read after exited
}

// start runs storyfeed in a directory with more environment. It is killed at
// the end of the test.
func start(t testing.TB, dir string, env []string, args ...string) *process {
	t.Helper()
	return startCommand(t, dir, env, exec.Command("storyfeed", args...))
}

func startCommand(t testing.TB, dir string, env []string, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, exited: make(chan struct{})}
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &p.out, &p.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%v in %s said:\n%s%s", cmd.Args, filepath.Base(dir), p.out.String(), p.log.String())
		}
	})
	return p
}

var servingLine = regexp.MustCompile(`msg=serving url=(\S+)`)

// serving starts storyfeed serve on a free port and waits until it says where.
func serving(t testing.TB, dir string, env ...string) *process {
	t.Helper()
	return start(t, dir, env, "serve", "--addr", "127.0.0.1:0").awaitServing()
}

func (p *process) awaitServing() *process {
	p.t.Helper()
	await(p.t, "the process to serve", func() bool {
		p.mustLive()
		m := servingLine.FindStringSubmatch(p.log.String())
		if m != nil {
			p.url = m[1]
		}
		return m != nil
	})
	return p
}

func (p *process) mustLive() {
	p.t.Helper()
	select {
	case <-p.exited:
		p.t.Fatalf("%v ended: %v\n%s", p.cmd.Args, p.err, p.log.String())
	default:
	}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// kill ends the process as a power cut does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended already
	<-p.exited
}

// wait returns the exit code; -1: ended by a signal.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("%v does not end", p.cmd.Args)
	}
	var exit *exec.ExitError
	if p.err != nil && !errors.As(p.err, &exit) {
		p.t.Fatal(p.err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// stop ends a service the orderly way.
func (p *process) stop() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		p.t.Errorf("after SIGTERM the exit code is %d, want 0\n%s", code, p.log.String())
	}
}

// get asks the service for a path.
func (p *process) get(path string) (int, []byte) {
	p.t.Helper()
	status, body, err := p.tryGet(path)
	if err != nil {
		p.t.Fatal(err)
	}
	return status, body
}

// client keeps no connection: one that is open makes the service wait at its
// end.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func (p *process) tryGet(path string) (int, []byte, error) {
	resp, err := client.Get(p.url + path)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// getJSON asks for a path that must answer 200 with JSON.
func (p *process) getJSON(path string, into any) {
	p.t.Helper()
	status, body := p.get(path)
	if status != http.StatusOK {
		p.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		p.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

// readiness is what /readyz answers.
type readiness struct {
	Status   string
	Problems []struct {
		Part, Text string
		NextTry    time.Time `json:"next_try"`
	}
}

func (r readiness) String() string {
	var b strings.Builder
	b.WriteString(r.Status)
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "; %s: %s", p.Part, p.Text)
	}
	return b.String()
}

func (p *process) ready() (r readiness) {
	p.t.Helper()
	_, body := p.get("/readyz") // 503 has the same shape
	if err := json.Unmarshal(body, &r); err != nil {
		p.t.Fatalf("/readyz: %v in %s", err, body)
	}
	return r
}

func (p *process) awaitReady() {
	p.t.Helper()
	var last readiness
	await(p.t, "/readyz to be ready", func() bool {
		p.mustLive()
		last = p.ready()
		return last.Status == "ready"
	})
}

// command runs storyfeed to its end and returns its exit code and output.
func command(t testing.TB, dir string, args ...string) (code int, out, log string) {
	t.Helper()
	p := start(t, dir, nil, args...)
	code = p.wait()
	return code, p.out.String(), p.log.String()
}

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
