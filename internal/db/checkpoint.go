package db

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
)

// While something large is written, its log is copied into the database file by a connection of its own, so that
// nobody's commit waits for that.
const (
	bulkSpell   = time.Second // after the last commit of [DB.UpdateSoon] commits copy their log themselves again
	tidyEvery   = 5           // such commits
	logMost     = 48 << 20    // bytes; a longer log is begun anew
	leftMost    = 2 << 20     // bytes the writer copies itself for that
	ownMost     = 4 << 20     // bytes after which commits copy the log themselves
	noTidying   = "PRAGMA wal_autocheckpoint = 0"
	ownCache    = "PRAGMA cache_size = -16384" // KB
	bulkCache   = "PRAGMA cache_size = -45056" // an import jumps about in what it changes
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
	page  int64       // bytes
	own   string      // has commits copy the log themselves

	on    bool // the writer does not copy the log itself
	last  time.Time
	since int // commits
}

// newTidier has the writer copy its log itself, as long as nothing large is written.
func newTidier(path string, w *sqliteConn) (*tidier, error) {
	k := &tidier{path: path}
	s, _, err := w.conn.PrepareTransient("PRAGMA page_size")
	if err != nil {
		return nil, err
	}
	if _, err = s.Step(); err == nil {
		k.page = max(1, s.ColumnInt64(0))
	}
	if err = errors.Join(err, s.Finalize()); err != nil {
		return nil, err
	}
	k.own = fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", ownMost/k.page)
	return k, w.setting(k.own)
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
	_ = w.setting(bulkCache) // without, it is only slower
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
		_ = w.setting(ownCache)
		k.on = w.setting(k.own) != nil
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
			if err != nil || pages*k.page < logMost {
				break
			}
			if before > 0 && (pages-before)*k.page < leftMost || pages*k.page > 2*logMost {
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
