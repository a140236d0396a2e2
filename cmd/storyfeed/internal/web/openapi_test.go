package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"storyfeed/feed"
)

// described is the OpenAPI document as programs see it.
type described struct {
	OpenAPI string
	Servers []struct{ URL string }
	Paths   map[string]map[string]struct {
		OperationID string
		Parameters  []parameter
		Responses   map[string]json.RawMessage
	}
	schemas map[string]*jsonschema.Schema
}

type parameter struct {
	Ref      string `json:"$ref"`
	Name     string
	Required bool
	Empty    bool `json:"allowEmptyValue"`
	Example  string
	Schema   struct {
		Type, Pattern    string
		Enum             []string
		Default          any
		Minimum, Maximum *int
		MaxLength        int
	}
}

// describedAPI reads the document, and forbids fields that it does not name.
func describedAPI(t *testing.T, s *site) *described {
	t.Helper()
	text := body(t, s.get("/api/v1/openapi.json"))
	d := &described{schemas: map[string]*jsonschema.Schema{}}
	must(t, json.Unmarshal([]byte(text), d))
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	must(t, err)
	schemas := at(doc, "components", "schemas").(map[string]any)
	for _, schema := range schemas {
		closed(schema)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource("https://read.example/openapi.json", doc))
	for name := range schemas {
		d.schemas[name], err = c.Compile("https://read.example/openapi.json#/components/schemas/" + name)
		must(t, err)
	}
	return d
}

func at(v any, path ...string) any {
	for _, name := range path {
		v = v.(map[string]any)[name]
	}
	return v
}

// closed lets an object have no properties but those that are described.
func closed(schema any) {
	switch v := schema.(type) {
	case map[string]any:
		if _, ok := v["properties"].(map[string]any); ok && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closed(inner)
		}
	case []any:
		for _, inner := range v {
			closed(inner)
		}
	}
}

// of is the schema of an answer.
func (d *described) of(t *testing.T, path string, status int) *jsonschema.Schema {
	t.Helper()
	raw, ok := d.Paths[path]["get"].Responses[strconv.Itoa(status)]
	if !ok {
		t.Fatalf("%s: the document knows no answer %d", path, status)
	}
	if status != http.StatusOK {
		return d.schemas["Problem"]
	}
	var answer struct {
		Content map[string]struct {
			Schema struct {
				Ref  string `json:"$ref"`
				Type string
			}
		}
	}
	must(t, json.Unmarshal(raw, &answer))
	schema := d.schemas[strings.TrimPrefix(answer.Content["application/json"].Schema.Ref, "#/components/schemas/")]
	if schema == nil && path != "/api/v1/openapi.json" {
		t.Fatalf("%s: the document has no schema for the answer", path)
	}
	return schema
}

// checkAnswer asks and compares what comes with the document.
func (d *described) checkAnswer(t *testing.T, s *site, path, address string, status int) {
	t.Helper()
	res := s.get(address)
	text := body(t, res)
	if res.StatusCode != status {
		t.Errorf("GET %s: %d, want %d\n%s", address, res.StatusCode, status, text)
		return
	}
	want := "application/json"
	if status != http.StatusOK {
		want = "application/problem+json"
	}
	if got := res.Header.Get("Content-Type"); got != want || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("GET %s: Content-Type %q, want %q, for scripts of any site", address, got, want)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	must(t, err)
	if schema := d.of(t, path, status); schema != nil {
		if err := schema.Validate(v); err != nil {
			t.Errorf("GET %s is not as the document describes it: %v", address, err)
		}
	}
	if status != http.StatusOK {
		if instance, _, _ := strings.Cut(address, "?"); at(v, "instance") != instance {
			t.Errorf("GET %s: the instance is %v, want %s", address, at(v, "instance"), instance)
		}
	}
}

var apiGUID = feed.GUID("https://garden.example/letter-12")

// example is an address of a path of the document.
func example(path string) string {
	return strings.NewReplacer("{series}", "bees", "{guid}", apiGUID).Replace(path)
}

