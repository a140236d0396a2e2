package local

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/mapping"
	api "github.com/blevesearch/bleve_index_api"

	"storyfeed/feed"
	"storyfeed/index"
)

// The fields of a document. A story's text and title stand in fields of its
// language, so that each is searched with the analyzer it was indexed with.
const (
	fieldText  = "text."  // + language: title twice, then body, without stop words
	fieldTitle = "title." // + language: title with its stop words

	fieldLanguage = "lang"         // of the analyzer
	fieldLength   = "length."      // + language: number of tokens in fieldText
	fieldTongue   = "language"     // as declared, without what follows the first hyphen
	fieldTongues  = "language.tag" // as declared: the whole and each beginning up to a hyphen
	fieldSeries   = "series"       // slug
	fieldAuthor   = "author"       // words of the names
	fieldTag      = "tag"          // words of the tags
	fieldAuthorID = "author.id"    // whole names: folded, [nameSeparator], as spelled
	fieldTagID    = "tag.id"       // whole tags, likewise
	fieldSuggest  = "suggest"      // words of the title, not inflected; see [firstWord]
	fieldKey      = "key"          // what documents are ordered by, see [key]: a value only
	fieldHash     = "hash"         // stored: what the manifest counts
	fieldName     = "name"         // stored: the title
)

// nameSeparator stands between the two forms of a name. It is in neither.
const nameSeparator = "\x00"

const (
	searched = api.IndexField | api.IncludeTermVectors // positions, for phrases
	exact    = api.IndexField | api.SkipFreqNorm
	valued   = exact | api.DocValues
)

// layout is part of the fingerprint: it grows when a field changes in a way
// that the fingerprint would not notice by itself.
const layout = 4

