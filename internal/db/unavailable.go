package db

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"zombiezen.com/go/sqlite"

	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes outside of the program: nothing is wrong with the call, and nothing of it was stored.
var (
	// ErrFull reports a disk without room: writes are refused until there is some again.
	ErrFull = fault.New("db.storage_full")
	// ErrStorage reports that the disk failed under a commit: nothing of it is promised, and the
	// database stays read-only until the program is started again.
	ErrStorage = fault.New("db.storage_failed")
	// ErrAway reports a PostgreSQL server that cannot be reached or is going down.
	ErrAway = fault.New("db.server_away")
)

// fullRest is how long a full disk is left alone before a write tries it again: thousands of callers a second
// would keep the processors busy with failing.
const fullRest = 200 * time.Millisecond

// complainEvery is how often the log tells of a cause that goes on.
const complainEvery = 30 * time.Second

// unavailable gives err its cause where it is one of the above, and tells the operator now and then. A caller that went
// away breaks connections as well, and says nothing of the server.
func (d *DB) unavailable(ctx context.Context, err error) error {
	if _, known := fault.As(err); err == nil || known || ctx.Err() != nil {
		return err
	}
	switch {
	case IsFull(err):
		d.complaints.tell(d, "the disk is full; writes are refused until there is room", err)
		return ErrFull.With("", "The server's disk is full, so nothing of this call was stored. Try again when there is room.").Wrap(err)
	case isAway(err):
		d.complaints.tell(d, "PostgreSQL does not answer; calls are refused until it does", err)
		return ErrAway.With("", "The server's database does not answer, so nothing is known of this call. Try again.").Wrap(err)
	}
	return err
}

func storageFailed(err error) error {
	return ErrStorage.With("", "The server's disk failed, so nothing of this call was stored. Its operator has to look at the disk and start it again.").Wrap(err)
}

// IsFull tells whether err is a full disk.
func IsFull(err error) bool { return hasCode(err, "53100", sqlite.ResultFull) }

// isAway tells whether err is a PostgreSQL server that went away: no connection, a broken one, or the words of
// a server that is starting or ending (classes 08 and 57P).
func isAway(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) && !network.Timeout() ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// complaints keeps a cause that goes on from filling the log.
type complaints struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (c *complaints) tell(d *DB, what string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := machineNow()
	if before, ok := c.last[what]; ok && now.Sub(before) < complainEvery {
		return
	}
	if c.last == nil {
		c.last = map[string]time.Time{}
	}
	c.last[what] = now
	d.log.Error(what, "error", err)
}