// TestOpenAPIRoutes compares the document with the README's table, which
// TestREADMERoutes compares with the routes of the program, and asks every route.
func TestOpenAPIRoutes(t *testing.T) {
	s := newSite(t, nil)
	d := describedAPI(t, s)
	if d.OpenAPI != "3.1.1" || len(d.Servers) != 1 || d.Servers[0].URL != baseURL {
		t.Errorf("the document is of OpenAPI %s for %v, want 3.1.1 for %s", d.OpenAPI, d.Servers, baseURL)
	}
	readme, err := os.ReadFile("../../../../README.md")
	must(t, err)
	for path, methods := range d.Paths {
		if !strings.Contains(string(readme), "`"+path+"`") {
			t.Errorf("the README does not name %s", path)
		}
		if len(methods) != 1 {
			t.Errorf("%s has %d methods, want GET alone", path, len(methods))
		}
		d.checkAnswer(t, s, path, example(path), 200)
		if res := s.do("OPTIONS", example(path), "Origin", "https://app.example"); res.StatusCode != 204 {
			t.Errorf("OPTIONS %s: %d, want 204", path, res.StatusCode)
		}
		res := s.do("POST", example(path))
		v, err := jsonschema.UnmarshalJSON(res.Body)
		must(t, err)
		if err := d.schemas["Problem"].Validate(v); res.StatusCode != 405 || err != nil || res.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("POST %s: %d, Allow %q, %v; want 405 as a problem", path, res.StatusCode, res.Header.Get("Allow"), err)
		}
	}
	for line := range strings.Lines(string(readme)) {
		for _, word := range strings.Split(line, "`") {
			if strings.HasPrefix(word, "/api/v1/") && d.Paths[word] == nil {
				t.Errorf("the README names %s, which the document does not know", word)
			}
		}
	}
}

