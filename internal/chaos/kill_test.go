package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// killsNormally is how often the program is killed; HAWKER_TEST_CHAOS_KILLS says otherwise.
const killsNormally = 50

func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("HAWKER_TEST_CHAOS_KILLS")
	if text == "" {
		return killsNormally
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("HAWKER_TEST_CHAOS_KILLS is %q; it is a number of kills", text)
	}
	return n
}

// TestKillUnderLoad kills the program at random moments under sends, carts and batches. Afterwards every
// message, order and batch item that was answered with 200 is there, every order was delivered by webhook
// with identical bytes each time, and no order was made twice.
func TestKillUnderLoad(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "hawker")
	build := exec.Command("go", "build", "-o", binary, "../../cmd/hawker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	t.Run("sqlite", func(t *testing.T) { killUnderLoad(t, binary, "sqlite") })
	server := os.Getenv(dbtest.Env)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: in CI the kill test runs on PostgreSQL too", dbtest.Env)
		}
		t.Logf("*** %s is not set: the kill test did NOT run on PostgreSQL ***", dbtest.Env)
		return
	}
	t.Run("postgres", func(t *testing.T) { killUnderLoad(t, binary, dbtest.PostgresURL(t, server)) })
}

func killUnderLoad(t *testing.T, binary, database string) {
	h := newHook(t)
	p := &program{t: t, binary: binary, database: database, data: t.TempDir()}
	p.start()
	p.listen(h)
	for c := range customers {
		if err := p.say(c, "hello"); err != nil {
			t.Fatal(err)
		}
	}
	l := &ledger{orders: map[string]int{}, items: map[string]string{}}
	const seed = 20261123
	random := rand.New(rand.NewPCG(seed, seed))
	n := kills(t)
	slowest := time.Duration(0)
	for range n {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for c := range customers {
			wg.Go(func() { l.chatter(ctx, p, c) })
		}
		wg.Go(func() { l.batches(ctx, p) })
		moment := time.NewTimer(time.Duration(20+random.IntN(380)) * time.Millisecond)
		<-moment.C
		p.kill()
		cancel()
		wg.Wait()
		slowest = max(slowest, p.start())
	}
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	t.Logf("%d kills; acknowledged %d messages, %d orders, %d batch items; %d deliveries, %d of them repeated; slowest start %v",
		n, len(l.messages), len(l.orders), len(l.items), h.total(), h.repeated(), slowest.Round(time.Millisecond))
	if len(l.messages) == 0 || len(l.orders) == 0 || len(l.items) == 0 {
		t.Error("the load did not reach the program")
	}
	p.stop()
}

// Ids of the demo world's shop A.
const (
	phone, waba, catalog = "400000000000001", "300000000000001", "500000000000001"
	customers            = 6
)

func waID(customer int) string { return fmt.Sprintf("8490100%04d", customer) }

func chat(customer int) string {
	return "/sandbox/v1/customers/" + waID(customer) + "/chats/" + phone
}
