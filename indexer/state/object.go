package state

// Object is a JavaScript object as written: its keys keep their order. Values
// are nil, bool, float64, string, []any and *Object.
type Object struct {
	keys   []string
	values map[string]any
}

func newObject() *Object { return &Object{values: map[string]any{}} }

// Get is the value of a key; nil when there is none, or when o is nil.
func (o *Object) Get(key string) any {
	if o == nil {
		return nil
	}
	return o.values[key]
}

// Keys are the keys in the order in which they were written. They must not be
// changed.
func (o *Object) Keys() []string {
	if o == nil {
		return nil
	}
	return o.keys
}

func (o *Object) set(key string, v any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

func (o *Object) text(key string) string {
	s, _ := o.Get(key).(string)
	return s
}

// walk visits a value and all inside it, once each: what refers to itself
// ends. It stops going deeper where f says false.
func walk(v any, f func(path []string, v any) bool) {
	w := walker{f: f, seen: map[*Object]bool{}, left: maxValues}
	w.visit(v)
}

type walker struct {
	f    func(path []string, v any) bool
	path []string
	seen map[*Object]bool
	left int
}

func (w *walker) visit(v any) {
	if w.left--; w.left < 0 || len(w.path) > maxDepth || !w.f(w.path, v) {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			w.path = append(w.path, "")
			w.visit(e)
			w.path = w.path[:len(w.path)-1]
		}
	case *Object:
		if v == nil || w.seen[v] {
			return
		}
		w.seen[v] = true
		for _, k := range v.keys {
			w.path = append(w.path, k)
			w.visit(v.values[k])
			w.path = w.path[:len(w.path)-1]
		}
	}
}
