package local

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
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
	fieldTongue   = "language"     // as declared, without what follows the first hyphen, for the facet
	fieldTongues  = "language.tag" // as declared: the whole and each beginning up to a hyphen
	fieldSeries   = "series"       // slug, also for the facet
	fieldAuthor   = "author"       // words of the names
	fieldTag      = "tag"          // words of the tags
	fieldAuthorID = "author.id"    // whole names, folded
	fieldTagID    = "tag.id"       // whole tags, folded
	fieldAuthors  = "author.name"  // names as spelled, for the facet
	fieldTags     = "tag.name"     // tags as spelled, for the facet
	fieldYear     = "year"         // for the facet
	fieldDay      = "published"    // Unix seconds, for ranges
	fieldPart     = "part"         // for ranges
	fieldNewest   = "newest"       // sort key, see [sortKeys]
	fieldOldest   = "oldest"       // sort key
	fieldHash     = "hash"         // stored: what the manifest counts
	fieldLength   = "length."      // + language: number of tokens in fieldText
	fieldReading  = "reading"      // sort key
	fieldSuggest  = "suggest"      // words of the title, not inflected; see [firstWord]
	fieldName     = "name"         // stored: the title
	fieldKey      = "key"          // stored: the sort key of fieldNewest
)

const (
	searched = api.IndexField | api.IncludeTermVectors // positions, for phrases
	exact    = api.IndexField | api.SkipFreqNorm
	counted  = exact | api.DocValues
)

// layout is part of the fingerprint: it grows when a field changes in a way
// that the fingerprint would not notice by itself.
const layout = 2

// fingerprint identifies how documents are indexed: the fields, and what the
// analyzers make of a sample. An index with another one is rebuilt. It is the
// same as long as the program runs, and takes 30 ms to find.
var fingerprint = sync.OnceValue(func() string {
	h := sha256.New()
	fmt.Fprintln(h, layout, searched, exact, counted)
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
	newest, oldest, reading := sortKeys(d)
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
		document.NewNumericFieldWithIndexingOptions(fieldPart, nil, float64(d.Part), exact),
		keyword(fieldSeries, 0, d.Series, counted),
		keyword(fieldNewest, 0, newest, counted),
		keyword(fieldOldest, 0, oldest, counted),
		keyword(fieldReading, 0, reading, counted),
		document.NewTextFieldCustom(fieldSuggest, nil, []byte(d.Title), exact, titleWords{}),
		kept(fieldHash, d.Hash),
		kept(fieldName, d.Title),
		kept(fieldKey, newest),
	}
	fields = append(fields, document.NewTextFieldCustom(fieldLength+l.name, nil, nil, exact, tally(fields[:3])))
	fields = append(fields, nameFields(d.Authors, fieldAuthor, fieldAuthorID, fieldAuthors)...)
	fields = append(fields, nameFields(d.Tags, fieldTag, fieldTagID, fieldTags)...)
	for i, tag := range tongues(d.Language) {
		if i == 0 {
			fields = append(fields, keyword(fieldTongue, 0, tag, counted))
		}
		fields = append(fields, keyword(fieldTongues, uint64(i), tag, exact))
	}
	if !d.Published.IsZero() {
		fields = append(fields,
			keyword(fieldYear, 0, d.Published.UTC().Format("2006"), counted),
			document.NewNumericFieldWithIndexingOptions(fieldDay, nil, float64(d.Published.Unix()), exact))
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

// nameFields makes the three fields of a list of names. Names that differ in
// case or accents only are one.
func nameFields(names []string, inWords, folded, spelled string) []document.Field {
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
			keyword(folded, i, key, exact),
			keyword(spelled, i, name, counted))
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
	return unplaced(a.terms(text, a.dropStops))
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

// sortKeys are texts by which documents sort: in ascending order newest or
// oldest first, or as they are read. Undated stories come last either way. Equal dates are told
// apart by the part, and equal parts by a hash of the ID, so that the order
// is total, however the index was built. One key costs one look-up a hit,
// where date, part and ID would cost three.
func sortKeys(d index.Document) (newest, oldest, reading string) {
	const undated = 1 << 63
	seconds := uint64(undated)
	if !d.Published.IsZero() {
		seconds = uint64(d.Published.Unix()+1<<62) &^ undated // years ±10^11: no date of a story is lost
	}
	id := sha256.Sum256([]byte(d.ID))
	part := uint32(min(max(d.Part, 0), 1<<31-1))

	oldest = sortKey(seconds, part, id[:8])
	if seconds != undated {
		seconds = undated - 1 - seconds
	}
	last := uint32(part - 1) // without a part last
	return sortKey(seconds, ^part, id[:8]), oldest, d.Series + "/" + sortKey(uint64(last), 0, id[:8])
}

func sortKey(seconds uint64, part uint32, id []byte) string {
	b := binary.BigEndian.AppendUint64(nil, seconds)
	b = binary.BigEndian.AppendUint32(b, part)
	// Not the bytes as they are: 0xff ends a value on disk.
	return base32.HexEncoding.EncodeToString(append(b, id...))
}
