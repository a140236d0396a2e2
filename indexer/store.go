package indexer

import (
	"context"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// Store is what the indexer needs of the archive. [*store.Store] is one.
type Store interface {
	ListSeries(ctx context.Context) ([]feed.Series, error)
	SeriesBySlug(ctx context.Context, slug string) (feed.Series, error)
	SetSeriesPage(ctx context.Context, slug string, p store.SeriesPage) error
	SetSource(ctx context.Context, slug string, s feed.Source) error

	ClaimDue(ctx context.Context, owner string, lease time.Duration) (feed.Series, error)
	Claim(ctx context.Context, slug, owner string, lease time.Duration) (feed.Series, error)
	RenewClaim(ctx context.Context, slug, owner string, lease time.Duration) error
	FinishCrawl(ctx context.Context, owner string, c feed.Crawl, h feed.Health) error
	NextDue(ctx context.Context) (time.Time, error)

	SaveLinks(ctx context.Context, slug string, links []store.Link) error
	Links(ctx context.Context, slug string) ([]store.Link, error)
	SetLinkState(ctx context.Context, slug, key string, state store.LinkState, reason, guid string) error
	ReservePart(ctx context.Context, slug, key string) (int, error)

	ReserveParts(ctx context.Context, slug string) (int, error)
	ReverseParts(ctx context.Context, slug string) error
	CountLinks(ctx context.Context, slug string) (store.LinkCounts, error)
	SetBackfill(ctx context.Context, slug string, b feed.Backfill) error
	EndBackfill(ctx context.Context, slug string) error
	SaveListPage(ctx context.Context, p store.ListPage) error
	ListPage(ctx context.Context, slug, source, url string) (store.ListPage, error)
	ListPages(ctx context.Context, slug, source string) (n int, latest time.Time, err error)
	DropListPage(ctx context.Context, slug, source, url string) error
	DropListPages(ctx context.Context, slug, source string) error

	SaveStory(ctx context.Context, s store.Save) (feed.Story, error)
	StoryIn(ctx context.Context, slug, guid string) (feed.Story, error)
	StoryByURL(ctx context.Context, slug, url string) (feed.Story, error)
	StoryByHash(ctx context.Context, slug, hash string) (feed.Story, error)
	Sketches(ctx context.Context, slug string) ([]store.Sketched, error)
	AddAlias(ctx context.Context, slug, guid, url string) error
	MarkMissing(ctx context.Context, slug, guid string, confirmAfter time.Duration) (gone bool, err error)
	ClearMissing(ctx context.Context, slug, guid string) error
	Stories(ctx context.Context, slug string, q store.StoryQuery) ([]feed.Story, int, error)
	Each(ctx context.Context, f func(feed.Story) error) error
	Manifest(ctx context.Context) (feed.Manifest, error)

	Page(ctx context.Context, slug, url string) (store.Page, error)
	SavePage(ctx context.Context, p store.Page) error

	Templates(ctx context.Context, slug string) ([]store.Template, error)
	SaveTemplate(ctx context.Context, t store.Template) error

	Pending(ctx context.Context, limit int) ([]store.PendingRow, error)
	Waiting(ctx context.Context) (int, error)
	DonePending(ctx context.Context, seqs []int64) error

	Documents(ctx context.Context) ([]feed.Document, error)
	SaveDocuments(ctx context.Context, docs []feed.Document) error
}
