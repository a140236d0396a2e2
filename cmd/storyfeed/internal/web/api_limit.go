package web

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// The quota of the API: far more than a person or a mirror needs, and little
// enough that nobody has all of the machine.
const (
	quotaRequests = 600
	quotaWindow   = time.Minute
	quotaName     = "default"
)

// spend counts a request to the API, says what is left of the quota
// (draft-ietf-httpapi-ratelimit-headers-10), and refuses what is beyond.
func (s *server) spend(w *response, r *http.Request) error {
	left := s.Quota.Spend(r.RemoteAddr, r.Header)
	reset := left.Reset
	if left.Wait > 0 {
		reset = left.Wait // as Retry-After
	}
	h := w.Header()
	h["Ratelimit-Policy"] = s.quotaPolicy
	h.Set("RateLimit", `"`+quotaName+`";r=`+strconv.Itoa(left.Left)+`;t=`+strconv.Itoa(ceilSeconds(reset)))
	if left.Wait == 0 {
		return nil
	}
	return &failure{
		Status: http.StatusTooManyRequests, Quota: quotaName, Retry: time.Duration(ceilSeconds(left.Wait)) * time.Second,
		Detail: "Your address asked more than " + strconv.Itoa(s.Quota.Requests) + " times in " + strconv.Itoa(int(s.Quota.Window/time.Second)) +
			" seconds. Wait as long as Retry-After says; RateLimit tells what is left.",
	}
}

func ceilSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
