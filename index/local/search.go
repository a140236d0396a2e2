package local

import (
	"context"
	"errors"
	"fmt"
	"iter"
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

// answer answers a request as it is.
func (v *view) answer(ctx context.Context, r index.Request) (index.Results, error) {
	p, err := v.compile(r, r.Query, false)
	if err != nil {
		return index.Results{}, err
	}
	return v.carryOut(ctx, r, p)
}

// carryOut answers a request as planned.
func (v *view) carryOut(ctx context.Context, r index.Request, p plan) (index.Results, error) {
	offset, limit := r.Page()
	best := top{limit: offset + limit, order: v.order(r.Sort)}
	scored := p.scored && (r.Sort == "" || r.Sort == index.SortRelevance)
	if limit == 0 {
		best.limit = 0
	} else if !scored && (r.Sort == "" || r.Sort == index.SortRelevance) {
		best.order = v.byNewest
	}
	var res index.Results
	var counts *counter
	if !r.NoFacets {
		counts = counters.Get().(*counter)
	}
	for i := range v.segments {
		matches, err := v.matches(ctx, p, i, scored, &best)
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
	res.InTitlesOnly = p.inTitlesOnly()
	list := best.sorted()
	var err error
	res.Hits, err = v.hits(list[min(offset, len(list)):])
	return res, err
}

// matches returns the living documents of a segment that match. The best of them
// are added to best.
func (v *view) matches(ctx context.Context, p plan, i int, scored bool, best *top) (*roaring.Bitmap, error) {
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
	for n := range p.branches {
		b := &p.branches[n]
		found, err := b.match(r, within)
		if err != nil {
			return nil, classify(err)
		}
		if found.IsEmpty() {
			continue
		}
		if scored {
			err = b.addScored(r, p, found, best)
		} else {
			addUnscored(i, found, best)
		}
		if err != nil {
			return nil, classify(err)
		}
		b.total += int(found.GetCardinality())
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

func (b branch) addScored(r *leafReader, p plan, found *roaring.Bitmap, best *top) error {
	titled, err := b.titled(r, p.title, found)
	if err != nil {
		return err
	}
	scores := r.columns.zeroes()
	defer r.columns.giveBack(scores, found)
	if err := b.clause.score(r, found, scores); err != nil {
		return err
	}
	if titled != nil {
		raise(titled, titleScore, scores)
	}
	if b.first != nil {
		first, err := b.first.match(r, found)
		if err != nil {
			return err
		}
		raise(roaring.And(first, found), p.lead, scores)
	}
	for numbers := range batches(found) {
		for _, n := range numbers {
			best.add(candidate{r.number, n, scores[n]})
		}
	}
	return nil
}

func raise(set *roaring.Bitmap, by float64, scores []float64) {
	for numbers := range batches(set) {
		for _, n := range numbers {
			scores[n] += by
		}
	}
}

func addUnscored(segment int, found *roaring.Bitmap, best *top) {
	for numbers := range batches(found) {
		for _, n := range numbers {
			best.add(candidate{segment, n, 0})
		}
	}
}

// batches are the numbers of a set, in order, many at a time: a call for each of
// them is most of what many searches would do.
func batches(set *roaring.Bitmap) iter.Seq[[]uint32] {
	return func(yield func([]uint32) bool) {
		var buffer [256]uint32
		for it := set.ManyIterator(); ; {
			if n := it.NextMany(buffer[:]); n == 0 || !yield(buffer[:n]) {
				return
			}
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
