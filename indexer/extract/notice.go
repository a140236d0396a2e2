package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Notices as they stand in a page's title or first heading.
var (
	notFound = regexp.MustCompile(`(?i)^(?:error\s*)?(?:404\b.*|(?:.{0,20}\s)?(?:page|post|article|content|file|seite|beitrag|página|pagina)(?: (?:was|is|wurde|kann|could|cannot|can't|can’t|you.{0,30}))* (?:not (?:be )?(?:found|available|exist)|nicht gefunden|no encontrada|non trovata|missing)\b.*|not found\b.*|nothing (?:was )?(?:found|here)\b.*|page introuvable.*|(?:oops|sorry|uh[- ]oh|whoops)\b.{0,60}(?:found|exist|page|gone|wrong).*|.{0,30}(?:doesn.t|does not|no longer) exists?\b.*|this page (?:isn.t|is not) available.*|410\b.*gone.*|gone|` +
		`die(?:se)? seite (?:existiert|wurde|konnte|ist) nicht.*|.{0,30}seite .{0,30}nicht (?:vorhanden|verfügbar).*|cette page n.(?:existe|est).*|page (?:non trouvée|inexistante).*|(?:la |esta )?página (?:solicitada )?no (?:existe|se (?:ha )?encontr|disponible).*|.{0,20}página não (?:encontrada|existe|foi).*|(?:la )?pagina (?:richiesta )?non (?:esiste|è stata).*|` +
		`(?:deze )?pagina .{0,20}niet (?:gevonden|bestaa).*|pagina (?:niet gevonden|bestaat niet).*|sidan .{0,20}(?:hittades inte|inte hittas|finns inte|saknas).*|siden .{0,15}(?:ikke (?:funnet|fundet|finnes|findes)|finnes ikke|findes ikke|eksisterer ikke).*|sivua ei (?:löy|ole).*|nie znaleziono.*|strona .{0,25}nie (?:istnieje|została|znaleziona).*|stránka .{0,15}(?:nenalezena|nebyla|neexistuje|sa nenašla).*|` +
		`(?:az |a )?(?:keresett )?oldal nem (?:található|létezik).*|sayfa bulunamadı.*|(?:такой )?страниц[аы] (?:не (?:найдена|существует)|нет).*|сторінк[уиа] не (?:знайден|існує).*|η σελίδα δεν .*|الصفحة غير موجودة.*|.{0,30}لم يتم العثور على الصفحة.*|.{0,20}הדף .{0,12}לא נמצא.*|` +
		`.{0,30}ページ.{0,12}(?:見つかり|存在しません|ありません).*|.{0,30}(?:找不到|未找到|无法找到|無法找到|没有找到).{0,12}[页頁].*|.{0,30}[页頁]面.{0,12}(?:不存在|未找到|找不到|丢失).*|.{0,30}페이지를 찾을 수 없.*|.{0,30}(?:존재하지 않는|없는) 페이지.*|không tìm thấy trang.*|trang .{0,15}không (?:tồn tại|tìm thấy).*|halaman .{0,20}tidak (?:ditemukan|ada|tersedia).*|ไม่พบหน้า.*)$`)
	humanCheck  = regexp.MustCompile(`(?i)^(?:just a moment|attention required|checking your browser|are you (?:a )?(?:human|robot)|verify (?:you are|that you).*human|verifying you are human|security check|ddos[- ]guard|ddos protection|please wait.{0,20}(?:verif|check|redirect)?|access (?:to this page has been )?denied|access denied|403\b.*|forbidden|one more step|bot verification|human verification|pardon our interruption|robot check|please verify|you have been blocked|request blocked|captcha|429\b.*|too many requests|unusual traffic.*)`)
	closed      = regexp.MustCompile(`(?i)^(?:.{0,40}(?:under|down for|scheduled) maintenance|maintenance(?: mode)?$|briefly unavailable.*|.{0,30}(?:under construction|temporarily unavailable)|site (?:is )?(?:offline|down|unavailable|maintenance)|we.ll be (?:right )?back.*|coming soon$|wartungs(?:arbeiten|modus).*|50[0-4]\b.*|(?:internal server|server|database) error.*|error establishing a database connection|service unavailable.*|bad gateway.*|account suspended.*|domain (?:is )?(?:for sale|parked|expired).*|this domain .*|.{0,60}is for sale$|website expired.*|index of /.*|apache2? .*default page.*|welcome to nginx.*)`)
	signIn      = regexp.MustCompile(`(?i)^(?:log ?in|sign ?in|sign ?up|log on|anmelden|anmeldung|einloggen|connexion|iniciar sesión|members? only|members? area|protected:|private:|geschützt:|privat:|password (?:required|protected)|you must (?:log|sign|be logged).*|please (?:log|sign) ?in.*|subscribe to (?:read|continue).*|(?:create|register) (?:an |your )?account|register$)`)
	searchTitle = regexp.MustCompile(`(?i)^(?:(?:you searched|search results?|results|suchergebnisse?|résultats de (?:la )?recherche|resultados de (?:la )?búsqueda)(?: (?:for|für|pour|de|para))?\b|search:|suche nach)`)
	archiveName = regexp.MustCompile(`(?i)^(?:(?:category|tag|tags|author|archives?|month|year|day|topic|label|kategorie|schlagwort|autor|monat|catégorie|étiquette|categoría|etiqueta|posts? (?:tagged|by|in|from)|all posts|blog archives?|archive for|browsing|showing posts|entries (?:tagged|in|by))\s*[:：\-–—]?\s.+|archives?|all posts|blog archives?|posts tagged .*|\d{4}/\d{2}|categories|tags|.* archives?|.*\bpage \d+(?: of \d+)?)$`)
)

