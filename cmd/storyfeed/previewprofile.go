package main

import (
	"fmt"
	"strings"

	"storyfeed/indexer"
	"storyfeed/indexer/profile"
)

// profileFields are the fields of a template in the order of the report.
var profileFields = []profile.Field{profile.Title, profile.Authors, profile.Published, profile.Updated, profile.Body, profile.Image, profile.Tags}

// longestValue is what the report shows of a sample value, in characters.
const longestValue = 32

// longestList is how many sample values of a field are shown.
const longestList = 3

// profile tells what was learned of the site's template, with a legend: it is
// about confidence, and nobody knows that word from elsewhere.
func (r report) profile(v indexer.Preview) {
	r.line("")
	if v.Profile == nil {
		r.hang("", "Template: not learned ("+v.Unlearned+"); each page is read by itself")
		return
	}
	for i, p := range v.Profile.Profiles {
		which := ""
		if len(v.Profile.Profiles) > 1 {
			which = fmt.Sprintf(" %d of %d", i+1, len(v.Profile.Profiles))
		}
		r.line("Template%s: where things stand on a story's page, learned from %s", which, plural(len(p.Samples), "story", "stories"))
		for _, f := range profileFields {
			if l, ok := p.Fields[f]; ok && len(l.Places) > 0 {
				r.learned(f, l)
			}
		}
		if n := len(p.Furniture) + len(p.Drop); n > 0 {
			r.field("left out", "of the text, as it stands on many pages: "+furniture(p))
		}
		r.line("")
	}
	r.hang("  ", fmt.Sprintf("How to read this: each place is a CSS selector, or names data in the page's head. It is right where it holds what is known from elsewhere: "+
		"from what judges it. Confidence follows from that count, from 0 to 1. From %.2f on the place is used alone; from %.2f on with a check, that reading without a template agrees; below it is not used.",
		profile.UsedAlone, profile.UsedChecked))
}

// learned is one field: where it stands, how sure that is, who told, and what
// was found there.
func (r report) learned(f profile.Field, l profile.Learned) {
	r.field(string(f), place(l.Places[0]))
	r.field("", fmt.Sprintf("right on %d of %d, judged by %s; confidence %.2f: %s", l.Support, l.Of, teacherName(l.Teacher), l.Confidence, use(l.Confidence)))
	var values []string
	for i, s := range l.Values {
		if f == profile.Body || i == longestList {
			break
		}
		values = append(values, "“"+shorten(strings.Join(strings.Fields(s), " "), longestValue)+"”")
	}
	if len(values) > 0 {
		r.field("", "such as "+strings.Join(values, ", "))
	}
	if l.Counter != "" {
		r.field("", "but "+l.Counter)
	}
}

func place(p profile.Place) string {
	s := p.Path
	switch p.Kind {
	case profile.Meta:
		s = "<meta> " + p.Path
	case profile.LD:
		s = "JSON-LD " + p.Path
	case profile.TitleTag:
		s = "<title>"
	case profile.Pinned:
		s = p.Path + " (pinned)"
	}
	if p.Attr != "" && p.Kind != profile.Meta {
		s += " [" + p.Attr + "]"
	}
	if p.Prefix != "" || p.Suffix != "" {
		s += fmt.Sprintf(" without “%s…%s”", p.Prefix, p.Suffix)
	}
	return s
}

func use(confidence float64) string {
	switch profile.UseOf(confidence) {
	case profile.Alone:
		return "used alone"
	case profile.Checked:
		return "used with a check"
	}
	return "not used"
}

func teacherName(t profile.Teacher) string {
	switch t {
	case profile.ByAPI:
		return "the site's API"
	case profile.ByFeed:
		return "the site's feed"
	case profile.ByAnchor:
		return "the words of the links"
	case profile.ByStore:
		return "the stories that are stored"
	}
	return "reading without a template"
}

// furniture shows what is cut out of the bodies.
func furniture(p profile.Profile) string {
	var texts []string
	for _, f := range p.Furniture {
		texts = append(texts, "“"+shorten(f.Text, longestValue)+"”")
	}
	for _, d := range p.Drop {
		texts = append(texts, d.Path)
	}
	const most = 4
	s := strings.Join(texts[:min(most, len(texts))], ", ")
	if len(texts) > most {
		s += fmt.Sprintf(" and %d more", len(texts)-most)
	}
	return s
}
