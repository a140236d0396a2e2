package web

import (
	"reflect"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// object is a JSON object of the OpenAPI document.
type object = map[string]any

// schemas makes JSON Schemas (2020-12) of the types that answers are made of, so
// that no field can be forgotten: names and what may be absent from the tag json, texts from doc, formats
// from format, and the values of a text from enum, separated by spaces.
type schemas struct{ named object }

// words are the values of the types of text that have but a few.
func words() map[reflect.Type][]any {
	faults := []any{}
	for _, f := range feed.Faults() {
		faults = append(faults, f)
	}
	formats := []any{}
	for _, f := range feed.Formats() {
		formats = append(formats, f)
	}
	return map[reflect.Type][]any{
		reflect.TypeFor[feed.Precision]():       {feed.PrecisionSecond, feed.PrecisionDay, feed.PrecisionMonth, feed.PrecisionYear},
		reflect.TypeFor[feed.Content]():         {feed.ContentFull, feed.ContentSummary},
		reflect.TypeFor[feed.State]():           {feed.StateNew, feed.StateOK, feed.StateDegraded, feed.StateFailing},
		reflect.TypeFor[feed.Fault]():           faults,
		reflect.TypeFor[feed.Format]():          formats,
		reflect.TypeFor[feed.EventKind]():       {feed.EventState, feed.EventLearned},
		reflect.TypeFor[feed.SourceKind]():      {feed.SourceHub, feed.SourceArchive, feed.SourceFeed, feed.SourceAPI, feed.SourceChain},
		reflect.TypeFor[index.SuggestionKind](): {index.SuggestTitle, index.SuggestAuthor, index.SuggestTag},
		reflect.TypeFor[index.Sort]():           list(anys(sortNames())),
	}
}

func anys(s []string) []any {
	all := make([]any, len(s))
	for i, v := range s {
		all[i] = v
	}
	return all
}

// of is the schema of a type: a reference for a struct, which it names.
func (s schemas) of(t reflect.Type) object {
	if values := words()[t]; values != nil {
		return object{"type": "string", "enum": values}
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[document]():
		return object{"type": "object"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		o := object{"type": "object", "additionalProperties": s.of(t.Elem())}
		if values := words()[t.Key()]; values != nil {
			o["propertyNames"] = object{"enum": values}
		}
		return o
	case reflect.Struct:
		return s.ref(t)
	}
	panic("web: no schema for " + t.String()) // a type of ours: seen at start
}

// ref names the schema of a struct.
func (s schemas) ref(t reflect.Type) object {
	name := strings.TrimPrefix(t.Name(), "api")
	name = strings.ToUpper(name[:1]) + name[1:]
	if s.named[name] == nil {
		o := object{"type": "object", "properties": object{}}
		s.named[name] = o // before its fields, which may lead back to it
		if required := s.fields(t, o["properties"].(object), true); len(required) > 0 {
			o["required"] = required
		}
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// fields adds the fields of a struct, and of those embedded in it, and lists
// those that are always there.
func (s schemas) fields(t reflect.Type, to object, always bool) (required []string) {
	for f := range t.Fields() {
		if f.Anonymous {
			inner, there := f.Type, always
			if inner.Kind() == reflect.Pointer {
				inner, there = inner.Elem(), false
			}
			required = append(required, s.fields(inner, to, there)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		to[name] = s.field(f)
		if options == "" && always {
			required = append(required, name)
		}
	}
	return required
}

func (s schemas) field(f reflect.StructField) object {
	o := s.of(f.Type)
	at := o // what the tags of a map tell is true of its values
	if inner, ok := o["additionalProperties"].(object); ok && f.Tag.Get("format") != "" {
		at = inner
	}
	if format := f.Tag.Get("format"); format != "" {
		at["format"] = format
	}
	if enum := f.Tag.Get("enum"); enum != "" {
		o["enum"] = anys(strings.Fields(enum))
	}
	if doc := f.Tag.Get("doc"); doc != "" {
		o["description"] = doc
	}
	return o
}
