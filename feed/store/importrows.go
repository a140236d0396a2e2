package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"storyfeed/feed"
)

// This file says what an import does with the lines of each type.

// coming is a story that comes in: its row is there, and what belongs to it
// follows.
type coming struct {
	feed.Story      // what is needed at its end
	gone       bool // it is a tombstone
	added      bool // the store had it not
}

func (im *importer) takeValues(t lineType, v values) error {
	switch t.name {
	case seriesLine.name:
		if err := im.endSeries(); err != nil {
			return err
		}
		return im.takeSeries(v)
	case lineLine.name:
		return im.takeLine(v)
	case movedLine.name:
		return im.takeMoved(v)
	}
	if im.series == nil || v.text("series") != im.series.Series.Slug {
		return fmt.Errorf("the line is of series %.100q, and stands below another", v.text("series"))
	}
	switch t.name {
	case revisionLine.name, aliasLine.name, archivedLine.name:
		return im.takePart(t, v)
	}
	if err := im.endStory(); err != nil {
		return err
	}
	switch t.name {
	case storyLine.name:
		return im.takeStory(v)
	case sourceLine.name:
		return im.takeSource(v)
	}
	if !im.whole {
		return nil
	}
	_, err := im.insert(t, v.list)
	return err
}

// takeSeries begins a series: as a whole if nothing is known of it.
func (im *importer) takeSeries(v values) error {
	slug := v.text("slug")
	im.series = &ImportedSeries{Series: feed.Series{
		Slug: slug, Title: v.text("title"), Match: v.text("match"), Every: time.Duration(v.number("every_ms")) * time.Millisecond,
		Content: feed.Content(v.text("content")), Render: feed.Rendering(v.text("render")),
	}}
	if err := (scanSelect{&im.series.Series.Select}).Scan(v.text("selectors")); err != nil {
		return fmt.Errorf("selectors: %w", err)
	}
	im.inFile = false
	var retired, isKnown bool
	err := im.tx.QueryRowContext(im.ctx, `SELECT retired, `+known+` FROM series WHERE slug = ?`, slug).Scan(&retired, &isKnown)
	if notFound(err) {
		im.whole = true
		_, err := im.insert(seriesLine, v.list)
		return err
	}
	im.series.Configured, im.whole = !retired, !isKnown
	if err != nil || isKnown {
		return err
	}
	// What is configured stays so.
	_, err = im.tx.ExecContext(im.ctx, `UPDATE series SET first_slug = ?, page_title = ?, description = ?, home_url = ?, language = ?, image_url = ?,
		version = ?, updated = ?, last_part = ?, state = ?, fault = ?, reason = ?, since = ?, last_good = ?, failures = ? WHERE slug = ?`,
		v.of("first_slug"), v.of("page_title"), v.of("description"), v.of("home_url"), v.of("language"), v.of("image_url"), v.of("version"), v.of("updated"),
		v.of("last_part"), v.of("state"), v.of("fault"), v.of("reason"), v.of("since"), v.of("last_good"), v.of("failures"), slug)
	return err
}

// takeSource keeps what a source turned out to be; which there are is
// configuration where the series is configured.
func (im *importer) takeSource(v values) error {
	im.series.Series.Sources = append(im.series.Series.Sources, feed.Source{URL: v.text("url")})
	if !im.whole {
		return nil
	}
	if !im.series.Configured {
		_, err := im.insert(sourceLine, v.list)
		return err
	}
	im.inFile = false
	_, err := im.tx.ExecContext(im.ctx, `UPDATE sources SET kind = ?, complete = ?, signal_url = ? WHERE series = ? AND url = ?`,
		v.of("kind"), v.of("complete"), v.of("signal_url"), im.series.Series.Slug, v.of("url"))
	return err
}

// takeMoved lets an old name of a series lead to it, if nothing else is called
// so.
func (im *importer) takeMoved(v values) error {
	if im.series == nil || v.text("new") != im.series.Series.Slug || !slugPattern.MatchString(v.text("old")) {
		return errors.New("the line names no series that leads to the one above it")
	}
	if !im.whole {
		return nil
	}
	im.inFile = false
	_, err := im.tx.ExecContext(im.ctx, `INSERT INTO moved_slugs (old, new) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM series WHERE slug = ?) ON CONFLICT DO NOTHING`,
		v.of("old"), v.of("new"), v.of("old"))
	return err
}

