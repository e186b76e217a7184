//go:build unix

package safehttp

import (
	"errors"
	"syscall"
)

// stands tells whether a connection that was kept is still open and silent. Whatever comes between an answer and the
// next request is its end, or no HTTP.
func (l *line) stands() bool {
	if l.raw == nil {
		return true
	}
	if l.look == nil {
		one := make([]byte, 1)
		l.look = func(fd uintptr) bool {
			_, err := syscall.Read(int(fd), one)
			l.silent = errors.Is(err, syscall.EAGAIN)
			return true // whatever it is, there is nothing to wait for
		}
	}
	l.silent = false
	return l.raw.Read(l.look) == nil && l.silent
}
