package extract

import "strings"

// months maps names of months to their numbers, full and short, in the
// languages in which blogs are commonly written.
var months = monthWords([12]string{
	"january jan januar janvier janv enero ene gennaio gen janeiro januari tammikuuta tammikuu stycznia styczeń sty ledna leden января январь янв січня ocak oca ianuarie ian január jän jänner gener",
	"february feb februar février févr fév febrero febbraio fevereiro fev februari helmikuuta helmikuu lutego luty lut února únor февраля февраль фев лютого şubat şub februarie február febrer",
	"march mar märz mär mrz mars marzo março maart mrt maaliskuuta maaliskuu marca marzec března březen марта март мар березня mart martie március març",
	"april apr avril avr abril abr aprile huhtikuuta huhtikuu kwietnia kwiecień kwi dubna duben апреля апрель апр квітня nisan nis aprilie április",
	"may mai mayo maggio mag maio mei maj toukokuuta toukokuu maja května květen мая май травня mayıs mayis május maig",
	"june jun juni juin junio giugno giu junho kesäkuuta kesäkuu czerwca czerwiec cze června červen июня июнь июн червня haziran haz iunie június juny",
	"july jul juli juillet juil julio luglio lug julho heinäkuuta heinäkuu lipca lipiec lip července červenec июля июль июл липня temmuz tem iulie július juliol",
	"august aug août aout agosto ago augustus augusti elokuuta elokuu sierpnia sierpień sie srpna srpen августа август авг серпня ağustos agustos ağu augusztus agost",
	"september sep sept septembre septiembre settembre set setembro syyskuuta syyskuu września wrzesień wrz září сентября сентябрь сен вересня eylül eyl septembrie szeptember setembre",
	"october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta lokakuu października październik paź října říjen октября октябрь окт жовтня ekim eki octombrie október",
	"november nov novembre noviembre novembro marraskuuta marraskuu listopada listopad lis листопада ноября ноябрь ноя kasım kas noiembrie",
	"december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des joulukuuta joulukuu grudnia grudzień gru prosince prosinec декабря декабрь дек грудня aralık ara decembrie desembre",
})

func monthWords(lists [12]string) map[string]int {
	m := map[string]int{}
	for i, list := range lists {
		for name := range strings.FieldsSeq(list) {
			m[name] = i + 1
		}
	}
	return m
}

// weekdays are names of days, full and short, that may precede a date.
var weekdays = wordSet(`monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun
	montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sonnabend sa sonntag so
	lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
	lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
	maandag dinsdag woensdag donderdag vrijdag zaterdag zondag måndag mandag tisdag tirsdag onsdag torsdag fredag lördag lørdag söndag søndag
	segunda terça quarta quinta sexta feira понедельник вторник среда четверг пятница суббота воскресенье`)

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}
