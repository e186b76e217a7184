package db

import (
	"errors"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
)

// While something large is written, its log is copied into the database file by a connection of its own, so that
// nobody's commit waits for that.
const (
	bulkSpell   = time.Second // after the last commit of [DB.UpdateSoon] commits copy their log themselves again
	tidyEvery   = 5           // such commits
	logMost     = 12_000      // pages; a longer log is begun anew
	leftMost    = 500         // pages the writer copies itself for that
	ownTidying  = "PRAGMA wal_autocheckpoint = 1000"
	noTidying   = "PRAGMA wal_autocheckpoint = 0"
	copyTheLog  = "PRAGMA wal_checkpoint(PASSIVE)"
	tidyPragmas = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
)

// tidier copies the log in the background. It belongs to the writer's goroutine, but for what it runs itself.
type tidier struct {
	path  string
	conn  *sqliteConn
	kick  chan struct{}
	ended chan struct{}
	long  atomic.Bool // the log is long

	on    bool // the writer does not copy the log itself
	last  time.Time
	since int // commits
}

// begin leaves the copying to the tidier.
func (k *tidier) begin(w *sqliteConn) {
	if k.on {
		return
	}
	if k.conn == nil {
		c, err := openConn(k.path, tidyPragmas)
		if err != nil {
			return // the writer goes on copying
		}
		k.conn, k.kick, k.ended = c, make(chan struct{}, 1), make(chan struct{})
		go k.loop()
	}
	k.on = w.setting(noTidying) == nil
}

// before is called before each group: it begins a long log anew, and gives the copying back to the writer.
func (k *tidier) before(w *sqliteConn, soon bool) {
	switch {
	case !k.on:
	case k.long.Swap(false):
		// Nobody writes now, so that this copies all that is left, and the next commit begins the log anew.
		_ = w.setting(copyTheLog)
	case !soon && machineNow().Sub(k.last) > bulkSpell:
		k.on = w.setting(ownTidying) != nil
	}
}

// after is called after each commit of [DB.UpdateSoon].
func (k *tidier) after() {
	k.last = machineNow()
	if k.since++; !k.on || k.since < tidyEvery {
		return
	}
	k.since = 0
	select {
	case k.kick <- struct{}{}:
	default: // it is at work
	}
}

func (k *tidier) loop() {
	defer close(k.ended)
	for range k.kick {
		// What is added meanwhile is copied at once when the log is long, so that the writer finds little left.
		for before := int64(0); ; {
			pages, err := copyLog(k.conn.conn)
			if err != nil || pages < logMost {
				break
			}
			if before > 0 && pages-before < leftMost || pages > 2*logMost {
				k.long.Store(true)
				break
			}
			before = pages
		}
	}
}

// copyLog copies what can be copied now and returns how many pages the log has.
func copyLog(c *sqlite.Conn) (pages int64, err error) {
	s, _, err := c.PrepareTransient(copyTheLog)
	if err != nil {
		return 0, err
	}
	if _, err = s.Step(); err == nil {
		pages = s.ColumnInt64(1)
	}
	return pages, errors.Join(err, s.Finalize())
}

func (k *tidier) close() error {
	if k.conn == nil {
		return nil
	}
	close(k.kick)
	<-k.ended
	return k.conn.close()
}
