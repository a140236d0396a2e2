package extract

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestSpokenLanguage(t *testing.T) {
	const (
		german  = "Als wir an diesem Morgen auf den Steg kamen, war das Wasser so still, dass man die Boote nicht hören konnte. Der alte Fährmann saß auf einer Kiste und zählte die Netze, die sich in der Nacht gefüllt hatten. Es ist nicht leicht, sagte er, das mit den Jahren nicht zu vergessen, und er sah uns dabei nicht an. Wir setzten uns zu ihm, und eine Weile sprach niemand."
		french  = "Le matin où nous sommes descendus sur le quai, la mer était si calme que nous entendions les cordes qui frottaient contre le bois. Le vieux passeur comptait les filets dans une caisse, et il ne nous a pas regardés. Ce n'est pas une chose facile, disait-il, que de garder dans la tête tous les noms des bateaux qui sont passés par ici. Nous nous sommes assis avec lui."
		english = "When we came down to the jetty that morning the water was so still that you could hear the ropes. The old ferryman sat on a crate and counted the nets that had filled in the night. It is not an easy thing to remember, he said, and he did not look at us while he said it. We sat down with him and for a while nobody spoke, and that was the best of the day for all of us."
		russian = "Когда мы пришли утром на причал, вода была такой тихой, что было слышно, как трутся верёвки. Старый паромщик сидел на ящике и считал сети."
		chinese = "那天早上我们来到码头的时候，水面很平静，能听见绳子摩擦木头的声音。老船夫坐在箱子上，数着夜里装满的渔网。他说，这不是容易记住的事情，他说话的时候没有看我们。我们在他身边坐下，很久没有人说话。"
		catalan = "Quan vam baixar al moll aquell matí l'aigua estava tan quieta que se sentien les cordes. El vell barquer seia damunt d'una caixa i comptava les xarxes que s'havien omplert durant la nit. No és una cosa fàcil de recordar, va dir, i no ens va mirar mentre ho deia. Ens vam asseure amb ell i durant una estona ningú no va parlar."
	)
	for _, tt := range []struct{ name, tag, text, want string }{
		{"a German text in an English theme", "en-US", german, "de"},
		{"a French one", "en", french, "fr"},
		{"a region is kept", "de-AT", german, "de-AT"},
		{"an English text that says so", "en-GB", english, "en-GB"},
		{"no tag at all", "", english, "en"},
		{"a few words prove nothing", "en", "Der die das und ist nicht ein eine", "en"},
		{"Russian that calls itself so", "ru", russian, "ru"},
		{"Cyrillic that calls itself English may be any of many", "en", russian, ""},
		{"Chinese in an English theme", "en", chinese, "zh"},
		{"Chinese of Taiwan", "zh-TW", chinese, "zh-TW"},
		{"a language whose words are not known", "ca", catalan, "ca"},
		{"code between prose", "en", english + strings.Repeat(" der die das", 5), "en"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := spokenLanguage(tt.tag, tt.text); got != tt.want {
				t.Errorf("spokenLanguage(%q, %.40q…) = %q, want %q", tt.tag, tt.text, got, tt.want)
			}
		})
	}
}

// TestLanguageOfPages: the nearest word on a story's language counts, and the
// text itself against it where it is plain evidence.
func TestLanguageOfPages(t *testing.T) {
	const (
		german  = "Als wir an diesem Morgen auf den Steg kamen, war das Wasser so still, dass man die Boote nicht hören konnte. Der alte Fährmann saß auf einer Kiste und zählte die Netze, die sich in der Nacht gefüllt hatten. Es ist nicht leicht, sagte er, das mit den Jahren nicht zu vergessen, und er sah uns dabei nicht an. Wir setzten uns zu ihm, und eine Weile sprach niemand. "
		english = "When we came down to the jetty that morning the water was so still that you could hear the ropes. The old ferryman sat on a crate and counted the nets that had filled in the night. It is not an easy thing to remember, he said, and he did not look at us while he said it. We sat down with him and for a while nobody spoke, and that was the best of the day for all of us. "
		verse   = "Waulking song: hù ó ro hù ó, hè ill ò ro. " // of no language that is told by its words
	)
	for _, tt := range []struct{ name, root, head, article, header, text, want string }{
		{"the root", `lang="de-CH"`, "", "", "", german, "de-CH"},
		{"an older attribute", `xml:lang="de"`, "", "", "", german, "de"},
		{"written with an underscore", `lang="pt_BR"`, "", "", "", verse, "pt-BR"},
		{"the article before the root", `lang="en"`, "", `lang="gd"`, "", verse, "gd"},
		{"data before the root", `lang="en"`, `<script type="application/ld+json">{"@type":"BlogPosting","headline":"A Story","inLanguage":"gd"}</script>`, "", "", verse, "gd"},
		{"the root before a meta tag", `lang="gd"`, `<meta http-equiv="content-language" content="en">`, "", "", verse, "gd"},
		{"a meta tag", "", `<meta http-equiv="Content-Language" content="gd">`, "", "", verse, "gd"},
		{"a meta tag of several", "", `<meta http-equiv="Content-Language" content="gd, en">`, "", "", verse, "gd"},
		{"a locale", "", `<meta property="og:locale" content="gd_GB">`, "", "", verse, "gd-GB"},
		{"a header", "", "", "", "gd", verse, "gd"},
		{"the root before the header", `lang="ga"`, "", "", "gd", verse, "ga"},
		{"the text against the root", `lang="en-US"`, "", "", "", german, "de"},
		{"the text against the header", "", "", "", "en", german, "de"},
		{"the text against the article", `lang="en"`, "", `lang="en"`, "", german, "de"},
		{"the text alone", "", "", "", "", english, "en"},
		{"a root that names none", `lang="und"`, "", "", "", english, "en"},
		{"a root of many", `lang="mul"`, "", "", "", german, "de"},
		{"a root that is a placeholder", `lang="{{ lang }}"`, "", "", "", german, "de"},
		{"nothing, and a text of no known words", "", "", "", "", verse, ""},
	} {
		page := `<html ` + tt.root + `><head><title>A Story</title>` + tt.head + `</head><body><main><article ` + tt.article + `><h1>A Story</h1><div class="entry-content"><p>` + strings.Repeat(tt.text+"</p><p>", 5) + `</p></div></article></main></body></html>`
		p := Page{URL: "https://b.example/s", HTML: []byte(page), Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
		if tt.header != "" {
			p.Header = http.Header{"Content-Language": {tt.header}}
		}
		if s, err := Extract(p); err != nil || s.Language != tt.want {
			t.Errorf("%s: language %q (%v), want %q", tt.name, s.Language, err, tt.want)
		}
	}
}
