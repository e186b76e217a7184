package webhook

import (
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

// drainStart is how many updates a receiver that came back gets in its first second.
const drainStart = 64

// pace bounds how fast a backlog is worked off: in each second at most twice what the receiver took in the
// second before, so that one that has just come back is not pushed over again. It measures the machine's
// time, whatever the platform's clock shows: the receiver lives there.
type pace struct {
	elapsed func() time.Duration
	second  int64
	limit   int
	used    int
}

func newPace() *pace { return &pace{elapsed: clock.Stopwatch(), limit: drainStart} }

// left is how many updates may still leave in this second.
func (p *pace) left() int {
	if now := int64(p.elapsed() / time.Second); now != p.second {
		p.second, p.limit, p.used = now, max(2*p.used, drainStart), 0
	}
	return p.limit - p.used
}

func (p *pace) take(updates int) { p.used += updates }

// wait is how long until the next second begins.
func (p *pace) wait() time.Duration { return time.Duration(p.second+1)*time.Second - p.elapsed() }
