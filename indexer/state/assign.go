package state

import (
	"strconv"
)

// declarations reads a={},b=[].
func (r *reader) declarations() bool {
	for {
		name := r.word()
		if name == "" || !r.accept("=") {
			return false
		}
		v, err := r.value()
		if err != nil {
			return false
		}
		r.names[name] = v
		if !r.accept(",") {
			return true
		}
	}
}

// assignment reads a.b["c"]=value.
func (r *reader) assignment() bool {
	name := r.word()
	target, known := r.names[name]
	var keys []string
	for {
		if r.accept(".") {
			keys = append(keys, r.word())
		} else if r.accept("[") {
			key, err := r.subscript()
			if err != nil {
				return false
			}
			keys = append(keys, key)
		} else {
			break
		}
	}
	if !known || len(keys) == 0 || !r.accept("=") {
		return false
	}
	v, err := r.value()
	if err != nil {
		return false
	}
	return assign(target, keys, v)
}

func (r *reader) subscript() (string, error) {
	var key string
	var err error
	if c := r.peek(); '0' <= c && c <= '9' {
		key = r.word()
	} else {
		key, err = r.text()
	}
	if err != nil || !r.accept("]") {
		return "", errNotData
	}
	return key, nil
}

// maxArray is the largest array that is made before it is filled.
const maxArray = 100_000

// assign sets a part of an object or array.
func assign(target any, keys []string, v any) bool {
	for i, k := range keys {
		last := i == len(keys)-1
		switch t := target.(type) {
		case *Object:
			if last {
				t.set(k, v)
				return true
			}
			target = t.Get(k)
		case []any:
			n, err := strconv.Atoi(k)
			if err != nil || n < 0 || n >= len(t) {
				return false
			}
			if last {
				t[n] = v
				return true
			}
			target = t[n]
		default:
			return false
		}
	}
	return false
}
