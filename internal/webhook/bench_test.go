package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// BenchmarkDeliveries prints how many deliveries a second leave the outbox, acknowledged and marked, as
// a share of what a bare signed client with as many requests at once reaches (P4).
func BenchmarkDeliveries(b *testing.B) {
	const inFlight = 32
	c := clock.NewFixed(dbtest.Start)
	d := dbtest.SQLite(b, c)
	var got atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if r.Header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			got.Add(1)
		}
	}))
	defer srv.Close()
	s := service(d, c)
	value := []byte(`{"messaging_product":"whatsapp","text":"` + strings.Repeat("ă", 200) + `"}`)
	err := d.Update(b.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, q := range []string{
			`INSERT INTO webhook_subscription (app_id, object, callback_url, fields, created_at) VALUES ($1, '` + webhook.Object + `', $2, 'messages', 0)`,
			`INSERT INTO waba_subscription (app_id, waba_id, override_url, created_at) VALUES ($1, 33, $2, 0)`,
		} {
			if _, err := tx.Exec(ctx, q, app, srv.URL); err != nil {
				return err
			}
		}
		for n := range b.N {
			if err := s.EnqueueTx(ctx, tx, webhook.Event{BusinessID: business, WABAID: waba, Field: "messages", Lane: fmt.Sprint(n % 500), Value: value}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	client := safehttp.New(safehttp.Config{AllowPrivate: true})
	bare := clock.Stopwatch()
	var wg sync.WaitGroup
	left := atomic.Int64{}
	left.Store(int64(b.N))
	body := bytes.Repeat([]byte("x"), 1400)
	for range inFlight {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				mac := hmac.New(sha256.New, []byte(secret))
				mac.Write(body)
				h := http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
				if _, err := client.Do(b.Context(), http.MethodPost, srv.URL, h, bytes.NewReader(body)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	alone := bare()
	got.Store(0)
	b.ResetTimer()
	outbox := clock.Stopwatch()
	if err := s.Drain(b.Context()); err != nil {
		b.Fatal(err)
	}
	took := outbox()
	if got.Load() != int64(b.N) {
		b.Fatalf("%d of %d arrived with a right signature", got.Load(), b.N)
	}
	b.ReportMetric(float64(b.N)/took.Seconds(), "deliveries/s")
	b.ReportMetric(alone.Seconds()/took.Seconds(), "of-bare-client")
}
