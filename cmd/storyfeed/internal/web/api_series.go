package web

import (
	"time"

	"storyfeed/feed"
)

// apiSeriesList is all series.
type apiSeriesList struct {
	Total  int         `json:"total"`
	Series []apiSeries `json:"series"`
}

// apiSeries is a series in the API.
type apiSeries struct {
	Slug        string       `json:"slug" doc:"Names the series in addresses."`
	Title       string       `json:"title"`
	Description string       `json:"description,omitempty"`
	Language    string       `json:"language,omitempty" doc:"BCP 47."`
	HomeURL     string       `json:"home_url,omitempty" doc:"Its page at its source."`
	ImageURL    string       `json:"image_url,omitempty"`
	URL         string       `json:"url" format:"uri" doc:"Its page here."`
	StoriesURL  string       `json:"stories_url" format:"uri" doc:"Its stories, in the API."`
	Feeds       apiFeeds     `json:"feeds"`
	Stories     int          `json:"stories" doc:"How many there are."`
	Version     int64        `json:"version" doc:"Grows with each change of a story."`
	Updated     time.Time    `json:"updated,omitzero" doc:"When that was last; absent: never."`
	Content     feed.Content `json:"content" doc:"How much of a story the feeds carry."`
	Every       int64        `json:"every_seconds" doc:"Time between two crawls."`
	Match       string       `json:"match,omitempty" doc:"Regular expression (RE2) that titles or addresses of its stories match."`
	Sources     []apiSource  `json:"sources"`
	Health      apiHealth    `json:"health"`
	Backfill    *apiBackfill `json:"backfill,omitempty" doc:"How far the first reading is; absent: it is done."`
	LastCrawl   *apiCrawl    `json:"last_crawl,omitempty" doc:"In the answer for one series, if there was one."`

	Changes   []apiChange   `json:"health_changes,omitempty" doc:"Of its health, newest first; in the answer for one series."`
	Templates []apiTemplate `json:"templates,omitempty" doc:"What was learned of its sites; in the answer for one series."`
}

// apiFeeds are the addresses of the feeds, by format.
type apiFeeds struct {
	Newest  map[feed.Format]string `json:"newest" format:"uri" doc:"The newest first, by format."`
	Reading map[feed.Format]string `json:"reading" format:"uri" doc:"In reading order, by format."`
}

type apiSource struct {
	URL      string          `json:"url" doc:"Where stories are found."`
	Kind     feed.SourceKind `json:"kind,omitempty" doc:"What it turned out to be; absent: not read yet."`
	Complete bool            `json:"complete" doc:"Whether it was read to its end once."`
}

type apiHealth struct {
	State    feed.State `json:"state"`
	Fault    feed.Fault `json:"fault,omitempty" doc:"The kind of reason; absent: nothing is wrong."`
	Reason   string     `json:"reason,omitempty" doc:"For people."`
	Since    time.Time  `json:"since,omitzero" doc:"When the state was entered."`
	LastGood time.Time  `json:"last_good,omitzero" doc:"End of the last crawl without a fault; absent: there was none."`
	Next     time.Time  `json:"next,omitzero" doc:"When the next crawl is due."`
	Failures int        `json:"failures" doc:"Crawls that failed in a row."`
	Crawling bool       `json:"crawling" doc:"Whether a crawl is under way."`
}

// apiBackfill tells how far the first reading of a series is.
type apiBackfill struct {
	Since       time.Time `json:"since"`
	ListPages   int       `json:"list_pages,omitempty" doc:"Pages of lists that were read, while they are."`
	Done        int       `json:"done" doc:"Stories that were read."`
	Total       int       `json:"total" doc:"Stories to be read; 0 while the lists are."`
	LeftSeconds int64     `json:"left_seconds,omitempty" doc:"How long the rest will take, about; absent: not known."`
	Note        string    `json:"note" doc:"The same for people."`
}

// apiChange is an entry of the feed of health.
type apiChange struct {
	ID    string         `json:"id"`
	At    time.Time      `json:"at"`
	Kind  feed.EventKind `json:"kind"`
	State feed.State     `json:"state" doc:"In which the series was then."`
	Fault feed.Fault     `json:"fault,omitempty"`
	Text  string         `json:"text,omitempty"`
}