// fingerprint identifies how documents are indexed: the fields, and what the
// analyzers make of a sample. An index with another one is rebuilt. It is the
// same as long as the program runs, and takes 30 ms to find.
var fingerprint = sync.OnceValue(func() string {
	h := sha256.New()
	fmt.Fprintln(h, layout, searched, exact, valued)
	d := index.Document{
		Series: "s", GUID: "g", Hash: "h", Title: sample, Body: sample,
		Authors: []string{sample}, Tags: []string{sample}, Language: "zh-hant", Part: 1,
	}
	names := make([]string, 0, len(languages()))
	for name := range languages() {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, f := range fieldsOf(d, languages()[name]) {
			fmt.Fprintln(h, f.Name(), f.Options(), f.ArrayPositions())
			f.Analyze()
		}
		for _, drop := range []bool{true, false} {
			for _, t := range languages()[name].terms([]byte(sample), drop) {
				fmt.Fprintln(h, t.Position, string(t.Term))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
})

// sample holds words on which the analyzers differ.
const sample = `The sellers' value-based selling isn't what example.com's sales_team "sold" in 3.14 days: naïve Ｃafé ﬁt!
Die Häuser großer Verkäufer verkauften. L'élégance des vendeurs, c'était vendu. El vendedor vendía cañones rápidamente.
Il venditore dell'azienda vendeva. Os vendedores vendiam ações. De verkopers verkochten huizen. Продавцы продавали ещё ёлки.
Säljarna sålde husen på sjön. Sælgerne solgte husene. Selgerne solgte bøker på ås. Myyjät myivät taloja järvellä.
Az eladók házakat árultak. Vânzătorii și-au vândut casele înțelept. İstanbul'daki satıcılar evleri sattılar.
البائعون يبيعون المنازل. 販売員は家を売った。セールス 판매원이 집을 팔았다 ขายบ้าน बिक्री 🐦 ☕`

// newMapping is the mapping that bleve keeps with an index. Nothing is
// dynamic in it: documents are made by [newDocument], field by field, and
// queries name their fields, so it needs no field of its own. _all is off
// since it is visited even when nothing feeds it.
func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	return m
}

// newDocument makes bleve's document.
func newDocument(d index.Document, l *language) *document.Document {
	doc := document.NewDocument(d.ID)
	for _, f := range fieldsOf(d, l) {
		doc.AddField(f)
	}
	return doc
}

func fieldsOf(d index.Document, l *language) []document.Field {
	body, title := indexing{l, true}, indexing{l, false}
	d.Title, d.Body = feed.CleanText(d.Title), feed.CleanText(d.Body) // an invalid byte ends a text for the analyzer
	fields := []document.Field{
		// A number tells the titles from the body, so that no phrase spans
		// both. The body goes without: a number costs a byte a word.
		// It is first since bleve merges what follows into it.
		text(fieldText+l.name, nil, d.Body, body),
		text(fieldText+l.name, []uint64{1}, d.Title, body),
		text(fieldText+l.name, []uint64{2}, d.Title, body),
		text(fieldTitle+l.name, nil, d.Title, title),
		keyword(fieldLanguage, 0, l.name, exact),
		keyword(fieldSeries, 0, d.Series, exact),
		keyword(fieldKey, 0, keyOf(d).encode(), valued),
		document.NewTextFieldCustom(fieldSuggest, nil, []byte(d.Title), exact, titleWords{}),
		kept(fieldHash, d.Hash),
		kept(fieldName, d.Title),
	}
	fields = append(fields, document.NewTextFieldCustom(fieldLength+l.name, nil, nil, exact, tally(fields[:3])))
	fields = append(fields, nameFields(d.Authors, fieldAuthor, fieldAuthorID)...)
	fields = append(fields, nameFields(d.Tags, fieldTag, fieldTagID)...)
	for i, tag := range tongues(d.Language) {
		if i == 0 {
			fields = append(fields, keyword(fieldTongue, 0, tag, exact))
		}
		fields = append(fields, keyword(fieldTongues, uint64(i), tag, exact))
	}
	return fields
}

// tongues are what a declared language can be asked for by: "zh", "zh-hant" and
// "zh-hant-tw" of zh-Hant_TW.
func tongues(declared string) (tags []string) {
	tag, ok := index.LanguageTag(declared)
	if !ok {
		return nil
	}
	for i, c := range tag {
		if c == '-' {
			tags = append(tags, tag[:i])
		}
	}
	return append(tags, tag)
}

// nameFields makes the two fields of a list of names. Names that differ in
// case or accents only are one.
func nameFields(names []string, inWords, whole string) []document.Field {
	var fields []document.Field
	seen := map[string]bool{}
	for _, name := range names {
		name = shorten(name)
		key := foldName(name)
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		i := uint64(len(seen))
		fields = append(fields,
			text(inWords, []uint64{i}, name, nameAnalyzer{}),
			keyword(whole, i, key+nameSeparator+name, exact))
	}
	return fields
}

// longestName bounds a name in bytes.
const longestName = 256

// shorten makes a name fit to be a value: one clean line, not endless.
func shorten(name string) string {
	if len(name) > longestName {
		name = name[:longestName]
	}
	return feed.CleanLine(name)
}

func text(name string, position []uint64, value string, a analysis.Analyzer) document.Field {
	return document.NewTextFieldCustom(name, position, []byte(value), searched, a)
}

func keyword(name string, position uint64, value string, options api.FieldIndexingOptions) document.Field {
	return document.NewTextFieldCustom(name, []uint64{position}, []byte(value), options, nil)
}

// tally makes the number of tokens of other fields a term. bleve analyses a
// document's fields one after the other, and so those before this one.
type tally []document.Field

func (t tally) Analyze([]byte) analysis.TokenStream {
	n := 0
	for _, f := range t {
		n += f.AnalyzedLength()
	}
	return analysis.TokenStream{{Term: strconv.AppendInt(nil, int64(n), 10), Position: 1}}
}

// kept is a field that is stored and nothing else.
func kept(name, value string) document.Field {
	return document.NewTextFieldCustom(name, nil, []byte(value), api.StoreField, nil)
}

// firstWord marks the first word of a title, which stands in the field of
// suggestions with and without it.
const firstWord = "^"

// titleWords analyses titles for suggestions.
type titleWords struct{}

func (titleWords) Analyze(text []byte) analysis.TokenStream {
	tokens := unplaced(words(string(text)))
	if len(tokens) > 0 {
		first := *tokens[0]
		first.Term = append([]byte(firstWord), first.Term...)
		tokens = append(tokens, &first)
	}
	return tokens
}

// indexing is a language's analyzer as bleve calls it.
type indexing struct {
	*language
	dropStops bool
}

// Analyze leaves out the places of terms in the text: snippets are made from
// the store's text, and the places are a quarter of an index.
func (a indexing) Analyze(text []byte) analysis.TokenStream {
	return unplaced(pair(a.terms(text, a.dropStops)))
}

// nameAnalyzer analyses names.
type nameAnalyzer struct{}

func (nameAnalyzer) Analyze(text []byte) analysis.TokenStream { return unplaced(words(string(text))) }

func unplaced(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		t.Start, t.End = 0, 0
	}
	return tokens
}

// keyOf makes the key of a document. It tells equal dates apart by the part,
// and equal parts by a hash of the ID, so that the order is total, however the
// index was built.
func keyOf(d index.Document) key {
	id := sha256.Sum256([]byte(d.ID))
	k := key{
		seconds: undated,
		part:    uint32(min(max(d.Part, 0), math.MaxInt32)),
		id:      binary.BigEndian.Uint64(id[:]),
	}
	if !d.Published.IsZero() {
		k.seconds = d.Published.Unix()
	}
	return k
}
