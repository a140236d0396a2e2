package extract_test

import (
	"strings"
	"testing"

	"storyfeed/indexer/extract"
)

// TestAuthorsOfThemes: how themes and engines of many kinds name who wrote a
// story, and whom else they name beside it.
func TestAuthorsOfThemes(t *testing.T) {
	const person = `{"@type":"Person","name":"NAME"}`
	ld := func(author string) string {
		return `<script type="application/ld+json">{"@context":"https://schema.org","@type":"BlogPosting","headline":"A Story","author":` + author + `,"publisher":{"@type":"Organization","name":"Tide Tables"}}</script>`
	}
	someone := func(name string) string { return strings.ReplaceAll(person, "NAME", name) }
	for _, tc := range []struct{ name, head, around, below, want string }{
		// Blog engines' default themes.
		{"WordPress, classic", "", `<div class="entry-meta"><span class="posted-on">Posted on <a href="/2024/03/04/" rel="bookmark"><time class="entry-date published" datetime="2024-03-04">March 4, 2024</time></a></span><span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/jroe/">Jane Roe</a></span></span></div>`, "", "Jane Roe"},
		{"WordPress, kubrick", "", `<small>March 4th, 2009 by Jane Roe</small>`, "", "Jane Roe"},
		{"WordPress, block theme", "", `<div class="wp-block-post-author"><div class="wp-block-post-author__content"><p class="wp-block-post-author__byline">Written by</p><p class="wp-block-post-author__name">Jane Roe</p></div></div>`, "", "Jane Roe"},
		{"WordPress, co-authors", "", `<div class="entry-meta">By <a href="/author/jroe/" rel="author">Jane Roe</a>, <a href="/author/alee/" rel="author">Ann Lee</a> and <a href="/author/bkey/" rel="author">Bob Key</a></div>`, "", "Jane Roe|Ann Lee|Bob Key"},
		{"Ghost", "", `<div class="gh-article-meta"><h4 class="gh-article-author-name"><a href="/author/jane/">Jane Roe</a>, <a href="/author/ann/">Ann Lee</a></h4><time datetime="2024-03-04">04 Mar 2024</time></div>`, "", "Jane Roe|Ann Lee"},
		{"Blogger", "", `<div class="post-header"></div>`, `<div class="post-footer"><span class="post-author vcard">Posted by <span class="fn" itemprop="author" itemscope itemtype="http://schema.org/Person"><a class="g-profile" href="https://www.blogger.com/profile/1" rel="author"><span itemprop="name">Jane Roe</span></a></span></span> <span class="post-timestamp">at <abbr class="published" title="2024-03-04T10:00:00Z">10:00</abbr></span></div>`, "Jane Roe"},
		{"Typepad", "", "", `<p class="posted">Posted by <a rel="author" href="/blog/jane">Jane Roe</a> on March 04, 2009 at 10:12 AM in <a href="/boats/">Boats</a> | <a href="#">Permalink</a></p>`, "Jane Roe"},
		{"Typepad, plain", "", "", `<p class="posted">Posted by Jane Roe on March 04, 2009 at 10:12 AM | <a href="#">Permalink</a> | <a href="#c">Comments (3)</a></p>`, "Jane Roe"},
		{"Movable Type", "", `<div class="asset-meta"><span class="byline">By <address class="vcard author"><a class="fn url" href="/jane/">Jane Roe</a></address> on <abbr class="published" title="2009-03-04T10:00:00Z">March 4, 2009 10:00 AM</abbr></span></div>`, "", "Jane Roe"},
		{"Drupal", "", `<div class="submitted">Submitted by <span property="schema:name">Jane Roe</span> on Mon, 03/04/2024 - 10:12</div>`, "", "Jane Roe"},
		{"Drupal, a time apart", "", `<div class="node__submitted">Submitted by <a href="/user/3" lang="" typeof="schema:Person">Jane Roe</a> on <span>March 4, 2024</span></div>`, "", "Jane Roe"},
		{"Hugo, of many authors", "", `<div class="post-meta"><span title="2024-03-04">March 4, 2024</span>&nbsp;·&nbsp;3 min&nbsp;·&nbsp;Jane Roe, Ann Lee</div>`, "", "Jane Roe|Ann Lee"},
		{"Hugo, an address mark", "", `<header><address>By <a rel="author" href="/authors/jane/">Jane Roe</a></address> <time datetime="2024-03-04">4 March 2024</time></header>`, "", "Jane Roe"},
		{"Jekyll", "", `<p class="post-meta"><time datetime="2024-03-04T10:00:00Z" itemprop="datePublished">Mar 4, 2024</time> • <span itemprop="author" itemscope itemtype="http://schema.org/Person"><span class="p-author h-card" itemprop="name">Jane Roe</span></span></p>`, "", "Jane Roe"},
		{"Medium-like", "", `<div><a href="/@janeroe?source=post_page---byline" rel="noopener follow"><p>Jane Roe</p></a><span>·</span><a href="/m/signin">Follow</a></div><div><span>7 min read</span><span>·</span><span>Mar 4, 2024</span></div>`, "", "Jane Roe"},
		{"Substack-like", "", `<div class="byline-wrapper"><div class="profile-hover-card-target"><a href="https://letters.example/@janeroe">Jane Roe</a></div> and <div class="profile-hover-card-target"><a href="https://letters.example/@annlee">Ann Lee</a></div></div><div>Mar 04, 2024</div>`, "", "Jane Roe|Ann Lee"},
		{"Squarespace-like", "", `<div class="blog-item-meta"><div class="blog-item-author-date-wrapper"><div class="blog-meta-item--author"><span class="blog-author-name">Jane Roe</span></div><time class="dt-published blog-date">3/4/24</time></div></div>`, "", "Jane Roe"},
		{"Microformats", "", `<p>by <a class="p-author h-card" href="/"><img class="u-photo" alt="" src="/j.jpg">Jane Roe</a></p>`, "", "Jane Roe"},
		{"byline and share buttons in one box", "", `<div class="story-meta-share"><div class="face"><a href="/people/jane/"><img src="/j.jpg" alt=""></a></div><div><h4 class="story-author-name"><a href="/people/jane/">Jane Roe</a></h4><time datetime="2024-03-04">4 Mar 2024</time></div><a href="#share">Share</a></div>`, "", "Jane Roe"},
		{"a rank beside the name", "", `<div class="box"><div class="author"><span class="name">Jane Roe</span> <span class="badge">Lv7</span></div><div class="info"><time datetime="2024-03-04">4 Mar 2024</time></div></div>`, "", "Jane Roe"},
		{"a portrait beside a nameless name", "", `<div><div><img src="/j.jpg" class="rounded-full" alt="Jane Roe"><div class="text-xl">Jane Roe</div></div></div><div><img src="/cover.jpg" alt="Cover Image for A Story"></div><div><time datetime="2024-03-04">March 4, 2024</time></div>`, "", "Jane Roe"},
		{"a portrait, an office and a day in one box", "", `<div class="flex"><img src="/j.jpg" alt="Jane Roe"><div><div class="font-bold">Jane Roe</div><div>Staff Engineer</div></div><div>Published Mar 4, 2024</div></div>`, "", "Jane Roe"},
		{"a portrait among other things", "", `<div><div><img src="/j.jpg" alt="Jane Roe"></div><div><div>Jane Roe</div><div>On this island we met her, and heard of the tides</div></div></div>`, "", ""},
		{"a picture with a legend", "", `<figure><img src="/q.jpg" alt="Long Quay"><figcaption>Long Quay</figcaption></figure><time datetime="2024-03-04">March 4, 2024</time>`, "", ""},
		// Several people, offices, houses.
		{"two, with and", "", `<p>By Jane Roe and Ann Lee</p>`, "", "Jane Roe|Ann Lee"},
		{"three, with &", "", `<p class="byline">By Jane Roe, Ann Lee &amp; Bob Key</p>`, "", "Jane Roe|Ann Lee|Bob Key"},
		{"an office behind the name", "", `<p class="byline">By Jane Roe, Senior Editor</p>`, "", "Jane Roe"},
		{"an office on its own line", "", `<div class="author"><span class="author-name">Jane Roe</span><span class="author-title">Senior Editor</span></div>`, "", "Jane Roe"},
		{"an office and a house", "", `<p class="byline">By Jane Roe, Professor of Tides, University of Ebb</p>`, "", "Jane Roe"},
		{"a house in brackets", "", `<p>By Jane Roe (Ebb Institute) and Ann Lee (Flow Ltd.), March 4, 2024</p>`, "", "Jane Roe|Ann Lee"},
		{"a person by schema, and her house", ld(`[` + someone("Jane Roe") + `,{"@type":"Organization","name":"Ebb Institute"}]`), "", "", "Jane Roe"},
		{"a house alone", ld(`{"@type":"Organization","name":"Ebb Institute"}`), "", "", "Ebb Institute"},
		{"the site as organisation", ld(`{"@type":"Organization","name":"Tide Tables"}`), "", "", ""},
		{"a person called as an account, and her name beside the story", ld(someone("admin")), `<p class="byline">By Jane Roe</p>`, "", "Jane Roe"},
		{"several by schema", ld(`[` + someone("Jane Roe") + `,` + someone("Ann Lee") + `]`), `<p class="byline">By Jane Roe</p>`, "", "Jane Roe|Ann Lee"},
		// Guests.
		{"a guest post", "", `<p class="byline">By admin</p><p><em>This is a guest post by Jane Roe.</em></p>`, "", "Jane Roe"},
		{"a guest post, with her house", "", `<p><em>This is a guest post by Jane Roe, founder of the Ebb Institute.</em></p>`, "", "Jane Roe"},
		{"a guest post, in German", "", `<p><em>Ein Gastbeitrag von Hanna Möller</em></p>`, "", "Hanna Möller"},
		{"a guest post, in French", "", `<p><em>Article invité par Chloé Dubois</em></p>`, "", "Chloé Dubois"},
		{"a guest post, in Spanish", "", `<p>Artículo invitado por María Pérez</p>`, "", "María Pérez"},
		// Other languages.
		{"German", "", `<p>Veröffentlicht am 4. März 2024 von Hanna Möller</p>`, "", "Hanna Möller"},
		{"German, author named", "", `<p>Autorin: Hanna Möller</p>`, "", "Hanna Möller"},
		{"French", "", `<p>Publié par Chloé Dubois le 4 mars 2024</p>`, "", "Chloé Dubois"},
		{"French, written", "", `<p>Rédigé par Chloé Dubois le 04/03/2024 à 10:12</p>`, "", "Chloé Dubois"},
		{"Spanish", "", `<p>Escrito por María Pérez el 4 de marzo de 2024</p>`, "", "María Pérez"},
		{"Portuguese", "", `<p>Escrito por João Pires em 4 de março de 2024</p>`, "", "João Pires"},
		{"Portuguese, posted", "", `<p>Postado por João Pires às 10:12</p>`, "", "João Pires"},
		{"Italian", "", `<p>Scritto da Chiara Rossi il 4 marzo 2024</p>`, "", "Chiara Rossi"},
		{"Italian, published", "", `<p>Pubblicato il 4 marzo 2024 da Chiara Rossi</p>`, "", "Chiara Rossi"},
		{"Dutch", "", `<p>Geschreven door Joost de Vries op 4 maart 2024</p>`, "", "Joost de Vries"},
		{"Swedish", "", `<p>Publicerat av Maja Berg den 4 mars 2024</p>`, "", "Maja Berg"},
		{"Norwegian", "", `<p>Skrevet av Kari Dahl, 4. mars 2024</p>`, "", "Kari Dahl"},
		{"Polish", "", `<p>Opublikowano 4 marca 2024 przez Anna Kowalska</p>`, "", "Anna Kowalska"},
		{"Russian", "", `<p>Автор: Анна Петрова, 4 марта 2024</p>`, "", "Анна Петрова"},
		{"Japanese", "", `<p>著者：山田花子 2024年3月4日</p>`, "", "山田花子"},
		// Whom not to name.
		{"commenters", "", `<p class="byline">By Jane Roe</p>`, `<ol class="commentlist"><li class="comment"><cite class="fn">Ann Lee</cite> on March 5, 2024</li></ol>`, "Jane Roe"},
		{"commenters of a page that names nobody", "", "", `<div id="comments"><h3>2 comments</h3><p>Ann Lee, March 5, 2024: I liked it.</p></div>`, ""},
		{"a related post's author", "", "", `<div class="related"><h3>Related</h3><article><h4><a href="/b">B</a></h4><span class="byline">By Ann Lee</span></article></div>`, ""},
		{"the author's box below, and the next post's", "", `<p class="byline">By Jane Roe</p>`, `<div class="author-box"><h4>Jane Roe</h4><p>Jane keeps the light.</p></div><div class="read-next"><span class="author">Ann Lee</span></div>`, "Jane Roe"},
		{"a picture's maker", "", `<p class="byline">By Jane Roe</p><figure><img src="/x.jpg" alt=""><figcaption>Photo by Bob Key</figcaption></figure>`, "", "Jane Roe"},
		{"a sentence with by", "", `<p>We went by Ann Lee's house, which was never her own, on the way to the lighthouse.</p>`, "", ""},
		{"an editor beside the author", "", `<p class="byline">By Jane Roe · Edited by Ann Lee</p>`, "", "Jane Roe"},
		{"a translator beside the author", "", `<p class="byline">By Jane Roe, translated by Ann Lee</p>`, "", "Jane Roe"},
		{"a reviewer beside the author", "", `<p>Written by Jane Roe | Reviewed by Ann Lee | March 4, 2024</p>`, "", "Jane Roe"},
		{"an account beside the date", "", `<small>March 4th, 2009 by admin</small>`, "", ""},
		{"an address for a name", "", `<p>Posted by jane@tides.example on March 4, 2024</p>`, "", ""},
		{"a theme's placeholder", "", `<p class="byline">By Your Name</p>`, "", ""},
	} {
		page := `<html><head><title>A Story</title><meta property="og:site_name" content="Tide Tables">` + tc.head + `</head><body><main><article><h1>A Story</h1>` + tc.around + `<div class="entry-content">` + filler + filler + `</div>` + tc.below + `</article></main></body></html>`
		s, err := extract.Extract(extract.Page{URL: "https://tides.example/a-story/", HTML: []byte(page), Now: today})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := strings.Join(s.Authors, "|"); got != tc.want {
			t.Errorf("%s: authors %q (%s), want %q", tc.name, got, s.AuthorSource, tc.want)
		}
	}
}

