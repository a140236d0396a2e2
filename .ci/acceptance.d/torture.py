#!/usr/bin/env python3
"""A blog whose stories are as hard on feeds as the web's worst: usage torture.py PORT

"/" links all parts in reading order. The text of the n-th begins with the word marker(n), by which it is known again whatever
becomes of its title and address; "/markers" lists these words. Everything is made of n alone, so two runs serve the same bytes.
"""
import datetime
import random
import sys
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

STORIES = 150
BIG = 40  # this part has a text of 5 MB
WORDS = "harbour lantern ledger kettle orchard bramble signal copper window thursday northern paper quiet anchor velvet distance".split()

# What titles are made of: HTML as a page has it, in bytes where it is no UTF-8.
TITLES = [
    "Control \x01\x02\x07\x08\x0b\x0c\x0e\x1b[31m\x1f\x7f characters",
    "C1 controls \x80\x85\x9f and noncharacters \ufffe\uffff\ufdd0\U0001fffe",
    b"Invalid UTF-8: \xff\xfe \xc0\x80 \xed\xa0\x80 \xf5\x80\x80\x80 caf\xe9",
    "The end of a section: ]]&gt; and ]]> and &lt;![CDATA[ x ]]&gt;",
    "Markup <b>bold</b> <i>it</i><script>alert(1)</script> in a title",
    "Escaped &lt;b&gt;bold&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;",
    "Entities &amp;amp; &amp;amp;amp; &amp;lt;p&amp;gt; &eacute; &#233; &#x1F600; &nbsp; &#0; &#xD800; &#x110000; AT&T R&D",
    "1 < 2 and 3 > 2 & 4 <5 a<b>c",
    "Long " + "word " * 2000,
    "Longer" + "x" * 10000,
    "Bidi \u202eright to left override\u202c \u2066isolate \u05e2\u05d1\u05e8\u05d9\u05ea \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "Emoji \U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f \U0001f1e9\U0001f1ea ☕\ufe0f",
    "Separators \u2028 line \u2029 paragraph \u00a0\u200b\ufeff\u00ad space",
    "Zalgo: Z\u0351\u036b\u0343\u036aA\u0336\u0321L\u0322\u0337G\u0323\u0321O\u0347\u031f",
    "Quotes \" ' ` ´ “ ” ‘ ’ « » \\ \\u0041 \\n / </title>",
    "<!-- a comment --> a <!DOCTYPE x [<!ENTITY e \"boom\">]> <?php echo 1 ?>",
    "% %s %d %00 ${x} {{x}} {% x %} $(x) `x`",
    "日本語の題名、かなりながいもの。",
    "\U0001f600",
    "...",
]

# What bodies hold besides their text. No U+2028: one judge counts the lines of another by it.
BODIES = [
    "<p>Plain ]]> and ]]&gt; and &lt;![CDATA[ here ]]&gt; and <![CDATA[ there ]]> again ]]]]>></p>",
    "<p>Relative <a href='../2/'>two</a> <a href='?q=1'>query</a> <a href='#note'>note</a> <a href='//other.example/x'>scheme</a> <img src='a b.png' alt='x'></p>",
    "<p>Odd <a href='javascript:alert(1)'>js</a> <a href=' JaVa\tScRiPt:alert(1)'>JS</a> <a href='data:text/html,x'>data</a> <a href='http://[::1]:80/%zz?ü#a#b'>v6</a>"
    " <a href='http://user:pass@host.example/'>user</a> <a href='mailto:a@b.example'>mail</a> <a href='http://'>none</a> <a href='http://exa mple.example/'>space</a> <a href>empty</a></p>",
    "<script>document.write('<p>no</p>')</script><iframe src='/frame'></iframe><object data=x></object><embed src=x><form action=/x><input name=q></form>"
    "<style>p{color:red}</style><link rel=stylesheet href=/x.css><meta http-equiv=refresh content='0;url=/'><base href='http://evil.example/'>",
    "<p onclick='alert(1)' style='position:fixed' onmouseover=alert(1)>Handlers</p><svg onload=alert(1)><script>1</script></svg><math><mi>x</mi></math>",
    b"<p>Broken bytes \xff\xc3\x28 \xed\xa0\x80 caf\xe9 \x00\x01\x1b[0m \x0c</p>",
    "<p>References &bogus; &#0; &#x1F; &#128; &#xFFFE; &#xD800; &#1114112; &amp;amp; &ampnbsp; &copy &notit;</p>",
    "<table><tr><td>1<td>2<tr><td>3</table><p>Never <b>closed <i>markup <ul><li>one<li>two</ul>",
    "<div>" * 400 + "deep" + "</div>" * 400,
    "<pre>\tline one\r\nline two\rline three\n\n   <code>if (a &lt; b &amp;&amp; c > d) {}</code></pre>",
    "<p>\u202eoverride\u202c \u2067\u05e2\u2069 \U0001f469\u200d\U0001f4bb \ufeff \ufdd0 \U0010ffff</p>",
    "<img src='data:image/png;base64,AAAA'><img src='' alt='nothing'><img src='/pixel.gif' width=1 height=1><img srcset='/a.png 1x, b.png 2x' src=/c.png>"
    "<video src='v.mp4' poster='p.jpg'></video><audio src=a.mp3></audio>",
    "<p>" + "w" * 20000 + "</p>",
    "<p class=\"a&quot;b\" title='<>\"&'>Attributes <a href=\"/x?a=1&b=2&amp;c=3&lt;=4\" title='&quot;'>amp</a></p>",
]

