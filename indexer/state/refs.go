package state

// Caches of GraphQL clients keep each entity once, under its name, and refer to
// it: {"__ref": "Post:1"} (Apollo Client 3), {"type": "id", "id": "Post:1"}
// (before).

// resolveRefs puts the entities in the places that refer to them.
func resolveRefs(v any) {
	walk(v, func(_ []string, v any) bool {
		cache, ok := v.(*Object)
		if !ok || cache.Get("ROOT_QUERY") == nil {
			return true
		}
		in := linker{cache: cache, seen: map[*Object]bool{}, left: maxValues}
		in.link(cache, 0)
		return false
	})
}

type linker struct {
	cache *Object
	seen  map[*Object]bool
	left  int
}

// link returns what stands for v.
func (l *linker) link(v any, deep int) any {
	if l.left--; l.left < 0 || deep > maxDepth {
		return v
	}
	switch t := v.(type) {
	case []any:
		for i, e := range t {
			t[i] = l.link(e, deep+1)
		}
	case *Object:
		if t == nil {
			return v
		}
		if name := refName(t); name != "" {
			if entity, ok := l.cache.Get(name).(*Object); ok {
				return entity
			}
			return v
		}
		if l.seen[t] {
			return v
		}
		l.seen[t] = true
		for _, k := range t.keys {
			t.values[k] = l.link(t.values[k], deep+1)
		}
	}
	return v
}

func refName(o *Object) string {
	if name := o.text("__ref"); name != "" {
		return name
	}
	if o.text("type") == "id" && len(o.keys) <= 4 {
		return o.text("id")
	}
	return ""
}