// TestBylineOfNamelessPages: pages made by hand mark nothing. The line below
// the title names author and day and is none of the text; those who comment
// are no authors, and their comments no text.
func TestBylineOfNamelessPages(t *testing.T) {
	layouts := map[string]string{
		"in the cell of the text": `<table width=760><tr><td colspan=2><a href=/><font size=6>Harbour Letters</font></a></td></tr><tr><td width=140><a href=/>Home</a><br><a href=/me.html>Me</a></td><td><font size=5><b>A Story</b></font><br><i>LINE</i>TEXT` +
			`<p align=right><a href=t1.html>1</a> | <a href=t3.html>3</a></p><b>TALK</b><br><i>COMMENT</i> That was a fine thing to read, and I shall tell my people at home of it.</td></tr></table>`,
		"in a row of its own": `<table width=760><tr><td><font size=5><b>A Story</b></font></td></tr><tr><td><font size=2>LINE</font></td></tr><tr><td>TEXT` +
			`<hr><b>TALK</b><br><br><i>COMMENT</i><br>That was a fine thing to read, and I shall tell my people at home of it.</td></tr></table>`,
		"below a rule": `<center><h2>A Story</h2>LINE</center><hr>TEXT<h3>TALK</h3><p><b>COMMENT</b> That was a fine thing to read, and I shall tell my people at home of it.</p>`,
	}
	for _, tc := range []struct{ lang, line, author, talk, comment string }{
		{"en", "Written by Jane Roe on 5 May 2001", "Jane Roe", "Comments", "Mary, 6 May 2001:"},
		{"en", "Posted by Jane Roe, 5 May 2001", "Jane Roe", "2 comments", "Mary (6 May 2001):"},
		{"de", "Geschrieben von Hanna Möller am 5. Mai 2001", "Hanna Möller", "Kommentare", "Maria, 6. Mai 2001:"},
		{"fr", "Écrit par Chloé Dubois le 5 mai 2001", "Chloé Dubois", "Commentaires", "Marie, le 6 mai 2001 :"},
		{"es", "Escrito por María Pérez el 5 de mayo de 2001", "María Pérez", "Comentarios", "Ana, 6 de mayo de 2001:"},
		{"pt", "Escrito por Rui Nogueira em 5 de maio de 2001", "Rui Nogueira", "Comentários", "Maria, 6 de maio de 2001:"},
		{"it", "Scritto da Chiara Rossi il 5 maggio 2001", "Chiara Rossi", "Commenti", "Maria, 6 maggio 2001:"},
		{"nl", "Geschreven door Joost de Vries op 5 mei 2001", "Joost de Vries", "Reacties", "Marie, 6 mei 2001:"},
		{"sv", "Skrivet av Maja Berg den 5 maj 2001", "Maja Berg", "Kommentarer", "Maria, 6 maj 2001:"},
		{"pl", "Napisane przez Anna Kowalska, 5 maja 2001", "Anna Kowalska", "Komentarze", "Maria, 6 maja 2001:"},
	} {
		for layout, page := range layouts {
			page = strings.NewReplacer("LINE", tc.line, "TALK", tc.talk, "COMMENT", tc.comment, "TEXT", filler+filler).Replace(page)
			page = `<html lang="` + tc.lang + `"><head><title>A Story - Harbour Letters</title></head><body>` + page + `<hr><font size=1>&copy; 2016 Nobody. 3 June 2017</font></body></html>`
			s, err := extract.Extract(extract.Page{URL: "https://harbour.example/t2.html", HTML: []byte(page), Now: today})
			if err != nil {
				t.Errorf("%s, %s: %v", tc.line, layout, err)
				continue
			}
			if got := strings.Join(s.Authors, "|"); got != tc.author || s.Published.Time.Format("2006-01-02") != "2001-05-05" {
				t.Errorf("%s, %s: by %q on %v", tc.line, layout, got, s.Published)
			}
			for _, foreign := range []string{tc.line, tc.author, "fine thing to read", tc.talk} {
				if strings.Contains(s.Text, foreign) {
					t.Errorf("%s, %s: the body holds %q: %.120s … %.160s", tc.line, layout, foreign, s.Text, s.Text[max(0, len(s.Text)-160):])
				}
			}
		}
	}
}

