package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// furniture is what stands on a page and does not belong to its story.
type furniture int

const (
	noFurniture   furniture = iota
	metaFurniture           // about the story: byline, date, tags; read, then kept out of the body
	siteFurniture           // navigation, sharing, related posts, newsletter, sidebars
	talk                    // comments
)

var commentNames = wordSet(`comments comment-list commentlist comments-area comments-section comment-section respond comment-respond
	disqus-thread disqus fb-comments commento giscus utterances utterances-frame isso-thread webmentions webmention pingbacks trackbacks
	post-comments comment-form commentform comments-wrapper comments-wrap comments-container comment-container comments-list comment-body
	wp-block-comments wp-block-comments-query-loop wp-block-post-comments wp-block-post-comments-form cusdis-thread remark42 hyvor-talk-view gh-comments ghost-comments
	article-comments entry-comments comment-thread comments-box comment-box blog-comments comment-holder js-comments leave-comment responses discussion-embed comment-reply`)

var siteNames = wordSet(`nav navbar navigation menu main-menu site-header site-footer masthead colophon page-header-nav sidebar side-bar widget widgets widget-area widgets-area
	sidebar-container breadcrumb breadcrumbs crumbs pagination pager paginav page-links post-navigation post-nav posts-navigation nav-links nav-single nav-below nav-above article-nav
	pagination-nav prev-next next-prev prevnext post-pagination entry-navigation post-navigation-link wp-block-post-navigation-link post-nav-links single-navigation blog-pager read-more-nav
	share sharing sharedaddy sd-sharing sd-block social social-share social-links social-icons social-sharing share-buttons share-icons share-links share-post post-share entry-share
	article-share article-share-link addtoany-share-save-container addtoany-content a2a-kit addthis-toolbox addthis-inline-share-toolbox ssba ssbp-wrap heateor-sss-sharing-container shareaholic-canvas
	wp-block-social-links wp-block-outermost-social-sharing post-sharing share-box share-bar sharebar share-dialog tweet-button twitter-share-button fb-like post-buttons sharing-buttons kudos like-button
	related relatedposts related-posts related-articles related-content related-entries related-stories jp-relatedposts yarpp yarpp-related rp4wp-related-posts crp-related crp-related-posts similar-posts more-posts more-articles read-next
	read-more-wrap readnext next-read recommended recommendations recommended-posts you-may-like you-might-like also-like post-related recent-posts popular-posts latest-posts
	wp-block-latest-posts wp-block-latest-comments wp-block-categories wp-block-archives wp-block-tag-cloud wp-block-search wp-block-calendar outbrain taboola trending
	newsletter newsletter-signup newsletter-form newsletter-box subscribe subscription subscribe-form subscribe-box subscribe-widget subscription-widget subscription-widget-wrap subscription-widget-wrap-editor
	signup sign-up signup-form optin opt-in optin-box mc-embed-signup mailchimp mc4wp-form email-signup email-form gh-subscribe wp-block-jetpack-subscriptions jetpack-subscription-form kg-signup-card convertkit-form formkit-form
	button-wrapper-subscribe jetpack-likes-widget-wrapper sd-like post-likes-widget-placeholder jetpack-subscribe
	author-box author-bio about-author about-the-author author-info author-card author-description post-author-box post-author-bio entry-author-info abh-box saboxplugin-wrap pp-multiple-authors-boxes-wrapper
	m-a-box author-profile authorbox bio-box wp-block-post-author-biography
	ad ads advert adverts advertisement advertising adsbygoogle ad-slot ad-container ad-wrapper google-auto-placed sponsored-links code-block-ad
	cookie cookies cookie-banner cookie-notice cookie-consent cookie-law-info-bar cc-window gdpr consent popup pop-up modal lightbox toast overlay-popup
	toc table-of-contents ez-toc-container toc-container lwptoc post-toc toc-wrapper table-of-contents-wrapper tableofcontents tocbot js-toc wp-block-rank-math-toc-block wp-block-yoast-seo-table-of-contents theme-doc-toc-desktop theme-doc-toc-mobile
	skip-link screen-reader-text sr-only visually-hidden visuallyhidden screenreader print-only noprint no-print d-print-none edit-link post-edit-link theme-edit-this-page edit-this-page back-to-top scroll-to-top to-top
	post-footer-cta post-cta blog-cta cta-box promo promo-box search-form searchform site-search tagcloud tag-cloud post-ratings rating-box report-link wp-polls footer-nav headerlink hash-link
	quick-edit icon-action feed-links post-feeds post-backlink backlinks-container`)

