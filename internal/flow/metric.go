package flow

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
)

// metric is one figure of an endpoint: over which time, and from which thresholds on it is told.
type metric struct {
	event, name, unit string
	over              time.Duration
	thresholds        []int // from mild to grave
	find              func(m metric, a asked) finding
}

// finding is what a metric came to: the gravest threshold it reached, 0 for none.
type finding struct {
	threshold, grade int
	facts            map[string]any
}

var metrics = []metric{
	{"CLIENT_ERROR_RATE", "client request error rate", "%", time.Hour, []int{5, 10, 50}, func(m metric, a asked) finding { return m.errors(a, isClient) }},
	{"ENDPOINT_ERROR_RATE", "endpoint request error rate", "%", 30 * time.Minute, []int{5, 10, 50}, func(m metric, a asked) finding {
		return m.errors(a, func(kind string) bool { return kind != "" && !isClient(kind) })
	}},
	{"ENDPOINT_LATENCY", "endpoint p90 latency", " s", 30 * time.Minute, []int{1, 5, 7}, metric.latency},
	{"ENDPOINT_AVAILABILITY", "endpoint availability", "%", 10 * time.Minute, []int{90}, metric.availability},
}

// asked is how the questions of a time went.
type asked struct {
	total    int
	kinds    map[string]int
	p50, p90 time.Duration
}

// rank is how grave a threshold is.
func (m metric) rank(threshold int) int { return slices.Index(m.thresholds, threshold) }

func (m metric) words(threshold int, state string) string {
	verb := "reached"
	if state == "DEACTIVATED" {
		verb = "recovered from"
	}
	return fmt.Sprintf("The flow's %s has %s the %d%s threshold in the last %d minutes.", m.name, verb, threshold, m.unit, int(m.over/time.Minute))
}

func (m metric) measure(ctx context.Context, tx *db.Tx, f Flow) (finding, error) {
	a := asked{kinds: map[string]int{}}
	since := tx.Now().Add(-m.over)
	rows, err := tx.Query(ctx, `SELECT kind, COUNT(*) FROM flow_ask WHERE flow_id = $1 AND at > $2 GROUP BY kind`, f.ID, since)
	if err != nil {
		return finding{}, wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		var n int
		if err := rows.Scan(&kind, &n); err != nil {
			return finding{}, wrap(err)
		}
		a.kinds[kind], a.total = n, a.total+n
	}
	if err := rows.Err(); err != nil {
		return finding{}, wrap(err)
	}
	if a.total < leastAsked {
		return m.find(m, asked{}), nil
	}
	for at, into := range map[int]*time.Duration{50: &a.p50, 90: &a.p90} {
		var ms int64
		err := tx.QueryRow(ctx, `SELECT took FROM flow_ask WHERE flow_id = $1 AND at > $2 ORDER BY took LIMIT 1 OFFSET $3`, f.ID, since, (a.total-1)*at/100).Scan(&ms)
		if err != nil {
			return finding{}, wrap(err)
		}
		*into = time.Duration(ms) * time.Millisecond
	}
	return m.find(m, a), nil
}

// percent is a share with two places.
func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return math.Round(float64(n)/float64(of)*10_000) / 100
}

// failure is one kind of failure of an alert.
type failure struct {
	Kind  string  `json:"error_type"`
	Rate  float64 `json:"error_rate"`
	Count int     `json:"error_count"`
}

// errors is the share of questions that failed in some ways.
func (m metric) errors(a asked, counts func(kind string) bool) (f finding) {
	failed, list := 0, []failure{}
	for kind, n := range a.kinds {
		if counts(kind) {
			failed += n
			list = append(list, failure{kind, 0, n})
		}
	}
	for n := range list {
		list[n].Rate = percent(list[n].Count, failed)
	}
	slices.SortFunc(list, func(x, y failure) int { return y.Count - x.Count })
	rate := percent(failed, a.total)
	for n, t := range m.thresholds {
		if rate >= float64(t) {
			f.threshold = t
			if n == len(m.thresholds)-1 {
				f.grade = throttle
			}
		}
	}
	if rate >= blockRate {
		f.grade = block
	}
	f.facts = map[string]any{"error_rate": rate, "errors": list}
	return f
}

func (m metric) latency(a asked) (f finding) {
	for n, t := range m.thresholds {
		if a.total > 0 && a.p90 >= time.Duration(t)*time.Second {
			f.threshold = t
			if n == len(m.thresholds)-1 {
				f.grade = throttle
			}
		}
	}
	f.facts = map[string]any{"p50_latency": a.p50.Seconds(), "p90_latency": a.p90.Seconds(), "requests_count": a.total}
	return f
}

// availability is the share of questions that were answered, whatever with.
func (m metric) availability(a asked) (f finding) {
	share := 100.0
	if a.total > 0 {
		share = percent(a.total-a.kinds[timedOut]-a.kinds[unreachable], a.total)
	}
	if share < float64(m.thresholds[0]) {
		f.threshold = m.thresholds[0]
	}
	f.facts = map[string]any{"availability": share}
	return f
}
