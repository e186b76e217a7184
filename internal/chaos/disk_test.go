package chaos

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A full disk: writes are refused as a passing failure, reads go on, the log is not filled, and with room again
// writing goes on without a restart. Nothing acknowledged is lost.
func TestTheDiskIsFull(t *testing.T) {
	beside(t)
	disk := t.TempDir()
	need(t, os.Getuid() == 0, "filling a disk needs a privileged user, who may mount one")
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=96m"); err != nil {
		need(t, false, fmt.Sprintf("a disk of 96 MB cannot be mounted: %v", err))
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	h := newHook(t)
	p := newProgram(t, "sqlite")
	p.data = filepath.Join(disk, "data")
	p.start()
	running := time.Now()
	p.listen(h)
	p.greet()
	l := newLedger()
	l.tolerates, l.stays = isPassing, true
	var recovery time.Duration
	times := often(t, 2, 20)
	for range times {
		rest := l.load(t, p)
		l.waitFor(t, 50)
		ballast := filepath.Join(disk, "ballast")
		fillUp(t, ballast)
		until(t, "a refusal of the full disk", func() bool { return l.tolerated() > 0 })
		rest()
		p.must("GET", "/v25.0/"+catalog+"/products?fields=name&limit=3", nil) // reading goes on
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		until(t, "a write with room again", func() bool { return p.say(0, "is there room?") == nil })
		recovery = max(recovery, time.Since(begin))
		l.forgive()
	}
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	if n, most := strings.Count(p.complaints.String(), "the disk is full"), 1+int(time.Since(running)/(30*time.Second)); n < 1 || n > most {
		t.Errorf("the log tells %d times that the disk is full; once in half a minute makes %d at the most", n, most)
	}
	p.stop()
	figure(t, "R5", "disk full %d times; acknowledged %d messages, %d orders, %d batch items, none lost; writing again %v after there was room",
		times, len(l.messages), len(l.orders), len(l.items), recovery.Round(time.Millisecond))
}

// isPassing tells whether a refusal says that the same call may succeed later.
func isPassing(err error) bool {
	if !errors.Is(err, errRefused) || !strings.Contains(err.Error(), " 503 ") {
		return false
	}
	// Only the Graph API's envelope has a word for it.
	return strings.Contains(err.Error(), "/sandbox/") || strings.Contains(err.Error(), `"is_transient":true`)
}

// fillUp writes until nothing fits any more, again and again for a moment: what the program frees is taken too.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	block := make([]byte, 1<<20)
	for size := len(block); size >= 512; {
		if _, err := f.Write(block[:size]); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			size /= 2
		}
	}
}

// until waits for a condition, as long as a test has [patience].
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited for %s in vain", what)
		}
	}
}
