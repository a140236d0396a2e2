package extract

import "testing"

// TestOtherStories also sees that the words by which lines are told cheaply
// leave none out.
func TestOtherStories(t *testing.T) {
	for _, line := range []string{
		"Related", "RELATED POSTS", "Read next", "Read more", "read also", "Keep reading", "Continue reading →", "Further reading", "Up next", "Next:", "More from the harbour", "More stories", "Recent posts", "Latest articles",
		"Popular stories", "Other posts", "Similar articles", "Recommended", "Recommended for you", "Featured posts", "Trending stories", "You may also like", "You might enjoy these",
		"Weitere Beiträge", "Ähnliche Artikel", "ÄHNLICHE ARTIKEL", "Verwandte Beiträge", "Mehr Artikel", "Neueste Beiträge", "Weiterlesen", "Autres articles", "Derniers articles", "Articles similaires", "À lire aussi", "à lire ensuite",
		"Artículos relacionados", "Entradas recientes", "Posts relacionados", "Sigue leyendo", "Articoli correlati", "Post recenti", "Artigos relacionados", "Leia também", "Gerelateerde berichten", "Meer artikelen",
		"相关文章", "関連記事", "Похожие записи", "похожие записи", "Читайте также", "читайте также",
	} {
		if !isOtherStories(line) {
			t.Errorf("%q begins no list of other stories", line)
		}
	}
	for _, line := range []string{"Relations", "Read it aloud", "Next morning we left", "You may go", "Posted on 3 May", "Artikel"} {
		if isOtherStories(line) {
			t.Errorf("%q begins a list of other stories", line)
		}
	}
}
