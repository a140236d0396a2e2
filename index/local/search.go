package local

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"storyfeed/index"
)

// Search implements [index.Index]. At most two searches a CPU run at the same
// time; others wait.
func (x *Index) Search(ctx context.Context, r index.Request) (index.Results, error) {
	start := time.Now()
	res, err := searching(ctx, x, "search", func(ctx context.Context, v *view) (index.Results, error) {
		return v.search(ctx, r)
	})
	res.Took = time.Since(start)
	return res, err
}

// searching runs f on the current state of the index, as [Index.Search] does:
// within the budget, in its turn, and in a goroutine of its own.
func searching[T any](ctx context.Context, x *Index, what string, f func(context.Context, *view) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, index.Budget)
	defer cancel()
	var none T
	if err := x.acquire(ctx); err != nil {
		return none, fmt.Errorf("%s: %w", what, err)
	}
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-x.slots }()
		var a answer
		a.value, a.err = viewing(ctx, x, f)
		done <- a
	}()
	select {
	case a := <-done:
		if a.err != nil {
			return none, fmt.Errorf("%s: %w", what, a.err)
		}
		return a.value, nil
	case <-ctx.Done():
		return none, fmt.Errorf("%s: %w", what, ctx.Err())
	}
}

// viewing asks once more where another generation has taken the place of one
// that turned out to be damaged.
func viewing[T any](ctx context.Context, x *Index, f func(context.Context, *view) (T, error)) (value T, err error) {
	for {
		value, g, err := onView(ctx, x, f)
		if !errors.Is(err, index.ErrDamaged) {
			return value, err
		}
		if x.doubt(g); !x.another(ctx, g) {
			return value, err
		}
	}
}

