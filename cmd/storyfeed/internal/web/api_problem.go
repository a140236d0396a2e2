package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// apiProblem is a problem details object (RFC 9457 §3).
type apiProblem struct {
	Type      string       `json:"type" doc:"about:blank where the status says it all, else the address that names the kind of problem."`
	Title     string       `json:"title" doc:"What that kind is, in a few words."`
	Status    int          `json:"status" doc:"The HTTP status."`
	Detail    string       `json:"detail" doc:"What is wrong here and what to do, for people."`
	Instance  string       `json:"instance" doc:"The path that was asked for."`
	Parameter string       `json:"parameter,omitempty" doc:"Name of the first parameter at fault."`
	Errors    []fieldError `json:"errors,omitempty" doc:"All parameters at fault."`
	Violated  []string     `json:"violated-policies,omitempty" doc:"Names of the limits that were exceeded, as in RateLimit-Policy."`
	RequestID string       `json:"request_id" doc:"Finds this request in the operator’s log."`
}

// quotaExceeded is the problem type that the draft of the RateLimit fields
// defines (draft-ietf-httpapi-ratelimit-headers-10 §"Quota Exceeded").
const (
	quotaExceeded      = "https://iana.org/assignments/http-problem-types#quota-exceeded"
	quotaExceededTitle = "Request cannot be satisfied as assigned quota has been exceeded"
)

// problem is a failure for programs. Its type is about:blank unless there is a
// common one, so its title is the status' own (RFC 9457 §4.2.1).
func (s *server) problem(id string, r *http.Request, f *failure) []byte {
	p := apiProblem{
		Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: sentences(f.Title, f.detail()),
		Instance:  s.prefix + (&url.URL{Path: "/" + strings.TrimPrefix(r.URL.Path, "/")}).EscapedPath(),
		Parameter: f.Parameter, Errors: f.Errors, RequestID: id,
	}
	if len(p.Errors) == 0 && f.Parameter != "" {
		p.Errors = []fieldError{{f.Parameter, f.Detail}}
	}
	if f.Quota != "" {
		p.Type, p.Title, p.Violated = quotaExceeded, quotaExceededTitle, []string{f.Quota}
	}
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and an int
	}
	return append(b, '\n')
}