# Dates as pages have them; None: the page has none. A blog has most of its parts on one day, which is the first below.
DATES = [
    "2020-07-03", "2020-07-03T00:00:00Z", None, "2020-07-03", "1970-01-01T00:00:00Z", "1970-06-01", "2020-07-03T23:59:59-11:00", "FUTURE",
    "0000-00-00", "2020-07-03", "1901-12-13", "2020-02-30", "not a date", None, "2020-07-03T12:00:00+14:00", "SOON", "TOMORROW", "9999-12-31T23:59:59Z", "2020-07-03",
]

AUTHORS = [None, "Ada Marsh", "Ada &amp; <b>Bo</b>", "\u202eoda", None, "名前", "O'Neil \"the\" ]]> Pen", "Émile \x07 Zo\x1bla", "x" * 300]

TAGS = ["Q&amp;A", "&lt;b&gt;", "C++", "C#", "日本", "a/b", "..", "%2F", "\u202etag", "]]>", "O'Neil", "t" * 200]

# Addresses; {n} keeps them apart.
ADDRESSES = ["/{n}/", "/{n}-a b/", "/{n}/ü-日本/", "/{n}/%7Etilde%20/", "/{n}/(a)'!*;,=+$@:/", "/p?id={n}&b=2&c=a%26b", "/{n}.html", "/{n}/" + "long-" * 60, "/{n}/a//b/", "/{n}/x.php?q[]={n}"]


def marker(n):
    return f"zqmark{n:04d}x"


def date(n):
    now = datetime.datetime.now(datetime.timezone.utc)
    said = DATES[n % len(DATES)]
    if said == "FUTURE":
        return (now + datetime.timedelta(days=800)).strftime("%Y-%m-%d")
    if said == "SOON":
        return (now + datetime.timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if said == "TOMORROW":
        return (now + datetime.timedelta(days=1)).strftime("%Y-%m-%d")
    return said


def title(n):
    """The title as bytes of HTML; every other part has an ordinary one."""
    if n % 2 or n // 2 >= len(TITLES):
        return f"Part {n}, the {WORDS[n % 16]} and the {WORDS[n * 7 % 13]}".encode()
    t = TITLES[n // 2]
    return t if isinstance(t, bytes) else t.encode("utf-8", "surrogatepass")


def address(n):
    """The path as a server gets it."""
    raw = ADDRESSES[n % len(ADDRESSES)].format(n=n)
    return quote(raw, safe="/%?=&[]()'!*;,+$@:~")


def text(n, words=120):
    rnd = random.Random(n)
    return " ".join(rnd.choice(WORDS) + str(rnd.randrange(90)) for _ in range(words))


def body(n):
    parts = [f"<p>{marker(n)} {text(n)}.</p>".encode()]
    if n == BIG:
        line = "<p>" + text(n + 1000, 50) + ".</p>\n"
        parts.append((line * (5_000_000 // len(line))).encode())
    extra = BODIES[n % len(BODIES)]
    parts.append(extra if isinstance(extra, bytes) else extra.encode("utf-8", "surrogatepass"))
    parts.append(f"<p>{text(n + 500, 60)}.</p>".encode())
    return b"\n".join(parts)


def story(n):
    byline, author, when = [], AUTHORS[n % len(AUTHORS)], date(n)
    head = b""
    if author:
        byline.append(f'by <span class="author" rel="author">{author}</span>')
    tags = "".join(f'<a rel="tag" href="/tag/{n % 12}/">{t}</a> ' for t in {TAGS[n % len(TAGS)]: 1, TAGS[n // 2 % len(TAGS)]: 2})
    if when:
        byline.append(f'<time datetime="{when}">{when}</time>')
        head = f'<meta property="article:published_time" content="{when}">'.encode()
    return b"\n".join([
        b'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>', title(n), b" | Torture</title>", head, b"</head><body>",
        b'<header><a href="/">Torture</a></header><main><article class="post"><h1 class="entry-title">', title(n), b"</h1>",
        f'<p class="meta">{" ".join(byline)}</p>'.encode(), b'<div class="entry-content">', body(n), f"</div><footer>Tags: {tags}</footer></article></main>".encode(),
        b"<footer>Nobody is to be blamed.</footer></body></html>",
    ])


def index():
    items = [b'<li><a href="' + escape(address(n)).encode() + b'">' + title(n) + b"</a></li>" for n in range(1, STORIES + 1)]
    return b"\n".join([
        b'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Torture &amp; other ]]&gt; trials</title>'
        b'<meta name="description" content="All &lt;parts&gt; &amp;amp; more ]]&gt; \x1b."></head><body><main><h1>Torture &amp; other ]]&gt; trials</h1>',
        b"<p>All parts, in the order in which they are to be read.</p><ol>", *items, b"</ol></main></body></html>",
    ])


class Blog(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages = {unquote(address(n)): n for n in range(1, STORIES + 1)}

    def do_GET(self):
        status, kind, answer = 404, "text/html", b"<title>Not found</title>"
        if self.path == "/":
            status, answer = 200, index()
        elif self.path == "/markers":
            status, kind, answer = 200, "text/plain", "".join(marker(n) + "\n" for n in range(1, STORIES + 1)).encode()
        elif n := self.pages.get(unquote(self.path)):  # however it is escaped, as servers have it
            status, answer = 200, story(n)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, form, *args):
        print(form % args, flush=True)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Blog).serve_forever()
