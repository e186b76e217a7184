package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// TestKillUnderLoad kills the program at random moments under sends, carts and batches. Afterwards every
// message, order and batch item that was answered with 200 is there, every order was delivered by webhook
// with identical bytes each time, no order was made twice, and nothing is delivered again that was recorded as delivered.
func TestKillUnderLoad(t *testing.T) {
	beside(t)
	eachDatabase(t, killUnderLoad)
}

// eachDatabase runs f on SQLite and, beside it, on PostgreSQL where there is a server.
func eachDatabase(t *testing.T, f func(t *testing.T, database string)) {
	t.Helper()
	onEach(t, func(t *testing.T, database func(t *testing.T) string) { f(t, database(t)) })
}

// onEach is [eachDatabase] for tests that need several databases: each call of database is a new one.
func onEach(t *testing.T, f func(t *testing.T, database func(t *testing.T) string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, func(*testing.T) string { return "sqlite" })
	})
	server := os.Getenv(dbtest.Env)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: in CI this runs on PostgreSQL too", dbtest.Env)
		}
		t.Logf("*** %s is not set: this did NOT run on PostgreSQL ***", dbtest.Env)
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, func(t *testing.T) string { return dbtest.PostgresURL(t, server) })
	})
}

func killUnderLoad(t *testing.T, database string) {
	h := newHook(t)
	p := newProgram(t, database)
	p.start()
	p.listen(h)
	p.greet()
	l := newLedger()
	const seed = 20261123
	random := rand.New(rand.NewPCG(seed, seed))
	n := often(t, 25, 200)
	slowest := time.Duration(0)
	for range n {
		rest := l.load(t, p)
		l.waitFor(t, random.IntN(120))
		p.kill()
		rest()
		unrecorded := p.unrecorded(t)
		h.killed(t, unrecorded)
		slowest = max(slowest, p.start())
	}
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	name := "R1, R2"
	if database != "sqlite" {
		name = "R2, R3"
	}
	figure(t, name, "%d kills; acknowledged %d messages, %d orders, %d batch items, none lost; %d deliveries, %d of them repeated: %d had been in flight at a kill or answered "+
		"and not yet recorded (%d at the most), %d others; slowest start %v",
		n, len(l.messages), len(l.orders), len(l.items), h.total(), h.repeated(), h.repeated()-h.beyond, h.openMax, h.beyond, slowest.Round(time.Millisecond))
	if h.beyond*100 > h.total() {
		t.Errorf("%d of %d deliveries were repeated without a kill that explains it, more than one in a hundred", h.beyond, h.total())
	}
	if len(l.messages) == 0 || len(l.orders) == 0 || len(l.items) == 0 {
		t.Error("the load did not reach the program")
	}
	p.stop()
}

// Ids of the demo world's shop A.
const (
	phone, waba, catalog = "400000000000001", "300000000000001", "500000000000001"
	catalogB             = "500000000000002" // of shop B, which is empty
	customers            = 6
)

func waID(customer int) string { return fmt.Sprintf("8490100%04d", customer) }

func chat(customer int) string {
	return "/sandbox/v1/customers/" + waID(customer) + "/chats/" + phone
}
