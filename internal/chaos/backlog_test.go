package chaos

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// counted is a way out that counts what leaves in each second of the machine.
type counted struct {
	*switched
	begin time.Time
	mu    sync.Mutex
	in    map[int]int
}

func (w *counted) Post(ctx context.Context, url string, h http.Header, body []byte) (safehttp.Answer, error) {
	a, err := w.switched.Post(ctx, url, h, body)
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.Status == http.StatusOK {
		w.in[int(time.Since(w.begin)/time.Second)] += len(numbersIn(body))
	}
	return a, err
}

// subscribeUnasked makes a receiver hear of everything without verifying it: there is no network here.
func subscribeUnasked(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		const url = "https://receiver.example/hook"
		_, err := tx.Exec(ctx, `INSERT INTO webhook_subscription (app_id, object, callback_url, fields, created_at) VALUES (1001, $1, $2, 'messages', 0)`, webhook.Object, url)
		if err == nil {
			_, err = tx.Exec(ctx, `INSERT INTO waba_subscription (app_id, waba_id, override_url, created_at) VALUES (1001, $1, $2, 0)`, account, url)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A receiver that comes back does not get its backlog at once: 64 in the first second, and in each next one at most
// twice as many as in the one before. The seconds are virtual.
func TestABacklogIsNotPouredOut(t *testing.T) {
	const events = 2000
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewFixed(dbtest.Start)
		d := dbtest.SQLite(t, c)
		cut := &counted{switched: &switched{}, in: map[int]int{}}
		s := outbox(d, c, cut)
		s.Batch = 1
		subscribeUnasked(t, d)
		emit(t, d, s, 0, events)
		cut.down.Store(true)
		drain := func() {
			t.Helper()
			if err := s.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drain()
		c.Advance(time.Minute)
		cut.down.Store(false)
		cut.begin, cut.in = time.Now(), map[int]int{}
		for cut.taken.Load() < events {
			c.Advance(time.Minute)
			drain()
		}
		before, seconds := 0, 0
		for second := range int(time.Since(cut.begin)/time.Second) + 1 {
			n := cut.in[second]
			if most := max(2*before, 65); n > most { // the probe that found it goes beside
				t.Errorf("in second %d %d updates left, %d in the one before", second, n, before)
			}
			before, seconds = n, second+1
		}
		if seconds < 4 {
			t.Errorf("%d updates left within %d seconds", events, seconds)
		}
		figure(t, "R8", "a backlog of %d left in %d seconds: %v", events, seconds, cut.in)
	})
}
