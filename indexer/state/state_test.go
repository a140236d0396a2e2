package state

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each page holds the same two posts in another form; the forms of frameworks
// are as their own programs wrote them.
func TestFindsPostsHoweverTheyAreWritten(t *testing.T) {
	const plain = `{"posts":[{"slug":"one","title":"One <b>tide</b>","publishedAt":"2024-03-01T10:00:00Z","author":{"name":"Ann Reef"},"tags":["a","b"]},{"slug":"two","title":"Two \"tides\" \u2028 &","publishedAt":"2024-02-01T10:00:00Z","author":{"name":"Ann Reef"},"tags":["a"]}]}`
	quoted := fmt.Sprintf("%q", strings.ReplaceAll(plain, "\u2028", " "))
	for name, page := range map[string]string{
		"a JSON script":            `<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":` + plain + `},"page":"/blog"}</script>`,
		"an assignment":            `<script>window.__INITIAL_STATE__ = ` + plain + `;(function(){var s;(s=document.currentScript).parentNode.removeChild(s);}());</script>`,
		"a bracketed name":         `<script>window["__PRELOADED_STATE__"]=` + plain + `</script>`,
		"a name that may be there": `<script>self.__X = self.__X || ` + plain + `</script>`,
		"after other code":         `<script>!function(){try{var e=/"[{/.test("a{b");e?1:2}catch(e){}}();/* { */ const el = document.getElementById("x"); // it's` + "\n" + `start(app, el, {node_ids: [0, 2], data: [null,{"type":"data","data":` + plain + `,"uses":{}}], form: null});</script>`,
		"parsed from a string":     `<script>window.__DATA__=JSON.parse(` + quoted + `)</script>`,
		"a string of JSON":         `<script type="application/json" data-sveltekit-fetched data-url="/api/posts">{"status":200,"body":` + quoted + `}</script>`,
		"percent signs":            `<script>window.__D=JSON.parse(decodeURIComponent("%7B%22posts%22%3A%5B%7B%22slug%22%3A%22one%22%2C%22title%22%3A%22One%20%3Cb%3Etide%3C%2Fb%3E%22%2C%22publishedAt%22%3A%222024-03-01T10%3A00%3A00Z%22%2C%22author%22%3A%22Ann%20Reef%22%7D%2C%7B%22slug%22%3A%22two%22%2C%22title%22%3A%22Two%20%5C%22tides%5C%22%20%5Cu2028%20%26%22%2C%22publishedAt%22%3A%222024-02-01T10%3A00%3A00Z%22%2C%22author%22%3A%22Ann%20Reef%22%7D%5D%7D"))</script>`,
		"JavaScript":               `<script>var state = {posts: [ // newest first` + "\n" + `{slug: 'one', 'title': 'One <b>tide</b>', publishedAt: new Date(1709287200000), author: {name: ` + "`Ann Reef`" + `}, draft: !1, n: void 0,}, {slug: "two", title: 'Two "tides" \u2028 &', publishedAt: new Date("2024-02-01T10:00:00Z"), author: {name: "Ann" + " Reef"}}]};</script>`,
		"an attribute":             `<div id="app" data-page="{&quot;props&quot;:` + strings.ReplaceAll(strings.ReplaceAll(plain, "&", "&amp;"), `"`, "&quot;") + `}"></div>`,
		"devalue, by index":        `<script type="application/json" id="__NUXT_DATA__">[{"data":1,"state":17},{"posts":2},[3,12],{"slug":4,"title":5,"publishedAt":6,"author":7,"tags":9},"one","One \u003Cb>tide\u003C/b>",["Date","2024-03-01T10:00:00.000Z"],{"name":8},"Ann Reef",["Set",10,11],"a","b",{"slug":13,"title":14,"publishedAt":15,"author":7,"tags":16},"two","Two \"tides\" \u2028 &",["Date","2024-02-01T10:00:00.000Z"],["Set",10],{"n":-1,"x":-6}]</script>`,
		"devalue, as reactive":     `<script type="application/json" id="__NUXT_DATA__">[["ShallowReactive",1],{"data":2},["Reactive",3],{"posts":4},[5,12],{"slug":6,"title":7,"publishedAt":8,"author":9,"tags":11},"one","One \u003Cb>tide\u003C/b>","2024-03-01T10:00:00.000Z",{"name":10},"Ann Reef",[6],{"slug":13,"title":14,"publishedAt":15,"author":9},"two","Two \"tides\" \u2028 &","2024-02-01T10:00:00.000Z"]</script>`,
		"devalue, as a function":   `<script>const data = [null,{type:"data",data:(function(){let a={};a.name="Ann Reef";return {data:{posts:[{slug:"one",title:"One \u003Cb>tide\u003C/b>",publishedAt:new Date(1709287200000),author:a,tags:new Set(["a","b"])},{slug:"two",title:"Two \"tides\" \u2028 &",publishedAt:new Date(1706781600000),author:a,tags:new Set(["a"])}]},state:{n:void 0,x:-0}}}())}];</script>`,
		"Nuxt 2":                   `<script>window.__NUXT__=(function(a,b){a.name="Ann Reef";return {layout:"default",data:[{posts:[{slug:"one",title:"One \u003Cb\u003Etide\u003C\u002Fb\u003E",publishedAt:"2024-03-01T10:00:00.000Z",author:a,tags:[b,"b"]},{slug:"two",title:"Two \"tides\" \u2028 &",publishedAt:"2024-02-01T10:00:00.000Z",author:a,tags:[b]}]}],serverRendered:true,a:a}}({},"a"));</script>`,
		"turbo-stream":             `<script>window.__reactRouterContext.streamController.enqueue("[{\"_1\":2,\"_27\":-5,\"_28\":-5},\"loaderData\",{\"_3\":4},\"routes/blog\",{\"_5\":6},\"posts\",[7,22],{\"_8\":9,\"_10\":11,\"_12\":13,\"_14\":15,\"_18\":19},\"slug\",\"one\",\"title\",\"One \u003cb>tide\u003c/b>\",\"publishedAt\",[\"D\",1709287200000],\"author\",{\"_16\":17},\"name\",\"Ann Reef\",\"tags\",[\"S\",20,21],\"a\",\"b\",{\"_8\":23,\"_10\":24,\"_12\":25,\"_14\":15,\"_18\":26},\"two\",\"Two \\\"tides\\\" \\u2028 &\",[\"D\",1706781600000],[\"S\",20],\"actionData\",\"errors\"]\n");</script>`,
		"React's rows":             `<script>(self.__next_f=self.__next_f||[]).push([0])</script><script>self.__next_f.push([1,"1:\"$Sreact.fragment\"\n2:I[123,[\"9\",\"static/chunks/9.js\"],\"List\"]\n3:T9,line\nfeed5:{\"name\":\"Ann Reef\"}\n0:{\"P\":null,\"f\":[\"$\",\"$L2\",null,{\"posts\":[{\"slug\":\"one\",\"title\":\"One \u003cb\u003etide\u003c/b\u003e\",\"publishedAt\":\"$D2024-03-01T10:00:00.000Z\",\"author\":\"$5\"},"])</script><script>self.__next_f.push([1,"{\"slug\":\"two\",\"title\":\"Two \\\"tides\\\" \\u2028 \u0026\",\"publishedAt\":\"$D2024-02-01T10:00:00.000Z\",\"author\":\"$5\",\"body\":\"$3\"}]}]}\n"])</script>`,
		"a GraphQL cache":          `<script>window.__APOLLO_STATE__={"Author:7":{"__typename":"Author","name":"Ann Reef"},"Post:1":{"__typename":"Post","slug":"one","title":"One <b>tide</b>","publishedAt":1709287200000,"author":{"__ref":"Author:7"}},"Post:2":{"slug":"two","title":"Two \"tides\" \u2028 &","publishedAt":1706781600000,"author":{"type":"id","generated":false,"id":"Author:7","typename":"Author"}},"ROOT_QUERY":{"posts({\"first\":2})":{"edges":[{"node":{"__ref":"Post:1"}},{"node":{"__ref":"Post:2"}}]}}}</script>`,
		"wrapped objects":          `<script id="d" type="application/json">{"data":{"allMarkdownRemark":{"edges":[{"node":{"fields":{"slug":"one"},"frontmatter":{"title":"One <b>tide</b>","date":"2024-03-01T10:00:00Z","author":"Ann Reef"}}},{"node":{"fields":{"slug":"two"},"frontmatter":{"title":"Two \"tides\" \u2028 &","date":"2024-02-01T10:00:00Z","author":"Ann Reef"}}}]}}}</script>`,
		"other names":              `<script type="application/json">{"items":[{"slug":"one","headline":"One <b>tide</b>","postedOn":"2024-03-01T10:00:00Z","updatedOn":"2024-05-01T10:00:00Z","writer":{"name":"Ann Reef"}},{"slug":"two","headline":"Two \"tides\" \u2028 &","postedOn":"2024-02-01T10:00:00Z","updatedOn":"2024-05-01T10:00:00Z","writer":"Ann Reef"}]}</script>`,
		"a content system's":       `<script type="application/json">{"posts":[{"slug":{"_type":"slug","current":"one"},"title":{"rendered":"One <b>tide</b>"},"_createdAt":"2024-03-01T10:00:00Z","author":{"data":{"attributes":{"name":"Ann Reef"}}}},{"slug":{"current":"two"},"title":[{"type":"heading1","text":"Two \"tides\" \u2028 &","spans":[]}],"_createdAt":"2024-02-01T10:00:00Z","author":[{"firstName":"Ann","lastName":"Reef"}]}]}</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			s := Read([]byte("<!doctype html><html><body>" + page + "</body></html>"))
			lists := s.Lists()
			if len(lists) == 0 {
				t.Fatalf("no list found in %d values", len(s.Values))
			}
			var got []string
			for _, p := range lists[0].Posts {
				d, _ := time.Parse(time.RFC3339, p.Published)
				title := strings.Join(strings.Fields(p.Title), " ") // the line separator reads as white space
				got = append(got, fmt.Sprintf("%s | %s | %s | %v | slug %v", p.Address, title, d.UTC().Format(time.DateTime), p.Authors, p.Slug))
			}
			want := []string{
				`one | One <b>tide</b> | 2024-03-01 10:00:00 | [Ann Reef] | slug true`,
				`two | Two "tides" & | 2024-02-01 10:00:00 | [Ann Reef] | slug true`,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadsRichText(t *testing.T) {
	const filler = "and the water went on rising until the harbour was full to its brim"
	for name, c := range map[string]struct{ body, want string }{
		"HTML":     {`"<p>One</p><p>` + filler + `</p>"`, `<p>One</p><p>` + filler + `</p>`},
		"rendered": {`{"rendered":"<p>One</p><p>` + filler + `</p>","protected":false}`, `<p>One</p><p>` + filler + `</p>`},
		"Markdown": {
			`"---\ntitle: X\n---\nimport A from 'a'\n\n## One\n\n` + filler + `, **loud**, [a link](/two).\n\n- a\n- b\n"`,
			"<h2>One</h2>\n<p>" + filler + ", <strong>loud</strong>, <a href=\"/two\">a link</a>.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n",
		},
		"Portable Text": {
			`[{"_type":"block","style":"h2","children":[{"_type":"span","text":"One"}]},{"_type":"block","style":"normal","markDefs":[{"_key":"k","_type":"link","href":"/two"}],"children":[{"_type":"span","text":"A < b ","marks":[]},{"_type":"span","text":"link","marks":["k","strong"]}]},{"_type":"block","listItem":"bullet","level":1,"style":"normal","children":[{"_type":"span","text":"a"}]},{"_type":"block","listItem":"bullet","level":1,"style":"normal","children":[{"_type":"span","text":"b"}]},{"_type":"image","asset":{"url":"/i.png"},"alt":"Pier"}]`,
			`<h2>One</h2><p>A &lt; b <strong><a href="/two">link</a></strong></p><ul><li>a</li><li>b</li></ul><img src="/i.png" alt="Pier">`,
		},
		"Contentful": {
			`{"nodeType":"document","data":{},"content":[{"nodeType":"heading-2","content":[{"nodeType":"text","value":"One","marks":[]}]},{"nodeType":"paragraph","content":[{"nodeType":"text","value":"bold","marks":[{"type":"bold"}]},{"nodeType":"hyperlink","data":{"uri":"/two"},"content":[{"nodeType":"text","value":"link","marks":[]}]}]},{"nodeType":"unordered-list","content":[{"nodeType":"list-item","content":[{"nodeType":"paragraph","content":[{"nodeType":"text","value":"a"}]}]}]}]}`,
			`<h2>One</h2><p><strong>bold</strong><a href="/two">link</a></p><ul><li><p>a</p></li></ul>`,
		},
		"ProseMirror": {
			`{"type":"doc","content":[{"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"One"}]},{"type":"paragraph","content":[{"type":"text","text":"x "},{"type":"text","text":"link","marks":[{"type":"link","attrs":{"href":"/two"}}]},{"type":"hardBreak"},{"type":"text","text":"y","marks":[{"type":"code"}]}]},{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}]},{"type":"horizontalRule"}]}`,
			`<h3>One</h3><p>x <a href="/two">link</a><br><code>y</code></p><ul><li><p>a</p></li></ul><hr>`,
		},
		"Slate": {
			`[{"type":"heading","level":2,"children":[{"type":"text","text":"One"}]},{"type":"paragraph","children":[{"type":"text","text":"b","bold":true},{"type":"link","url":"/two","children":[{"type":"text","text":"link"}]}]},{"type":"list","format":"ordered","children":[{"type":"list-item","children":[{"type":"text","text":"a"}]}]},{"type":"code","children":[{"type":"text","text":"x<y"}]}]`,
			`<h2>One</h2><p><strong>b</strong><a href="/two">link</a></p><ol><li>a</li></ol><pre>x&lt;y</pre>`,
		},
		"Lexical": {
			`{"root":{"type":"root","children":[{"type":"heading","tag":"h2","children":[{"type":"text","text":"One","format":0}]},{"type":"paragraph","children":[{"type":"text","text":"b","format":3},{"type":"linebreak"},{"type":"link","fields":{"url":"/two"},"children":[{"type":"text","text":"link","format":0}]}]},{"type":"list","listType":"number","tag":"ol","children":[{"type":"listitem","children":[{"type":"text","text":"a","format":0}]}]}]}}`,
			`<h2>One</h2><p><strong><em>b</em></strong><br><a href="/two">link</a></p><ol><li>a</li></ol>`,
		},
		"Prismic": {
			`[{"type":"heading2","text":"One","spans":[]},{"type":"paragraph","text":"a bold link","spans":[{"start":2,"end":6,"type":"strong"},{"start":2,"end":11,"type":"hyperlink","data":{"url":"/two"}}]},{"type":"list-item","text":"a","spans":[]},{"type":"list-item","text":"b","spans":[]}]`,
			`<h2>One</h2><p>a <a href="/two"><strong>bold</strong> link</a></p><ul><li>a</li><li>b</li></ul>`,
		},
		"Medium": {
			`{"bodyModel":{"paragraphs":[{"type":"H3","text":"One","markups":[]},{"type":"P","text":"a bold 🌊 link","markups":[{"type":"STRONG","start":2,"end":6},{"type":"A","start":10,"end":14,"href":"/two"}]},{"type":"ULI","text":"a","markups":[]},{"type":"OLI","text":"b","markups":[]},{"type":"BQ","text":"q","markups":[]}]}}`,
			`<h3>One</h3><p>a <strong>bold</strong> 🌊 <a href="/two">link</a></p><ul><li>a</li></ul><ol><li>b</li></ol><blockquote>q</blockquote>`,
		},
		"Editor.js": {
			`{"time":1,"blocks":[{"type":"header","data":{"text":"One","level":2}},{"type":"paragraph","data":{"text":"a <b>bold</b> word"}},{"type":"list","data":{"style":"ordered","items":["a",{"content":"b","items":[]}]}},{"type":"image","data":{"file":{"url":"/i.png"},"caption":""}}]}`,
			`<h2>One</h2><p>a <b>bold</b> word</p><ol><li>a</li><li>b</li></ol><img src="/i.png" alt="">`,
		},
		"Draft.js": {
			`{"blocks":[{"key":"a","text":"One","type":"header-two","inlineStyleRanges":[]},{"key":"b","text":"a bold word","type":"unstyled","inlineStyleRanges":[{"offset":2,"length":4,"style":"BOLD"}]},{"key":"c","text":"a","type":"unordered-list-item","inlineStyleRanges":[]}],"entityMap":{}}`,
			`<h2>One</h2><p>a <strong>bold</strong> word</p><ul><li>a</li></ul>`,
		},
		"a parser's tree": {
			`{"type":"root","children":[{"type":"element","tag":"h2","props":{"id":"one"},"children":[{"type":"text","value":"One"}]},{"type":"element","tagName":"p","properties":{},"children":[{"type":"text","value":"a "},{"type":"element","tagName":"a","properties":{"href":"/two"},"children":[{"type":"text","value":"link"}]}]}]}`,
			`<h2>One</h2><p>a <a href="/two">link</a></p>`,
		},
		"minimark": {
			`{"type":"minimark","value":[["h2",{"id":"one"},"One"],["p",{},"a ",["a",{"href":"/two"},"link"]]]}`,
			`<h2>One</h2><p>a <a href="/two">link</a></p>`,
		},
		"React": {
			`[["$","h2",null,{"children":"One"}],["$","p",null,{"children":["a ",["$","a",null,{"href":"/two","children":"link"}]]}]]`,
			`<h2>One</h2><p>a <a href="/two">link</a></p>`,
		},
		"Notion": {
			`[{"object":"block","type":"heading_2","heading_2":{"rich_text":[{"type":"text","plain_text":"One","annotations":{"bold":false}}]}},{"object":"block","type":"paragraph","paragraph":{"rich_text":[{"type":"text","plain_text":"bold","annotations":{"bold":true}},{"type":"text","plain_text":"link","href":"/two","annotations":{"bold":false}}]}},{"object":"block","type":"bulleted_list_item","bulleted_list_item":{"rich_text":[{"type":"text","plain_text":"a"}]}}]`,
			`<h2>One</h2><p><strong>bold</strong><a href="/two">link</a></p><ul><li>a</li></ul>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			page := `<script id="s" type="application/json">{"post":{"title":"One of them","slug":"one","body":` + c.body + `}}</script>`
			p, ok := Read([]byte(page)).Post("https://blog.example/blog/one", "One of them | Ebb")
			if !ok {
				t.Fatal("no post found")
			}
			if diff := cmp.Diff(c.want, p.HTML()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A page of one post also carries others, in part or whole.
func TestKnowsThePagesOwnPost(t *testing.T) {
	body := func(s string) string {
		return `"<p>` + s + strings.Repeat(" and the water went on rising", 10) + `</p>"`
	}
	own := `{"title":"Two tides","slug":"two","content":` + body("own") + `}`
	other := `{"title":"One tide","slug":"one","content":` + body("other"+strings.Repeat(" longer", 100)) + `}`
	third := `{"title":"Third tide","slug":"third","content":` + body("third") + `}`
	for _, c := range []struct{ name, json, address, title, want string }{
		{"by its address", `{"post":` + own + `,"related":[` + other + `]}`, "https://blog.example/blog/two/", "", "Two tides"},
		{"by its title", `{"related":[` + other + `],"post":` + own + `}`, "https://blog.example/p/17", "Two tides - Ebb", "Two tides"},
		{"the only one", `{"post":` + own + `}`, "https://blog.example/p/17", "Ebb", "Two tides"},
		{"none of several", `{"all":[` + own + `,` + other + `,` + third + `]}`, "https://blog.example/p/17", "Ebb", ""},
	} {
		p, _ := Read([]byte(`<script type="application/json">`+c.json+`</script>`)).Post(c.address, c.title)
		if p.Title != c.want {
			t.Errorf("%s: got %q, want %q", c.name, p.Title, c.want)
		}
	}
}

// What is to be executed, or is made to hurt, costs no more than its reading.
func TestHostileScriptsEnd(t *testing.T) {
	deep := strings.Repeat("[", 1<<20)
	laughs := "["
	for i := 1; i < 60; i++ {
		laughs += fmt.Sprintf("[%d,%d],", i, i)
	}
	for name, page := range map[string]string{
		"nesting":         `<script>x=` + deep + `</script>`,
		"nesting in JSON": `<script type="application/json">` + deep + `</script>`,
		"open brackets":   `<script>` + strings.Repeat("f({a:", 1<<19) + `</script>`,
		"laughs":          `<script type="application/json">` + laughs + `"ha"]</script>`,
		"a loop":          `<script type="application/json">[{"a":0},{"b":0}]</script>`,
		"functions":       `<script>x=` + strings.Repeat("(function(a){return ", 1<<14) + `</script>`,
		"texts in texts":  `<script type="application/json">{"a":"{\"a\":\"{\\\"a\\\":1}\"}"}</script>`,
		"quotes":          `<script>` + strings.Repeat("'\"`", 1<<18) + `</script>`,
		"rows":            `<script>self.__next_f.push([1,"0:[\"$0\",\"$1\"]\n1:[\"$0\",\"$0\"]\n2:TFFFFFFF,x"])</script>`,
		"a cache":         `<script>s={"ROOT_QUERY":{"a":{"__ref":"A"}},"A":{"b":{"__ref":"A"},"__ref":"A"}}; long = "so that it is read at all"</script>`,
	} {
		start := time.Now()
		s := Read([]byte(page))
		s.Lists()
		s.Post("https://blog.example/x", "x")
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}
