package webhook_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// A receiver that is behind gets several updates in one request, and never more than 3 MB of them.
func TestARequestHoldsThreeMegabytesAtTheMost(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const updates, size, most = 40, 200 << 10, 3 << 20
		h, s := newHook(t), service(d, c)
		s.Batch = updates
		subscribe(t, s, h.URL)
		r := receivers(t, s)[0]
		if err := s.Pause(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		for n := range updates {
			emit(t, d, s, fmt.Sprint(n), fmt.Sprintf(`{"n":%d,"text":"%s"}`, n, strings.Repeat("x", size)))
		}
		c.Advance(time.Minute)
		if err := s.Resume(t.Context(), owner, r.ID); err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		largest, came := 0, 0
		for _, b := range h.bodies {
			largest, came = max(largest, len(b)), came+strings.Count(b, `"text":`)
		}
		if came != updates {
			t.Errorf("%d updates came, want %d", came, updates)
		}
		if largest > most || largest < most-2*size {
			t.Errorf("the largest of %d requests has %d bytes; it may have %d, and another update fits where there are %d less", len(h.bodies), largest, most, size)
		}
	})
}

// A receiver that answers gets more requests at once, up to an eighth of what the sender has for everybody.
func TestAReceiverHasAFewRequestsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const events, quick, width = 400, 200, 32
		var mu sync.Mutex
		came, now, top := 0, 0, 0
		full := make(chan struct{})
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			mu.Lock()
			came++
			now++
			held := came > quick // by then it is known to answer
			if now > top {
				if top = now; top == width {
					close(full)
				}
			}
			mu.Unlock()
			if held {
				select {
				case <-full:
				case <-r.Context().Done():
				}
			}
			mu.Lock()
			now--
			mu.Unlock()
		}))
		defer srv.Close()
		connect(t, d, app, srv.URL)
		s := service(d, c)
		s.Client = safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: wait})
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for n := range events {
				err := s.EnqueueTx(ctx, tx, webhook.Event{BusinessID: business, WABAID: waba, PhoneID: 44, Field: "messages", Lane: fmt.Sprint(n), Value: []byte(`{}`)})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		drain(t, s)
		if came != events || top != width {
			t.Errorf("%d of %d requests came, %d at once at the most, want %d", came, events, top, width)
		}
	})
}
