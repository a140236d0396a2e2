package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/indexer/blogtest"
)

// TestScripts runs the program as people do: see testdata/script. Beside the
// commands of testscript there are
//
//	expand FILE…              replace $VARIABLES in files
//	exits CODE [ARG…]         run storyfeed and compare its exit code
//	serve [ARG…]              start storyfeed serve on a free port: $URL, $PID
//	log REGEXP                wait until the service logs a line
//	fetch PATH STATUS REGEXP  wait until $URL answers so; * is any status
//	save PATH FILE            keep what $URL answers
//	hangup                    send the service SIGHUP
//	stop                      end the service by SIGTERM; it must exit with 0
//	blog remove|recover PATH, blog fail PATH STATUS, blog replace PATH OLD NEW, blog redirect PATH PATH
//
// Each script has a blog of its own, "wordpress-hub" of package blogtest:
// $BLOG is its URL, $HOST its host:port and $SOURCE the page of its series.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			b := blogtest.Layout(e.T().(testing.TB), "wordpress-hub")
			e.Values[blogKey{}] = b
			e.Setenv("BLOG", b.URL)
			e.Setenv("HOST", b.Host)
			e.Setenv("SOURCE", b.Source())
			e.Values[servedKey{}] = &served{t: e.T().(testing.TB)}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"expand": scriptExpand, "exits": scriptExits, "serve": scriptServe, "log": scriptLog,
			"fetch": scriptFetch, "stop": scriptStop, "hangup": scriptHangup, "save": scriptSave, "blog": scriptBlog,
		},
	})
}

// Keys of testscript's Values.
type (
	blogKey   struct{}
	servedKey struct{}
)

// served is the service of a script, if there is one.
type served struct {
	t testing.TB
	p *process
}

func service(ts *testscript.TestScript) *process {
	p := ts.Value(servedKey{}).(*served).p
	if p == nil {
		ts.Fatalf("nothing is served")
	}
	return p
}

func plain(ts *testscript.TestScript, neg bool, args []string, least int) {
	if neg || len(args) < least {
		ts.Fatalf("wrong usage of a command of TestScripts")
	}
}

func scriptExpand(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 1)
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

// environment is what a script has set for the program.
func environment(ts *testscript.TestScript) []string {
	env := []string{"PATH=" + ts.Getenv("PATH"), "TMPDIR=" + ts.Getenv("TMPDIR"), "HOME=" + ts.Getenv("HOME")}
	for _, k := range config.Keys() {
		if v := ts.Getenv(k.Env); k.Env != "" && v != "" {
			env = append(env, k.Env+"="+v)
		}
	}
	return env
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 1)
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := exec.Command("storyfeed", args[1:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	begin := time.Now()
	err = cmd.Run()
	ts.Setenv("TOOK", fmt.Sprint(time.Since(begin).Milliseconds()))
	_, _ = ts.Stdout().Write(out.Bytes()) // buffers
	_, _ = ts.Stderr().Write(log.Bytes())
	ts.Logf("%s%s", out.String(), log.String())
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 0)
	s := ts.Value(servedKey{}).(*served)
	s.p = startCommand(s.t, ts.MkAbs("."), environment(ts), exec.Command("storyfeed", append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...))
	s.p.awaitServing()
	ts.Setenv("URL", s.p.url)
	ts.Setenv("ADDR", strings.TrimPrefix(s.p.url, "http://"))
	ts.Setenv("PID", strconv.Itoa(s.p.cmd.Process.Pid))
}

func scriptLog(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 1)
	p, want := service(ts), regexp.MustCompile("(?m)"+args[0])
	await(p.t, "the log to say "+args[0], func() bool {
		p.mustLive()
		return want.MatchString(p.log.String())
	})
}

func scriptFetch(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 3)
	p, want := service(ts), regexp.MustCompile("(?s)"+args[2])
	last := ""
	defer func() { ts.Logf("%s: %s", args[0], last) }()
	await(p.t, args[0]+" to be "+args[2], func() bool {
		p.mustLive()
		status, body := p.get(args[0])
		last = fmt.Sprintf("%d %s\n%s", status, http.StatusText(status), body)
		return (args[1] == "*" || args[1] == strconv.Itoa(status)) && want.Match(body)
	})
}

func scriptSave(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 2)
	status, body := service(ts).get(args[0])
	if status != http.StatusOK {
		ts.Fatalf("%s: %d %s", args[0], status, body)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), body, 0o644))
}

func scriptStop(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 0)
	service(ts).stop()
	ts.Value(servedKey{}).(*served).p = nil
}

func scriptHangup(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 0)
	ts.Check(service(ts).cmd.Process.Signal(syscall.SIGHUP))
}

func scriptBlog(ts *testscript.TestScript, neg bool, args []string) {
	plain(ts, neg, args, 2)
	b := ts.Value(blogKey{}).(*blogtest.Blog)
	switch {
	case args[0] == "remove":
		b.Remove(args[1])
	case args[0] == "recover":
		b.Recover(args[1])
	case args[0] == "fail" && len(args) == 3:
		status, err := strconv.Atoi(args[2])
		ts.Check(err)
		b.Fail(args[1], status, 0)
	case args[0] == "redirect" && len(args) == 3:
		b.Redirect(args[1], args[2], http.StatusMovedPermanently)
	case args[0] == "replace" && len(args) == 4:
		b.Replace(args[1], args[2], args[3])
	default:
		ts.Fatalf("blog %s?", strings.Join(args, " "))
	}
}
