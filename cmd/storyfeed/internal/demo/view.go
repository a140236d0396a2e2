package demo

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"time"
)

//go:embed templates
var templates embed.FS

func parseTemplates() *template.Template {
	t := template.New("").Funcs(template.FuncMap{"ordinal": ordinal})
	return template.Must(t.ParseFS(templates, "templates/*.html"))
}

// view is what a template shows. Which fields are set depends on the page.
type view struct {
	Base      string // scheme and host as the visitor knows them
	Path      string
	Heading   string
	BodyClass string
	Recent    []*post
	Missing   bool

	Post          *post // of a post
	Before, After *post // by date, over the whole blog; nil: none
	Related       []*post

	ID      int // of a page
	Content template.HTML
	Stories []*post // the hub page's links

	Posts        []*post // of a list
	Page, Pages  int
	Newer, Older string // paths of the neighbouring pages; empty: none
}

func (v *view) Site() string        { return Title }
func (v *view) SeriesTitle() string { return SeriesTitle }
func (v *view) Hub() string         { return HubPath }
func (v *view) Archive() string     { return archivePath }

// URL makes a path absolute, as WordPress does everywhere.
func (v *view) URL(path string) string { return v.Base + path }

// HTML makes the paths in our own texts absolute.
func (v *view) HTML(body template.HTML) template.HTML {
	return template.HTML(absolute(v.Base, string(body)))
}

func absolute(base, body string) string {
	return strings.NewReplacer(`="/`, `="`+base+`/`, ", "+uploads, ", "+base+uploads).Replace(body)
}

// With hands a post of the view to a template within.
func (v *view) With(p *post) any {
	return struct {
		View *view
		Post *post
	}{v, p}
}

func (b *Blog) render(name string, v *view) []byte {
	v.Recent = b.posts[:min(5, len(b.posts))]
	var page bytes.Buffer
	if err := b.pages.ExecuteTemplate(&page, name, v); err != nil {
		panic(err) // the templates and texts are our own
	}
	return page.Bytes()
}

// ordinal writes a day as English bylines do: July 27th, 2020.
func ordinal(t time.Time) string {
	day := t.Day()
	suffix := "th"
	if day/10 != 1 {
		switch day % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%s %d%s, %d", t.Month(), day, suffix, t.Year())
}

// Hero is the path of the post's large picture.
func (p *post) Hero() string { return uploads + p.Slug + "-960x540.png" }

// AuthorPath is the path of the list of what the author wrote.
func (p *post) AuthorPath() string { return "/author/" + authorSlug(p.Author) + "/" }

func authorSlug(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", "-")
}
