package render

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// None is the name of no browser, for those who want none to be found.
const None = "none"

// names are the programs that are looked for, in this order, first on PATH.
var names = [...]string{
	"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
	"headless-shell", "headless_shell", "chrome-headless-shell",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	`C:\Program Files\Google\Chrome\Application\chrome.exe`,
	`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
}

// where is how the browser is reached: a program or a DevTools address.
type where struct{ path, address string }

// find looks for the configured browser each time that one is started, so
// that an installed one is found without a restart of ours.
func find(configured string) (where, error) {
	switch {
	case configured == None:
		return where{}, ErrNoBrowser
	case IsAddress(configured):
		return where{address: configured}, nil
	case configured != "":
		path, err := exec.LookPath(configured)
		if err != nil {
			return where{}, fmt.Errorf("%w (fetch.browser: %v)", ErrNoBrowser, err)
		}
		return where{path: path}, nil
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return where{path: path}, nil
		}
	}
	return where{}, ErrNoBrowser
}

// IsAddress reports whether a configured browser is a DevTools address, such
// as "ws://127.0.0.1:9222" or "http://127.0.0.1:9222/".
func IsAddress(configured string) bool {
	u, err := url.Parse(configured)
	if err != nil || u.Host == "" {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "ws", "wss", "http", "https":
		return true
	}
	return false
}

// isRoot reports whether the sandbox, which refuses to work for root, must be
// switched off.
func isRoot() bool { return os.Geteuid() == 0 }
