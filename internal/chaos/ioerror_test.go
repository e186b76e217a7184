package chaos

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// A disk that fails to sync, or to write: from that moment on nothing is acknowledged, and after a restart everything
// that was is there. Two disks fail beside each other.
func TestTheDiskFailsToSync(t *testing.T) {
	beside(t)
	tracer, err := exec.LookPath("strace")
	need(t, err == nil, "injecting failures of the disk needs strace (Debian: apt-get install strace)")
	const lanes = 2
	times := often(t, 4, 100)
	var sum failures
	t.Run("disks", func(t *testing.T) {
		for lane := range min(lanes, times) {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				b := newBroken(t, tracer)
				for n := lane; n < times; n += lanes {
					b.fail(t, n, &sum)
				}
			})
		}
	})
	if sum.acknowledged.Load() == 0 {
		t.Error("nothing was acknowledged before a failure")
	}
	figure(t, "R6", "the disk failed at %d points, %d in a sync and %d in a write (%d while the program started); %d acknowledged before, none lost, none acknowledged after",
		times, sum.syncs.Load(), sum.writes.Load(), sum.starts.Load(), sum.acknowledged.Load())
}

// failures are what came of all points.
type failures struct{ syncs, writes, starts, acknowledged atomic.Int64 }

// broken is a database that is copied for each failure, and a receiver's address that goes with it.
type broken struct {
	tracer, data string
	hook         atomic.Pointer[hook] // of the point
}

func newBroken(t *testing.T, tracer string) *broken {
	t.Helper()
	b := &broken{tracer: tracer}
	first := newHook(t)
	b.hook.Store(first)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.hook.Load().Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	p := newProgram(t, "sqlite") // the demo world, without failures
	p.with = []string{"--pictures=false"}
	p.start()
	p.listen(&hook{Server: front})
	p.greet()
	p.stop()
	b.data = p.data
	return b
}

// fail lets the disk fail at a point that n names, and compares what was promised with what is there.
func (b *broken) fail(t *testing.T, n int, sum *failures) {
	t.Helper()
	random := rand.New(rand.NewPCG(20261127, uint64(n)))
	h := newHook(t)
	b.hook.Store(h)
	p := newProgram(t, "sqlite")
	p.with = []string{"--pictures=false"}
	if err := os.CopyFS(p.data, os.DirFS(b.data)); err != nil {
		t.Fatal(err)
	}
	calls, most, count := "fsync,fdatasync", 30, &sum.syncs
	if n%4 >= 2 {
		calls, most, count = "pwrite64", 60, &sum.writes
	}
	at := 1 + random.IntN(most)
	count.Add(1)
	p.under = []string{
		b.tracer, "-f", "--seccomp-bpf", "-qq", "-o", os.DevNull, "-e", "trace=" + calls, "-e", fmt.Sprintf("inject=%s:error=EIO:when=%d+", calls, at),
	}
	l := newLedger()
	l.stays = true
	l.tolerates = func(err error) bool {
		return isPassing(err) || errors.Is(err, errRefused) && strings.Contains(err.Error(), " 500 ")
	}
	if err := p.tryStart(); err != nil { // it says so, and has promised nothing
		sum.starts.Add(1)
	} else {
		rest := l.load(t, p)
		until(t, "a refusal of the broken disk", func() bool { return l.tolerated() > 0 })
		rest()
		for range 20 {
			if err := p.say(0, "after the failure"); err == nil {
				t.Fatalf("a write was acknowledged after the disk had failed (%s %d)", calls, at)
			}
		}
		p.kill()
	}
	p.under = nil
	p.start()
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	p.stop()
	sum.acknowledged.Add(int64(len(l.messages) + len(l.orders) + len(l.items)))
	if err := os.RemoveAll(p.data); err != nil {
		t.Error(err)
	}
}
