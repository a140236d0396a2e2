package storetest

import "testing"

// suite is a part of the tests: what must hold, and how that is seen.
type suite []struct {
	name string
	test func(t *testing.T, e *env)
}

// ofSeries: series and their configuration.
func ofSeries() suite {
	return suite{
		{"configured series come back in order", testSyncSeries},
		{"a series that is not configured any more is kept out of sight", testRetire},
		{"a change of configuration shows when it matters", testReconfigure},
		{"a change of configuration during a crawl makes another follow", testReconfigureUnderWay},
		{"other selectors or rendering make the pages be read anew", testReconfigureReading},
		{"what crawls find out fills in the series", testSeriesPage},
		{"a source remembers what it is", testSource},
	}
}

// ofCrawls: crawls and health.
func ofCrawls() suite {
	return suite{
		{"due series are claimed once, the most overdue first", testClaimDue},
		{"one series is claimed by one crawl at a time", testClaim},
		{"a dead worker's claim runs out", testClaimRunsOut},
		{"the end of a crawl plans the next", testFinishCrawl},
		{"the newest reports are kept", testCrawls},
		{"changes of health are kept once each", testChanges},
		{"a fault that no crawl found stands in the health", testDegrade},
		{"clock jumps do not stop the schedule", testClockJumps},
	}
}

// ofLinks: what is to be read.
func ofLinks() suite {
	return suite{
		{"links are kept with what became of them", testLinks},
		{"a reserved part waits for its story", testReservePart},
		{"many parts are reserved in the order of the list", testReserveParts},
		{"a back-fill says how far it is", testBackfill},
		{"pages of unfinished lists are kept", testListPages},
	}
}

// ofStories: stories and the lists of them.
func ofStories() suite {
	return suite{
		{"a new story comes back as it was saved", testNewStory},
		{"stories are taken away in the order in which they came", testArrived},
		{"stories by their names", testNamed},
		{"titles of series", testSeriesTitles},
		{"a story without text, authors or dates is a story", testBareStory},
		{"what is no story is refused", testRefused},
		{"an edited story keeps its identity and its history", testEditedStory},
		{"dates once known are frozen", testFrozenDates},
		{"markup alone makes no revision", testMarkup},
		{"a page that always differs has bounded history", testManyRevisions},
		{"parts are given once", testParts},
		{"one story may be in two series", testTwoSeries},
		{"stories are found by any of their addresses", testAliases},
		{"made-up addresses do not fill the disk", testBounds},
		{"stories are found by content", testByHash},
		{"lists are ordered, paged and counted", testStories},
		{"old stories without a date stand among their neighbours", testUndated},
		{"a story that is read late is no news", testReadLate},
		{"a series is turned round", testReverseParts},
		{"stories of all series are found by author and tag", testGathered},
		{"what is gathered follows the stories", testGatheredChanges},
		{"a stamp tells of every change", testStamp},
		{"neighbours skip what is gone", testNeighbours},
		{"a line has every part, whatever became of its story", testLine},
		{"a place in the line of an author stays", testArrivals},
		{"every story is read for a rebuild", testEach},
		{"a story leaves after two misses a day apart", testMissing},
		{"a tombstone comes back when its story does", testComeback},
	}
}

// ofIndexAndFeeds: what index and feeds are made from.
func ofIndexAndFeeds() suite {
	return suite{
		{"changes wait for the index until it has them", testPending},
		{"the manifest is that of what is there", testManifest},
		{"validators are kept byte for byte", testPages},
		{"what was learned of a site is kept", testTemplates},
		{"stories come with sketches of their texts", testSketches},
		{"a guessed date orders nothing and gives way", testGuessedDates},
		{"robots.txt is kept", testRobots},
		{"published feeds are kept as bytes", testDocuments},
		{"feeds made on request are kept, those asked for last", testMadeFeeds},
		{"archives are sealed once", testArchives},
		{"a series that is called otherwise stays the same", testRename},
		{"writing what is stored already writes nothing", testUnchanged},
	}
}

// ofOthers: hosts, subscribers, and processes beside each other.
func ofOthers() suite {
	return suite{
		{"a host serves one at a time, with a gap", testHost},
		{"a host is never held twice", testHostRace},
		{"Retry-After keeps everybody away", testDelayHost},
		{"a host is not lost to a dead worker or a wrong clock", testHostLost},
		{"a callback's newest wish is kept until it is verified", testIntents},
		{"a subscription lasts as long as its lease", testSubscription},
		{"each subscription waits for the newest version", testDeliveries},
		{"a change during a delivery is delivered after it", testChangeDuringDelivery},
		{"a clock that was set back keeps no delivery waiting", testDueAfterClockSetBack},
		{"subscribers to a feed that ended are to be told", testDenials},
		{"a new process clears the leases of the old one", testClearLeases},
		{"counters of readers", testReaders},
		{"a cancelled write leaves nothing", testCancelled},
		{"many writers and readers at once", testParallel},
	}
}
