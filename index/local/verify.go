package local

import (
	"context"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"storyfeed/feed"
	"storyfeed/index"
)

// Before a new index serves it must agree with what was put into it: with the
// manifest, document by document, and with searches made of some of the
// documents. Where the old index holds the same stories both must also find as
// many by some words, or whoever rebuilds knows that the old one is wrong.
// After any error the old one stays.

// audit compares every document of a generation with its manifest.
func (g *generation) audit(ctx context.Context) error {
	var have feed.Manifest
	err := g.asked(func(v *view) error {
		for _, s := range v.segments {
			if err := errors.Join(ctx.Err(), addTo(&have, s)); err != nil {
				return err
			}
		}
		return nil
	})
	if want := g.state.Load().Manifest; err == nil && have != want {
		return fmt.Errorf("the new index has %v, not %v as were put in", have, want)
	}
	return err
}

// addTo adds the documents of a segment to a manifest.
func addTo(m *feed.Manifest, s *scorch.SegmentSnapshot) error {
	deleted := s.Deleted()
	for n := range uint32(s.FullSize()) {
		if deleted != nil && deleted.Contains(n) {
			continue
		}
		fields, series, guid, err := stored(s, n)
		if err != nil {
			return err
		}
		m.Add(series, guid, fields[fieldHash])
	}
	return nil
}

// asked runs f on a generation.
func (g *generation) asked(f func(*view) error) (err error) {
	defer damageGuard(&err)()
	v, err := g.view()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	return f(v)
}

// findsAll asks a generation for the probes.
func (g *generation) findsAll(ctx context.Context, all []probe) error {
	return g.asked(func(v *view) error {
		for _, s := range all {
			for _, r := range s.requests() {
				res, err := v.answer(ctx, r)
				if err == nil {
					err = s.in(res)
				}
				if err != nil {
					return fmt.Errorf("the new index, asked for %s: %w", describe(r), err)
				}
			}
		}
		return nil
	})
}

// in looks whether an answer holds the document.
func (s probe) in(res index.Results) error {
	for _, h := range res.Hits {
		if h.Series == s.Series && h.GUID == s.guid {
			return nil
		}
	}
	if res.Total > len(res.Hits) {
		return nil // of documents alike it may be on a later page
	}
	return fmt.Errorf("story %s is not among the %d found", s.id, res.Total)
}

// witness reports whether a generation must answer as the next one does.
func (g *generation) witness(next *generation) bool {
	return !g.outdated && !g.suspect.Load() && !g.gone.Load() && g.state.Load().Manifest == next.state.Load().Manifest
}

// differs compares the totals of some searches, and tells for people which are
// not the same. The manifest covers titles and texts, so these are what is
// searched. A damaged one proves nothing.
func (g *generation) differs(ctx context.Context, old *generation, all []probe) (list []string, err error) {
	requests := counted(all)
	want, err := old.totals(ctx, requests)
	if errors.Is(err, index.ErrDamaged) {
		return nil, nil
	}
	if err != nil && ctx.Err() == nil {
		return []string{fmt.Sprintf("the old index does not answer: %v", err)}, nil
	}
	if err != nil {
		return nil, err
	}
	have, err := g.totals(ctx, requests)
	if err != nil {
		return nil, err
	}
	for i, r := range requests {
		if have[i] != want[i] {
			list = append(list, fmt.Sprintf("the new index finds %d stories by %q and the old one %d", have[i], describe(r), want[i]))
		}
	}
	return list, nil
}

func (g *generation) totals(ctx context.Context, requests []index.Request) (totals []int, err error) {
	err = g.asked(func(v *view) error {
		for _, r := range requests {
			res, err := v.answer(ctx, r)
			if err != nil {
				return err
			}
			totals = append(totals, res.Total)
		}
		return nil
	})
	return totals, err
}

// counted are the searches whose totals are compared.
func counted(all []probe) []index.Request {
	requests := []index.Request{{NoFacets: true}}
	ask := func(n index.Node) {
		requests = append(requests, index.Request{Query: index.Query{Root: n}, Limit: 1, NoFacets: true})
	}
	for _, s := range all[:min(len(all), compared)] {
		if s.word != "" {
			ask(index.Word{Text: s.word})
		}
		if s.title != "" {
			ask(index.Phrase{Field: index.FieldTitle, Text: s.title})
		}
	}
	return requests
}
