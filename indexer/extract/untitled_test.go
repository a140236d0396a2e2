package extract

import "testing"

func TestOpening(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"Only rain today.\nAnd fog.", "Only rain today"},
		{"Who goes there? Nobody answered.", "Who goes there?"},
		{"Dr. Holm came by boat. He stayed.", "Dr. Holm came by boat"},
		{"no full stop at all", "no full stop at all"},
		{"Coffee comes first in the morning . It has no taste.", "Coffee comes first in the morning"},
		{
			"Whoever wound up the clock of the church after the great storm keeps silent to this day, as does the sexton, who ought to know.",
			"Whoever wound up the clock of the church after the great storm keeps…",
		},
		{"霧が四時に来た。そして残った。", "霧が四時に来た"},
		{"霧が四時に来てそして残ったがだれも驚かなかった、なぜならこの港では春になると毎朝のように霧が来るからで、船は鐘を鳴らしながらゆっくりと進み、灯台守はお茶を飲み、町の人びとはまだ眠っていてそれを知らない", "霧が四時に来てそして残ったがだれも驚かなかった、なぜならこの港では春に…"},
		{"", ""},
	} {
		if got := opening(tc.text); got != tc.want {
			t.Errorf("opening(%q) = %q, want %q", tc.text, got, tc.want)
		}
	}
}
