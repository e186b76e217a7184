package manager

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/feed"
)

// A trend is drawn from the oldest upload to the newest, within its box.
func TestTrendOfRefusedRows(t *testing.T) {
	t.Parallel()
	up := func(state string, detected, invalid int64) feed.Upload {
		return feed.Upload{State: state, Counters: feed.Counters{Detected: detected, Invalid: invalid}}
	}
	list := trendOf([]feed.Upload{up("running", 9, 9), up(feed.StateEnded, 10, 0), up(feed.StateEnded, 0, 0), up(feed.StateEnded, 10, 5), up(feed.StateEnded, 10, 10)})
	if !list.Shown() || list.First() != 10 || list.Last() != 0 || list.Points() != "0.0,2.0 80.0,16.0 160.0,30.0" {
		t.Errorf("%+v: %s", list, list.Points())
	}
	if trendOf([]feed.Upload{up(feed.StateEnded, 10, 5)}).Shown() {
		t.Error("one upload is no trend")
	}
	if got := trendOf([]feed.Upload{up(feed.StateEnded, 3, 0), up(feed.StateEnded, 3, 0)}).Points(); got != "0.0,30.0 160.0,30.0" {
		t.Errorf("nothing refused: %s", got)
	}
}
