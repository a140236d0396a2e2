package local

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"storyfeed/feed"
	"storyfeed/index"
)

// Before a new index serves it must agree with what was put into it: with the
// manifest, document by document, and with searches made of some of the
// documents. Where the old index holds the same stories both must also find as
// many by some words. After any error the old one stays.

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

// findsAsMany compares the totals of some searches. The manifest covers titles
// and texts, so these are what is searched. An old index that does not answer
// proves nothing.
func (g *generation) findsAsMany(ctx context.Context, old *generation, all []probe) error {
	requests := counted(all)
	want, err := old.totals(ctx, requests)
	if errors.Is(err, index.ErrDamaged) {
		return nil
	}
	if err != nil {
		return err
	}
	have, err := g.totals(ctx, requests)
	if err != nil {
		return err
	}
	for i, r := range requests {
		if have[i] != want[i] {
			return fmt.Errorf("the new index finds %d stories by %q and the old one %d, though both hold the same ones; the old one stays (if it is the one that is wrong, stop, remove %s and start again)",
				have[i], describe(r), want[i], filepath.Dir(old.dir))
		}
	}
	return nil
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
