package app

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkReadItem reads one item by its id, and BenchmarkReadPage a page of them, without a network. cpu-ns/op is
// what the processors spent, however busy the machine is with other things.
func BenchmarkReadItem(b *testing.B) { benchRead(b, "/v25.0/{item}"+benchFields) }

func BenchmarkReadPage(b *testing.B) {
	benchRead(b, "/v25.0/500000000000001/products"+benchFields+"&limit=100")
}

const benchFields = "?fields=id,retailer_id,name,description,price,currency,availability,image_url,url,brand"

func benchRead(b *testing.B, path string) {
	c := Defaults()
	c.Addr, c.Data, c.Demo, c.Limits, c.LogLevel, c.Pictures = "127.0.0.1:0", b.TempDir(), true, LimitsOff, "error", false
	a, err := New(b.Context(), c, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = a.Close(b.Context()) }()
	read := func(req *http.Request) []byte {
		req.Header.Set("Authorization", "Bearer EAADEMO")
		w := httptest.NewRecorder()
		a.server.http.Handler.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
		return w.Body.Bytes()
	}
	var item struct{ ID string }
	if err := json.Unmarshal(read(httptest.NewRequest(http.MethodGet, "/v25.0/catalog:500000000000001:Q0YwMQ", nil)), &item); err != nil {
		b.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodGet, strings.ReplaceAll(path, "{item}", item.ID), nil)
	get := func() int { return len(read(req.Clone(b.Context()))) }
	b.SetBytes(int64(get()))
	before := spent(b)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		get()
	}
	b.StopTimer()
	b.ReportMetric(float64((spent(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