// TestQuotedByline: a message shown in a text has an author and a day of its own.
func TestQuotedByline(t *testing.T) {
	const quote = `<blockquote class="twitter-tweet"><p>The boat has left without us.</p>&mdash; Ann Lee (@annlee) <a href="https://t.example/1">March 3, 2024</a></blockquote>`
	for name, text := range map[string]string{"first": quote + filler + filler, "last": filler + filler + quote} {
		for published, want := range map[string]string{`<meta property="article:published_time" content="2024-03-04T02:10:00Z">`: "2024-03-04", "": ""} {
			page := `<html><head><title>A Story</title>` + published + `</head><body><main><article><h1>A Story</h1><div class="entry-content">` + text + `</div></article></main></body></html>`
			s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Now: today})
			if err != nil || len(s.Authors) > 0 || !s.Published.Guessed() && !s.Published.IsZero() && s.Day.Format("2006-01-02") != want {
				t.Errorf("%s: by %q on %v, %v (%v), want %q", name, s.Authors, s.Day, s.Published, err, want)
			}
		}
	}
}

// TestOthersBylines: cards of other stories behind the text name the authors of
// those, whatever they stand in.
func TestOthersBylines(t *testing.T) {
	for name, behind := range map[string]string{
		"links that are cards":     `<div class="more"><div>For later</div><a href="/b"><div>Another story</div><div>Ann Lee · Apr 6, 2025</div></a><a href="/c"><div>A third</div><div>Ann Lee · Aug 10, 2025</div></a></div>`,
		"boxes under a heading":    `<div class="more"><h3>Read next</h3><div><a href="/b">Another story</a><p>By Ann Lee · Apr 6, 2025</p></div></div>`,
		"boxes under a plain line": `<div class="more"><div>Ähnliche Beiträge</div><div><a href="/b">Another story</a><p>By Ann Lee · Apr 6, 2025</p></div></div>`,
	} {
		body := `<div><h1>The slow build</h1><div class="prose">` + filler + filler + `</div></div>` + behind
		s, err := extract.Extract(extract.Page{URL: "https://b.example/a", HTML: []byte(`<html lang="en"><head><title>The slow build</title></head><body>` + body + `</body></html>`), Now: today})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(s.Authors) > 0 || !s.Published.IsZero() && !s.Published.Guessed() {
			t.Errorf("%s: by %q, %v (%s), though the story names neither", name, s.Authors, s.Published.Time, s.Published.Source)
		}
	}
	s, err := extract.Extract(extract.Page{URL: "https://b.example/a", HTML: []byte(`<html lang="en"><head><title>The slow build</title></head><body><div><h1>The slow build</h1><div class="prose">` + filler + filler + `</div></div><p>Published by <a href="/people/jane">Jane Roe</a> on Mar 4, 2024</p></body></html>`), Now: today})
	if err != nil || strings.Join(s.Authors, "|") != "Jane Roe" || s.Published.Time.Format("2006-01-02") != "2024-03-04" {
		t.Errorf("below the text: by %q, %v, %v, want Jane Roe on 4 March 2024", s.Authors, s.Published.Time, err)
	}
}

