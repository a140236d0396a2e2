package extract

import (
	"testing"
	"time"
)

func TestParseStamp(t *testing.T) {
	for _, tc := range []struct{ in, lang, want string }{
		// Instants.
		{"2026-01-06T10:30:00Z", "", "2026-01-06T10:30:00Z"},
		{"2026-01-06T23:30:00-05:00", "", "2026-01-07T04:30:00Z"},
		{"2026-01-06T10:30:00+0100", "", "2026-01-06T09:30:00Z"},
		{"2026-01-06T10:30:00.123456789+01:00", "", "2026-01-06T09:30:00Z"},
		{"2026-01-06 10:30:00 -0500 -0500", "", "2026-01-06T15:30:00Z"},
		{"2026-01-06T10:30+01", "", "2026-01-06T09:30:00Z"},
		{"Tue, 06 Jan 2026 10:30:00 GMT", "", "2026-01-06T10:30:00Z"},
		{"Tue, 6 Jan 2026 10:30:00 +0200", "", "2026-01-06T08:30:00Z"},
		{"January 6, 2026 at 4:35 pm EST", "", "2026-01-06T21:35:00Z"},
		{"1767695400", "", "2026-01-06T10:30:00Z"},
		{"1767695400000", "", "2026-01-06T10:30:00Z"},
		// Days: no time, no zone, or the midnight that programs write.
		{"2026-01-06", "", "2026-01-06"},
		{"2026-01-06T10:30:00", "", "2026-01-06"},
		{"2026-01-06T00:00:00.000Z", "", "2026-01-06"},
		{"2026-01-06T00:00:00+02:00", "", "2026-01-06"},
		{"2026/1/6", "", "2026-01-06"},
		{"July 27th, 2020", "", "2020-07-27"},
		{"Monday, July 27th, 2020", "", "2020-07-27"},
		{"July 27, 2020 at 4:35 pm", "", "2020-07-27"},
		{"Jul. 27, 2020", "", "2020-07-27"},
		{"27 July 2020", "", "2020-07-27"},
		{"27th of July, 2020", "", "2020-07-27"},
		{"the 1st of May 2020", "", "2020-05-01"},
		{"Tuesday, 6 January 2026", "", "2026-01-06"},
		{"22 JAN 2026", "", "2026-01-22"},
		{"06-Jan-26", "", "2026-01-06"},
		{"2026 January 6", "", "2026-01-06"},
		{"27. Juli 2020", "de", "2020-07-27"},
		{"Montag, den 27. Juli 2020 um 14:05 Uhr", "de", "2020-07-27"},
		{"1er mars 2021", "fr", "2021-03-01"},
		{"mardi 6 janvier 2026 à 10h30", "fr", "2026-01-06"},
		{"6 de enero de 2026", "es", "2026-01-06"},
		{"6 gennaio 2026", "it", "2026-01-06"},
		{"6 de janeiro de 2026", "pt", "2026-01-06"},
		{"6 januari 2026", "nl", "2026-01-06"},
		{"14 lutego 2022", "pl", "2022-02-14"},
		{"6 января 2026 г.", "ru", "2026-01-06"},
		{"2026年1月6日", "zh", "2026-01-06"},
		{"2026년 1월 6일", "ko", "2026-01-06"},
		{"6.1.2026", "", "2026-01-06"},
		{"31/12/2025", "", "2025-12-31"},
		{"12/31/2025", "", "2025-12-31"},
		{"1/6/2026", "en-US", "2026-01-06"},
		{"1/6/2026", "en-GB", "2026-06-01"},
		{"1/6/26", "de", "2026-06-01"},
		{"5/5/2026", "", "2026-05-05"},
		// No dates.
		{"1/6/2026", "", ""},
		{"1/6/2026", "en", ""},
		{"July 2020", "", ""},
		{"2020", "", ""},
		{"31 February 2024", "", ""},
		{"2024-02-30", "", ""},
		{"February 29, 2023", "", ""},
		{"1.2.3.2004", "", ""},
		{"version 2.10.2024.1", "", ""},
		{"May I have 12 of 2024", "", ""},
		{"yesterday", "", ""},
		{"2026-13-01T00:00:00Z", "", ""},
		{"2026-01-06T10:30:00+99:00", "", ""},
		{"0000-00-00 00:00:00", "", ""},
		{"", "", ""},
	} {
		got := ""
		if st, ok := parseStamp(tc.in, tc.lang); ok {
			got = st.time.Format(time.DateOnly)
			if st.exact {
				got = st.time.Format(time.RFC3339)
			}
		}
		if got != tc.want {
			t.Errorf("parseStamp(%q, %q) = %q, want %q", tc.in, tc.lang, got, tc.want)
		}
	}
}

