package web

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// document is the OpenAPI document as it is served.
type document = json.RawMessage

// apiDocument answers with what was made at start.
func (s *server) apiDocument(query) (any, error) { return s.openapi, nil }

// describe makes the OpenAPI document (3.1.1) of the endpoints.
func (s *server) describe() (document, error) {
	types := schemas{object{}}
	paths := object{}
	for _, e := range s.endpoints() {
		paths[e.path] = object{"get": s.operation(e, types)}
	}
	return json.MarshalIndent(object{
		"openapi": "3.1.1",
		"info": object{
			"title":   "storyfeed",
			"version": "1.0.0",
			"summary": "Series of articles, their stories, and search in them.",
			"description": "Read only, without keys. Fields may be added within v1, and parameters; none is renamed, removed or given another meaning, " +
				"so leave what you don’t know alone. What is not known is left out; a list is never null.\n\n" +
				"Answers have strong ETags: ask again with `If-None-Match`. Faults are problem documents (RFC 9457). " +
				"Unknown and repeated parameters are refused. " + s.quotaText(),
			"license": object{"name": "Apache 2.0", "identifier": "Apache-2.0"},
		},
		"servers": []any{object{"url": s.base}},
		"tags": []any{
			object{"name": "Series", "description": "What is followed."},
			object{"name": "Stories", "description": "What it consists of."},
			object{"name": "Search", "description": "How to find it."},
			object{"name": "About", "description": "The API itself."},
		},
		"security": []any{}, // none is needed
		"paths":    paths,
		"components": object{
			"schemas":    types.withProblem(),
			"responses":  sharedAnswers(),
			"headers":    sharedHeaders(),
			"parameters": pathParameters(),
		},
	}, "", " ")
}

func (s *server) quotaText() string {
	return "An address may ask " + strconv.Itoa(s.Quota.Requests) + " times in " + s.Quota.Window.String() + "; `RateLimit` tells what is left."
}

func (s schemas) withProblem() object {
	s.of(reflect.TypeFor[apiProblem]())
	return s.named
}

// operation describes an endpoint.
func (s *server) operation(e endpoint, types schemas) object {
	parameters := []any{}
	for _, name := range pathNames(e.path) {
		parameters = append(parameters, object{"$ref": "#/components/parameters/" + name})
	}
	for _, p := range e.params {
		parameters = append(parameters, p.describe())
	}
	headers := object{}
	for _, name := range []string{"ETag", "Cache-Control", "RateLimit", "RateLimit-Policy", "Link"} {
		headers[name] = object{"$ref": "#/components/headers/" + name}
	}
	answers := object{
		"200": object{
			"description": "What was asked for.", "headers": headers,
			"content": object{"application/json": object{"schema": types.of(e.of)}},
		},
	}
	for _, status := range append([]int{304, 400, 429, 431, 500, 503}, e.faults...) {
		answers[strconv.Itoa(status)] = object{"$ref": "#/components/responses/" + strconv.Itoa(status)}
	}
	return object{
		"operationId": strings.TrimPrefix(e.name, "api_"), "tags": []string{e.group}, "summary": e.summary, "description": e.doc,
		"parameters": parameters, "responses": answers,
	}
}

// pathNames are the names in the braces of a path.
func pathNames(path string) (names []string) {
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// describe is a parameter in the document.
func (p param) describe() object {
	schema := object{"type": "string"}
	switch p.kind {
	case textParam:
		if p.high > 0 {
			schema["maxLength"] = p.high
		}
		if p.needed {
			schema["minLength"] = 1
		}
	case numberParam:
		schema = object{"type": "integer", "minimum": p.low, "maximum": p.high}
	case flagParam:
		schema = object{"type": "boolean"}
	case choiceParam:
		schema["enum"] = anys(p.choices)
	case momentParam:
		schema["pattern"] = momentPattern
	case cursorParam:
		schema["pattern"] = `^[A-Za-z0-9_-]*$`
	}
	if p.fallback != "" {
		schema["default"] = p.typed(p.fallback)
	}
	o := object{"name": p.name, "in": "query", "description": p.doc, "schema": schema}
	if p.needed {
		o["required"] = true
	} else if p.kind != numberParam {
		o["allowEmptyValue"] = true
	}
	if p.example != "" {
		o["example"] = p.example
	}
	return o
}

// momentPattern is what dateLayouts can read; that a month has no 31st day is
// not in it.
const momentPattern = `^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?)?)?$`

func (p param) typed(value string) any {
	switch n, err := strconv.Atoi(value); {
	case p.kind == numberParam && err == nil:
		return n
	case p.kind == flagParam:
		return value == "true"
	}
	return value
}

func pathParameters() object {
	return object{
		"series": object{
			"name": "series", "in": "path", "required": true, "description": "Slug of the series.", "example": "letters",
			"schema": object{"type": "string", "pattern": "^[a-z0-9-]{1," + strconv.Itoa(maxSlug) + "}$"},
		},
		"guid": object{
			"name": "guid", "in": "path", "required": true, "description": "GUID of the story.", "example": "urn:uuid:a6df939e-f3fc-5241-85cc-63ebd81892bd",
			"schema": object{"type": "string", "pattern": "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
		},
	}
}

func sharedHeaders() object {
	header := func(doc string) object { return object{"description": doc, "schema": object{"type": "string"}} }
	return object{
		"ETag":             header("Names these bytes (RFC 9110 §8.8.3); always strong."),
		"Cache-Control":    header("How long the answer may be kept."),
		"RateLimit":        header("What is left of the quota, and in how many seconds all of it is there again (draft-ietf-httpapi-ratelimit-headers)."),
		"RateLimit-Policy": header("The quota and its window in seconds."),
		"Link":             header("What follows (rel=next) and this document (rel=service-desc), RFC 8288."),
		"Retry-After":      header("How many seconds to wait."),
		"Location":         header("Where it is now."),
	}
}

func sharedAnswers() object {
	content := object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/Problem"}}}
	headers := func(names ...string) object {
		o := object{}
		for _, name := range names {
			o[name] = object{"$ref": "#/components/headers/" + name}
		}
		return o
	}
	problem := func(doc string, names ...string) object {
		return object{"description": doc, "headers": headers(names...), "content": content}
	}
	return object{
		"301": problem("The series has another name now.", "Location"),
		"304": object{"description": "What If-None-Match names is what there is.", "headers": headers("ETag", "Cache-Control")},
		"400": problem("A parameter is unknown, repeated or out of bounds; errors tells of each."),
		"404": problem("There is nothing of that name."),
		"410": problem("The story was removed at its source."),
		"429": problem("The quota is spent.", "Retry-After", "RateLimit", "RateLimit-Policy"),
		"431": object{"description": "The address and the headers are longer than 16 KB; in plain text, as nothing of it was read."},
		"500": problem("A fault of ours."),
		"503": problem("It would take too long just now.", "Retry-After"),
	}
}
