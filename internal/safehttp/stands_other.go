//go:build !unix

package safehttp

import (
	"errors"
	"os"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// lookFor is how long a connection that was kept is listened to before it is used again.
const lookFor = time.Millisecond

// stands tells whether a connection that was kept is still open and silent.
func (l *line) stands() bool {
	now := clock.System{}.Now()
	if now.Sub(l.idle) < lookFor {
		return true
	}
	if l.tcp.SetReadDeadline(now.Add(lookFor)) != nil {
		return false
	}
	_, err := l.tcp.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded) && l.tcp.SetReadDeadline(now.Add(headerTime)) == nil
}