func TestAddressDate(t *testing.T) {
	for path, want := range map[string]string{
		"/2026/01/22/a-story/": "2026-01-22", "/blog/2026-01-22-a-story.html": "2026-01-22", "/20260122/a": "2026-01-22", "/2026/1/2/": "2026-01-02",
		"/2026/01/a-story": "", "/a-story-2026-01-223": "", "/2026/13/41/x": "", "/": "",
	} {
		got := ""
		if st, ok := addressDate(path); ok {
			got = st.day.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("addressDate(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestNamesIn(t *testing.T) {
	for _, tc := range []struct {
		line    string
		trusted bool
		want    string
	}{
		{"by David Brock on July 27th, 2020", false, "David Brock"},
		{"By David Brock", false, "David Brock"},
		{"Posted by Jane Roe in Boats on 6 January 2026", false, "Jane Roe"},
		{"Posted on 6 January 2026 by Jane Roe | 3 Comments", false, "Jane Roe"},
		{"Written by Jane Roe and John van der Berg, 6 January 2026", false, "Jane Roe|John van der Berg"},
		{"D. K. O’Hara, Thursday, 22 January 2026", false, "D. K. O’Hara"},
		{"22 January 2026 · 7 min · Ngozi Eze", false, "Ngozi Eze"},
		{"Ngozi Eze · 7 min read · Jan 22, 2026", false, "Ngozi Eze"},
		{"January 22, 2026 | Jane Roe", false, "Jane Roe"},
		{"von Anna Müller am 27. Juli 2020", false, "Anna Müller"},
		{"par Chloë Dubois le 1er mars 2021", false, "Chloë Dubois"},
		{"por María José Pérez, 6 de enero de 2026", false, "María José Pérez"},
		{"作者：林小雨 2026年1月6日", false, "林小雨"},
		{"王芳 (Fang Wang)", true, "王芳 (Fang Wang)"},
		{"Jane Roe (guest)", true, "Jane Roe"},
		{"Jane Roe, PhD", true, "Jane Roe, PhD"},
		{"Jane Roe, John Doe-Smith & Ann Lee", true, "Jane Roe|John Doe-Smith|Ann Lee"},
		{"January 22, 2026", false, ""},
		{"Published January 22, 2026 · 4 min read", false, ""},
		{"We stood by the river on 6 January 2026 and counted ducks", false, ""},
		{"The boat was built by my uncle and sank.", false, ""},
		{"In Boats, 6 January 2026", false, ""},
		{"Link: https://blog.example/2026/01/06/in-boats/", false, ""},
		{"Created: 6 January 2026 | Jane Roe", false, "Jane Roe"},
		{"Jane Roe on January 22, 2026", false, "Jane Roe"},
		{"Jane Roe am 27. Juli 2020", false, "Jane Roe"},
		{"Lunch on January 22, 2026", false, ""},
		{"Written on January 22, 2026", false, ""},
	} {
		got := join(namesIn(tc.line, tc.trusted))
		if got != tc.want {
			t.Errorf("namesIn(%q, %t) = %q, want %q", tc.line, tc.trusted, got, tc.want)
		}
	}
}

func join(list []string) string {
	s := ""
	for i, e := range list {
		if i > 0 {
			s += "|"
		}
		s += e
	}
	return s
}

func TestIsPerson(t *testing.T) {
	for name, want := range map[string]bool{
		"David Brock": true, "Madonna": true, "王芳": true, "D. K. O’Hara": true, "María-José": true, "Bo": true,
		"admin": false, "Administrator": false, "Editor": false, "Editorial Team": false, "The Acme Team": false, "staff": false, "user123": false,
		"me@b.example": false, "https://b.example/jane": false, "www.b.example": false, "John Doe": true, "Unknown": false, "6 January 2026": false,
		"": false, "!": false, "A": false, "One Two Three Four Five Six Seven": false,
	} {
		if got := isPerson(name); got != want {
			t.Errorf("isPerson(%q) = %t, want %t", name, got, want)
		}
	}
}
