package extract

import (
	"regexp"
	"strings"
)

// The words of bylines, in the languages in which blogs are commonly written.

// byWords introduce an author.
var byWords = regexp.MustCompile(`(?i)(?:^|[\s|·•–—,(\-])(?:(?:post|article|story|words|text|written|posted|published|submitted|contributed|reported|composed|created` +
	`|geschrieben|verfasst|veröffentlicht|erstellt|gepostet|eingestellt|publié|écrit|rédigé|posté|proposé|publicado|escrito|redactado|enviado|postado|redigido` +
	`|scritto|pubblicato|inviato|postato|geplaatst|geschreven|gepubliceerd|skrevet|skriven|skrivet|publicerat|publicerad|publisert|publiceret|postat` +
	`|napisane|napisany|opublikowane|opublikowano|dodane|dodano)\s+)?` +
	`(?:by|von|par|por|di|da|door|av|af|przez|автор:?|author:|autor(?:in|a)?:|auteur(?:e|rice)?\s*:|autore:|autrice:|yazan:?|kirjoittaja:|kirjoittanut|forfatter:|skribent:|szerző:|írta:|text:|words:|von:|by:)\s+` +
	`|(?:^|[\s|·])(?:作者|文|撰文|著者|執筆者?|投稿者|작성자|글쓴이)\s*[:：]\s*`)

// byPlain are the words of byWords that most bylines begin with.
var byPlain = []string{"by ", "von ", "par ", "por "}

// byHeads are the words without which byWords match no line.
var byHeads = phrasesOf(append(strings.Fields(`by: von: автор author: autor auteur autrice: yazan kirjoittaja forfatter: skribent: szerző: írta: text: words: 作者 文 撰文 著者 執筆 投稿者 작성자 글쓴이`),
	"by ", "von ", "par ", "por ", "di ", "da ", "door ", "av ", "af ", "przez "))

// findBy is where byWords introduce an author in a line, or nil.
func findBy(line string) []int {
	if !byHeads.in(line) {
		return nil
	}
	for _, by := range byPlain {
		if len(line) > len(by) && line[len(by)] != ' ' && strings.EqualFold(line[:len(by)], by) {
			return []int{0, len(by)} // as the pattern has it
		}
	}
	return byWords.FindStringIndex(line)
}

// saysBy reports whether byWords introduce an author in a line.
func saysBy(line string) bool { return byHeads.in(line) && byWords.MatchString(line) }

// saysUpdated reports whether updatedWords end a text.
func saysUpdated(before string) bool {
	return before != "" && updatedStems.anywhere(before) && updatedWords.MatchString(before)
}

// updatedStems are what updatedWords can't do without.
var updatedStems = phrasesOf(strings.Fields(`pdat last modif edited revised aktuali änder ändrad überarbeitet stand jour tualiz aggiorna bijgewerkt wijzig päivitetty muokattu upraveno güncelle обновлен изменен 更新`))

// updatedWords end what stands before the day on which a story was changed.
var updatedWords = regexp.MustCompile(`(?i)(?:updated?|last (?:change|modified|edited|changed|revised|modification)|modified|edited|revised|aktualisier(?:t|ung)|geändert|letzte änderung|überarbeitet|(?:^|[\s(|·•])stand` +
	`|mis(?:e)? à jour|modifiée?|modification|actualizad[oa]|actualización|modificad[oa]|modificación|atualizad[oa]|atualização|aggiornat[oa]|aggiornamento|modificat[oa]|modifica|bijgewerkt|gewijzigd|wijziging` +
	`|uppdaterad|uppdaterat|senast ändrad|ändrad|oppdatert|opdateret|päivitetty|muokattu|zaktualizowano|aktualizacja|aktualizováno|upraveno|güncelle(?:me|ndi)|обновлен[оие]*|изменено|изменения|更新日?|更新于|最終更新日?)` +
	`\W*(?:(?:by|von|par|por|da|door|av) [^\d]{2,50}?[\s,])?\W*(?:on|am|vom|at|le|el|il|op|em|en|den|på|dnia|dne|\s|:|：|·)*$`)

// guestWords introduce the author of a story that somebody else has posted.
var guestWords = regexp.MustCompile(`(?i)(?:guest[- ](?:post|article|essay|column|blog|contribution|author)|gast(?:beitrag|artikel|post|kommentar|blog|autor(?:in)?)|(?:article|billet|texte) invité|(?:artículo|artigo|entrada|post|texto) (?:invitad[oa]|convidad[oa])|articolo ospite|gästinlägg|gjesteinnlegg)\s*(?:by|from|von|par|por|di|da|door|van|av|:)\s+`)

