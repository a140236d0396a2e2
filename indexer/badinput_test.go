package indexer_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/indexer"
	"storyfeed/indexer/fetch"
)

// badPage is an address of a server of the test that can't be followed.
type badPage struct {
	path    string // or a whole address
	answer  http.HandlerFunc
	kind    indexer.ProblemKind
	says    string // part of What
	advises string // part of a remedy
}

const prose = `<p>The keeper of the light counted the waves that broke on the outer stone, wrote the number down, and went to bed with
the window open, as on every night of that long and windless summer by the bay.</p>`

func badPages(elsewhere string) []badPage {
	html := func(body string) http.HandlerFunc { return typed("text/html; charset=utf-8", body) }
	story := `<html><head><title>The Keeper</title><meta property="og:type" content="article"><meta property="article:published_time" content="2026-01-05T08:00:00Z"></head>` +
		`<body class="single single-post"><article><h1>The Keeper</h1><p class="byline">by Ida Stern, 5 January 2026</p>` + strings.Repeat(prose, 5) + `</article></body></html>`
	list := func(prefix string, n int) string {
		var b strings.Builder
		b.WriteString("<html><head><title>Letters</title></head><body><main><h1>Letters</h1><p>In order:</p><ol>")
		for i := range n {
			fmt.Fprintf(&b, "<li><a href=%s%d>Letter number %d</a></li>", prefix, i, i)
		}
		b.WriteString("</ol></main></body></html>")
		return b.String()
	}
	menu := `<nav><a href=/our-story>Our story</a> <a href=/the-boats>The boats</a> <a href=/opening-hours>Opening hours</a> <a href=/the-team>The team</a></nav>`
	pages := []badPage{
		{"/paper.pdf", typed("application/pdf", "%PDF-1.7\n1 0 obj"), "not-a-page", "application/pdf", "name the page that lists"},
		{"/picture.png", typed("image/png", "\x89PNG\r\n\x1a\n\x00\x00"), "not-a-page", "image/png", "name the page that lists"},
		{"/data.json", typed("application/json", `{"posts": 3}`), "not-a-page", "application/json", "name the page that lists"},
		{"/sitemap.xml", typed("application/xml", `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://x/</loc></url></urlset>`), "sitemap", "sitemap", "name the page that lists"},
		{"/nothing", html("<html><head><title>About us</title></head><body><h1>About us</h1>" + prose + "</body></html>"), "", "/nothing", ""},
		{
			"/diary", html(`<html><head><title>Diary</title></head><body><h1>Diary</h1>` + `<h2 id="may-1"><a href="#may-1">1 May</a></h2>` + prose +
				`<h2 id="may-2"><a href="#may-2">2 May</a></h2>` + prose + `<h2 id="may-4"><a href="#may-4">4 May</a></h2>` + prose + `</body></html>`),
			"one-page", `holds 3 entries that are sections of this one page, such as "1 May" (#may-1)`, "pages of their own",
		},
		{"/story", html(story), "single-story", "", "name the page that lists"},
		{"/login", html(`<html><head><title>Log in</title></head><body><h1>Log in</h1><form><input name=u><input type=password name=p></form></body></html>`), "login", "Log in", "without logging in"},
		{"/401", status(401), "login", "401", "without logging in"},
		{"/403", status(403), "forbidden", "403", "feed"},
		{"/403-bot", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cf-Mitigated", "challenge")
			w.WriteHeader(403)
		}, "bot-check", "human", "owner"},
		{"/captcha", html(`<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><form id="challenge-form"></form></body></html>`), "bot-check", "Just a moment", "owner"},
		{"/puzzle", html(`<html><head><title>One moment</title></head><body><p>Please verify you are a human.</p><div id="q" class="g-recaptcha"></div><script src="/a.js"></script></body></html>`), "bot-check", "", "owner"},
		{"/429", status(429), "busy", "429", "later"},
		{"/503", status(503), "busy", "503", "later"},
		{"/500", status(500), "server-error", "500", "later"},
		{"/404", status(404), "not-found", "404", "spelling"},
		{"/410", status(410), "not-found", "410", "spelling"},
		{"/soft-404", html(`<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Try one of these:</p><ul><li><a href="/a">The first letter</a></li><li><a href="/b">The second letter</a></li><li><a href="/c">The third letter</a></li></ul></body></html>`), "soft-404", "Page not found", "spelling"},
		{"/shell", html(`<html><head><title>App</title></head><body><div id="root"></div><script src="/app.js"></script></body></html>`), "empty-shell", "script", "browser"},
		{"/moved", http.RedirectHandler(elsewhere+"/blog/", http.StatusMovedPermanently).ServeHTTP, "elsewhere", elsewhere, elsewhere},
		{"/members", http.RedirectHandler("/login", http.StatusFound).ServeHTTP, "login", "/members (which leads to http://", "without logging in"},
		{"/circle", http.RedirectHandler("/circle", http.StatusFound).ServeHTTP, "redirect", "circle", ""},
		{"/noise", html(noise(4000)), "not-a-page", "text/html", "name the page that lists"},
		{"/club", html(`<html><head><title>Members – Quay</title></head><body><header><a href=/x-home>Start here</a></header>` + menu + `<main><h2>Welcome back</h2><form action=/club method=post><input name=email><input type=password name=pw><button>Continue</button></form><p>New here? <a href=/join>Create an account</a> or <a href=/lost>reset your password</a>.</p></main>` + menu + `</body></html>`), "login", "password", "without logging in"},
		{"/intranet", html(`<html><head><title>Quay</title></head><body><div class=top><ul><li><a href=/our-story>Our story</a></li><li><a href=/the-boats>The boats</a></li><li><a href=/opening-hours>Opening hours</a></li><li><a href=/the-team>The team</a></li></ul></div><div class=box><form action=/in method=post>User <input name=user> Password <input type=password name=pass><input type=submit value=Enter></form></div></body></html>`), "login", "password", "without logging in"},
		{"/abonnement", html(`<html lang=fr><head><title>Connexion – Le Quai</title></head><body>` + menu + `<h1>Connectez-vous</h1><form><input type=email><input type=password></form></body></html>`), "login", "", "without logging in"},
		{"/un-momento", html(`<html lang=es><head><title>Un momento…</title></head><body><div class=main-wrapper><h1>quay.example</h1><h2>Verificando que usted es un ser humano. Esto puede tardar unos segundos.</h2></div><script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=1"></script></body></html>`), "bot-check", "", "owner"},
		{"/checking", html(`<html><head><title>quay.example</title><script src="/_guard/html.js?js=guard_html"></script></head><body><p>Checking your browser before accessing quay.example. This process is automatic. Your browser will redirect to your requested content shortly.</p></body></html>`), "bot-check", "", "owner"},
		{"/503-bot", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(503)
			fmt.Fprint(w, `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><script src="/cdn-cgi/challenge-platform/x.js"></script></body></html>`)
		}, "", "503", ""},
		{"/consent", html(`<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1><p>We and our 812 partners store and read information on your device. To go on, accept or refuse.</p><form action=/save><button>Accept all</button><button>Reject all</button></form><p><a href=/privacy-notice>Privacy notice</a> <a href=/terms-notice>Terms</a> <a href=/partners>List of our partners</a></p></body></html>`), "bot-check", "asks for consent", "owner"},
		{"/parked", html(`<html><head><title>quay.example</title></head><body><h1>quay.example</h1><p>This domain may be for sale. <a href="/buy?d=quay">Buy this domain</a></p><h2>Related searches</h2><ul><li><a href="/r?q=boats">Boats for sale</a></li><li><a href="/r?q=ropes">Rope and tackle</a></li><li><a href="/r?q=harbour">Harbour hotels</a></li></ul></body></html>`), "closed", "parked", "spelling"},
		{"/sent-to-404", http.RedirectHandler("/errors/404.html", http.StatusFound).ServeHTTP, "soft-404", "", "spelling"},
		{"/errors/404.html", html(`<html><head><title>Quay</title></head><body>` + menu + `<h1>Hoppla!</h1><p>Da lief etwas schief.</p><ul><li><a href=/r1>The first letter</a></li><li><a href=/r2>The second letter</a></li><li><a href=/r3>The third letter</a></li></ul></body></html>`), "", "", ""},
		{"/private/list", html(list("/x", 5)), "robots", "robots.txt", "owner"},
		{"/letters", html(list("/private/", 5)), "robots", "forbids all", "owner"},
		{"/dead-links", html(list("/404?letter=", 5)), "not-found", "none is a story", ""},
		{"/broken.xml", typed("application/rss+xml", `<?xml version="1.0"?><rss><chan`), "unreadable", "is a feed that can't be read", "the page that lists the stories"},
		{"/empty", html(""), "not-a-page", "the answer is empty", "name the page that lists"},
		{"/everything", html(list("/x-", 30_000)), "too-many", "30000 pages", "a category"},
		{"/huge", typed("text/html", strings.Repeat("<p>x", 2_000_000)), "too-large", "5 MB", "smaller page"},
		{"http://10.1.2.3/", nil, "refused", "10.1.2.3", "fetch.allow"},
		{"http://user:secret@blog.example/", nil, "refused", "credentials", "@"},
		{"ftp://blog.example/", nil, "no-url", "not ftp:", "https://blog.example"},
		{"mailto:ida@blog.example", nil, "no-url", "mail address", "https://blog.example"},
		{"ida@blog.example", nil, "no-url", "mail address", "https://blog.example"},
		{"file:///home/ida/list.html", nil, "no-url", "a file on a disk", "https://blog.example"},
		{"javascript:void(0)", nil, "no-url", "not javascript:", "https://blog.example"},
		{"http:blog.example", nil, "no-url", "two slashes", "https://blog.example"},
		{"http://blog.example:99999/", nil, "no-url", "port", "https://blog.example"},
		{"http://blog..example/", nil, "no-url", "host", "https://blog.example"},
		{"https://blog.example/a https://blog.example/b", nil, "no-url", "several addresses", "https://blog.example"},
		{"letters from the harbour", nil, "no-url", "space", "https://blog.example"},
		{"letters", nil, "no-url", "no host", "https://blog.example"},
		{"", nil, "no-url", "empty", "https://blog.example"},
	}
	for i, title := range notFoundTitles {
		body := `<html><head><title>` + title + ` | Quay</title></head><body>` + menu + `<h1>` + title + `</h1><ul><li><a href=/a>The first letter</a></li><li><a href=/b>The second letter</a></li><li><a href=/c>The third letter</a></li></ul></body></html>`
		pages = append(pages, badPage{fmt.Sprintf("/soft-404-%d", i), html(body), "soft-404", title, "spelling"})
	}
	return pages
}

