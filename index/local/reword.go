package local

import (
	"context"

	"storyfeed/index"
)

// rewording is another query than the one that was asked; zero: that one.
type rewording struct {
	query index.Query
	loose bool        // any words do, see [loosened]; those of asked come first
	asked index.Query // in place of which it is
}

// search answers a request, or else a similar one, where what was asked for
// finds nothing, or little.
func (v *view) search(ctx context.Context, r index.Request) (index.Results, error) {
	res, _, err := v.searchAnyhow(ctx, r)
	return res, err
}

// searchAnyhow does so and tells how. What is searched goes by what the query
// finds without filters: whoever sets one wants less of the same, as many as
// its facet said.
func (v *view) searchAnyhow(ctx context.Context, r index.Request) (index.Results, rewording, error) {
	res, err := v.answer(ctx, r)
	if err != nil || res.Total >= fewHits || r.AsTyped {
		return res, rewording{}, err
	}
	if filtered(r) {
		_, how, err := v.searchAnyhow(ctx, index.Request{Query: r.Query, Sort: r.Sort, Limit: 1, NoFacets: true})
		if err != nil {
			return res, how, err
		}
		if !how.query.Empty() {
			res, how, err = v.instead(ctx, r, how, res)
		}
		if err != nil || res.Total > 0 {
			return res, how, err
		}
	}
	return v.reworded(ctx, r, res)
}

// filtered reports whether a request asks for a part of what its query finds.
func filtered(r index.Request) bool {
	return r.Series != "" || r.Author != "" || r.Tag != "" || r.Language != "" || !r.After.IsZero() || !r.Before.IsZero()
}

// reworded answers with other words a request that has few hits, or none.
func (v *view) reworded(ctx context.Context, r index.Request, res index.Results) (index.Results, rewording, error) {
	var how rewording
	if res.Total == 0 {
		better, ok, err := v.corrected(ctx, r.Query)
		if err != nil {
			return res, how, err
		}
		if ok {
			if res, how, err = v.instead(ctx, r, rewording{query: better, asked: better}, res); err != nil || res.Total >= fewHits {
				return res, how, err
			}
			r.Query = better
		}
	}
	loose, ok := loosened(r.Query, res.Total)
	if res.Total > 0 && r.Sort != "" && r.Sort != index.SortRelevance {
		ok = false // the few would be lost among the others
	}
	if ok && res.Total > 0 {
		is, err := v.isTitle(ctx, r.Query)
		if err != nil {
			return res, how, err
		}
		ok = !is
	}
	if !ok {
		return res, how, nil
	}
	looser, changed, err := v.instead(ctx, r, rewording{query: loose, loose: true, asked: r.Query}, res)
	if changed.query.Empty() {
		changed = how
	}
	return looser, changed, err
}

// instead answers a request in other words, if that has more hits.
func (v *view) instead(ctx context.Context, r index.Request, how rewording, than index.Results) (index.Results, rewording, error) {
	asked := r
	asked.Query, r.Query = how.asked, how.query
	p, err := v.compile(r, how.asked, how.loose)
	if err != nil {
		return than, rewording{}, err
	}
	if how.loose {
		strict, err := v.compile(asked, how.asked, false)
		if err != nil {
			return than, rewording{}, err
		}
		p.prefer(strict)
	}
	res, err := v.carryOut(ctx, r, p)
	if err != nil || res.Total <= than.Total {
		return than, rewording{}, err
	}
	res.Instead = how.query
	return res, how, nil
}

// prefer puts documents that a stricter plan finds before the others.
func (p *plan) prefer(stricter plan) {
	for i := range p.branches {
		b := &p.branches[i]
		p.lead = max(p.lead, mostScore(b.clause))
		for _, s := range stricter.branches {
			if s.language == b.language {
				b.first = s.clause
			}
		}
	}
}

// mostScore is more than any document scores.
func mostScore(c clause) (most float64) {
	switch c := c.(type) {
	case *word:
		return c.scorer.weight
	case *row:
		return c.scorer.weight
	case all:
		for _, m := range c.musts {
			most += mostScore(m)
		}
	case anyOf:
		for _, a := range c {
			most += mostScore(a)
		}
	}
	return most
}
