// Package profile learns the template of a site from its own stories, and
// reads further pages of the site by it. Parsed pages in, values out: it does
// no I/O, keeps no state, never changes a page, and is safe for concurrent
// use.
//
//	set, err := profile.Learn(samples, profile.Options{ReadDate: extract.ReadDate})
//	var not *profile.NotLearned
//	if errors.As(err, &not) {
//		log.Info("no profile", "reason", not.Reason)
//	}
//	if v := profile.Verify(set, others, opt); v.OK() { /* keep it: encoding/json writes it */ }
//
// and then, for each page, [extract.Page.Profile], or by itself:
//
//	v := set.Apply(doc, profile.Hints{URL: url, Anchor: anchor, ReadDate: extract.ReadDate})
//	if v.Matched && v.Title.Use() == profile.Alone { … }
//
// # How a template is learned
//
// The story pages of one source share a template: what repeats is the site's,
// what varies is the story's. Known values (of an API, a feed, the link that
// led there, the store, or what reading each page by itself agrees on) show
// in which place of the template each field stands. The pages are parted into
// clusters by their structure; of each cluster of four or more a profile is
// made: fields first, for a lone author repeats on every page and would count
// as the site's; then the body, the deepest place that holds the known text;
// then what repeats within the body.
//
// # Decisions, and what lost
//
//   - A place is a short path of tags and classes, and behind it, as second
//     choice, the bare path of tags: renamed classes are noticed, and no
//     story is lost meanwhile. Ids, and classes with digits or hashes, name a
//     page or a build and not a template.
//   - A place says where, and not what: the caller reads dates and names out of
//     the node as it does without a profile, so that a value does not change
//     because a profile came or went.
//   - Confidence is the lower bound of Wilson's interval (95 %) of support in
//     n of N pages: it asks for many pages where a share would be content with
//     two of two.
package profile