var metaNames = wordSet(`byline by-line entry-byline post-byline article-byline entry-meta post-meta postmeta article-meta meta-info post-info entry-info post-details article-info posted-on posted-by post-metadata entry-metadata
	entry-date post-date article-date publish-date published-date date-header wp-block-post-date wp-block-post-author wp-block-post-author-name wp-block-post-terms wp-block-post-time-to-read
	entry-footer post-footer article-footer tags taglist tags-list hashtags entry-utility post-taxonomies post-tags tags-links tag-links entry-tags article-tags post-tag-list tag-list article-tag-list post-labels labels post-categories cat-links
	entry-categories category-links entry-cats post-cats filed-under article-category reading-time read-time time-to-read post-reading-time rt-reading-time span-reading-time blog-post-meta post-header-meta meta post-byline-wrap article-header-meta gh-article-meta
	post-views entry-views post-views-counter comments-link comment-link comment-count post-comment-link post-header-line-1 post-timestamp post-author author-line published-by dateline`)

// isMetaName reports whether a name is that of a story's byline or the like.
func isMetaName(name string) bool { return metaNames[name] }

// kindOf says what an element's own name, tag and role make of it. What is
// in it is the caller's to look at: names lie.
func kindOf(n *html.Node) furniture { return kindBy(n, kindOfNames) }

// kindOf is [kindOf] for pages, whose elements have few different names.
func (d *document) kindOf(n *html.Node) furniture {
	return kindBy(n, func(names string) furniture { return d.kinds.of(names, kindOfNames) })
}

// kindOfNames is the strongest that a list of names says.
func kindOfNames(names string) furniture {
	kind := noFurniture
	anyNameIn(names, func(s string) bool {
		kind = max(kind, kindOfName(s))
		return kind == talk
	})
	return kind
}

func kindBy(n *html.Node, kindOfNames func(string) furniture) furniture {
	if n.Type != html.ElementNode {
		return noFurniture
	}
	kind := noFurniture
	switch n.DataAtom {
	case atom.Nav, atom.Dialog:
		return siteFurniture
	case atom.Html, atom.Body, atom.Main, atom.Pre, atom.Code:
		return noFurniture
	}
	if len(n.Attr) > 0 {
		switch strings.ToLower(attr(n, "role")) {
		case "navigation", "complementary", "search", "banner", "contentinfo", "dialog", "alertdialog", "menu", "menubar", "toolbar":
			kind = siteFurniture
		}
	}
	for i := range n.Attr {
		if a := &n.Attr[i]; a.Key == "class" || a.Key == "id" {
			kind = max(kind, kindOfNames(a.Val))
		}
	}
	if kind == talk {
		return talk
	}
	if kind == noFurniture && n.Namespace == "" && strings.HasSuffix(n.Data, "-comments") {
		return talk
	}
	return kind
}

// isHidden reports whether browsers show an element to nobody.
func isHidden(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	if hasAttr(n, "hidden") {
		return attr(n, "hidden") != "until-found"
	}
	if len(n.Attr) == 0 {
		return false
	}
	if style := attr(n, "style"); style != "" {
		style = strings.ReplaceAll(strings.ToLower(style), " ", "")
		if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
			return true
		}
	}
	return named(n, "screen-reader-text")
}

const maxColumns = 20 // of a page that are looked at for its authors

// prune cuts from the page what can hold no value of the story: comments
// first of all, for they have authors, dates and texts of their own.
func (d *document) prune() {
	d.measure(d.body)
	block := first(d.body, func(n *html.Node) bool { return named(n, "wp-block-post-content") })
	d.cutWhere(d.body, func(n *html.Node) bool {
		if !d.isOffstage(n) && !(block != nil && named(n, "wp-block-query") && !inside(block, n)) {
			return false
		}
		if isElement(n, atom.Aside, atom.Div, atom.Section) && d.kindOf(n) == siteFurniture && len(d.columns) < maxColumns {
			d.columns = append(d.columns, n)
		}
		return true
	})
	d.total = d.sizes[d.body].prose()
}

