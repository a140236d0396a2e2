package extract

import "strings"

// Names that themes make from the usual ones, with a prefix, a hash or a
// number. They are matched by hand: this is asked of every element of a page
// several times, and as regular expressions it was a third of all work.

// isContentLike recognises a name such as theme-post-body or
// article-content-x7f3: a story's text.
func isContentLike(name string) bool {
	return isPair(name, []string{"post", "entry", "article", "story", "blog", "blogpost"}, []string{"content", "body", "text"})
}

// isTitleLike recognises a name such as theme-post-headline: a story's title.
func isTitleLike(name string) bool {
	return isPair(name, []string{"post", "entry", "article", "story", "blogpost"}, []string{"title", "headline", "heading"})
}

// isPair reports whether a name ends in one of the first words, a joint or
// none, and one of the second words, perhaps with a hash behind it.
func isPair(name string, firsts, seconds []string) bool {
	if endsInPair(name, firsts, seconds) {
		return true
	}
	head, tail, ok := cutLast(name)
	return ok && len(tail) >= 4 && len(tail) <= 8 && isPlain(tail) && endsInPair(head, firsts, seconds)
}

func endsInPair(name string, firsts, seconds []string) bool {
	for _, second := range seconds {
		head, ok := strings.CutSuffix(name, second)
		if !ok {
			continue
		}
		head = strings.TrimSuffix(head, "-")
		for _, first := range firsts {
			if rest, ok := strings.CutSuffix(head, first); ok && (rest == "" || strings.HasSuffix(rest, "-")) {
				return true
			}
		}
	}
	return false
}

// cutLast parts a name at its last joint.
func cutLast(name string) (head, tail string, ok bool) {
	i := strings.LastIndexByte(name, '-')
	if i <= 0 {
		return name, "", false
	}
	return name[:i], name[i+1:], true
}

// isPlain reports whether a text is made of a-z and 0-9 only.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}

// beginnings are prefixes by their first byte.
type beginnings map[byte][]string

func beginningsOf(s string) beginnings {
	b := beginnings{}
	for p := range strings.FieldsSeq(s) {
		b[p[0]] = append(b[p[0]], p)
	}
	return b
}

func (b beginnings) of(name string) bool {
	if name == "" {
		return false
	}
	for _, p := range b[name[0]] {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

var (
	talkBeginnings = beginningsOf(`disqus- commento- giscus- utterances- webmention-
		comment-list comment-form comment-area comment-section comment-respond comment-wrap comment-template comment-thread
		comments-list comments-form comments-area comments-section comments-respond comments-wrap comments-template comments-thread`)
	siteBeginnings = beginningsOf(`sharedaddy share- sharing- social- sharethis addtoany addthis a2a- heateor- related-post related-art relatedpost yarpp- newsletter- subscribe- subscription-
		breadcrumb sidebar- widget-area- ad-slot ad-unit ad-block ad-banner ad-wrapper ad-container ad-box ads-slot ads-unit ads-block ads-banner ads-wrapper ads-container ads-box
		advert adsense lee-tambien saiba-mais leia-mais leia-tambem lire-aussi read-more-box read-also cookie- gdpr- nav-links nav-single nav-below nav-above nav-previous nav-next nav-prev pagination- post-nav mc4wp- mailpoet hs-form wpcf7 jp-related toc- tocbot ez-toc`)
	siteEndings = wordSet("nextprev prevnext sidebar related breadcrumb breadcrumbs newsletter share sharing pagination navigation comments toc advert")
	// A container that merely says of itself that it has or lacks something.
	selfWords = wordSet("has no with without is hide show hidden single page category tag type status format")
)

// kindOfName is what a name says of its element.
func kindOfName(name string) furniture {
	known := nameKinds[name]
	if known == noFurniture || known == talk {
		if word, _, joined := strings.Cut(name, "-"); joined && (selfWords[word] || strings.HasPrefix(name, "site-has-") || strings.HasPrefix(name, "post-type-")) {
			return noFurniture
		}
		if known == talk || talkBeginnings.of(name) {
			return talk
		}
		if siteBeginnings.of(name) || endsLikeSite(name) || hasSitePart(name) {
			return siteFurniture
		}
		if known == noFurniture && hasPart(name, metaParts) {
			return metaFurniture
		}
	}
	return known
}

// endsLikeSite recognises names such as theme-newsletter or post-share-2.
func endsLikeSite(name string) bool {
	head, tail, ok := cutLast(name)
	if !ok {
		return false
	}
	if siteEndings[tail] {
		return true
	}
	_, before, ok := cutLast(head)
	return ok && len(tail) <= 8 && isPlain(tail) && siteEndings[before]
}

// siteParts are words that say what an element is wherever in a name they
// stand: article-related-links, block-newsletter-wide.
var siteParts = wordSet("related relateds newsletter newsletters recommended recommendation recommendations readmore readalso promo promobox promotion advertisement advertising paywall outbrain taboola breadcrumb breadcrumbs social socials sharing sharebar subscribe donation donate merchandising bio biography authorbox authorbio autorenbox cta shariff mostviewed mostread meistgelesen nextstory buybox flyout linkliste")

// hasSitePart looks for siteParts, also where they are part of a longer word:
// relatednews, sectionrelated, newsletterbox.
func hasSitePart(name string) bool {
	for part := range strings.SplitSeq(name, "-") {
		if siteParts[part] || strings.HasPrefix(part, "newsletter") || strings.HasPrefix(part, "related") ||
			strings.HasSuffix(part, "related") && !unrelated[part] {
			return true
		}
	}
	return false
}

var unrelated = wordSet("unrelated correlated interrelated")

// metaParts are the same for what tells about a picture or the story.
var metaParts = wordSet("tags postmetadata disclaimer disclosure affiliate credit credits copyright photocredit imagecredit bildquelle bildnachweis")

// cardParts are parts of the names of cards that announce another page.
var cardParts = wordSet("teaser teasers tile tiles linkbox linklist")

func hasPart(name string, parts map[string]bool) bool {
	for part := range strings.SplitSeq(name, "-") {
		if parts[part] {
			return true
		}
	}
	return false
}

// nameKinds are the usual names of furniture.
var nameKinds = func() map[string]furniture {
	kinds := map[string]furniture{}
	for name := range metaNames {
		kinds[name] = metaFurniture
	}
	for name := range siteNames {
		kinds[name] = siteFurniture
	}
	for name := range commentNames {
		kinds[name] = talk
	}
	return kinds
}()
