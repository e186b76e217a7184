package messaging

import (
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/waba"
)

// Steps of analytics.
const (
	HalfHour = "HALF_HOUR"
	Daily    = "DAY"
	Monthly  = "MONTH"
)

// Question is what analytics are asked: of which numbers and countries, and of which time, cut into steps from its beginning on.
type Question struct {
	Start, End time.Time
	Step       string
	Numbers    []waba.Number
	Countries  []string // none: all
}

// cuts are the ends of the steps, and the beginning of the first.
func (q Question) cuts() []time.Time {
	list := []time.Time{q.Start}
	for n := 1; list[len(list)-1].Before(q.End); n++ {
		next := q.Start.AddDate(0, n, 0)
		switch q.Step {
		case HalfHour:
			next = q.Start.Add(time.Duration(n) * 30 * time.Minute)
		case Daily:
			next = q.Start.Add(time.Duration(n) * 24 * time.Hour)
		}
		list = append(list, next)
	}
	return list
}

// step is the step that a moment lies in; ok is false outside of the time asked about.
func (q Question) step(cuts []time.Time, at time.Time) (n int, ok bool) {
	if at.Before(q.Start) || !at.Before(q.End) {
		return 0, false
	}
	n, exact := slices.BinarySearchFunc(cuts, at, time.Time.Compare)
	if !exact {
		n--
	}
	return n, true
}

// asks tells whether a country is asked about.
func (q Question) asks(country string) bool {
	return len(q.Countries) == 0 || slices.Contains(q.Countries, country)
}
