package indexer

import (
	"errors"
	"net/http"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// faultOf is the kind of fault that the failure of a source, or of a crawl, is.
func faultOf(err error) feed.Fault {
	var (
		file *store.FileError
		none *discover.NoSource
		fe   *fetch.Error
	)
	switch {
	case errors.As(err, &file):
		return feed.FaultInternal
	case errors.As(err, &fe) && fe.Gone(): // a list that is not there is not one that shrank
		return feed.FaultFetch
	}
	if kind := faultOfPage(err); kind != feed.FaultStory {
		return kind
	}
	if errors.As(err, &none) {
		switch none.Kind {
		case discover.TroubleShell:
			return feed.FaultScripts
		case discover.TroublePinned:
			return feed.FaultSelector
		case discover.TroubleLogin, discover.TroubleChallenge, discover.TroubleConsent:
			return feed.FaultRefused
		}
	}
	return feed.FaultList
}

// faultOfPage is the kind of fault that the failure of a story's page is.
func faultOfPage(err error) feed.Fault {
	var (
		drawn *render.Error
		fe    *fetch.Error
		not   *extract.NotStory
	)
	switch {
	case errors.As(err, &drawn):
		return feed.FaultScripts
	case errors.As(err, &fe) && fe.Gone():
		return feed.FaultStory
	case errors.As(err, &fe):
		return faultOfFetch(fe)
	case errors.As(err, &not) && not.Kind == extract.KindShell:
		return feed.FaultScripts
	}
	return feed.FaultStory
}

func faultOfFetch(e *fetch.Error) feed.Fault {
	if e.Bot {
		return feed.FaultRefused
	}
	switch e.Reason {
	case fetch.ReasonDisallowed, fetch.ReasonRefused:
		return feed.FaultRefused
	case fetch.ReasonStatus:
		switch e.Status {
		case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
			return feed.FaultRefused
		}
	}
	return feed.FaultFetch
}
