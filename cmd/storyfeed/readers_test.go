package main

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// poll asks for the newest stories of the harbour as a reader does, through a
// proxy on this machine.
func (p *process) poll(agent, client string) *http.Response {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.url+"/s/harbour/feed.atom", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("User-Agent", agent)
	r.Header.Set("If-None-Match", "*")
	r.Header.Set("X-Forwarded-For", client)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// readers are the requests that the status page tells of, by kind of reader.
func (p *process) readers() map[string]string {
	p.t.Helper()
	resp, err := client.Get(p.url + "/status")
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	found := map[string]string{}
	doc.Find("#readers ~ .scroll tbody tr").Each(func(_ int, row *goquery.Selection) {
		found[row.Find("th").Text()] = row.Find("td").First().Text()
	})
	return found
}

// TestReaderManners: a reader without any is told to wait while others are
// served, and what was counted outlives the process.
func TestReaderManners(t *testing.T) {
	t.Parallel()
	dir := newHarbour(t, 2).configure(t)
	p := serving(t, dir)
	await(t, "the first crawl", func() bool {
		return len(p.stories("harbour")) == 2 && p.poll("Waiting/1", "127.0.0.1").StatusCode == 304
	})
	asked, wait := 0, 0
	for ; asked < 1000 && wait == 0; asked++ {
		if resp := p.poll("Hasty/1.2", "203.0.113.9"); resp.StatusCode == http.StatusTooManyRequests {
			wait, _ = strconv.Atoi(resp.Header.Get("Retry-After"))
		}
	}
	if asked < 200 || wait < 60 || wait > 3600 {
		t.Errorf("after %d requests the hasty reader is told to wait %d s", asked, wait)
	}
	for _, calm := range [][2]string{{"Calm/1.0", "203.0.113.9"}, {"Hasty/1.2", "203.0.113.10"}, {"Hasty/1.2", "127.0.0.1"}} {
		if got := p.poll(calm[0], calm[1]).StatusCode; got != http.StatusNotModified {
			t.Errorf("%s from %s is answered with %d", calm[0], calm[1], got)
		}
	}
	before := p.readers()
	if before["Hasty/1"] != strconv.Itoa(asked+2) || before["Calm/1"] != "1" {
		t.Errorf("counted %v, want %d and 1 requests", before, asked+2)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	p.stop()

	p = serving(t, dir)
	p.poll("Calm/2.0", "203.0.113.9")
	after := p.readers()
	if after["Hasty/1"] != before["Hasty/1"] || after["Calm/1"] != "1" || after["Calm/2"] != "1" {
		t.Errorf("after a restart: %v, want what was counted before, %v, and one more", after, before)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	p.stop()
}
