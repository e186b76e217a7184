//go:build faults

package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// On tells whether points do anything.
const On = true

var (
	chosen, after = wanted(os.Getenv(Env))
	reached       atomic.Int64
)

func wanted(text string) (Point, int64) {
	name, times, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(times, 10, 64)
	if err != nil {
		n = 1
	}
	return Point(name), n
}

// At ends the program without warning if this is the point it was told to end at.
func At(p Point) {
	if p != chosen || reached.Add(1) != after {
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {} // nothing happens after this point
}
