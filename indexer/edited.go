package indexer

import (
	"context"
	"slices"
	"strconv"

	"storyfeed/feed"
)

// isEdited reports whether a story was edited since it was archived.
func (e *edition) isEdited(s feed.Story) bool {
	a := e.archived[s.GUID]
	return a.Number > 0 && a.Revision != s.Revision
}

// sealEdited puts archived stories that were edited into a new archive when the
// feed of the newest ones can't show them all: those whose edits are the oldest,
// and so many that the next edit does not make another one.
func (e *edition) sealEdited(ctx context.Context) error {
	for {
		edited := e.edited()
		keep := maxEdited / 2
		if len(edited) <= maxEdited {
			fit, err := e.editedFit(ctx, edited)
			if fit || err != nil {
				return err
			}
			keep = min(keep, len(edited)/2)
		}
		told := edited[keep:]
		oldest := slices.DeleteFunc(slices.Clone(e.newest), func(s feed.Story) bool { return !slices.Contains(told, s.GUID) })
		slices.Reverse(oldest)
		if err := e.sealSome(ctx, oldest); err != nil {
			return err
		}
	}
}

// editedFit reports whether the feed of the newest stories has room for the
// edited ones.
func (e *edition) editedFit(ctx context.Context, edited []string) (bool, error) {
	if len(edited) == 0 {
		return true, nil
	}
	shown := slices.DeleteFunc(slices.Clone(e.newest), func(s feed.Story) bool {
		return e.archived[s.GUID].Number > 0 && !slices.Contains(edited, s.GUID)
	})
	whole, err := e.load(ctx, shown[:min(len(shown), headStories+len(edited))])
	if err != nil {
		return false, err
	}
	return len(feed.FitNewest(e.headChannel(), whole)) == len(whole), nil
}

// members are the stories of an archive that are there, newest first, without
// their bodies.
func (e *edition) members(number int) []feed.Story {
	return slices.DeleteFunc(slices.Clone(e.newest), func(s feed.Story) bool { return e.archived[s.GUID].Number != number })
}

// before is the address of the archive before one, by its number, in a format;
// empty: there is none. A page of JSON Feed on which nothing is left is passed
// over, as a reader would see in it the end, or a fault.
func (e *edition) before(number int, f feed.Format) string {
	number = e.numberBefore(number, f)
	if number == 0 {
		return ""
	}
	return e.baseURL + feed.ArchivePath(e.series.Slug, number, f)
}

func (e *edition) numberBefore(number int, f feed.Format) int {
	if f != feed.JSON {
		return number - 1
	}
	latest := 0
	for _, s := range e.newest {
		if n := e.archived[s.GUID].Number; n < number && n > latest && !e.isEdited(s) {
			latest = n
		}
	}
	return latest
}

// pageFingerprint stands for what shapes an archive as a page of JSON Feed that
// shows these stories.
func (e *edition) pageFingerprint(number int, shown []feed.Story) string {
	guids := make([]string, len(shown))
	for i, s := range shown {
		guids[i] = s.GUID
	}
	slices.Sort(guids)
	return e.archiveFingerprint() + goneMark + digest(guids, strconv.Itoa(e.numberBefore(number, feed.JSON)))
}
