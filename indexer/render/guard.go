package render

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// deadProxy is where everything goes that the interception does not see. Port
// 1 (tcpmux, RFC 1078) is served by nobody; whoever did would need to be root.
const deadProxy = "http://127.0.0.1:1"

// throughProxy makes the proxy hold for loopback as well, which is otherwise
// left out.
const throughProxy = "<-loopback>"

// policy is the Content-Security-Policy of every drawn document. Styles and
// pictures are allowed, as pages that can't load them draw something else;
// they get empty answers.
const policy = "worker-src 'none'; frame-src 'none'; object-src 'none'; media-src 'none'; manifest-src 'none'; form-action 'none'; webrtc 'block'"

// switches are those of the process. The first ones wall it in, the others
// keep it from doing what nobody asked for.
func switches() []chromedp.ExecAllocatorOption {
	var options []chromedp.ExecAllocatorOption
	for name, value := range map[string]any{
		"proxy-server":                    deadProxy,
		"proxy-bypass-list":               throughProxy,
		"host-resolver-rules":             "MAP * ~NOTFOUND",
		"force-webrtc-ip-handling-policy": "disable_non_proxied_udp",
		"webrtc-ip-handling-policy":       "disable_non_proxied_udp",
		"disable-quic":                    true,
		"dns-prefetch-disable":            true,
		"disable-popup-blocking":          false, // chromedp switches it off
		"block-new-web-contents":          true,
		"disable-component-update":        true,
		"disable-domain-reliability":      true,
		"no-pings":                        true,
		"disable-features":                "Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,InterestFeedContentSuggestions,Prerender2,SpeculationRulesPrefetchFuture,LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
		"deny-permission-prompts":         true,
		"disable-3d-apis":                 true,
		"autoplay-policy":                 "user-gesture-required",
		"js-flags":                        "--max-old-space-size=512",
		"renderer-process-limit":          "2",
		"window-size":                     "1280,2000",
		"disable-crash-reporter":          true,
	} {
		options = append(options, chromedp.Flag(name, value))
	}
	return options
}

// wallIn gives a page's browser context a proxy of its own: a browser at a
// DevTools address was started by somebody else.
func wallIn(p *target.CreateBrowserContextParams) {
	yes := true
	p.ProxyServer, p.ProxyBypassList, p.DisposeOnDetach = deadProxy, throughProxy, &yes
}

//go:embed script/page.js
var pageScript string

// guardTab makes a tab ready, which shows about:blank still, for a page that
// is not to be trusted. It returns the name of the function that tells how
// quiet the page is.
func guardTab(ctx context.Context, t *chromedp.Target, id cdp.BrowserContextID) (string, error) {
	key := "quiet" + rand.Text()
	yes := true
	for _, step := range []struct {
		method string
		params any
	}{
		{fetch.Enable.Method, fetch.EnableParams{}},
		{network.SetBypassServiceWorker.Method, network.SetBypassServiceWorkerParams{Bypass: true}},
		// What the page opens beside itself is attached, halted, and stays so.
		{target.SetAutoAttach.Method, target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes}},
		{page.AddScriptToEvaluateOnNewDocument.Method, page.AddScriptToEvaluateOnNewDocumentParams{Source: strings.ReplaceAll(pageScript, "KEY", key)}},
	} {
		if err := t.Call(ctx, step.method, step.params, nil); err != nil {
			return "", fmt.Errorf("%s: %w", step.method, err)
		}
	}
	_, err := cdp.Call(ctx, chromedp.FromContext(ctx).Browser, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: id,
	})
	return key, err
}
