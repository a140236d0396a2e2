package state

import (
	"math"
	"net/url"
	"strings"
	"time"
)

// named reads what begins with a name: a constant, a parameter, or one of the
// calls that only write a value in another way.
func (r *reader) named() (any, error) {
	name := r.word()
	switch name {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null", "undefined":
		return nil, nil
	case "NaN", "Infinity":
		return math.NaN(), nil
	case "void":
		_, err := r.term()
		return nil, err
	case "new":
		return r.construct()
	}
	if v, ok := r.names[name]; ok {
		return v, nil
	}
	for strings.HasPrefix(r.s[r.i:], ".") {
		r.i++
		name += "." + r.word()
	}
	if r.peek() != '(' {
		return nil, errNotData
	}
	args, err := r.arguments()
	if err != nil {
		return nil, err
	}
	return r.call(strings.TrimPrefix(strings.TrimPrefix(name, "window."), "self."), args)
}

// call is the value of the few functions that change how data is written.
func (r *reader) call(name string, args []any) (any, error) {
	var first any
	if len(args) > 0 {
		first = args[0]
	}
	text, isText := first.(string)
	switch name {
	case "JSON.parse":
		if isText {
			return readJSON(text, r.left)
		}
	case "decodeURIComponent", "decodeURI", "unescape":
		if plain, err := url.PathUnescape(text); isText && err == nil {
			return plain, nil
		}
	case "Object.freeze", "Object.seal", "String", "Number", "Boolean":
		return first, nil
	case "Object.create":
		return newObject(), nil
	case "Array":
		if n, ok := first.(float64); ok && n >= 0 && n < maxArray {
			return make([]any, int(n)), nil
		}
		return args, nil
	case "Object.assign":
		all := newObject()
		for _, a := range args {
			o, _ := a.(*Object)
			for _, k := range o.Keys() {
				all.set(k, o.Get(k))
			}
		}
		return all, nil
	}
	return nil, errNotData
}

// construct reads what follows new.
func (r *reader) construct() (any, error) {
	name := r.word()
	var args []any
	if r.peek() == '(' {
		var err error
		if args, err = r.arguments(); err != nil {
			return nil, err
		}
	}
	var first any
	if len(args) > 0 {
		first = args[0]
	}
	switch name {
	case "Date":
		if ms, ok := first.(float64); ok && len(args) == 1 {
			return time.UnixMilli(int64(ms)).UTC().Format(time.RFC3339), nil
		}
		return first, nil
	case "Set", "URL", "Array", "String", "Number":
		return first, nil
	case "Map":
		return pairs(first), nil
	case "Object":
		return newObject(), nil
	}
	return nil, errNotData
}

// pairs makes an object of what a Map is made of.
func pairs(v any) *Object {
	o := newObject()
	list, _ := v.([]any)
	for _, e := range list {
		if pair, ok := e.([]any); ok && len(pair) == 2 {
			if key, ok := pair[0].(string); ok {
				o.set(key, pair[1])
			}
		}
	}
	return o
}

// arguments reads values in parentheses.
func (r *reader) arguments() ([]any, error) {
	r.i++
	r.depth++
	defer func() { r.depth-- }()
	var args []any
	for {
		if r.accept(")") {
			return args, nil
		}
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		args = append(args, v)
		if !r.accept(",") && r.peek() != ')' {
			return nil, errNotData
		}
	}
}

// group reads parentheses: around a value, or around a function that is called
// at once with what its parameters abbreviate: (function(a,b){return {…}}(1,2)).
func (r *reader) group() (any, error) {
	r.i++
	r.depth++
	defer func() { r.depth-- }()
	f, isFunc, err := r.function()
	if err != nil {
		return nil, err
	}
	if !isFunc {
		v, err := r.value()
		if err != nil || !r.accept(")") {
			return nil, errNotData
		}
		return v, nil
	}
	inside := r.peek() == '('
	if !inside && !r.accept(")") || r.peek() != '(' {
		return nil, errNotData
	}
	args, err := r.arguments()
	if err != nil || inside && !r.accept(")") {
		return nil, errNotData
	}
	return r.apply(f, args)
}

// function is one whose only work is to put values together.
type function struct {
	params []string
	body   string // between its braces, or the expression behind the arrow
	block  bool
}

// function reads the head of a function and skips its body.
func (r *reader) function() (function, bool, error) {
	start := r.i
	var f function
	arrow := !r.accept("function")
	if arrow && r.peek() != '(' || !r.accept("(") {
		r.i = start
		return f, false, nil
	}
	for r.peek() != ')' {
		name := r.word()
		if name == "" {
			r.i = start
			return f, false, nil
		}
		f.params = append(f.params, name)
		if !r.accept(",") && r.peek() != ')' {
			r.i = start
			return f, false, nil
		}
	}
	r.i++
	if arrow && !r.accept("=>") {
		r.i = start
		return f, false, nil
	}
	from := r.i
	f.block = r.peek() == '{'
	if c := r.peek(); c != '{' && c != '(' || !r.skip() {
		return f, false, errNotData
	}
	f.body = strings.TrimSpace(r.s[from:r.i])
	if f.block {
		f.body = f.body[1 : len(f.body)-1]
	}
	return f, true, nil
}

// skip passes over a bracket and all up to its counterpart.
func (r *reader) skip() bool {
	level := 0
	for r.i < len(r.s) {
		switch c := r.s[r.i]; c {
		case '{', '(', '[':
			level++
		case '}', ')', ']':
			if level--; level == 0 {
				r.i++
				return true
			}
		case '"', '\'', '`':
			if _, err := r.text(); err != nil {
				return false
			}
			continue
		}
		r.i++
	}
	return false
}

// apply is what a function returns: assignments to parts of its parameters,
// then one value.
func (r *reader) apply(f function, args []any) (any, error) {
	in := reader{s: f.body, left: r.left, depth: r.depth + 1, names: map[string]any{}}
	for i, p := range f.params {
		in.names[p] = nil
		if i < len(args) {
			in.names[p] = args[i]
		}
	}
	if !f.block {
		return in.value()
	}
	for {
		switch {
		case in.accept(";"):
			continue
		case in.accept("return"):
			return in.value()
		case in.accept("let "), in.accept("const "), in.accept("var "):
			if !in.declarations() {
				return nil, errNotData
			}
			continue
		}
		if !in.assignment() {
			return nil, errNotData
		}
	}
}
