package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
)

// Export implements [Operations].
func (a *App) Export(ctx context.Context, w io.Writer) (store.Exported, error) {
	return a.store.Export(ctx, w)
}

// Import implements [Operations].
func (a *App) Import(ctx context.Context, r io.Reader) (store.Imported, error) {
	done, err := a.store.Import(ctx, r, extract.Sanitise)
	if err != nil || done.Stories == 0 {
		return done, err
	}
	a.log.Info("imported", "series", len(done.Series), "stories", done.Stories)
	// What is in the way of the index is told and tried again elsewhere: the
	// stories are there.
	if err := a.Reconcile(ctx); err != nil {
		a.log.Error("bring index and feeds up to what was imported", "error", err)
	}
	return done, nil
}

// Import implements [Operations]: index and feeds are left to whoever serves.
func (d direct) Import(ctx context.Context, r io.Reader) (store.Imported, error) {
	return d.store.Import(ctx, r, extract.Sanitise)
}

// Trailers of an answer that is a file: its bytes are on their way before it is
// known how it ends.
const (
	trailerError = "Storyfeed-Error"
	trailerDone  = "Storyfeed-Done" // JSON
)

// sendFile answers with a file that write makes, and what it says of it.
func sendFile(w http.ResponseWriter, write func(io.Writer) (any, error)) {
	w.Header().Set("Trailer", trailerError+", "+trailerDone)
	w.Header().Set("Content-Type", "application/octet-stream")
	done, err := write(w)
	if err != nil {
		w.Header().Set(trailerError, err.Error())
		return
	}
	text, err := json.Marshal(done)
	if err != nil {
		w.Header().Set(trailerError, err.Error())
		return
	}
	w.Header().Set(trailerDone, string(text))
}

// file copies a file from the serving process to w, and reads what was said of it.
func (r *remote) file(ctx context.Context, path string, w io.Writer, done any) error {
	resp, err := r.ask(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(w, resp.Body); err != nil {
		return err
	}
	if text := resp.Trailer.Get(trailerError); text != "" {
		return errors.New(text)
	}
	text := resp.Trailer.Get(trailerDone)
	if text == "" {
		return errors.New("the serving process broke off")
	}
	return json.Unmarshal([]byte(text), done)
}

func (a *App) controlExport(w http.ResponseWriter, r *http.Request) {
	sendFile(w, func(w io.Writer) (any, error) { return a.Export(r.Context(), w) })
}

func (a *App) controlImport(w http.ResponseWriter, r *http.Request) {
	done, err := a.Import(r.Context(), r.Body)
	reply(w, done, err)
}

// Export implements [Operations].
func (r *remote) Export(ctx context.Context, w io.Writer) (done store.Exported, err error) {
	return done, r.file(ctx, "/export", w, &done)
}

// Import implements [Operations].
func (r *remote) Import(ctx context.Context, in io.Reader) (done store.Imported, err error) {
	body, err := r.do(ctx, http.MethodPost, "/import", in)
	if err != nil {
		return done, err
	}
	defer body.Close()
	return done, json.NewDecoder(body).Decode(&done)
}
