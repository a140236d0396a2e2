package indexer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	if last, ok := p.Document(d.Path); ok && bytes.Equal(last.Body, d.Body) {
		return nil
	}
	d.Fingerprint = p.healthFingerprint()
	if err := p.shelf.SaveDocuments(ctx, []feed.Document{d}); err != nil {
		return fmt.Errorf("publish health: %w", err)
	}
	p.show(&d)
	return nil
}

// healthFingerprint stands for what shapes the feed of health beside its
// entries.
func (p *Publisher) healthFingerprint() string {
	b, err := json.Marshal([]any{feed.RendererVersion, p.version, p.baseURL, p.HubURL})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
