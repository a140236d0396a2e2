package readers

import "strings"

// Name is the kind of reader that a User-Agent (RFC 9110 §10.1.5) tells of:
// its first product and the major version of that, as "Miniflux/2"; what
// presents itself as a browser is searched for what it is. At most 40
// characters of a-z, A-Z, 0-9 and -_.+; "unnamed" when there is nothing to go by.
func Name(agent string) string {
	products, comments := parse(agent)
	if len(products) == 0 {
		return unnamed
	}
	if !strings.EqualFold(products[0].name, "Mozilla") {
		return products[0].String()
	}
	for _, c := range comments {
		if rest, ok := strings.CutPrefix(c, "compatible;"); ok {
			if inner, _ := parse(strings.TrimLeft(rest, " ")); len(inner) > 0 && inner[0].name != "MSIE" {
				return inner[0].String()
			}
		}
	}
	for i := len(products) - 1; i > 0; i-- { // what builds on a browser's engine adds itself at the end
		if p := products[i]; p.version != "" && !browserPart(p.name) {
			return p.String()
		}
	}
	for _, known := range []string{"Firefox", "Chrome", "Safari"} { // Chrome says that it is Safari, too
		for _, p := range products {
			if p.name == known {
				return known
			}
		}
	}
	return "browser"
}

const (
	unnamed  = "unnamed"
	maxName  = 32
	maxMajor = 7
)

// browserPart reports whether a product is one that all browsers name.
func browserPart(name string) bool {
	switch name {
	case "AppleWebKit", "Gecko", "KHTML", "Version", "Mobile", "Safari", "Chrome", "Firefox":
		return true
	}
	return false
}

type product struct{ name, version string }

// String is the name and, if there is one, the major version.
func (p product) String() string {
	if p.version == "" {
		return p.name
	}
	return p.name + "/" + p.version
}

// parse takes the products and the comments apart, which it does not nest.
func parse(agent string) (products []product, comments []string) {
	for agent != "" {
		switch agent[0] {
		case ' ', '\t', ';', ',':
			agent = agent[1:]
		case '(':
			inside, rest, _ := strings.Cut(agent[1:], ")")
			comments = append(comments, inside)
			agent = rest
		default:
			end := strings.IndexAny(agent, " \t;,(")
			if end < 0 {
				end = len(agent)
			}
			name, version, _ := strings.Cut(agent[:end], "/")
			if strings.ContainsAny(name, "@:") {
				name = "" // an address
			}
			if name = keep(name, maxName, nameByte); name != "" && !personal(name) {
				products = append(products, product{name, major(version)})
			}
			agent = agent[end:]
		}
	}
	return products, comments
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '+'
}

// keep returns the beginning of s that consists of allowed bytes, at most so
// many.
func keep(s string, most int, allowed func(byte) bool) string {
	i := 0
	for i < len(s) && i < most && allowed(s[i]) {
		i++
	}
	return s[:i]
}

// major is the number that a version begins with, after a "v".
func major(version string) string {
	return keep(strings.TrimLeft(version, "vV"), maxMajor, func(c byte) bool { return c >= '0' && c <= '9' })
}

// personal reports whether a word is more likely the name of one installation
// than that of a product: eight hexadecimal digits or more, a number.
func personal(name string) bool {
	letters := keep(strings.ReplaceAll(name, "-", ""), maxName, func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	})
	digits := strings.ContainsAny(letters, "0123456789")
	return digits && len(letters) == len(strings.ReplaceAll(name, "-", "")) && (len(letters) >= 8 || !strings.ContainsAny(letters, "abcdefABCDEF"))
}