type apiCrawl struct {
	Started     time.Time `json:"started"`
	Seconds     float64   `json:"took_seconds"`
	Found       int       `json:"found" doc:"Stories that the sources lead to."`
	New         int       `json:"new"`
	Changed     int       `json:"changed"`
	Moved       int       `json:"moved" doc:"With a new address, and else as they were."`
	Unchanged   int       `json:"unchanged"`
	Gone        int       `json:"gone"`
	Failed      int       `json:"failed"`
	Requests    int       `json:"requests"`
	NotModified int       `json:"not_modified" doc:"Requests that were answered with 304."`
	Error       string    `json:"error,omitempty" doc:"Why it failed as a whole."`
	Notes       []string  `json:"notes" doc:"What each source was taken for, and what was learned."`
	Dropped     []apiDrop `json:"dropped" doc:"Links that were not taken."`
}

type apiDrop struct {
	URL    string `json:"url"`
	Anchor string `json:"anchor,omitempty" doc:"Text of the link."`
	Reason string `json:"reason"`
}

// apiSeriesList is GET /api/v1/series: all series, in the configured order.
func (s *server) apiSeriesList(q query) (any, error) {
	all, err := s.Store.ListSeries(q.Context())
	if err != nil {
		return nil, err
	}
	answer := apiSeriesList{len(all), make([]apiSeries, len(all))}
	for i, one := range all {
		answer.Series[i] = s.apiSeriesOf(one)
	}
	return answer, nil
}

// apiSeries is GET /api/v1/series/{series}: one series and its last crawl.
func (s *server) apiSeries(q query) (any, error) {
	series, err := s.findSeries(q.Request)
	if err != nil {
		return nil, err
	}
	answer := s.apiSeriesOf(series)
	crawls, err := s.Store.Crawls(q.Context(), series.Slug, 1)
	if err != nil {
		return nil, err
	}
	if len(crawls) > 0 {
		answer.LastCrawl = apiCrawlOf(crawls[0])
	}
	changes, err := s.Store.Changes(q.Context(), series.Slug, shownChanges)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		answer.Changes = append(answer.Changes, apiChange{c.ID, c.At.UTC(), c.Kind, c.State, c.Fault, c.Text})
	}
	templates, err := s.Store.Templates(q.Context(), series.Slug)
	if err != nil {
		return nil, err
	}
	answer.Templates = apiTemplatesOf(templates)
	return answer, nil
}

func (s *server) apiSeriesOf(one feed.Series) apiSeries {
	h := one.Health
	a := apiSeries{
		Slug: one.Slug, Title: one.Name(), Description: one.Description, Language: one.Language,
		HomeURL: one.HomeURL, ImageURL: one.ImageURL,
		URL:        s.base + "/s/" + one.Slug,
		StoriesURL: s.base + apiRoot + "/series/" + one.Slug + "/stories",
		Feeds:      apiFeeds{Newest: s.feedURLs(one, feedKinds[0]), Reading: s.feedURLs(one, feedKinds[1])},
		Stories:    one.Stories, Version: one.Version, Updated: one.Updated.UTC(),
		Content: one.Content, Every: int64(one.Every / time.Second), Match: one.Match,
		Sources: []apiSource{},
		Health: apiHealth{
			State: h.State, Fault: h.Fault, Reason: h.Reason, Since: utc(h.Since), LastGood: utc(h.LastGood), Next: utc(h.Next),
			Failures: h.Failures, Crawling: h.Crawling,
		},
	}
	if a.Content == "" {
		a.Content = feed.ContentFull
	}
	if a.Health.State == "" {
		a.Health.State = feed.StateNew
	}
	if b := one.Backfill; b.Active() {
		a.Backfill = &apiBackfill{b.Since, b.Pages, b.Done, b.Total, int64(b.Left() / time.Second), b.String()}
	}
	for _, src := range one.Sources {
		a.Sources = append(a.Sources, apiSource{src.URL, src.Kind, src.Complete})
	}
	return a
}

func (s *server) feedURLs(series feed.Series, kind feedKind) map[feed.Format]string {
	urls := map[feed.Format]string{}
	for _, l := range s.feedLinks(series, kind) {
		urls[l.Format] = l.URL
	}
	return urls
}

func apiCrawlOf(c feed.Crawl) *apiCrawl {
	a := &apiCrawl{
		Started: c.Started.UTC(), Seconds: c.Took.Round(time.Millisecond).Seconds(),
		Found: c.Found, New: c.New, Changed: c.Changed, Moved: c.Moved, Unchanged: c.Unchanged, Gone: c.Gone, Failed: c.Failed,
		Requests: c.Requests, NotModified: c.NotModified, Error: c.Err, Notes: list(c.Notes), Dropped: []apiDrop{},
	}
	for _, d := range c.Dropped {
		a.Dropped = append(a.Dropped, apiDrop(d))
	}
	return a
}

// utc keeps an unknown time unknown.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
