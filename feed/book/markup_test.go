package book

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"storyfeed/feed"
)

// testRules are those of part 1 of a series of two, with one picture.
func testRules() rules {
	return rules{
		part:      1,
		addresses: map[string]int{feed.URLKey("https://a.example/one/"): 1, feed.URLKey("https://a.example/two/"): 2},
		chapter:   func(part int) string { return "part-" + string(rune('0'+part)) + ".xhtml" },
		picture: func(url string) (string, bool) {
			return "pictures/kept.png", url == "https://a.example/kept.png"
		},
		ids: "n",
		top: 2,
	}
}

func TestConvert(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"plain":                       {`<p>One &amp; <em>two</em> &lt; three</p>`, `<p>One &amp; <em>two</em> &lt; three</p>`},
		"void elements are closed":    {`<p>a<br>b<wbr>c</p><hr>`, `<p>a<br/>b<wbr/>c</p> <hr/>`},
		"headings below the title's":  {`<h1>A</h1><h2>B</h2><h6>C</h6>`, `<h2>A</h2> <h3>B</h3> <h4>C</h4>`},
		"no level is left out":        {`<h4>A</h4><h6>B</h6><h5>C</h5><h1> </h1><h3>D</h3><h4>E</h4>`, `<h2>A</h2> <h3>B</h3> <h3>C</h3> <h2>D</h2> <h3>E</h3>`},
		"blocks in a line":            {`<h2>A<div>B</div>C</h2>`, `<h2>A<br/>B<br/>C</h2>`},
		"blocks in emphasis":          {`<em><ul><li>A</li><li>B</li></ul></em>`, `<em>A<br/>B</em>`},
		"text in a list":              {`<ul>A<li>B</li><p>C</p></ul>`, `<ul> <li>A</li> <li>B</li> <li><p>C</p> </li> </ul>`},
		"an item without a list":      {`<li>A</li>`, `<ul> <li>A</li> </ul>`},
		"an empty list":               {`<ul><li></li></ul>`, ``},
		"numbers go on":               {`<ol start="4"><li>A</li></ol>`, `<ol start="4"> <li>A</li> </ol>`},
		"terms without descriptions":  {`<dl><dd>A</dd><dt>B</dt></dl>`, `<dl> <dt></dt><dd>A</dd> <dt>B</dt> <dd></dd></dl>`},
		"a figure with two captions":  {`<figure><figcaption>A</figcaption>B<figcaption>C</figcaption></figure>`, `<figure><figcaption>A</figcaption> BC </figure>`},
		"a caption goes to the end":   {`<figure>A<figcaption>C</figcaption>B</figure>`, `<figure>AB<figcaption>C</figcaption> </figure>`},
		"rows are in groups":          {`<table><tr><td colspan=2 rowspan=0>A<th scope=col>B</table>`, `<table> <tbody> <tr><td colspan="2">A</td> <th scope="col">B</th> </tr> </tbody> </table>`},
		"a table without rows":        {`<table><caption>A</caption></table>`, `A`},
		"a link in a link":            {`<a href="https://b.example/">A<b><a href="https://c.example/">B</a></b></a>`, `<a href="https://b.example/">A</a><b><a href="https://c.example/">B</a></b>`},
		"a link to another part":      {`<a href="http://www.a.example/two#x">A</a>`, `<a href="part-2.xhtml">A</a>`},
		"a link that is none":         {`<a href="javascript:alert(1)">A</a> <a href="http://a b/">B</a> <a href="/x">C</a>`, `A B C`},
		"odd addresses are escaped":   {`<a href="https://b.example/a b|c?x=<y>&z[]=%zz#ü">A</a>`, `<a href="https://b.example/a%20b%7Cc?x=%3Cy%3E&amp;z%5B%5D=%25zz#%C3%BC">A</a>`},
		"mail":                        {`<a href="mailto:a@b.example?subject=x y">A</a> <a href="mailto:a b">B</a>`, `<a href="mailto:a@b.example">A</a> B`},
		"a picture that is kept":      {`<p><img src="https://a.example/kept.png" alt="A &quot;b&quot;"></p>`, `<p><img src="pictures/kept.png" alt="A &quot;b&quot;"/></p>`},
		"a picture that is not there": {`<img src="https://a.example/x.png" alt="A ship">`, `<a href="https://a.example/x.png">[A ship]</a>`},
		"such a picture in a link":    {`<a href="https://a.example/l.png"><img src="https://a.example/x.png"></a>`, `<a href="https://a.example/l.png">[picture]</a>`},
		"a film":                      {`<iframe src="https://video.example/1"></iframe>`, `<a href="https://video.example/1">[video.example]</a>`},
		"scripts and styles":          {`<script>1</script><style>p{}</style><svg><p>x</p></svg>A`, `<p>x</p> A`},
		"unknown elements":            {`<custom-x onclick=1><font color=red>A</font></custom-x>`, `A`},
		"attributes":                  {`<p id="x" class="y" onclick="z" style="s" data-x>A <abbr title="B &quot;">C</abbr></p>`, `<p>A <abbr title="B &quot;">C</abbr></p>`},
		"how characters are read":     {`<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>`, `<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>`},
		"readings of nothing":         {`<ruby><rt>A</rt>B</ruby>`, `AB`},
		"what XML has not":            {"<p>a\x01b\ufffe&#1;&#x1F;c</p>", `<p>abc</p>`},
		"notes": {
			`<p>A<sup><a href="https://a.example/one/#fn1">1</a></sup> B<sup><a href="https://a.example/one#fn2">2</a></sup></p>` +
				`<ol><li>C <a href="https://a.example/one/#fnref1">↩</a></li><li><p>D <a href="https://a.example/one/#fnref2">↩</a></p></li></ol>`,
			`<p>A<sup><a id="n2" href="#n1">1</a></sup> B<sup><a id="n4" href="#n3">2</a></sup></p> ` +
				`<ol> <li id="n1">C <a href="#n2">↩</a></li> <li id="n3"><p>D <a href="#n4">↩</a></p> </li> </ol>`,
		},
		"notes without a way back": {
			`<ol><li>X</li></ol><p>A<sup><a href="https://a.example/one/#fn:b">[1]</a></sup> B<a href="https://a.example/one#fn:c">2</a> C<a href="https://a.example/one#fn:b">1</a></p><ol><li>D</li><li><p>E</p><p>F</p></li></ol>`,
			`<ol> <li>X</li> </ol> <p>A<sup><a id="n2" href="#n1">[1]</a></sup> B<a id="n4" href="#n3">2</a> C<a href="#n1">1</a></p> ` +
				`<ol> <li id="n1">D <a href="#n2">↩</a></li> <li id="n3"><p>E</p> <p>F <a href="#n4">↩</a></p> </li> </ol>`,
		},
		"a list that is not of notes": {`<p>A<a href="https://a.example/one/#fn1">1</a></p><ol><li>B</li><li>C</li></ol>`, `<p>A1</p> <ol> <li>B</li> <li>C</li> </ol>`},
		"a list before the marks":     {`<ol><li>B</li></ol><p>A<a href="https://a.example/one/#fn1">1</a></p>`, `<ol> <li>B</li> </ol> <p>A1</p>`},
		"a note that is not there":    {`<p>A<a href="https://a.example/one/#fn1">1</a></p>`, `<p>A1</p>`},
		"a link to oneself":           {`<a href="https://a.example/one/">A</a>`, `<a href="part-1.xhtml">A</a>`},
	} {
		t.Run(name, func(t *testing.T) {
			got := convert(tc.in, testRules())
			if folded := strings.Join(strings.Fields(got), " "); folded != tc.want {
				t.Errorf("%s\nbecame %s\nwant   %s", tc.in, folded, tc.want)
			}
		})
	}
}

