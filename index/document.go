package index

import (
	"time"

	"storyfeed/feed"
)

// Document is what an index keeps of a story.
type Document struct {
	ID     string // see [DocumentID]
	Series string // slug
	GUID   string
	Hash   string // of the content, for the manifest

	Title    string
	Body     string // plain text
	Language string // BCP 47; empty: unknown
	Authors  []string
	Tags     []string

	Part      int
	Published time.Time // zero: unknown
}

// DocumentID is the ID of a story's document. A story that belongs to two
// series has two.
func DocumentID(series, guid string) string { return series + "/" + guid }

// NewDocument makes the document of a story.
func NewDocument(s feed.Story) Document {
	return Document{
		ID:        DocumentID(s.Series, s.GUID),
		Series:    s.Series,
		GUID:      s.GUID,
		Hash:      s.Hash,
		Title:     s.Title,
		Body:      s.Text,
		Language:  s.Language,
		Authors:   s.Authors,
		Tags:      s.Tags,
		Part:      s.Part,
		Published: ordering(s.Published),
	}
}

// ordering is a date by which hits may be filtered and sorted: a guessed one
// is as good as none.
func ordering(d feed.Date) time.Time {
	if d.Guessed() {
		return time.Time{}
	}
	return d.Time
}