// guestStems and roleHeads are what guestWords and roleMark can't do without,
// the latter at the beginning of a word.
var (
	guestStems = phrasesOf([]string{"guest", "gast", "invit", "convid", "ospite", "gäst", "gjest"})
	roleHeads  = phrasesOf([]string{"fact", "photo", "picture", "image", "illust", "video", "foto", "bild", "edit", "transl", "review", "check", "approve", "curat", "bearbeitet", "übersetzt", "redigiert", "tradu", "relu", "revisado", "ilustra", "tradotto", "vertaald", "översatt"})
)

// nameEnd is where a name in a line is over.
var nameEnd = regexp.MustCompile(`(?i)\s+(?:on|in|at|am|um|vom|le|el|il|den|op|em|på|dne|dnia|às|alle|under|unter|dans|en|for|für|updated|published|posted|last|•|·)\s|\s[|·•–—\-/]\s|\s*[|·•]|\s{2,}\S|\n|:\s|\s*[,]?\s*\d`)

// roleMark begins the names of those who did something else than write.
var roleMark = regexp.MustCompile(`(?i)[;,·|]?\s*\b(?:(?:photos?|photography|photographs|photographer|pictures|images|illustrations?|video|fotos?|bilder|fotografie|ilustraci[oó]n(?:es)?|fotograf[ií]as?)(?:\s+by\s+|\s*:)` +
	`|(?:edited|translated|reviewed|(?:fact[- ]?)?checked|illustrated|photographed|approved|curated|bearbeitet|übersetzt|redigiert|illustriert|traduit|relu|illustré|editado|traducido|revisado|traduzido|ilustrado|tradotto|curato|vertaald|översatt)\s+(?:by|von|par|por|da|door|av)\s+)`)

// metaWord are the words of which the lines around a story consist beside
// names and dates.
var metaWord = wordSet(`by von par por di da door av af on am le el il the at um à in under unter dans en em på den vom dnia dne przez en: posted published publish updated update last
	modified written author autor autora autorin auteur autore posted-on veröffentlicht aktualisiert geschrieben erstellt gepostet eingestellt zuletzt publié posté rédigé écrit mis jour actualizado publicado escrito redactado enviado
	postado redigido às dia giorno pubblicato postato inviato scritto aggiornato geplaatst geschreven gepubliceerd op om skrevet skriven skrivet publicerat publicerad publisert publiceret postat kl klo
	napisane napisany opublikowane opublikowano dodane dodano автор опубликовано kirjoittanut julkaistu yazan yayınlandı
	im minute minutes min mins read reading time lesezeit minuten lecture lectura de lettura comment comments kommentar kommentare commentaire commentaires
	comentario comentarios views view no share print email edit date category categories tags tag filed as and und et y words word edited first
	leave a reply ago since originally created wrote verfasst dated: date: datum stand less than one estimated story article post blog note submitted contributed
	st nd rd th uhr pm am mon tue wed thu fri sat sun est utc gmt
	г года дата опубликована добавлено обновлено просмотров 投稿 更新 公開 作成 最終更新 著者 執筆者 投稿者 作者 发布 发布于 发表于 更新于 期 작성 작성자 글쓴이`)

// officeWord are words that tell what somebody is, or name a house. Words that
// are surnames, too, such as press and staff, are none of them.
var officeWord = wordSet(`editor editors editor-in-chief sub-editor co-editor writer reporter correspondent columnist contributor journalist senior junior director professor prof founder co-founder cofounder president
	manager engineer developer designer researcher scientist student analyst consultant author blogger ceo cto cfo coo university institute institution college school department faculty inc inc. ltd llc plc gmbh ag
	foundation magazine association society committee agency newsroom publisher
	redakteur redakteurin chefredakteur chefredakteurin journalistin reporterin korrespondent korrespondentin autorin universität hochschule institut stiftung verlag geschäftsführer geschäftsführerin
	rédacteur rédactrice journaliste directeur directrice professeur université fondateur fondatrice periodista redactor redactora directora universidad universidade profesor profesora fundador fundadora jornalista editora diretor diretora professora
	giornalista direttore direttrice redattore redattrice università professore redacteur hoogleraar universiteit redaktör universitet`)
