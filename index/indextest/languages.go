package indextest

import (
	"testing"

	"storyfeed/index"
)

// putLanguages fills an index with documents in many languages.
func putLanguages(t *testing.T, ix index.Index) {
	t.Helper()
	put(t, ix,
		doc("en", "The naïve café — ﬁrst of all 🐦", "We sold houses while the die was cast.", language("en-GB")),
		doc("de", "Die Häuser der Verkäufer", "Straßen und Fußgänger; ein Soft\u00adwort.", language("de-AT")),
		doc("fr", "L’élégance des vendeurs", "Les maisons vendues à l’étranger n’étaient pas chères.", language("fr")),
		doc("es", "El vendedor", "Los cañones también se vendían rápidamente.", language("es_MX")),
		doc("ru", "Продавцы", "Продавцы продавали дома и ёлки.", language("ru")),
		doc("ar", "البائعون", "كان البائعون يبيعون المنازل الكبيرة في المدينة.", language("ar")),
		doc("ar2", "مقال", "البائعون والمشترون", language("en")),
		doc("tr", "İstanbul'daki satıcılar", "Evleri sattılar.", language("tr")),
		doc("sv", "Säljarna", "De sålde husen på sjön.", language("sv")),
		doc("ja", "営業の話", "私は東京都で働いています。セールスが好きです。", language("ja")),
		doc("ko", "판매", "저는 서울에서 판매를 합니다.", language("ko")),
		doc("zh", "销售", "我喜欢销售工作。", language("")),
		doc("th", "การขาย", "ผมชอบขายบ้าน", language("th")),
		doc("hi", "बिक्री", "मुझे हिन्दी में बिक्री पसंद है", language("hi")),
		doc("el", "Πωλήσεις", "Η τέχνη των πωλήσεων.", language("el")),
		doc("pl", "Ħobż", "Sprzedaż łodzi i żagli", language("pl")),
		doc("none", "Untold", "A café owner sells.", language("")),
		doc("odd", "Odd", "Nothing declared properly, unnaïvely.", language("klingon!")),
	)
}

func testLanguages(t *testing.T, ix index.Index) {
	putLanguages(t, ix)
	wantAll(t, ix, map[string]string{
		`cafe`:               "en none",
		`CAFÉ`:               "en none",
		"cafe\u0301":         "en none",
		`naive`:              "en",
		`first`:              "en",
		`🐦`:                  "en",
		`house`:              "en",
		`verkaufer`:          "de",
		`Verkaeufer`:         "de",
		`strasse`:            "de",
		`fussgaenger`:        "de",
		`softwort`:           "de",
		`Haus`:               "de",
		`elegance`:           "fr",
		`l'elegance`:         "fr",
		`maison`:             "fr",
		`chere`:              "fr",
		`tambien canon`:      "es",
		`también cañón`:      "es",
		`rapidamente`:        "es",
		`ёлка`:               "ru",
		`елки`:               "ru",
		`продавали`:          "ru",
		`المنازل`:            "ar",
		`الْمَنازِل`:         "ar",
		`البائعون`:           "ar ar2",
		`Istanbul`:           "tr",
		`İSTANBUL`:           "tr",
		`saljarna`:           "sv",
		`sjon`:               "sv",
		`ขาย`:                "th",
		`बिक्री`:             "hi",
		`बकर`:                "",
		`πωλησεις`:           "el",
		`ΠΩΛΗΣΕΙΣ`:           "el",
		`lodzi`:              "pl",
		`hobz`:               "pl",
		`unnaively`:          "odd",
		`die cast`:           "en", // "die" is German for "the"
		`title:"die hauser"`: "de",
	})
	if res := find(t, ix, index.Request{Query: parse(`-cafe`)}); res.Total != 16 {
		t.Errorf("-cafe finds %d of 18 documents in many languages, want 16", res.Total)
	}
}

// Text without spaces between its words is found by pairs of characters.
func testCharacters(t *testing.T, ix index.Index) {
	putLanguages(t, ix)
	wantAll(t, ix, map[string]string{
		`東京`:       "ja",
		`東`:        "ja",
		`京都`:       "ja",
		`都東`:       "",
		`東京都`:      "ja",
		`都`:        "ja",
		`東都`:       "",
		`私`:        "ja",
		`す`:        "ja", // at the end of a run
		`東*`:       "ja",
		`"は東"`:     "ja",
		`欢`:        "zh",
		`-東京 セールス`: "",
		`東京*`:      "ja",
		`セールス`:     "ja",
		`ｾｰﾙｽ`:     "ja",
		`サウル`:      "",
		`서울`:       "ko",
		`"서울에서 판"`: "ko", // one character after several
		`"います。セ"`:  "ja",
		`"ます。セー"`:  "ja",
		`"から。セ"`:   "",
		`"東京都 で"`:  "ja", // one character behind a space
		`"東京 で"`:   "",
		`"営業 の"`:   "ja",
		`"営業 話"`:   "",
		`销售`:       "zh",
		`"喜欢销售"`:   "zh",
	})
}

// testRebuildOfLanguages rebuilds what holds titles in many scripts: a new index
// is asked for them before it serves.
func testRebuildOfLanguages(t *testing.T, ix index.Index) {
	docs := []index.Document{
		doc("ko", "서울의 밤", "서울의 밤은 아름답다.", language("ko")),
		doc("ja", "東京物語（上）", "古い話。", language("ja")),
		doc("zh", "三国演义 第一章 上", "话说天下大势。", language("zh")),
		doc("th", "เรื่องไทย ก", "ผมชอบขายบ้าน", language("th")),
		doc("emoji", "🚀 発射 🐦 日", "So it is.", language("en")),
	}
	put(t, ix, docs...)
	if err := ix.Rebuild(t.Context(), allOf(docs)); err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	wantContent(t, ix, docs...)
}
