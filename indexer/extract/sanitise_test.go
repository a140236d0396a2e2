package extract_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/indexer/extract"
)

func TestSanitise(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain text", `a & b < c`, `<p>a &amp; b &lt; c</p>`},
		{"text blocks stay apart", `<div>one</div><div>two</div>`, "<p>one</p>\n<p>two</p>"},
		{"two breaks part paragraphs", `one<br><br>two<br>three`, "<p>one</p>\n<p>two<br/>three</p>"},
		{
			"structure stays", `<h2>T</h2><ul><li>a<ul><li>b</li></ul></li></ul><table><tr><th scope="col" colspan="2">x</th></tr></table>`,
			"<h2>T</h2>\n<ul><li><p>a</p><ul><li>b</li></ul></li></ul>\n<table><tbody><tr><th scope=\"col\" colspan=\"2\">x</th></tr></tbody></table>",
		},
		{"code stays exact", "<pre><code class=\"language-go x\">\tif a  {\n\n}</code></pre>", "<pre><code>\tif a  {\n\n}</code></pre>"},
		{"language of code stays", "<pre><code class=\"language-go\">x</code></pre>", "<pre><code class=\"language-go\">x</code></pre>"},
		{"ids, classes, names and styles go", `<p id="a" class="b" style="color:red" name="location">x</p>`, `<p>x</p>`},
		{"event handlers go", `<p onclick="alert(1)" OnMouseOver=alert(1)>x</p><img src="https://a.example/x.png" onerror=alert(1)>`, "<p>x</p>\n<p><img src=\"https://a.example/x.png\"/></p>"},
		{"script goes with its text", `a<script>alert(1)</script>b`, `<p>ab</p>`},
		{"javascript address", `<a href="javascript:alert(1)">x</a>`, `<p>x</p>`},
		{"odd case", `<a href="JaVaScRiPt:alert(1)">x</a>`, `<p>x</p>`},
		{"entities in the scheme", `<a href="jav&#x0A;ascript&colon;alert(1)">x</a><a href="&#106;avascript:alert(1)">y</a>`, `<p>xy</p>`},
		{"leading control characters", "<a href=\"\x01javascript:alert(1)\">x</a><a href=\" javascript:alert(1)\">y</a>", `<p>xy</p>`},
		{"data and vbscript", `<a href="data:text/html,<script>alert(1)</script>">x</a><a href="vbscript:x">y</a><img src="data:image/png;base64,AAAA">`, `<p>xy</p>`},
		{"relative and scheme-relative addresses", `<a href="/x">x</a> <a href="//a.example">y</a> <img src="y.png">`, `<p>x y</p>`},
		{"mail", `<a href="mailto:a@b.example">x</a>`, `<p><a href="mailto:a@b.example">x</a></p>`},
		{"svg", `<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a></svg>after`, `<p>after</p>`},
		{"svg with style", `<svg><style><img src=x onerror=alert(1)></style></svg>a`, `<p>a</p>`},
		{"math", `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, ``},
		{"math href", `<math href="javascript:alert(1)">CLICK</math>`, ``},
		{"style", `<style>body{background:url(javascript:alert(1))}</style>a`, `<p>a</p>`},
		{"frames", `<iframe src="https://a.example" srcdoc="<script>alert(1)</script>">x</iframe><object data="x"></object><embed src="x">a`, `<p>a</p>`},
		{"noscript mutation", `<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>a`, `<p>&#34;&gt;a</p>`},
		{"template", `<template><img src=x onerror=alert(1)></template>a`, `<p>a</p>`},
		{"textarea and title", `<textarea><script>alert(1)</script></textarea><title><img src=x onerror=alert(1)></title>a`, `<p>a</p>`},
		{"form", `<form action="https://a.example"><input name="x"><button>go</button>text</form>`, `<p>text</p>`},
		{"base, meta, link", `<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example"><link rel="stylesheet" href="https://evil.example/x.css">a`, `<p>a</p>`},
		{"picture without address", `<p>a<img alt="x">b</p>`, `<p>ab</p>`},
		{"comment and processing instruction", `a<!-- <script>alert(1)</script> --><?php x ?>b`, `<p>ab</p>`},
		{"empty elements", `<p></p><p> &nbsp; </p><ul><li></li></ul><figure></figure><p><em></em></p>a`, `<p>a</p>`},
		{"characters that XML forbids", "a\x00b\x0bc\ufffe&#x1f;d&#x80;e", "<p>abcd€e</p>"},
		{"details become paragraphs", `<details><summary>more</summary>text</details>`, "<p>more</p>\n<p>text</p>"},
		{"a link around blocks", `<a href="https://a.example/"><div>one</div><div>two</div></a>`, `<p><a href="https://a.example/">one two</a></p>`},
		{"nothing", ``, ``},
	} {
		got := extract.Sanitise(tc.in)
		if got != tc.want {
			t.Errorf("%s:\nSanitise(%q)\n = %q\nwant %q", tc.name, tc.in, got, tc.want)
		}
		if again := extract.Sanitise(got); again != got {
			t.Errorf("%s: Sanitise is not idempotent: %q becomes %q", tc.name, got, again)
		}
	}
}

// TestSanitiseDeep: what is nested too deep to parse still gives its text,
// and nothing else.
func TestSanitiseDeep(t *testing.T) {
	got := extract.Sanitise(strings.Repeat("<div>", 600) + "hello <script>alert(1)</script><img src=x onerror=alert(1)> &amp; you")
	if want := "<p>hello &amp; you</p>"; got != want {
		t.Errorf("Sanitise = %q, want %q", got, want)
	}
}

// unsafe lists what of a sanitised fragment a browser could run or a feed may
// not carry.
func unsafe(s string) []string {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return []string{"does not parse: " + err.Error()}
	}
	var found []string
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		if n.Type == html.CommentNode {
			found = append(found, "comment")
		}
		switch n.Data {
		case "script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "form", "input", "base", "meta", "link", "textarea", "title", "frameset":
			if n.Type == html.ElementNode {
				found = append(found, "<"+n.Data+">")
			}
		}
		for _, a := range n.Attr {
			v := strings.ToLower(a.Val)
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "id", a.Key == "name", a.Key == "srcset":
				found = append(found, a.Key)
			case (a.Key == "href" || a.Key == "src" || a.Key == "cite") && !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") && !(a.Key == "href" && strings.HasPrefix(v, "mailto:")):
				found = append(found, a.Key+"="+a.Val)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	for _, n := range nodes {
		visit(n)
	}
	return found
}
