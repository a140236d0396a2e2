package config

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// suggestedSlug is how long a slug is made, in characters; people may write
// longer ones.
const suggestedSlug = 40

// plainNames are titles and paths that say nothing of a series.
var plainNames = []string{"", "home", "index", "blog", "blogs", "posts", "articles", "archive", "archives", "news", "all", "feed", "rss", "atom", "journal", "stories", "writing", "page"}

// SlugFor makes a slug for a series of that title at that address, one that
// is not taken. It is always a good one.
func SlugFor(title, address string, taken func(slug string) bool) string {
	slug := shorten(suggestSlug(title))
	if slices.Contains(plainNames, slug) {
		slug = addressSlug(slug, address)
	}
	if slug == "" || slices.Contains(reservedSlugs, slug) {
		slug = strings.Trim("series-"+slug, "-")
	}
	if !taken(slug) {
		return slug
	}
	for n := 2; ; n++ {
		if s := fmt.Sprintf("%s-%d", slug, n); !taken(s) {
			return s
		}
	}
}

// addressSlug names a series by the end of its path, or by its host with the
// name that says too little.
func addressSlug(name, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return name
	}
	for p := strings.Trim(u.Path, "/"); p != "" && p != "."; p = path.Dir(p) {
		last := path.Base(p)
		if last = shorten(suggestSlug(strings.TrimSuffix(last, path.Ext(last)))); !slices.Contains(plainNames, last) {
			return last
		}
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	if i := strings.LastIndexByte(host, '.'); i > 0 && strings.ContainsFunc(host, unicode.IsLetter) {
		host = host[:i] // without the top level
	}
	return shorten(suggestSlug(host + " " + name))
}

// shorten cuts a slug between words.
func shorten(slug string) string {
	if len(slug) <= suggestedSlug {
		return slug
	}
	cut := slug[:suggestedSlug+1]
	if i := strings.LastIndexByte(cut, '-'); i > suggestedSlug/2 {
		return cut[:i]
	}
	return strings.TrimRight(cut[:suggestedSlug], "-")
}

// suggestSlug makes a slug of what was written; empty: nothing good.
func suggestSlug(s string) string {
	s = latin(strings.ToLower(s))
	if strings.ContainsFunc(s, func(r rune) bool { return r > '~' && unicode.IsLetter(r) }) {
		return "" // dropping letters makes no name
	}
	s = strings.Trim(notSlug.ReplaceAllString(s, "-"), "-")
	s = strings.Trim(s[:min(len(s), 64)], "-")
	if slices.Contains(reservedSlugs, s) {
		return ""
	}
	return s
}

// latin writes letters in a-z as far as that is done letter by letter:
// without their marks, and Greek and Cyrillic ones by their sound.
func latin(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == '\'' || r == '’' || r == 'ʼ' || unicode.Is(unicode.Mn, r): // I'm: im
		case r == '&':
			b.WriteString(" and ")
		default:
			if to, ok := spelled[r]; ok {
				b.WriteString(to)
				continue
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// spelled are lower-case letters that are no a-z with a mark.
var spelled = func() map[rune]string {
	m := map[rune]string{
		'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i",
		'ж': "zh", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ь': "", 'ю': "yu", 'я': "ya", 'є': "ye", 'і': "i", 'ґ': "g",
		'θ': "th", 'χ': "ch", 'ψ': "ps", 'ξ': "x",
	}
	from := []rune("абвгдезийклмнопрстуфыэ" + "αβγδεζηικλμνοπρστυφωσς")
	to := []rune("abvgdeziyklmnoprstufye" + "abgdeziiklmnoprstyfoss")
	for i, r := range from {
		m[r] = string(to[i])
	}
	return m
}()
