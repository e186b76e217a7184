package main

import (
	"bytes"
	"testing"
	"time"
)

// TestProgressWithoutATerminal: a line every five seconds and one at the end, and nothing that moves a cursor.
func TestProgressWithoutATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	now := time.Duration(0)
	b := newBar(&out, "taken in", true)
	b.took = func() time.Duration { return now }
	for second := range 12 {
		now = time.Duration(second) * time.Second
		b.show(int64(second*100), 1200, second*100)
	}
	b.end()
	want := " 41 % · 500 rows taken in · 100 rows/s\n 83 % · 1000 rows taken in · 100 rows/s\n1100 rows taken in · 100 rows/s, 11.0 s\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	out.Reset()
	now = 0
	b = newBar(&out, "checked", false)
	b.took = func() time.Duration { return now }
	b.show(1, 1, 1)
	b.end()
	if out.Len() > 0 {
		t.Errorf("something short tells %q", out.String())
	}
}
