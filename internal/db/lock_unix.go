//go:build unix

package db

import (
	"errors"
	"os"
	"syscall"
)

// lockExclusive takes the file's advisory lock, or fails at once where another process holds it.
func lockExclusive(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

func isReadOnlyFS(err error) bool { return errors.Is(err, syscall.EROFS) }

// syncDir waits until the names in a directory are on disk.
func syncDir(path string) error { return syncFile(path, os.O_RDONLY) }
