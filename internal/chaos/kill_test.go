package chaos

import (
	"errors"
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
// The kills are as dense as a short test wants them.
func TestKillUnderLoad(t *testing.T) {
	beside(t)
	eachDatabase(t, func(t *testing.T, database string) { killUnderLoad(t, database, often(t, 25, 200), 120) })
}

// TestKillOnceInAWhile is the same with two thousand promises between two kills, as many as half a thousand kills in a million
// writes have (CHAOS=500 makes it those). Of deliveries, one in a hundred at the most comes again.
func TestKillOnceInAWhile(t *testing.T) {
	beside(t)
	eachDatabase(t, func(t *testing.T, database string) {
		h := killUnderLoad(t, database, often(t, 1, 200), 4000)
		if repeated, total := h.repeated(), h.total(); os.Getenv(long) != "" && repeated*100 > total {
			t.Errorf("%d of %d deliveries were repeated, more than one in a hundred", repeated, total)
		}
	})
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

// killUnderLoad kills the program n times, each time after a random number of promises up to most.
func killUnderLoad(t *testing.T, database string, n, most int) *hook {
	h := newHook(t)
	p := newProgram(t, database)
	p.start()
	p.listen(h)
	p.greet()
	l := newLedger()
	const seed = 20261123
	random := rand.New(rand.NewPCG(seed, seed))
	slowest := time.Duration(0)
	for range n {
		rest := l.load(t, p)
		l.waitFor(t, random.IntN(most))
		syncs := p.syncTime()
		p.kill()
		at := time.Now()
		rest()
		unrecorded := p.unrecorded(t)
		h.killed(t, unrecorded, at, syncs)
		slowest = max(slowest, p.start())
	}
	l.settle(t, p)
	p.drain()
	l.check(t, p, h)
	h.check(t)
	name := "R1"
	if database != "sqlite" {
		name = "R3"
	}
	figure(t, name, "%d kills, %d promises apart: acknowledged %d messages, %d orders, %d batch items, none lost; slowest start %v",
		n, most/2, len(l.messages), len(l.orders), len(l.items), slowest.Round(time.Millisecond))
	k := &h.kills
	share := func(n int) float64 { return 100 * float64(n) / float64(max(h.total(), 1)) }
	figure(t, "R2", "%s, kills %d promises apart: %d of %d deliveries were repeated (%.2f %%), at the most %d at one kill, and %d that no kill explains. The floor: %d (%.2f %%) had come less than "+
		"one sync of the disk before their kill, which no sender could have recorded; half had come less than %v before",
		kind(database), most/2, h.repeated(), h.total(), share(h.repeated()), k.most, k.beyond, k.floor, share(k.floor), k.median().Round(100*time.Microsecond))
	if k.beyond*100 > h.total() {
		t.Errorf("%d of %d deliveries were repeated without a kill that explains it, more than one in a hundred", k.beyond, h.total())
	}
	if len(l.messages) == 0 || len(l.orders) == 0 || len(l.items) == 0 && most*n > 1000 {
		t.Error("the load did not reach the program")
	}
	p.stop()
	return h
}

func kind(database string) string {
	if database == "sqlite" {
		return "SQLite"
	}
	return "PostgreSQL"
}

// syncTime is what the disk takes to sync a small write at this moment, beside the program.
func (p *program) syncTime() time.Duration {
	p.t.Helper()
	f, err := os.CreateTemp(p.data, "sync")
	if err != nil {
		p.t.Fatal(err)
	}
	begin := time.Now()
	_, err = f.WriteString("x")
	err = errors.Join(err, f.Sync())
	took := time.Since(begin)
	if err = errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		p.t.Fatal(err)
	}
	return took
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