// Notices that stand in the text of a page, which holds nothing else.
var (
	waits      = regexp.MustCompile(`(?i)^(?:(?:nur )?einen moment(?: bitte)?|einen augenblick(?: bitte)?|un instant|un momento|um momento|un attimo|even geduld(?: a\.?u\.?b\.?)?|een moment geduld|ett ögonblick|et øjeblik|et øyeblikk|chwileczkę|okamžik|bir dakika(?: lütfen)?|один момент|подождите(?: пожалуйста)?|проверка браузера|しばらくお待ちください|少々お待ちください|请稍候|請稍候|잠시만(?: 기다리십시오)?)[\s.…!]*$`)
	challenges = regexp.MustCompile(`(?i)checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|enable javascript and cookies to continue|unusual traffic from|ddos protection by|complete the security check|performance (?:&|and) security by`)
	forSale    = regexp.MustCompile(`(?i)\bdomain(?: name)? (?:is|may be|might be) (?:for sale|available)|\bbuy this domain|\bdomain (?:is )?parked|\bparked (?:free|domain|page)|diese domain (?:steht zum verkauf|kaufen|ist zu verkaufen)|domaine est (?:à vendre|en vente)|dominio (?:está )?(?:en|à|a) venta|domínio (?:está )?à venda|dominio è in vendita|deze domeinnaam is te koop|домен (?:продаётся|продается|припаркован)`)
	consents   = regexp.MustCompile(`(?i)^(?:before you continue|we (?:value|respect|care about) your privacy|your privacy(?: choices| matters| settings)?|cookie (?:consent|settings|notice|wall)|consent(?: required)?|we use cookies|wir (?:verwenden|nutzen) cookies|(?:cookie|datenschutz|privatsphäre)-?einstellungen|ihre privatsphäre.{0,40}|(?:nous respectons )?votre vie privée.{0,40}|(?:valoramos )?tu privacidad.{0,40}|la tua privacy.{0,40}|(?:wij respecteren )?(?:uw|je) privacy.{0,40})$`)
)

// refuseWall tells the pages that stand before a site from its own: they hold
// hardly any text beside their notice.
func (d *document) refuseWall(claims []string) error {
	if hasWords(d.body, wallWords) {
		return nil
	}
	text := clip(feed.CleanLine(wallText(d.body)))
	for i, c := range claims {
		switch {
		case waits.MatchString(c) && first(d.body, isPuzzle) != nil, i < 2 && waits.MatchString(c):
			return &NotStory{KindCaptcha, quoted(c)}
		case consents.MatchString(c) && (i < 2 || len(claims) == 3) && first(d.body, isConsent) != nil:
			return &NotStory{KindConsent, quoted(c)}
		}
	}
	if m := challenges.FindString(text); m != "" {
		return &NotStory{KindCaptcha, fmt.Sprintf("the page says %q and little else", m)}
	}
	if m := forSale.FindString(text); m != "" {
		return &NotStory{KindParked, fmt.Sprintf("the page says %q and little else", m)}
	}
	return nil
}

// wallWords is more than such a page holds, in words.
const wallWords = 90

