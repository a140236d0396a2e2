package web

import (
	"errors"
	"mime"
	"net/http"

	"storyfeed/feed/hub"
)

// hub takes a request to subscribe to a feed, or to end that (WebSub §5.1).
// 202 says that the callback will be asked whether it was meant.
func (s *server) hub(w *response, r *http.Request) error {
	if s.Hub == nil {
		return &failure{Status: http.StatusNotFound, Title: "There is no hub here"}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return &failure{Status: http.StatusUnsupportedMediaType, Title: "This is no request to a hub", Detail: "Send a form, as application/x-www-form-urlencoded."}
	}
	r.Body = http.MaxBytesReader(w, r.Body, hub.MaxRequest)
	if err := r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return &failure{Status: http.StatusRequestEntityTooLarge, Title: "The request is too large", Detail: "Addresses may have 2 KB each, and the rest little more."}
		}
		return &failure{Status: http.StatusBadRequest, Title: "The form can't be read", Detail: "Send its fields percent-encoded, joined by &."}
	}
	err := s.Hub.Accept(r.Context(), r.PostForm) // the query is none of the request's
	if refusal, ok := errors.AsType[*hub.Refusal](err); ok {
		return &failure{Status: refusal.Status, Title: "The hub does not take this request", Detail: refusal.Text, Retry: refusal.Retry}
	}
	if err != nil {
		return err
	}
	send(w, r, answer{
		status: http.StatusAccepted, mediaType: "text/plain; charset=utf-8", cacheControl: "no-store",
		body: []byte("Accepted. The callback will be asked whether this was meant.\n"),
	})
	return nil
}
