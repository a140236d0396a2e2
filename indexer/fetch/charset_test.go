package fetch

import (
	"bytes"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

func encode(t *testing.T, label, s string) []byte {
	t.Helper()
	e, _ := charset.Lookup(label)
	if e == nil {
		t.Fatalf("no encoding %q", label)
	}
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("encode as %s: %v", label, err)
	}
	return b
}

func TestCharsets(t *testing.T) {
	const (
		french   = "<p>Il était une fois une société où les élèves étaient très français — “vraiment”.</p>"
		russian  = "<p>Привет, мир! Это история о продажах и людях, которые их делают.</p>"
		japanese = "<p>これは日本語の文章です。販売についての物語。</p>"
		chinese  = "<p>这是一个关于销售的故事，我们每天都在学习。</p>"
	)
	late := strings.Repeat("<!-- far down -->", 200)
	for _, tc := range []struct {
		name, typ, label, encoding string
		text                       string // as meant
	}{
		{"UTF-8, undeclared", "text/html", "", "utf-8", french},
		{"UTF-8, header lies", "text/html", "iso-8859-1", "utf-8", french},
		{"UTF-8, meta lies", "text/html", "", "utf-8", `<meta charset="windows-1251">` + russian},
		{"UTF-8, after a long ASCII start", "text/html", "", "utf-8", strings.Repeat("<p>plain</p>", 2000) + russian},
		{"by header", "text/html", "windows-1252", "windows-1252", french},
		{"header before meta", "text/html", "windows-1251", "windows-1251", `<meta charset="koi8-r">` + russian},
		{"by meta", "text/html", "", "windows-1251", `<head><meta charset=windows-1251></head>` + russian},
		{"by pragma", "text/html", "", "koi8-r", `<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=koi8-r">` + russian},
		{"by late meta", "text/html", "", "iso-8859-15", late + `<meta charset="iso-8859-15"><p>15 € für Œuvres`},
		{"meta in a comment does not count", "text/html", "", "koi8-r", `<!--<meta charset="windows-1251">--><meta charset="koi8-r">` + russian},
		{"header says UTF-8, meta is right", "text/html", "utf-8", "shift_jis", `<meta charset="shift_jis">` + japanese},
		{"header does not fit", "text/html", "shift_jis", "gbk", `<meta charset="gb2312">` + strings.Repeat(chinese, 10)},
		{"unknown label", "text/html", "klingon", "windows-1251", russian},
		{"Shift_JIS, undeclared", "text/html", "", "shift_jis", japanese},
		{"EUC-JP, undeclared", "text/html", "", "euc-jp", japanese},
		{"ISO-2022-JP, declared", "text/html", "iso-2022-jp", "iso-2022-jp", japanese},
		{"ISO-2022-JP, undeclared", "text/html", "", "iso-2022-jp", japanese},
		{"GBK, undeclared", "text/html", "", "gbk", chinese},
		{"GBK by its other name", "text/html", "cp936", "gbk", chinese},
		{"Big5, undeclared", "text/html", "", "big5", "<p>這是一個關於銷售的故事，我們每天都在學習。</p>"},
		{"EUC-KR, undeclared", "text/html", "", "euc-kr", "<p>이것은 판매에 관한 이야기입니다. 우리는 매일 배웁니다.</p>"},
		{"windows-1252, undeclared", "text/html", "", "windows-1252", french},
		{"windows-1251, undeclared", "text/html", "", "windows-1251", russian},
		{"KOI8-R, undeclared", "text/html", "", "koi8-r", russian},
		{"windows-1250, undeclared", "text/html", "", "windows-1250", "<p>Zażółć gęślą jaźń – proszę bardzo, dziękuję</p>"},
		{"Greek, undeclared", "text/html", "", "windows-1253", "<p>Αυτή είναι μια ιστορία για τις πωλήσεις και τους ανθρώπους.</p>"},
		{"Turkish, undeclared", "text/html", "", "windows-1254", "<p>Bu satış hakkında bir hikâyedir; güzel şeyler öğreniyoruz, ığdır</p>"},
		{"Hebrew, undeclared", "text/html", "", "windows-1255", "<p>זה סיפור על מכירות ואנשים</p>"},
		{"Arabic, undeclared", "text/html", "", "windows-1256", "<p>هذه قصة عن المبيعات والناس</p>"},
		{"Thai, undeclared", "text/html", "", "windows-874", "<p>นี่คือเรื่องราวเกี่ยวกับการขาย</p>"},
		{"JSON by header", "application/json", "windows-1251", "windows-1251", `{"a":"Привет"}`},
		{"plain text", "text/plain", "", "windows-1252", "Un café très agréable, déjà vu"},
		{"UTF-16 without mark", "text/html", "utf-16le", "utf-16le", "<p>Größe"},
		{"UTF-16 without mark, big end first", "text/html", "", "utf-16be", "<p>Größe"},
	} {
		got, err := ToUTF8(encode(t, tc.encoding, tc.text), tc.typ, tc.label)
		if err != nil || string(got) != tc.text {
			t.Errorf("%s: got %.120q, %v, want %.120q", tc.name, got, err, tc.text)
		}
	}
}

func TestByteOrderMarks(t *testing.T) {
	for name, b := range map[string][]byte{
		"UTF-8":    []byte("\xef\xbb\xbf<p>Größe"),
		"UTF-16LE": append([]byte("\xff\xfe"), encode(t, "utf-16le", "<p>Größe")...),
		"UTF-16BE": append([]byte("\xfe\xff"), encode(t, "utf-16be", "<p>Größe")...),
	} {
		got, err := ToUTF8(b, "text/html", "windows-1251")
		if err != nil || string(got) != "<p>Größe" {
			t.Errorf("%s with its mark: %q, %v, want the text without it", name, got, err)
		}
	}
}

