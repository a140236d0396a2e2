package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"storyfeed/feed"
)

// param is a parameter of the API. What is written here is both what requests
// are checked against and what the OpenAPI document says.
type param struct {
	name     string
	doc      string
	kind     paramKind
	low      int      // of a number: the least,
	high     int      // the greatest; of a text: the longest, in characters; 0: any length
	fallback string   // what holds without it; empty: nothing
	choices  []string // of a choice
	example  string
	needed   bool
}

type paramKind int

const (
	textParam   paramKind = iota // any text; what is no character in it is left out
	numberParam                  // a whole number
	choiceParam                  // one of a few words
	momentParam                  // a point in time, see dateLayouts
	flagParam                    // true or false
	cursorParam                  // see [cursor]
)

// fieldError says what is wrong with one parameter.
type fieldError struct {
	Parameter string `json:"parameter" doc:"Name of the parameter at fault."`
	Detail    string `json:"detail" doc:"What is wrong with it and what to do."`
}

// faults refuses a request for all that is wrong with its parameters at once.
func faults(errs []fieldError) error {
	if len(errs) == 0 {
		return nil
	}
	f := &failure{Status: http.StatusBadRequest, Parameter: errs[0].Parameter, Detail: errs[0].Detail, Errors: errs}
	if len(errs) > 1 {
		f.Detail = "Several parameters can’t be understood; errors tells of each."
	}
	return f
}

// check finds what is wrong with the parameters of a request. It is strict: a
// program that asks for what can't be had should learn it, and a parameter that is
// ignored today could not get a meaning tomorrow.
func check(q url.Values, params []param) (errs []fieldError) {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.name
		switch values := q[p.name]; {
		case len(values) > 1:
			errs = append(errs, fieldError{p.name, p.name + " is given " + strconv.Itoa(len(values)) + " times; give it once."})
		case len(values) == 1:
			if wrong := p.wrong(values[0]); wrong != "" {
				errs = append(errs, fieldError{p.name, wrong})
			}
		case p.needed:
			errs = append(errs, fieldError{p.name, p.name + " must be given, as in " + p.name + "=" + url.QueryEscape(p.example) + "."})
		}
	}
	var unknown []fieldError
	for name := range q {
		if !slices.Contains(names, name) {
			unknown = append(unknown, fieldError{feed.CleanLine(name[:min(len(name), maxSlug)]), "There is no such parameter here. " + listed(names)})
		}
	}
	slices.SortFunc(unknown, func(a, b fieldError) int { return strings.Compare(a.Parameter, b.Parameter) })
	return append(errs, unknown[:min(len(unknown), maxUnknown)]...)
}

// maxUnknown is the number of unknown parameters that are told.
const maxUnknown = 10

func listed(names []string) string {
	if len(names) == 0 {
		return "This address takes none."
	}
	return "There are " + strings.Join(names, ", ") + "."
}

// wrong says what is wrong with a value, empty if nothing is. An empty value
// counts as left out where there is no number to expect: forms send such.
func (p param) wrong(value string) string {
	if value == "" && p.kind != numberParam && !p.needed {
		return ""
	}
	switch p.kind {
	case numberParam:
		n, err := strconv.Atoi(value)
		if err != nil || n < p.low || n > p.high || strconv.Itoa(n) != value {
			return p.name + " must be a whole number from " + strconv.Itoa(p.low) + " to " + strconv.Itoa(p.high) + p.without()
		}
	case choiceParam, flagParam:
		if !slices.Contains(p.words(), value) {
			return p.name + " must be one of " + strings.Join(p.words(), ", ") + p.without()
		}
	case momentParam:
		if _, ok := parseMoment(value); !ok {
			return p.name + " must be a date such as 2020-07-27, 2020-07, 2020 or 2020-07-27T15:04:05Z."
		}
	case cursorParam:
		if _, ok := parseCursor(value); !ok {
			return p.name + " must be what an earlier answer gave, unchanged" + p.without()
		}
	case textParam:
		if p.high > 0 && len(value) > p.high && utf8.RuneCountInString(value) > p.high {
			return p.name + " is longer than " + strconv.Itoa(p.high) + " characters; shorten it."
		}
		if p.needed && feed.CleanLine(value) == "" {
			return p.name + " is empty; give it, as in " + p.name + "=" + url.QueryEscape(p.example) + "."
		}
	}
	return ""
}

// words are those that a choice may be.
func (p param) words() []string {
	if p.kind == flagParam {
		return []string{"true", "false"}
	}
	return p.choices
}

func (p param) without() string {
	if p.fallback == "" {
		return "; leave it out for none."
	}
	return "; leave it out for " + p.fallback + "."
}

// The values of parameters that were checked.

func (q query) text(name string) string { return text(q.Values, name) }

func (q query) flag(name string) bool { return q.Get(name) == "true" }

// number is the fallback of the parameter when it was not given.
func (q query) number(name string) int {
	n, err := strconv.Atoi(q.word(name))
	if err != nil {
		panic("web: parameter " + name + " is no number: " + err.Error()) // it was checked
	}
	return n
}

// word is the fallback of the parameter when it was not given.
func (q query) word(name string) string {
	if v := q.Get(name); v != "" {
		return v
	}
	i := slices.IndexFunc(q.params, func(p param) bool { return p.name == name })
	return q.params[i].fallback
}

// moment is zero when it was not given.
func (q query) moment(name string) time.Time {
	t, _ := parseMoment(q.Get(name)) // it was checked
	return t
}