// Whatever a story holds, its chapter is well-formed, without scripts, and its
// links lead somewhere.
func FuzzConvert(f *testing.F) {
	for _, s := range []string{
		`<p>A<b>B</p>C</b><table><td>D<li>E`, `<ruby><rt><ruby>x<rt>y`, `<dl><dt><h1><table><caption><table><tr><td>x`,
		`<a href="https://a.example/one/#fn1">1<p><a href="https://a.example/one/#fnref1">2`, "<pre>\n\n<div>x</div>\x00]]>&#13;", `<svg><foreignobject><p>x`, `<math><mi><p id=x>`,
		`<a href="https://a.example/one/#note1"><img alt="&#x1;"src=https://a.example/kept.png></a><li><a href="https://a.example/one/#back1">b`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := convert(in, testRules())
		d := xml.NewDecoder(strings.NewReader("<section>" + out + "</section>"))
		d.Strict = true
		ids, links := map[string]bool{}, []string{}
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q became %q: %v", in, out, err)
			}
			start, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			switch start.Name.Local {
			case "script", "style", "iframe", "object", "form", "input", "svg", "math":
				t.Fatalf("%q became %q", in, out)
			}
			for _, a := range start.Attr {
				switch {
				case a.Name.Local == "id" && ids[a.Value], strings.HasPrefix(a.Name.Local, "on"):
					t.Fatalf("%q became %q", in, out)
				case a.Name.Local == "id":
					ids[a.Value] = true
				case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
					links = append(links, a.Value[1:])
				case a.Name.Local == "href" && !strings.HasPrefix(a.Value, "http") && !strings.HasPrefix(a.Value, "mailto:") && !strings.HasPrefix(a.Value, "part-"):
					t.Fatalf("%q became %q", in, out)
				}
			}
		}
		for _, id := range links {
			if !ids[id] {
				t.Fatalf("%q became %q, and #%s leads nowhere", in, out, id)
			}
		}
	})
}