// isOffstage decides on one element of the whole page.
func (d *document) isOffstage(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Svg, atom.Canvas, atom.Datalist, atom.Progress, atom.Meter:
		return true
	case atom.Form, atom.Noscript:
		return !d.holdsStory(n)
	case atom.Aside:
		return closest(n, isContentNamed) == nil && !d.holdsStory(n)
	case atom.Footer:
		return closest(n.Parent, func(p *html.Node) bool { return isElement(p, atom.Article, atom.Main) }) == nil && !d.holdsStory(n) && !holdsMeta(n)
	case atom.Header:
		if closest(n.Parent, func(p *html.Node) bool { return isElement(p, atom.Article, atom.Main) }) == nil && !d.holdsStory(n) && firstTag(n, atom.H1, atom.H2) == nil && !holdsMeta(n) {
			return true
		}
	}
	switch d.kindOf(n) {
	case talk:
		return !d.sizes[n].titled
	case siteFurniture:
		return !d.holdsStory(n) && !anyName(n, func(s string) bool { return s == "author-info" || s == "author-card" || s == "author-profile" }) && !d.headsStory(n) || isElement(n, atom.Nav)
	}
	return isHidden(n) && !d.holdsStory(n)
}

// holdsStory guards against names that lie: a "widget" may be the page
// builder's word for everything.
func (d *document) holdsStory(n *html.Node) bool {
	s := d.sizes[n]
	return 2*s.prose() > d.total || s.titled || s.contents
}

// headsStory reports whether an element tells about the story from just below
// its title, whatever else it holds: themes put byline and share buttons into
// one box and call it by either.
func (d *document) headsStory(n *html.Node) bool {
	part, around := n, n.Parent
	for around != nil && !d.sizes[around].titled {
		part, around = around, around.Parent
	}
	if around == nil || d.sizes[n].text > maxByline || !holdsMeta(n) {
		return false
	}
	titled, between := false, 0
	for c := around.FirstChild; c != part; c = c.NextSibling {
		switch s := d.sizes[c]; {
		case s.titled || isElement(c, atom.H1):
			titled = true
		case s.contents || isContentNamed(c):
			return false
		case titled:
			between += s.text
		}
	}
	return titled && between <= maxByline
}

// holdsMeta reports whether a header or footer tells about the story.
func holdsMeta(n *html.Node) bool {
	return first(n, func(c *html.Node) bool { return isElement(c, atom.Time) || kindOf(c) == metaFurniture }) != nil
}

// talkHeading begins the comments where nothing else marks them.
var talkHeading = regexp.MustCompile(`(?i)^(?:leave (?:a|your) (?:reply|comment|response)|(?:post|add|write|submit) a (?:comment|reply|response)|join the (?:conversation|discussion)|\d+ (?:comments?|repl(?:y|ies)|responses?|thoughts?|kommentare?|commentaires?|comentarios?|comentários?|comment[io]|reacties?|kommentar(?:er)?|komentarz[ey]?|komentářů?|yorum)(?: (?:on|to|zu|sur|en) .*)?|(?:one|no) (?:comments?|thoughts?|repl(?:y|ies)|responses?)(?: (?:on|to|yet) ?.*)?|schreibe? (?:einen|ein) kommentar|kommentar (?:schreiben|hinterlassen)|kommentar verfassen|antwort(?:en)? (?:hinterlassen|abbrechen)|laisser un commentaire|(?:deja|dejar) (?:una respuesta|un comentario)|lascia un commento|deixe (?:um comentário|uma resposta)|geef een reactie|(?:reader )?comments:?|kommentare:?|commentaires:?|comentarios:?|comentários:?|commenti:?|reacties:?|kommentarer:?|kommentit:?|komentarze:?|komentáře:?|yorumlar:?|deixe (?:seu|um) comentário|skriv en kommentar|lämna (?:ett svar|en kommentar)|legg igjen (?:en kommentar|et svar)|dodaj komentarz|comments are closed\.?|cancel reply|发表评论|评论|留言|コメント(?:を残す)?|оставить комментарий|комментарии)\W*$`)