// TestBylineIsNoText: a byline that stands first in the text is cut out of it,
// in whatever language.
func TestBylineIsNoText(t *testing.T) {
	for _, tc := range []struct{ name, byline, author, published string }{
		{"Russian", "Автор: Пётр Ильин, 2 марта 2021 г.", "Пётр Ильин", "2021-03-02"},
		{"Russian, labels", "Дата: 2 марта 2021 года | Автор: Пётр Ильин", "Пётр Ильин", "2021-03-02"},
		{"Japanese", "投稿日:2021年3月2日 更新日:2021年5月6日", "", "2021-03-02"},
		{"Japanese, a name", "投稿者:山田 花子 2021年3月2日", "山田 花子", "2021-03-02"},
		{"Polish", "Dodano: 02.03.2021 | Autor: Zofia Wrona", "Zofia Wrona", "2021-03-02"},
	} {
		s, err := extract.Extract(extract.Page{URL: "https://b.example/a", HTML: []byte(`<html><head><title>Ледоход 1 | Море</title></head><body><main><h1>Ледоход 1</h1><p>` + tc.byline + `</p>` + filler + filler + `</main></body></html>`), Now: today})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if got := strings.Join(s.Authors, "|"); got != tc.author || s.Published.Time.Format("2006-01-02") != tc.published || s.Published.Guessed() {
			t.Errorf("%s: by %q, %v (%s), want %q, %s", tc.name, got, s.Published.Time, s.Published.Source, tc.author, tc.published)
		}
		if strings.Contains(s.Text, "2021") {
			t.Errorf("%s: the text begins with the byline: %.80q", tc.name, s.Text)
		}
	}
}
