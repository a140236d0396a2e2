package indexer

import (
	"context"
	"fmt"

	"storyfeed/feed"
)

// PublishHealth renders the feed of health anew and keeps it, unless it says
// what it said. It is short, and is called once a crawl.
func (p *Publisher) PublishHealth(ctx context.Context) error {
	if p.baseURL == "" {
		return nil // a command beside no service, on a port that is not known: its entries would lead nowhere
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	series, err := p.shelf.ListSeries(ctx)
	if err != nil {
		return fmt.Errorf("publish health: %w", err)
	}
	changes, err := p.shelf.Changes(ctx, "", feed.HealthEntries)
	if err != nil || len(series) == 0 {
		return err
	}
	d, err := feed.NewHealthDocument(p.baseURL, p.HubURL, p.version, series, changes)
	if err != nil {
		return fmt.Errorf("publish health: %w", err)
	}
	d.Fingerprint = p.healthFingerprint()
	if last, ok := p.docs.head(d.Path); ok && last.ETag == d.ETag && last.Fingerprint == d.Fingerprint {
		return nil
	}
	if err := p.put(ctx, d); err != nil {
		return fmt.Errorf("publish health: %w", err)
	}
	return nil
}

// healthFingerprint stands for what shapes the feed of health beside its
// entries.
func (p *Publisher) healthFingerprint() string {
	return p.place() + digest(feed.RendererVersion, p.version, p.HubURL)
}
