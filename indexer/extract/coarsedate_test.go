package extract_test

import (
	"strings"
	"testing"

	"storyfeed/feed"
)

// TestCoarseDates: a page may show no more than a month or a year. That much
// is known then, and no more.
func TestCoarseDates(t *testing.T) {
	for _, tc := range []struct{ name, url, head, around, want, source string }{
		{"a line of its own", "/s", "", `<p>March 2004</p>`, "2004-03", "byline"},
		{"in Portuguese", "/s", "", `<font size=2>Maio de 2003</font><br>`, "2003-05", "byline"},
		{"in German, published", "/s", "", `<p>Veröffentlicht im März 2004</p>`, "2004-03", "byline"},
		{"in French, with an author", "/s", "", `<p>Par Chloé Dubois, août 2003</p>`, "2003-08", "byline"},
		{"in Japanese", "/s", "", `<p>2004年3月</p>`, "2004-03", "byline"},
		{"in Russian", "/s", "", `<p>март 2004</p>`, "2004-03", "byline"},
		{"with a reading time", "/s", "", `<p>March 2004 · 5 min read</p>`, "2004-03", "byline"},
		{"a year in brackets", "/s", "", `<p>(2004)</p>`, "2004", "byline"},
		{"a year behind a name", "/s", "", `<p>By Jane Roe, 2004</p>`, "2004", "byline"},
		{"an element made for it", "/s", "", `<p class="meta">Essays <time datetime="2004-03">March 2004</time></p>`, "2004-03", "time[datetime]"},
		{"data", "/s", `<script type="application/ld+json">{"@type":"Article","headline":"A Story","datePublished":"2004-03"}</script>`, "", "2004-03", "json-ld"},
		{"a year in data", "/s", `<meta name="dc.date" content="2004">`, "", "2004", "meta"},
		{"the address", "/2004/03/a-story.html", "", "", "2004-03", "url"},
		{"the line before the address", "/2005/01/a-story.html", "", `<p>December 2004</p>`, "2004-12", "byline"},
		{"the month before the year", "/2004/03/a-story.html", "", `<p>(2004)</p>`, "2004-03", "url"},
		{"a day before the month", "/s", "", `<p>March 2004</p><p class="byline">by Jane Roe, 5 March 2004</p>`, "2004-03-05", "byline"},
		{"a sentence with a month", "/s", "", `<p>In March 2004 we all went to the sea together and nobody came home dry, which was the point.</p>`, "", ""},
		{"a dateline of another matter", "/s", "", `<p>The flood of March 2004</p>`, "", ""},
		{"only a month of a change", "/s", "", `<p>Last updated: March 2004</p>`, "", ""},
		{"a copyright", "/s", "", `<p>© 2004 Jane Roe</p>`, "", ""},
		{"in the future", "/s", "", `<p>March 2099</p>`, "", ""},
		{"a number that is no year", "/s", "", `<p>1812</p>`, "", ""},
	} {
		s := read(t, "https://b.example"+tc.url, tc.head, tc.around, nil)
		form := map[feed.Precision]string{feed.PrecisionDay: "2006-01-02", feed.PrecisionMonth: "2006-01", feed.PrecisionYear: "2006"}[s.Published.Precision]
		if got := s.Published.Time.Format(form); got != tc.want && s.Published != (feed.Date{}) || s.Published.IsZero() != (tc.want == "") || s.Published.Source != tc.source {
			t.Errorf("%s: %+v, want %q of %q", tc.name, s.Published, tc.want, tc.source)
		}
		if strings.HasPrefix(s.Text, "March 2004") {
			t.Errorf("%s: the body begins with the date: %.60s", tc.name, s.Text)
		}
	}
}

// TestOnlyChanged: the day of the last change is not that of the publication.
func TestOnlyChanged(t *testing.T) {
	for _, line := range []string{
		"Last updated: 3 June 2017", "Last modified on June 3, 2017", "Updated 2017-06-03", "Last revised 3 June 2017 by Jane Roe", "Stand: 3. Juni 2017", "Zuletzt aktualisiert am 3. Juni 2017", "Letzte Änderung: 3.6.2017",
		"Letzte Aktualisierung 3. Juni 2017", "Mis à jour le 3 juin 2017", "Dernière mise à jour : 3 juin 2017", "Dernière modification le 3 juin 2017", "Actualizado el 3 de junio de 2017", "Última actualización: 3 de junio de 2017",
		"Atualizado em 3 de junho de 2017", "Última atualização: 3 de junho de 2017", "Ultimo aggiornamento: 3 giugno 2017", "Modificato il 3 giugno 2017", "Laatst bijgewerkt op 3 juni 2017", "Senast uppdaterad den 3 juni 2017",
		"Sist oppdatert 3. juni 2017", "Ostatnia aktualizacja: 3 czerwca 2017", "Обновлено: 3 июня 2017", "最終更新日：2017年6月3日", "更新于 2017年6月3日",
	} {
		for place, around := range map[string][2]string{"above": {`<p>` + line + `</p>`, ""}, "below": {"", `<p>` + line + `</p>`}} {
			page := around[0] + `<div class="entry-content">` + filler + filler + `</div>` + around[1]
			s := read(t, "https://b.example/s", "", page, nil)
			if !s.Published.IsZero() || s.Updated.Time.Format("2006-01-02") != "2017-06-03" {
				t.Errorf("%s, %s: published %v, updated %v", line, place, s.Published, s.Updated)
			}
		}
	}
	for _, line := range []string{"Posted 3 June 2017, updated 5 June 2018", "Published June 3, 2017 | Last updated June 5, 2018", "3 juin 2017 (mis à jour le 5 juin 2018)", "Veröffentlicht am 3. Juni 2017 · Zuletzt geändert am 5. Juni 2018"} {
		s := read(t, "https://b.example/s", "", `<p>`+line+`</p>`, nil)
		if s.Published.Time.Format("2006-01-02") != "2017-06-03" || s.Updated.Time.Format("2006-01-02") != "2018-06-05" {
			t.Errorf("%s: published %v, updated %v", line, s.Published, s.Updated)
		}
	}
}
