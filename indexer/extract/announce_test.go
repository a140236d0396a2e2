package extract

import "testing"

// TestMayAnnounce: the cheap question must not keep the real one from being
// asked.
func TestMayAnnounce(t *testing.T) {
	for _, s := range []string{
		"Leave a Reply", "Post a comment", "Add a comment", "Write a Reply", "Submit a response", "Join the conversation", "12 comments on this", "One thought on “x”", "No comments yet",
		"Reader comments:", "Comments are closed.", "Cancel reply", "Schreibe einen Kommentar", "Kommentar verfassen", "Kommentare", "Antwort hinterlassen", "Laisser un commentaire", "Commentaires",
		"Deja una respuesta", "Dejar un comentario", "Comentarios", "Lascia un commento", "Deixe uma resposta", "Geef een reactie", "发表评论", "评论", "留言", "コメントを残す", "Оставить комментарий", "Комментарии",
		"Related posts", "You may also like", "More from us", "Recent posts", "Latest stories", "Popular articles", "Other posts", "Similar posts", "Recommended reads", "Featured stories", "Trending posts",
		"Read next", "See also", "Next post", "Previous article", "Share this", "Spread the word", "Like this:", "Follow us", "About the author", "Written by", "Sign up for more", "Subscribe to us", "Join us by mail",
		"Get it in your inbox", "Receive our newsletter", "Our newsletter", "Newsletter", "The newsletter", "Stay in touch", "Discover more from Us", "Categories", "Archive", "Tags", "Meta", "Search", "Navigation", "Posts navigation",
		"Table of contents", "Contents", "Ähnliche Beiträge", "Verwandte Artikel", "Das könnte dich auch interessieren", "Weitere Beiträge", "Mehr von uns", "Teilen mit:", "Über den Autor", "Articles similaires", "À lire aussi", "Partager",
		"Entradas relacionadas", "Artículos relacionados", "También te puede gustar", "Compartir", "Articoli correlati", "Condividi", "Gerelateerde berichten", "相关文章", "関連記事", "Похожие записи",
	} {
		if !talkHeading.MatchString(s) && !siteHeading.MatchString(s) {
			t.Errorf("%q announces nothing: it belongs into no such list", s)
		}
		if !mayAnnounce(s) {
			t.Errorf("%q announces what is none of the story, and is not asked about", s)
		}
	}
}
