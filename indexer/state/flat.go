package state

import (
	"strconv"
	"strings"
	"time"
)

// unflatten puts a payload together whose parts refer to each other by their
// index in one array, as devalue (Nuxt 3, SvelteKit, Astro) and turbo-stream
// (React Router) write it. It reports false for any other value.
func unflatten(v any) (any, bool) {
	list, ok := v.([]any)
	if !ok || len(list) < 2 || !isFlat(list) {
		return nil, false
	}
	f := flattened{list: list, done: make([]any, len(list)), state: make([]int8, len(list))}
	return f.at(0), true
}

// isFlat reports that the first element is made of nothing but indexes, and
// that these exist.
func isFlat(list []any) bool {
	refs := 0
	valid := func(v any) bool {
		n, ok := v.(float64)
		refs++
		return ok && n == float64(int(n)) && n < float64(len(list)) && n >= -7
	}
	switch first := list[0].(type) {
	case *Object:
		if len(first.keys) == 0 {
			return false
		}
		for _, k := range first.keys {
			if !valid(first.values[k]) {
				return false
			}
		}
		return true
	case []any:
		if len(first) == 0 {
			return false
		}
		if _, ok := first[0].(string); ok {
			return len(first) == 2 && valid(first[1])
		}
		for _, e := range first {
			if !valid(e) {
				return false
			}
		}
		return refs > 0 && len(list) > len(first)
	}
	return false
}

type flattened struct {
	list  []any
	done  []any
	state []int8 // 0: not begun, 1: under way, 2: done
	deep  int
}

func (f *flattened) ref(v any) any {
	n, ok := v.(float64)
	if !ok {
		return v
	}
	return f.at(int(n))
}

// at is the value of an index. Negative ones are undefined and the like.
func (f *flattened) at(i int) any {
	if i < 0 || i >= len(f.list) || f.deep > maxDepth {
		return nil
	}
	if f.state[i] != 0 {
		return f.done[i] // an object that refers to itself is there already
	}
	f.state[i] = 1
	f.deep++
	defer func() { f.deep--; f.state[i] = 2 }()
	switch t := f.list[i].(type) {
	case *Object:
		o := newObject()
		f.done[i] = o
		for _, k := range t.keys {
			o.set(f.key(k), f.ref(t.values[k]))
		}
	case []any:
		if name, ok := first(t).(string); ok {
			f.done[i] = f.typed(name, t[1:])
			break
		}
		list := make([]any, len(t))
		f.done[i] = list
		for j, e := range t {
			list[j] = f.ref(e)
		}
	default:
		f.done[i] = t
	}
	return f.done[i]
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// key is a property's name, which turbo-stream refers to by "_7".
func (f *flattened) key(k string) string {
	if n, err := strconv.Atoi(strings.TrimPrefix(k, "_")); err == nil && strings.HasPrefix(k, "_") && n >= 0 && n < len(f.list) {
		if name, ok := f.list[n].(string); ok {
			return name
		}
	}
	return k
}

// typed is a value that JSON has no form for.
func (f *flattened) typed(name string, args []any) any {
	switch name {
	case "Date", "BigInt", "URL", "U":
		return first(args)
	case "D":
		if ms, ok := first(args).(float64); ok {
			return time.UnixMilli(int64(ms)).UTC().Format(time.RFC3339)
		}
	case "Set", "S":
		list := make([]any, len(args))
		for i, a := range args {
			list[i] = f.ref(a)
		}
		return list
	case "Map", "M", "null":
		o := newObject()
		for i := 0; i+1 < len(args); i += 2 {
			key, ok := args[i].(string)
			if !ok {
				key, ok = f.ref(args[i]).(string)
			}
			if ok {
				o.set(key, f.ref(args[i+1]))
			}
		}
		return o
	}
	return f.ref(first(args)) // a wrapper of the framework's own: Reactive, Ref, …
}
