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