// notFoundTitles head the page that a site shows for an address which leads
// nowhere.
var notFoundTitles = []string{
	"Seite nicht gefunden", "Diese Seite existiert nicht", "Page non trouvée", "Cette page n’existe pas", "Página no encontrada", "La página no existe", "Página não encontrada", "Pagina non trovata", "Pagina niet gevonden",
	"Sidan kunde inte hittas", "Siden ble ikke funnet", "Siden blev ikke fundet", "Sivua ei löytynyt", "Nie znaleziono strony", "Strona nie istnieje", "Stránka nenalezena", "Az oldal nem található", "Sayfa bulunamadı",
	"Страница не найдена", "Такой страницы нет", "Сторінку не знайдено", "Η σελίδα δεν βρέθηκε", "الصفحة غير موجودة", "הדף לא נמצא", "ページが見つかりません", "お探しのページは見つかりませんでした", "找不到页面", "找不到頁面", "您访问的页面不存在", "페이지를 찾을 수 없습니다", "Không tìm thấy trang", "Halaman tidak ditemukan", "ไม่พบหน้าที่คุณต้องการ",
}

// noise is what a picture looks like to a program that takes it for a text.
func noise(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*37 + 11 + i*i/7)
	}
	return string(b)
}

func typed(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// TestPreviewBadInput names, for each address that can't be followed, what is
// wrong with it, what was tried, and what to do.
func TestPreviewBadInput(t *testing.T) {
	other := httptest.NewServer(typed("text/html", "<html><body>"+prose+"</body></html>"))
	t.Cleanup(other.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("/robots.txt", typed("text/plain", "User-agent: *\nDisallow: /private/\n"))
	cases := badPages(other.URL)
	for _, c := range cases {
		if c.answer != nil {
			mux.HandleFunc(c.path, c.answer)
		}
	}
	mux.HandleFunc("/", http.NotFound)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for _, c := range cases {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel() // some wait for a second try
			address := c.path
			if strings.HasPrefix(address, "/") {
				address = server.URL + address
			}
			p := newPreviewer(t, strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(other.URL, "http://"))
			v := preview(t, p, indexer.PreviewRequest{URL: address})
			checkProblem(t, v, c)
			if c.answer != nil && len(v.Problem.Tried) == 0 {
				t.Errorf("nothing is said of what was tried: %+v", v.Problem)
			}
		})
	}
}

