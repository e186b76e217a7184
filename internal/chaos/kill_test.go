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
// with identical bytes each time, and no order was made twice.
func TestKillUnderLoad(t *testing.T) {
	eachDatabase(t, killUnderLoad)
}

// eachDatabase runs f on SQLite, and on PostgreSQL where there is a server.
func eachDatabase(t *testing.T, f func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite") })
	server := os.Getenv(dbtest.Env)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: in CI this runs on PostgreSQL too", dbtest.Env)
		}
		t.Logf("*** %s is not set: this did NOT run on PostgreSQL ***", dbtest.Env)
		return
	}
	t.Run("postgres", func(t *testing.T) { f(t, dbtest.PostgresURL(t, server)) })
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
	n := often(t, 50, 200)
	slowest := time.Duration(0)
	for range n {
		rest := l.load(t, p)
		l.waitFor(t, random.IntN(120))
		p.kill()
		rest()
		slowest = max(slowest, p.start())
	}
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	figure(t, "R1, R2", "%d kills; acknowledged %d messages, %d orders, %d batch items; %d deliveries, %d of them repeated; slowest start %v",
		n, len(l.messages), len(l.orders), len(l.items), h.total(), h.repeated(), slowest.Round(time.Millisecond))
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
