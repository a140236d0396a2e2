package state

import "testing"

// FuzzRead: whatever a page carries, reading it ends without a panic, and what
// is said of its posts is of use.
func FuzzRead(f *testing.F) {
	for _, script := range []string{
		`<script id="__NEXT_DATA__" type="application/json">{"props":{"posts":[{"slug":"one","title":"One","body":"<p>x</p>"},{"slug":"two","title":"Two"}]}}</script>`,
		`<script>window.__NUXT__=(function(a,b){a.name="Ann";return {data:[{posts:[{slug:"one",title:"One",author:a,tags:[b]}]}]}}({},"a"));</script>`,
		`<script type="application/json">[{"data":1},{"posts":2},[3,3],{"slug":4,"title":5},"one",["Date","2024-03-01T10:00:00Z"],["Set",1]]</script>`,
		`<script>self.__next_f.push([1,"0:{\"a\":\"$1\"}\n1:T9,line\nfeed5:[\"$\",\"$L2\",null,{}]\n"])</script>`,
		`<script>window.__APOLLO_STATE__={"Post:1":{"slug":"one","title":"One","author":{"__ref":"Post:1"}},"ROOT":{"posts":[{"__ref":"Post:1"}]}}</script>`,
		`<script>x=JSON.parse(decodeURIComponent("%7B%22posts%22%3A%5B%7B%22slug%22%3A%22one%22%7D%5D%7D"))</script>`,
		`<div data-page="{&quot;props&quot;:{&quot;posts&quot;:[{&quot;slug&quot;:&quot;one&quot;,&quot;title&quot;:&quot;One&quot;}]}}"></div>`,
		`<script>enqueue("[{\"_1\":2},\"loaderData\",{\"_1\":0}]\n")</script>`,
		"<script>a={b:`c`+'\\u{1F30A}',d:void 0,e:[,1,],f:-0x1F,g:!1}</script>",
	} {
		f.Add([]byte(script))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		for _, s := range []*State{Read(page), ReadJSON(page)} {
			for _, l := range s.Lists() {
				for _, p := range l.Posts {
					if p.Address == "" && p.Title == "" {
						t.Errorf("a post of %q has neither address nor title: %+v", l.Name, p)
					}
					p.HTML()
				}
			}
			if p, ok := s.Post("https://blog.example/one", "One"); ok {
				p.HTML()
			}
		}
	})
}
