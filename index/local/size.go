package local

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// Size is how many bytes the index takes on disk, those of a rebuild under way
// and of damaged ones that are kept included. Files that go meanwhile do not
// count.
func (x *Index) Size() (bytes int64, err error) {
	err = filepath.WalkDir(x.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			var file fs.FileInfo
			if file, err = entry.Info(); err == nil {
				bytes += file.Size()
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return bytes, err
}
