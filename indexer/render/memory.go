package render

import (
	"sync"
	"time"

	"storyfeed/indexer/fetch"
)

// Limits of what a visit remembers.
const (
	memoryTime  = 10 * time.Minute
	memoryBytes = 32 << 20
)

// memory keeps what scripts were answered during a visit. What is a page's own
// is asked for by that page only and costs room for a while; what all pages
// share is asked for once.
type memory struct {
	now func() time.Time

	mu    sync.Mutex
	pages map[string]*fetch.Page
	bytes int
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, pages: map[string]*fetch.Page{}}
}

func (m *memory) get(url string) *fetch.Page {
	m.mu.Lock()
	defer m.mu.Unlock()
	page := m.pages[url]
	if page != nil && m.now().Sub(page.Fetched).Abs() > memoryTime {
		return nil
	}
	return page
}

// put keeps a page. When there is no room everything is forgotten: the next
// page brings back what it needs.
func (m *memory) put(url string, page *fetch.Page) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(page.Body) > memoryBytes/4 {
		return
	}
	if m.bytes+len(page.Body) > memoryBytes {
		clear(m.pages)
		m.bytes = 0
	}
	if old := m.pages[url]; old != nil {
		m.bytes -= len(old.Body)
	}
	m.pages[url] = page
	m.bytes += len(page.Body)
}
