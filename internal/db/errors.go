package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"zombiezen.com/go/sqlite"
)

// Errors of this package.
var (
	// ErrNoRows is the answer of [Row.Scan] when there is no row.
	ErrNoRows = errors.New("db: no rows")
	// ErrNested reports an Update or View inside another one: the inner one would wait for the outer for ever.
	ErrNested = errors.New("db: Update or View inside a transaction; use the ...Tx function instead")
	// ErrInUse reports a data directory that another process works in.
	ErrInUse = errors.New("in use by another hawker")
	// ErrClosed reports a call after Close.
	ErrClosed = errors.New("db: closed")
)

// SQLSTATE classes of PostgreSQL.
const (
	pgUnique        = "23505"
	pgForeign       = "23503"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgLockTimeout   = "55P03"
)

// IsUnique tells whether err is a violated unique constraint or primary key.
func IsUnique(err error) bool {
	return hasCode(err, pgUnique, sqlite.ResultConstraintUnique, sqlite.ResultConstraintPrimaryKey, sqlite.ResultConstraintRowID)
}

// IsForeign tells whether err is a violated foreign key.
func IsForeign(err error) bool {
	return hasCode(err, pgForeign, sqlite.ResultConstraintForeignKey)
}

// IsBusy tells whether err is passing contention: trying again may help.
func IsBusy(err error) bool {
	return isRetryable(err) || hasCode(err, pgLockTimeout, sqlite.ResultBusy, sqlite.ResultLocked, sqlite.ResultBusySnapshot)
}

func isRetryable(err error) bool {
	return hasCode(err, pgSerialization) || hasCode(err, pgDeadlock)
}

func hasCode(err error, state string, codes ...sqlite.ResultCode) bool {
	if err == nil {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == state
	}
	got := sqlite.ErrCode(err)
	for _, c := range codes {
		if got == c {
			return true
		}
	}
	return false
}