// siteHeading begins a list of links or an appeal.
var siteHeading = regexp.MustCompile(`(?i)^(?:related (?:posts?|articles?|stor(?:y|ies)|content|reading|topics)?|you (?:may|might|'ll|’ll) (?:also )?(?:like|enjoy|be interested in).*|more (?:from|posts?|articles?|stories|in|like this).*|(?:recent|latest|popular|other|similar|recommended|featured|trending) (?:posts?|articles?|stor(?:y|ies)|reads?)|read (?:next|more|also):?|see also:?|next (?:post|article|up):?|previous (?:post|article):?|share (?:this|the|on|with).*|share:?|spread the (?:word|love).*|like this:?|follow (?:me|us|the).*|about the authors?|about (?:me|us)|written by|(?:sign up|subscribe|join).{0,60}|(?:get|receive) .{0,50}(?:inbox|e-?mail|newsletter).*|(?:our|the|my)? ?newsletter|stay (?:in touch|updated|connected).*|discover more from .*|categories|archives?|tags:?|tag cloud|meta|search|navigation|post navigation|posts navigation|table of contents|contents|ähnliche (?:beiträge|artikel)|verwandte (?:beiträge|artikel)|das könnte (?:dich|sie|euch) auch interessieren|weitere (?:beiträge|artikel).*|mehr (?:von|aus|zum thema).*|teilen(?: mit)?:?|über (?:den autor|die autorin|mich)|articles (?:similaires|liés)|à lire aussi|partager|entradas relacionadas|artículos relacionados|también te puede.*|compartir|articoli correlati|condividi|gerelateerde berichten|相关文章|関連記事|похожие записи)\W*$`)

// announcing are the beginnings of all that talkHeading and siteHeading match,
// in lower case; see [mayAnnounce].
var announcing = phrasesOf(append(strings.Fields(`reacties komentar komentář komment yorum skriv lämna legg dodaj leave post add write submit join reader comment coment schreib kommentar antwort laisser deja dejar lascia deixe geef cancel
	发表 评论 留言 コメント оставить комментарии related more recent latest popular other similar recommended featured trending read see next previous share
	spread like follow written sign subscribe get receive newsletter stay discover categor archive tag meta search navigation table contents
	ähnliche verwandte das weitere mehr teilen über articles à partager entradas artículos también compartir articoli condividi gerelateerde 相关 関連 похожие
	lesen auch zum don lire lee lea vea ver leia veja leggi czytaj zobacz lees läs les læs читайте oku`),
	"one c", "one r", "one t", "no c", "no r", "no t", "you m", "you '", "you ’", "about the a", "about me", "about us", "te puede",
	"our newsletter", "ournewsletter", "the newsletter", "thenewsletter", "my newsletter", "mynewsletter"))

// talking are those of talkHeading alone, but for digits.
var talking = phrasesOf(append(strings.Fields(`leave schreib komment coment komentar komentář antwort laisser deja lascia deixe geef comment reacties yorum skriv lämna legg dodaj cancel
	发表 评论 留言 コメント оставить комментарии`), "post a ", "add a ", "write a ", "submit a ", "join the ", "one c", "one r", "one t", "no c", "no r", "no t", "reader comments"))

// isTalkHeading reports whether a heading begins the comments.
func isTalkHeading(s string) bool {
	return s != "" && ('0' <= s[0] && s[0] <= '9' || talking.begin(s)) && talkHeading.MatchString(s)
}

// mayAnnounce tells cheaply that neither talkHeading nor siteHeading matches:
// nearly all headings of stories begin otherwise.
func mayAnnounce(s string) bool {
	if s == "" || s[0] == ' ' || '0' <= s[0] && s[0] <= '9' {
		return s != ""
	}
	return announcing.begin(s)
}

// isForeignHeading reports whether a heading can't be a story's title.
func isForeignHeading(s string) bool {
	return mayAnnounce(s) && (isTalkHeading(s) || siteHeading.MatchString(s))
}
