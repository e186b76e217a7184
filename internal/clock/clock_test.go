package clock_test

import (
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
)

func TestAdjustableMovesFromItsBaseAndTellsWatchers(t *testing.T) {
	t.Parallel()
	base := clock.NewFixed(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	a := clock.NewAdjustable(base)
	told := 0
	a.OnMove(func() { told++ })

	a.Advance(24 * time.Hour)
	base.Advance(time.Minute)

	want := time.Date(2026, 11, 24, 12, 1, 0, 0, time.UTC)
	if got := a.Now(); !got.Equal(want) {
		t.Errorf("Now() = %v, want %v", got, want)
	}
	if got := a.Offset(); got != 24*time.Hour {
		t.Errorf("Offset() = %v, want 24h", got)
	}
	if told != 1 {
		t.Errorf("watcher told %d times, want 1", told)
	}
}