func onView[T any](ctx context.Context, x *Index, f func(context.Context, *view) (T, error)) (value T, g *generation, err error) {
	defer damageGuard(&err)()
	x.serving.RLock()
	defer x.serving.RUnlock()
	v, g, err := x.view()
	if err != nil {
		return value, g, err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	value, err = f(ctx, v)
	return value, g, err
}

func (x *Index) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case x.slots <- struct{}{}:
		return nil
	case <-x.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// search answers a request, or else a similar one, where what was asked for
// finds nothing. What is searched then goes by what the query finds without
// filters: whoever sets one wants less of the same, as many as its facet said.
func (v *view) search(ctx context.Context, r index.Request) (index.Results, error) {
	res, err := v.answer(ctx, r)
	if err != nil || res.Total >= fewHits || r.AsTyped {
		return res, err
	}
	if filtered(r) {
		whole, err := v.search(ctx, index.Request{Query: r.Query, Limit: 1, NoFacets: true})
		if err != nil {
			return res, err
		}
		if !whole.Instead.Empty() {
			asked := r.Query
			r := r
			r.Query = whole.Instead
			res, err = v.instead(ctx, r, asked, res)
		}
		if err != nil || res.Total > 0 {
			return res, err
		}
	}
	return v.reworded(ctx, r, res)
}

// filtered reports whether a request asks for a part of what its query finds.
func filtered(r index.Request) bool {
	return r.Series != "" || r.Author != "" || r.Tag != "" || r.Language != "" || !r.After.IsZero() || !r.Before.IsZero()
}

// reworded answers with other words a request that has few hits, or none.
func (v *view) reworded(ctx context.Context, r index.Request, res index.Results) (index.Results, error) {
	if res.Total == 0 {
		better, ok, err := v.corrected(ctx, r.Query)
		if err != nil {
			return res, err
		}
		if ok {
			r.Query = better
			if res, err = v.instead(ctx, r, better, res); err != nil || res.Total >= fewHits {
				return res, err
			}
		}
	}
	if loose, ok := loosened(r.Query, res.Total); ok {
		if res.Total > 0 {
			if is, err := v.isTitle(ctx, r.Query); is || err != nil {
				return res, err
			}
		}
		asked := r.Query
		r.Query = loose
		return v.instead(ctx, r, asked, res)
	}
	return res, nil
}

// instead answers a request that takes the place of one for what was asked, with
// fewer hits, if it has more.
func (v *view) instead(ctx context.Context, r index.Request, asked index.Query, than index.Results) (index.Results, error) {
	res, err := v.answerTo(ctx, r, asked)
	if err != nil || res.Total <= than.Total {
		return than, err
	}
	res.Instead = r.Query
	return res, nil
}

// answer answers a request as it is.
func (v *view) answer(ctx context.Context, r index.Request) (index.Results, error) {
	return v.answerTo(ctx, r, r.Query)
}

// answerTo answers a request in place of one for what was asked.
func (v *view) answerTo(ctx context.Context, r index.Request, asked index.Query) (index.Results, error) {
	p, err := v.compile(r, asked)
	if err != nil {
		return index.Results{}, err
	}
	offset, limit := r.Page()
	best := top{limit: offset + limit, order: v.order(r.Sort)}
	scored := p.scored && (r.Sort == "" || r.Sort == index.SortRelevance)
	if limit == 0 {
		best.limit = 0
	} else if !scored && (r.Sort == "" || r.Sort == index.SortRelevance) {
		best.order = v.byNewest
	}
	var res index.Results
	counts := counters.Get().(*counter)
	for i := range v.segments {
		matches, err := v.matches(ctx, p, i, scored, best.add)
		if err != nil {
			return index.Results{}, err
		}
		res.Total += int(matches.GetCardinality())
		if !r.NoFacets {
			counts.add(v.columns[i], matches)
		}
	}
	if !r.NoFacets {
		res.Facets = counts.result()
	}
	list := best.sorted()
	res.Hits, err = v.hits(list[min(offset, len(list)):])
	return res, err
}

// matches returns the living documents of a segment that match, and hands each
// of them on.
func (v *view) matches(ctx context.Context, p plan, i int, scored bool, each func(candidate)) (*roaring.Bitmap, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &leafReader{ctx: ctx, number: i, segment: v.segments[i], columns: v.columns[i], dicts: map[string]segment.TermDictionary{}}
	var within *roaring.Bitmap
	if len(p.filters) > 0 {
		var err error
		if within, err = (all{musts: p.filters}).match(r, nil); err != nil {
			return nil, classify(err)
		}
	}
	sum := roaring.New()
	for _, b := range p.branches {
		found, err := b.match(r, within)
		if err != nil {
			return nil, classify(err)
		}
		if found.IsEmpty() {
			continue
		}
		if scored {
			err = b.eachScored(r, p.title, found, each)
		} else {
			eachUnscored(i, found, each)
		}
		if err != nil {
			return nil, classify(err)
		}
		sum.Or(found)
	}
	return sum, nil
}

// match returns the living documents that match the branch. The set may be
// changed.
func (b branch) match(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	musts := []clause{b.clause}
	if b.language != "" && len(r.columns.languages.values) > 1 {
		musts = append(musts, &word{field: fieldLanguage, term: b.language})
	} else if b.language != "" && (len(r.columns.languages.values) == 0 || r.columns.languages.values[0].text != b.language) {
		return roaring.New(), nil
	}
	set, err := (all{musts: musts}).match(r, within)
	if err != nil {
		return nil, err
	}
	set = set.Clone()
	if within != nil {
		set.And(within)
	}
	if deleted := r.segment.Deleted(); deleted != nil {
		set.AndNot(deleted)
	}
	return set, nil
}

func (b branch) eachScored(r *leafReader, t title, found *roaring.Bitmap, each func(candidate)) error {
	titled, err := b.titled(r, t, found)
	if err != nil {
		return err
	}
	scores := r.columns.zeroes()
	defer r.columns.giveBack(scores, found)
	if err := b.clause.score(r, found, scores); err != nil {
		return err
	}
	if titled != nil {
		eachNumber(titled, func(n uint32) { scores[n] += titleScore })
	}
	eachNumber(found, func(n uint32) { each(candidate{r.number, n, scores[n]}) })
	return nil
}

func eachUnscored(segment int, found *roaring.Bitmap, each func(candidate)) {
	eachNumber(found, func(n uint32) { each(candidate{segment, n, 0}) })
}

// eachNumber calls f for all numbers of a set, in order.
func eachNumber(set *roaring.Bitmap, f func(uint32)) {
	var buffer [256]uint32
	for it := set.ManyIterator(); ; {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return
		}
		for _, number := range buffer[:n] {
			f(number)
		}
	}
}

// hits makes hits of candidates.
func (v *view) hits(list []candidate) ([]index.Hit, error) {
	hits := make([]index.Hit, 0, len(list))
	for _, c := range list {
		id, err := v.segments[c.segment].DocID(uint64(c.number))
		if err != nil {
			return nil, classify(err)
		}
		series, guid, ok := strings.Cut(string(id), "/")
		if !ok {
			return nil, fmt.Errorf("hit %q is no story: %w", id, index.ErrDamaged)
		}
		hits = append(hits, index.Hit{Series: series, GUID: guid, Score: c.score})
	}
	return hits, nil
}
