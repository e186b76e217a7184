// Package crash names the points at which losing power would hurt most. A program built with the tag faults ends there without
// warning when it is told to; any other program passes them by.
package crash

// Point is a place in the program.
type Point string

// The points. What each promises is that an end there loses nothing that was acknowledged, and does nothing twice.
const (
	APIBeforeTx             Point = "api.before_tx"
	APIAfterInsert          Point = "api.after_insert"
	APIBeforeCommit         Point = "api.before_commit"
	APIAfterCommitBeforeAck Point = "api.after_commit_before_ack"
	OrderCreatedBeforeEvent Point = "order.created_before_event"
	OutboxClaimed           Point = "outbox.claimed"
	OutboxSentBeforeMark    Point = "outbox.sent_before_mark"
	OutboxMarked            Point = "outbox.marked"
	LeaseRenew              Point = "lease.renew"
	BatchMid                Point = "batch.mid"
	FeedFetch               Point = "feed.fetch"
	FeedParse               Point = "feed.parse"
	FeedStage               Point = "feed.stage"
	FeedApply               Point = "feed.apply"
	FeedFinish              Point = "feed.finish"
	MediaTempWritten        Point = "media.temp_written"
	MediaRenamed            Point = "media.renamed"
	MigrateEach             Point = "migrate.each"
	BackupMid               Point = "backup.mid"
	ShutdownBegin           Point = "shutdown.begin"
	ShutdownDrained         Point = "shutdown.drained"
)

// Points lists them all.
func Points() []Point {
	return []Point{
		APIBeforeTx, APIAfterInsert, APIBeforeCommit, APIAfterCommitBeforeAck, OrderCreatedBeforeEvent, OutboxClaimed, OutboxSentBeforeMark, OutboxMarked,
		LeaseRenew, BatchMid, FeedFetch, FeedParse, FeedStage, FeedApply, FeedFinish, MediaTempWritten, MediaRenamed, MigrateEach, BackupMid, ShutdownBegin, ShutdownDrained,
	}
}

// Env names the point to end at, and after a colon the how manieth time it is reached: "outbox.claimed:3".
const Env = "CRASH_AT_POINT"