func (im *importer) takeStory(v values) error {
	st := coming{gone: v.of("gone") != nil}
	st.Series, st.GUID, st.Revision, st.Part = im.series.Series.Slug, v.text("guid"), int(v.number("revision")), int(v.number("part"))
	for column, into := range map[string]*[]string{"authors": &st.Authors, "tags": &st.Tags} {
		if err := json.Unmarshal([]byte(v.text(column)), into); err != nil {
			return fmt.Errorf("%s: %w", column, err)
		}
	}
	if err := im.setArrival(v); err != nil {
		return err
	}
	added, err := im.insert(storyLine, v.list)
	if err != nil {
		return err
	}
	st.added = added
	im.story = &st
	if added {
		im.series.Added++
		im.done.Stories++
		return nil
	}
	return im.countKept(st)
}

// setArrival lets a story come after those that are there, whatever its place
// was elsewhere; in a store that had none it keeps that.
func (im *importer) setArrival(v values) error {
	if !im.used && v.number("arrival") > 0 {
		return nil
	}
	var next int64
	im.inFile = false
	err := im.tx.QueryRowContext(im.ctx, `SELECT COALESCE(max(arrival), 0) + 1 FROM stories`).Scan(&next)
	v.set("arrival", next)
	return err
}

// countKept counts a story that was not added, as it is there already or its
// part belongs to another.
func (im *importer) countKept(st coming) error {
	im.inFile = false
	var there, taken bool
	err := im.tx.QueryRowContext(im.ctx, `SELECT EXISTS (SELECT 1 FROM stories WHERE series = ?1 AND guid = ?2), EXISTS (SELECT 1 FROM stories WHERE series = ?1 AND part = ?3)`,
		st.Series, st.GUID, st.Part).Scan(&there, &taken)
	switch {
	case err != nil:
		return err
	case there:
		im.series.Known++
	case taken:
		im.series.Refused++
	default:
		im.inFile = true
		return errors.New("another story of the file has the same arrival")
	}
	return nil
}

// takePart takes what belongs to the story above it.
func (im *importer) takePart(t lineType, v values) error {
	st := im.story
	if st == nil || st.GUID != v.text("guid") {
		return fmt.Errorf("the line belongs to the story %.100q, and does not stand below it", v.text("guid"))
	}
	if !st.added || t.name == archivedLine.name && !im.whole {
		return nil
	}
	row := v.list
	if t.name == revisionLine.name {
		row = append(row[:len(row):len(row)], checksum(v.text("title"), v.text("text"), v.text("html")))
	}
	_, err := im.insert(t, row)
	return err
}

// endStory derives what the store keeps beside a story that was added. To the
// lines of a store that has some it comes now: catch-up feeds that have begun
// must not shift.
func (im *importer) endStory() error {
	st := im.story
	im.story = nil
	if st == nil || !st.added {
		return nil
	}
	im.inFile = false
	if err := gather(im.ctx, im.tx, st.Story); err != nil {
		return err
	}
	if im.used {
		if err := im.s.joinLines(im.ctx, im.tx, st.Story); err != nil {
			return err
		}
	}
	if !im.series.Configured || st.gone {
		return nil
	}
	return enqueue(im.ctx, im.tx, st.Series, st.GUID, false)
}

// endSeries ends the series above, if there is one. A series that was known
// shows its new stories as any change: by another version.
func (im *importer) endSeries() error {
	if err := im.endStory(); err != nil || im.series == nil {
		return err
	}
	sr := *im.series
	im.series = nil
	im.done.Series = append(im.done.Series, sr)
	im.inFile = false
	if sr.Added == 0 {
		return nil
	}
	_, err := im.tx.ExecContext(im.ctx, `UPDATE series SET last_part = max(last_part, (SELECT max(part) FROM stories WHERE series = slug)) WHERE slug = ?`, sr.Series.Slug)
	if err == nil && !im.whole {
		err = im.s.bump(im.ctx, im.tx, sr.Series.Slug)
	}
	return err
}

// takeLine keeps when a story came into a line, where there were no lines.
func (im *importer) takeLine(v values) error {
	if err := im.endSeries(); err != nil {
		return err
	}
	if v.of("since") == nil {
		return errors.New("the line does not say since when")
	}
	if im.used {
		return nil
	}
	_, err := im.insert(lineLine, v.list)
	return err
}

// endLines lets stories come into lines now of which the file does not say when
// they did.
func (im *importer) endLines() error {
	if im.done.Stories == 0 || im.used {
		return nil
	}
	_, err := im.tx.ExecContext(im.ctx, `INSERT INTO lines (kind, slug, guid, name, came, part, since, day)
		SELECT g.kind, g.slug, g.guid, g.name, g.series, s.part, ?, `+readDate+`
		FROM gathered g JOIN stories s ON s.series = g.series AND s.guid = g.guid
		WHERE NOT EXISTS (SELECT 1 FROM lines l WHERE l.kind = g.kind AND l.slug = g.slug AND l.guid = g.guid)
		ORDER BY s.fetched, s.series, s.part ON CONFLICT DO NOTHING`, im.s.now().Unix())
	return err
}