func checkProblem(t *testing.T, v indexer.Preview, c badPage) {
	t.Helper()
	if v.Problem == nil {
		t.Fatalf("%s can be followed: %d stories (%v), %+v", c.path, v.Stories, v.Why, v.Read)
	}
	if c.kind != "" && v.Problem.Kind != c.kind {
		t.Errorf("the problem is %s, want %s: %+v", v.Problem.Kind, c.kind, v.Problem)
	}
	if !strings.Contains(v.Problem.What, c.says) {
		t.Errorf("it is said that %q, want a word of %q", v.Problem.What, c.says)
	}
	if !slices.ContainsFunc(v.Problem.Remedy, func(s string) bool { return strings.Contains(s, c.advises) }) {
		t.Errorf("the advice is %q, want one with %q", v.Problem.Remedy, c.advises)
	}
	if len(v.Problem.Remedy) == 0 {
		t.Error("nothing is said of what to do")
	}
	if strings.Contains(v.Problem.What, "secret") {
		t.Errorf("a password is shown: %s", v.Problem.What)
	}
}

// TestPreviewUnreachable is about servers that never say a word.
func TestPreviewUnreachable(t *testing.T) {
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	hosts := []string{secure.Listener.Addr().String(), closed.Listener.Addr().String()}
	for _, c := range []badPage{
		{secure.URL, nil, "tls", "certificate", "http://"},
		{closed.URL, nil, "connection", "refused", "down"},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			checkProblem(t, preview(t, newPreviewer(t, hosts...), indexer.PreviewRequest{URL: c.path}), c)
		})
	}
	// What takes long or asks the world is told by the fetcher.
	for _, c := range []badPage{
		{"http://nobody.example/", nil, "dns", "no host of the name", "spelling"},
		{"http://slow.example/", nil, "timeout", "no answer within", "later"},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			reason := fetch.Reason(c.kind)
			p := newPreviewer(t)
			p.Fetch = silent{&fetch.Error{URL: c.path, Reason: reason, Err: fmt.Errorf("%s 10s", c.says), NextTry: time.Now().Add(time.Hour)}}
			v := preview(t, p, indexer.PreviewRequest{URL: c.path})
			checkProblem(t, v, c)
			if strings.Contains(v.Problem.What, "asked again") {
				t.Errorf("%q promises that an address that may be wrong is asked again", v.Problem.What)
			}
		})
	}
}

// silent is a world that never answers.
type silent struct{ err error }

func (s silent) Get(context.Context, fetch.Request) (*fetch.Page, error) { return nil, s.err }

// TestPreviewWithoutScheme tries https first and then http, and says so.
func TestPreviewWithoutScheme(t *testing.T) {
	blog := longBlog(t, 5)
	v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Host + "/blog/"})
	if v.Problem != nil || v.URL != blog.Source() || v.Stories != 5 {
		t.Fatalf("%s with %d stories, problem %+v; want 5 stories at %s", v.URL, v.Stories, v.Problem, blog.Source())
	}
	if !slices.ContainsFunc(v.Warnings, func(s string) bool { return strings.Contains(s, "without https:// or http://") }) {
		t.Errorf("the warnings do not say which scheme was read: %q", v.Warnings)
	}
}