// wallText is the text of a small page.
func wallText(body *html.Node) string {
	var b strings.Builder
	walk(body, func(n *html.Node) bool {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		return !isElement(n, atom.Script, atom.Style, atom.Nav)
	})
	return b.String()
}

// isPuzzle knows the scripts that guards of sites load.
func isPuzzle(n *html.Node) bool {
	src := attr(n, "src")
	return n.DataAtom == atom.Script && (strings.Contains(src, "challenge-platform") || strings.Contains(src, "captcha") || strings.Contains(src, "Incapsula"))
}

// isConsent knows the button that goes on.
func isConsent(n *html.Node) bool {
	return n.DataAtom == atom.Button || n.DataAtom == atom.Input && slices.Contains([]string{"submit", "button"}, strings.ToLower(attr(n, "type")))
}

// refuseNotice reads the title and the first headings. A story may be called
// "Not found", so a notice counts only on a page with little text.
func (d *document) refuseNotice() error {
	little := d.little
	claims := []string{d.title, ""}
	for _, h := range d.tops {
		claims = append(claims, headingText(h))
	}
	if !little && !noticeStems.anywhere(strings.Join(claims, " ")) {
		return nil
	}
	claims[1] = d.withoutSite(d.title)
	for i, c := range claims {
		switch {
		case searchTitle.MatchString(c) && (i < 2 || little):
			return &NotStory{KindSearch, quoted(c)}
		case i < 2 && exactNotFound.MatchString(c), little && notFound.MatchString(c):
			return &NotStory{KindSoft404, quoted(c)}
		case little && humanCheck.MatchString(c):
			return &NotStory{KindCaptcha, quoted(c)}
		case little && closed.MatchString(c):
			return &NotStory{KindMaintenance, quoted(c)}
		case signIn.MatchString(c) && (little || strings.HasSuffix(strings.SplitN(c, " ", 2)[0], ":")) && asksPassword(d.body) && !d.teases():
			return &NotStory{KindLogin, quoted(c)}
		}
	}
	if little && asksPassword(d.body) && !d.saysStory() && !d.teases() {
		return &NotStory{KindLogin, "the page asks for a password"}
	}
	if little && first(d.body, isChallenge) != nil {
		return &NotStory{KindCaptcha, "the page holds a challenge"}
	}
	return d.refuseWall(claims)
}

// noticeStems are what the notices that count on any page can't do without, in
// lower case.
var noticeStems = phrasesOf([]string{
	"search", "result", "such", "résultat", "404", "not found", "nicht gefunden", "non trouvée", "no encontrada",
	"log", "sign", "anmeld", "connexion", "iniciar", "member", "prote", "priva", "geschützt", "password", "subscribe", "account", "register",
})

// exactNotFound is a title that no story has.
var exactNotFound = regexp.MustCompile(`(?i)^(?:(?:error )?404(?:[\s:|–-]+(?:error|(?:page )?not found))?|(?:404[\s:|–-]+)?page not found|seite (?:wurde )?nicht gefunden|page non trouvée|página no encontrada)\.?(?:\s[|–—\-·»]\s.*)?$`)

func quoted(s string) string { return fmt.Sprintf("the page is headed %q", clip(s)) }

func asksPassword(body *html.Node) bool {
	return first(body, func(n *html.Node) bool {
		return n.DataAtom == atom.Input && (strings.EqualFold(attr(n, "type"), "password") || attr(n, "name") == "post_password")
	}) != nil
}

func isChallenge(n *html.Node) bool {
	id := attr(n, "id") + " " + attr(n, "class") + " " + attr(n, "action")
	if strings.Contains(id, "challenge-form") || strings.Contains(id, "cf-challenge") || strings.Contains(id, "px-captcha") {
		return true
	}
	puzzle := strings.Contains(id, "g-recaptcha") || strings.Contains(id, "h-captcha") || strings.Contains(id, "cf-turnstile")
	return puzzle && attr(n, "data-size") != "invisible" && !guardsForm(n)
}

// guardsForm reports that a puzzle stands in a form that people fill in: for
// comments, letters, subscriptions.
func guardsForm(n *html.Node) bool {
	within := closest(n, func(c *html.Node) bool { return c.DataAtom == atom.Form })
	if within == nil {
		within = n.Parent
	}
	return first(within, func(c *html.Node) bool {
		return c.DataAtom == atom.Textarea || c.DataAtom == atom.Input && !slices.Contains([]string{"hidden", "submit", "button"}, strings.ToLower(attr(c, "type")))
	}) != nil
}
