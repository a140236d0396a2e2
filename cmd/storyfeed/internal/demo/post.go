package demo

import (
	"embed"
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

//go:embed posts
var posts embed.FS

// post is one article of the blog.
type post struct {
	ID        int
	Slug      string
	Title     string
	Author    string
	Tags      []string
	Link      string    // the text of its link on the hub page
	Remark    string    // what the hub page says behind the link
	Published time.Time // UTC
	Modified  time.Time
	Revision  int // 1 as published, grows with each edit

	Body     template.HTML
	Excerpt  string // plain text of the first paragraph
	Pictures []string
	Comments []comment

	words  map[string]string // fills the bank's slots
	themes []string          // of its paragraphs; empty: chosen by the writer
	blocks []string          // as written
}

// comment stands below a post.
type comment struct {
	ID   int
	Name string
	Time time.Time
	Text string
}

// Path is the path of its page.
func (p *post) Path() string { return "/" + p.Slug + "/" }

// readPosts reads an archive in which each file is a post. The texts are
// part of the program: a mistake in them is a bug.
func readPosts(name string) []*post {
	data, err := posts.ReadFile("posts/" + name)
	if err != nil {
		panic(err)
	}
	var list []*post
	for _, f := range txtar.Parse(data).Files {
		list = append(list, parsePost(f.Name, string(f.Data)))
	}
	return list
}

func parsePost(slug, text string) *post {
	p := &post{Slug: slug, Revision: 1, words: map[string]string{}}
	head, body, _ := strings.Cut(text, "\n\n")
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		p.field(name, value)
	}
	if p.Link == "" {
		p.Link = p.Title
	}
	for block := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
		p.blocks = append(p.blocks, block)
	}
	return p
}

func (p *post) field(name, value string) {
	switch name {
	case "title":
		p.Title = value
	case "author":
		p.Author = value
	case "link":
		p.Link = value
	case "remark":
		p.Remark = value
	case "tags":
		p.Tags = strings.Split(value, ", ")
	case "themes":
		p.themes = strings.Fields(value)
	case "age":
		days, err := strconv.Atoi(value)
		if err != nil {
			panic(err)
		}
		p.Published = time.Time{}.AddDate(0, 0, days) // until the blog knows its day
	case "words":
		for pair := range strings.SplitSeq(value, "; ") {
			slot, word, _ := strings.Cut(pair, "=")
			p.words[slot] = word
		}
	default:
		panic(fmt.Sprintf("post %s: unknown field %q", p.Slug, name))
	}
}

// compose makes the body of the blocks, with what the writer adds.
func (p *post) compose(w *writer) {
	var b strings.Builder
	for _, block := range p.blocks {
		caption, isImage := strings.CutPrefix(block, "[image: ")
		switch {
		case block == "[more]":
			for _, text := range w.paragraphs(p) {
				fmt.Fprintf(&b, "<p>%s</p>\n", text)
				p.excerpt(text)
			}
		case isImage:
			b.WriteString(p.figure(strings.TrimSuffix(caption, "]")))
		case strings.HasPrefix(block, "<"):
			b.WriteString(block + "\n")
		default:
			fmt.Fprintf(&b, "<p>%s</p>\n", block)
			p.excerpt(block)
		}
	}
	p.Body = template.HTML(b.String())
}

// excerptWords is how much of a story the archive shows, as WordPress does.
const excerptWords = 55

func (p *post) excerpt(paragraph string) {
	if p.Excerpt != "" {
		return
	}
	words := strings.Fields(plain(paragraph))
	if len(words) > excerptWords {
		words = append(words[:excerptWords], "[…]")
	}
	p.Excerpt = strings.Join(words, " ")
}

// markup is a tag, or a whole reference to a footnote.
var markup = regexp.MustCompile(`(?s)<sup.*?</sup>|<[^>]*>`)

// plain is the text of one of our own paragraphs.
func plain(s string) string {
	return html.UnescapeString(markup.ReplaceAllString(s, ""))
}

// figure is a picture in the body, in two sizes.
func (p *post) figure(caption string) string {
	src := fmt.Sprintf("%s%s-%d", uploads, p.Slug, len(p.Pictures)+1)
	p.Pictures = append(p.Pictures, src)
	return fmt.Sprintf(`<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="960" height="540" src="%[1]s-960x540.png" srcset="%[1]s-960x540.png 960w, %[1]s-480x270.png 480w" sizes="(max-width: 960px) 100vw, 960px" alt="%[2]s" class="wp-image-%[3]d"/><figcaption class="wp-element-caption">%[2]s</figcaption></figure>
`, src, html.EscapeString(caption), p.ID*10)
}
