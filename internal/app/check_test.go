package app_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/app"
)

// TestABusyAddressIsToldInWords: starting on an address that is taken fails with words, and frees the database.
func TestABusyAddressIsToldInWords(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c := app.Defaults()
	c.Addr, c.Data = l.Addr().String(), t.TempDir()
	if _, err := app.New(t.Context(), c, io.Discard); err == nil || !strings.Contains(err.Error(), "--addr") {
		t.Fatalf("got %v, want words about --addr", err)
	}
	report, err := app.Check(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "opens and answers") || !strings.Contains(err.Error(), "choose another one with --addr") {
		t.Errorf("%q, %v: want an open database and a taken address", report, err)
	}
}

// TestDoctorKnowsARunningServer: a healthy server is no failure.
func TestDoctorKnowsARunningServer(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := w.Config
	c.Addr = strings.TrimPrefix(w.URL(), "http://")
	report, err := app.Check(t.Context(), c)
	if err != nil || !strings.Contains(report, "is running on "+w.URL()+" and ready") {
		t.Errorf("%q, %v", report, err)
	}
	free := c
	free.Data, free.Addr = t.TempDir(), "127.0.0.1:0"
	if report, err := app.Check(t.Context(), free); err != nil || !strings.Contains(report, "is free") {
		t.Errorf("%q, %v", report, err)
	}
}
