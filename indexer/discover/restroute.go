package discover

import (
	"errors"
	"net/url"
	"strings"
)

// restAddresses are where the collection of an archive's posts may be read: as
// the page announces it, and by the parameter that works on sites without
// pretty permalinks, too (WordPress, rest_route).
func (v *view) restAddresses() []string {
	base := v.collection()
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Query().Has("rest_route") {
		return []string{base}
	}
	root, route, ok := strings.Cut(u.Path, "/wp-json/")
	if !ok {
		return []string{base}
	}
	q := u.Query()
	q.Set("rest_route", "/"+route)
	u.Path, u.RawQuery = root+"/", q.Encode()
	return []string{base, u.String()}
}

// getPosts reads the first page of a collection from the first address that
// answers with one. An API that is shut (401, 403) is not asked in another way.
func (w *walk) getPosts(addresses []string) (base string, p *Page, links []Link, err error) {
	for _, base = range addresses {
		if p, err = w.fetch.Get(w.ctx, base); err == nil {
			if links, err = parsePosts(p.Body); err == nil {
				return base, p, links, nil
			}
			continue
		}
		var gone interface{ Gone() bool }
		if !errors.As(err, &gone) || !gone.Gone() {
			break
		}
	}
	return base, p, links, err
}
