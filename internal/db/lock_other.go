//go:build !unix

package db

import "os"

// lockExclusive relies on SQLite's own locking where there is no flock.
func lockExclusive(*os.File) error { return nil }

func isReadOnlyFS(error) bool { return false }