// TestOpenAPIGolden shows in a diff what changes of the promises that the
// document makes.
func TestOpenAPIGolden(t *testing.T) {
	var got bytes.Buffer
	must(t, json.Indent(&got, []byte(body(t, newSite(t, nil).get("/api/v1/openapi.json"))), "", " "))
	file := filepath.Join("testdata", "api", "openapi.json")
	if *update {
		must(t, os.WriteFile(file, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the document differs from %s (-want +got):\n%s", file, diff)
	}
}

// TestOpenAPIAnswers compares answers of every kind with the document.
func TestOpenAPIAnswers(t *testing.T) {
	s := newSite(t, nil)
	d := describedAPI(t, s)
	for _, tc := range []struct {
		path, address string
		status        int
	}{
		{"/api/v1/series/{series}", "/api/v1/series/night-trains", 200},
		{"/api/v1/series/{series}", "/api/v1/series/blank", 200},
		{"/api/v1/series/{series}", "/api/v1/series/nobody", 404},
		{"/api/v1/series/{series}/stories", "/api/v1/series/nobody/stories", 404},
		{"/api/v1/series/{series}/stories", "/api/v1/series/bees/stories?order=newest&limit=2", 200},
		{"/api/v1/series/{series}/stories", "/api/v1/series/bees/stories?order=arrival&content=true", 200},
		{"/api/v1/series/{series}/stories", "/api/v1/series/bees/stories?content=true&cursor=MTIgeA&order=newest", 400},
		{"/api/v1/series/{series}/stories", "/api/v1/series/bees/stories?offset=1&order=arrival", 400},
		{"/api/v1/stories", "/api/v1/stories?limit=2&content=false", 200},
		{"/api/v1/stories", "/api/v1/stories?series=bees&content=true", 200},
		{"/api/v1/stories", "/api/v1/stories?series=blank", 200},
		{"/api/v1/stories", "/api/v1/stories?series=nobody", 404},
		{"/api/v1/stories", "/api/v1/stories?cursor=MTIgeA", 400}, // of another archive
		{"/api/v1/stories/{guid}", "/api/v1/stories/1", 404},
		{"/api/v1/stories/{guid}", "/api/v1/stories/" + feed.GUID("https://garden.example/letter-11"), 410},
		{"/api/v1/stories/{guid}", "/api/v1/stories/" + feed.GUID("https://garden.example/letter-6"), 200},
		{"/api/v1/search", "/api/v1/search?q=title:smoke+OR+hum*&limit=1", 200},
		{"/api/v1/search", "/api/v1/search?q=%22no+such+words%22&sort=oldest", 200},
		{"/api/v1/search", "/api/v1/search?q=%22(:*&series=bees&author=x&tag=", 200},
		{"/api/v1/search", "/api/v1/search?sort=best&limit=0&sort=newest&page=2", 400},
		{"/api/v1/search", "/api/v1/search?q=%zz", 400},
		{"/api/v1/search", "/api/v1/search?q=neihgbours&sort=reading&language=en", 200},
		{"/api/v1/suggest", "/api/v1/suggest?q=a", 200},
		{"/api/v1/suggest", "/api/v1/suggest?q=%22(", 200},
		{"/api/v1/stories/{guid}/similar", "/api/v1/stories/1/similar", 404},
		{"/api/v1/stories/{guid}/similar", "/api/v1/stories/" + apiGUID + "/similar?limit=3", 200},
		{"/api/v1/authors", "/api/v1/authors?limit=1", 200},
		{"/api/v1/tags", "/api/v1/tags?limit=1", 200},
		{"/api/v1/tags", "/api/v1/tags?limit=1001", 400},
	} {
		d.checkAnswer(t, s, tc.path, tc.address, tc.status)
	}
}

// TestOpenAPIParameters gives every parameter that the document names each
// value that it allows, and others.
func TestOpenAPIParameters(t *testing.T) {
	s := newSite(t, nil)
	d := describedAPI(t, s)
	for path, methods := range d.Paths {
		for _, p := range methods["get"].Parameters {
			if p.Ref != "" { // of the path
				continue
			}
			good, bad := p.values()
			for _, v := range good {
				d.checkAnswer(t, s, path, example(path)+"?"+p.with(path, v), 200)
			}
			for _, v := range bad {
				d.checkAnswer(t, s, path, example(path)+"?"+p.with(path, v), 400)
				res := s.get(example(path) + "?" + p.with(path, v))
				var got struct {
					Errors []struct{ Parameter, Detail string }
				}
				must(t, json.NewDecoder(res.Body).Decode(&got))
				if len(got.Errors) != 1 || got.Errors[0].Parameter != p.Name || got.Errors[0].Detail == "" {
					t.Errorf("%s=%.40q at %s: the errors are %v, want one of %s", p.Name, v, path, got.Errors, p.Name)
				}
			}
		}
		address := example(path) + "?surprise=1"
		d.checkAnswer(t, s, path, address, 400)
	}
}

// with is the query that gives a parameter a value, with what must go with it.
func (p parameter) with(path, value string) string {
	q := url.Values{p.Name: {value}}
	if strings.HasSuffix(path, "{series}/stories") && (p.Name == "cursor" || p.Name == "content") {
		q.Set("order", "arrival")
	}
	return q.Encode()
}

// values are some that a parameter may have, and some that it may not.
func (p parameter) values() (good, bad []string) {
	if p.Empty {
		good = append(good, "")
	}
	if p.Example != "" && p.Name != "series" {
		good = append(good, p.Example)
	}
	if p.Schema.Default != nil {
		b, _ := json.Marshal(p.Schema.Default) // it came from JSON
		good = append(good, strings.Trim(string(b), `"`))
	}
	switch {
	case p.Schema.Type == "integer":
		low, high := *p.Schema.Minimum, *p.Schema.Maximum
		good = append(good, strconv.Itoa(low))
		if p.Name == "limit" { // a great offset goes with a small limit only
			good = append(good, strconv.Itoa(high))
		}
		bad = []string{strconv.Itoa(low - 1), strconv.Itoa(high + 1), "", "x", "1.5", "+1", "1e9", "99999999999999999999", "\x00"}
	case p.Schema.Type == "boolean":
		good, bad = append(good, "true", "false"), []string{"1", "yes", "TRUE"}
	case p.Schema.Enum != nil:
		good, bad = append(good, p.Schema.Enum...), []string{"nonsense", strings.ToUpper(p.Schema.Enum[0])}
	case p.Schema.MaxLength > 0:
		bad = []string{strings.Repeat("ö", p.Schema.MaxLength+1)}
		if p.Name != "series" {
			good = append(good, strings.Repeat("ö", p.Schema.MaxLength), "\x00\xff", "' OR 1=1 --")
		}
	case p.Schema.Pattern == "": // what somebody typed
		good = append(good, strings.Repeat("ö ", 2000), "\x00\xff", `"(:*`)
	default:
		bad = []string{"nonsense!", strings.Repeat("9", 5000), "2020-02-31"}
	}
	return good, bad
}
