package db

import (
	"os"

	"golang.org/x/sys/windows"
)

func lockExclusive(f *os.File) error {
	const whole = ^uint32(0)
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, whole, whole, &windows.Overlapped{})
}

func isReadOnlyFS(error) bool { return false }

// syncDir does nothing: Windows cannot flush a directory, and keeps renames in its own journal.
func syncDir(string) error { return nil }