func TestBrokenUTF8(t *testing.T) {
	text := strings.Repeat("süße Grüße, 你好 ", 5)
	got, err := ToUTF8([]byte(text+"cut \xe4\xbd"), "text/html", "")
	if want := text + "cut \ufffd"; err != nil || string(got) != want {
		t.Errorf("UTF-8 with a character cut in half: %q, %v, want %q", got, err, want)
	}
	got, err = ToUTF8([]byte("a terminal's \x1b[31mred\x1b$ and ü"), "text/plain", "")
	if err != nil || !strings.Contains(string(got), "ü") {
		t.Errorf("UTF-8 with escapes: %q, %v, want it unchanged", got, err)
	}
	_, err = ToUTF8([]byte("\x1b$)C\x0e0!\x0f"), "text/plain", "iso-2022-kr")
	if limit, ok := errors.AsType[*limitError](err); !ok || limit.reason != ReasonCharset {
		t.Errorf("ISO-2022-KR: %v, want the reason %q", err, ReasonCharset)
	}
}

func TestXMLDeclaration(t *testing.T) {
	for _, tc := range []struct{ name, typ, label, encoding, in, want string }{
		{"decoded by it", "application/rss+xml", "", "windows-1251", `<?xml version="1.0" encoding="windows-1251"?><a>Привет, мир</a>`, `<?xml version="1.0"?><a>Привет, мир</a>`},
		{"wrong beside UTF-8", "text/xml", "", "utf-8", `<?xml version='1.0' encoding='ISO-8859-1' standalone="yes"?><a>ü</a>`, `<?xml version='1.0' standalone="yes"?><a>ü</a>`},
		{"header first", "text/xml", "koi8-r", "koi8-r", "\n<?xml version=\"1.0\"\tencoding = \"windows-1251\" ?><a>Привет</a>", "\n<?xml version=\"1.0\" ?><a>Привет</a>"},
		{"UTF-16", "application/xml", "", "utf-16le", `<?xml version="1.0" encoding="UTF-16"?><a>ü</a>`, `<?xml version="1.0"?><a>ü</a>`},
		{"XHTML", "application/xhtml+xml", "", "iso-8859-2", `<?xml version="1.0" encoding="iso-8859-2"?><html>žluťoučký</html>`, `<?xml version="1.0"?><html>žluťoučký</html>`},
		{"none", "text/xml", "", "utf-8", `<a encoding="x">ü</a>`, `<a encoding="x">ü</a>`},
	} {
		got, err := ToUTF8(encode(t, tc.encoding, tc.in), tc.typ, tc.label)
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: %q, %v, want %q", tc.name, got, err, tc.want)
		}
		var v struct{}
		if err := xml.Unmarshal(bytes.TrimSpace(got), &v); err != nil {
			t.Errorf("%s: encoding/xml: %v", tc.name, err)
		}
	}
}

func TestMediaType(t *testing.T) {
	for header, want := range map[string][2]string{
		"text/html; charset=UTF-8":                 {"text/html", "UTF-8"},
		"Text/HTML;Charset=\"iso-8859-1\"":         {"text/html", "iso-8859-1"},
		"text/html; charset":                       {"text/html", ""},
		"text/html; charset=utf-8; charset=koi8-r": {"text/html", "utf-8"},
		"text/html;; boundary=x ;charset = 'gbk' ": {"text/html", "gbk"},
		"application/atom+xml":                     {"application/atom+xml", ""},
		"text/html, text/html":                     {"text/html", ""},
		"":                                         {"text/html", ""},
		"html":                                     {"text/html", ""},
		"; charset=koi8-r":                         {"text/html", "koi8-r"},
	} {
		typ, label := mediaType(header, []byte("<!DOCTYPE html><p>x"))
		if typ != want[0] || label != want[1] {
			t.Errorf("mediaType(%q) = %q, %q, want %q", header, typ, label, want)
		}
	}
}

func TestBinaryIsUntouched(t *testing.T) {
	body := []byte("\x89PNG\r\n\x1a\n\xff\xfe\x00\x80")
	w := newWorld(t, map[string]http.HandlerFunc{
		"/a.png": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			w.Write(body)
		},
		"/page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=koi8-r")
			w.Write(encode(t, "koi8-r", "<p>Привет"))
		},
	})
	p, err := w.get(t, "/a.png")
	if err != nil || p.MediaType != "image/png" || !bytes.Equal(p.Body, body) {
		t.Errorf("a picture came as %q, %v", p.Body, err)
	}
	p, err = w.get(t, "/page")
	if err != nil || string(p.Body) != "<p>Привет" {
		t.Errorf("a page in KOI8-R came as %q, %v", p.Body, err)
	}
}

func FuzzToUTF8(f *testing.F) {
	f.Add([]byte("<meta charset=gbk>\xc4\xe3"), "text/html", "utf-16")
	f.Add([]byte("\x1b$B\x24\x33"), "application/xml", "")
	f.Add([]byte("\xff\xfe<\x00?\x00"), "text/xml", "iso-2022-kr")
	f.Fuzz(func(t *testing.T, body []byte, typ, label string) {
		got, err := ToUTF8(body, typ, label)
		if err == nil && !utf8.Valid(got) {
			t.Errorf("ToUTF8(%q, %q, %q) = %q, which is no UTF-8", body, typ, label, got)
		}
	})
}
