package storetest

import (
	"testing"

	"storyfeed/feed/store"
)

func testNamed(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "two", "one")
	a := e.save(t, store.Save{Story: story("one", 1)})
	b := e.save(t, store.Save{Story: story("two", 2)})
	key := func(slug, guid string) store.Key { return store.Key{Series: slug, GUID: guid} }
	keys := []store.Key{key("two", b.GUID), key("one", "unknown"), key("one", a.GUID), key("two", a.GUID)}

	list := value(e.Named(ctx, keys, true))(t)
	if len(list) != 2 {
		t.Fatalf("%d stories, want those two that are there", len(list))
	}
	a.HTML, b.HTML = "", ""
	equal(t, "the first named", list[0], b)
	equal(t, "the second named", list[1], a)

	a.Text = ""
	equal(t, "without its text", value(e.Named(ctx, keys[2:], false))(t)[0], a)
	if list := value(e.Named(ctx, nil, true))(t); len(list) != 0 {
		t.Errorf("no names give %d stories", len(list))
	}
}

func testSeriesTitles(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "two", "one", "three")
	must(t, e.SetSeriesPage(ctx, "one", store.SeriesPage{Title: "As its page says"}))
	all, titles := value(e.ListSeries(ctx))(t), value(e.SeriesTitles(ctx))(t)
	if len(titles) != len(all) {
		t.Fatalf("%d titles of %d series", len(titles), len(all))
	}
	for i, one := range titles {
		if one.Slug != all[i].Slug || one.Name() != all[i].Name() {
			t.Errorf("series %d is %q, %q; want %q, %q", i, one.Slug, one.Name(), all[i].Slug, all[i].Name())
		}
	}
}
