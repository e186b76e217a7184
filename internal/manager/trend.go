package manager

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/feed"
)

// Trend is a number over time, the oldest first, as a line to draw.
type Trend struct {
	Values []int64
}

// Size of the drawing, in units of its own.
const (
	trendWide = 160
	trendHigh = 32
)

// trendOf is how many rows of a page of uploads, the latest first, were refused. Those that run or were stopped tell nothing.
func trendOf(list []feed.Upload) (t Trend) {
	for _, u := range list {
		if u.State == feed.StateEnded && u.Detected > 0 {
			t.Values = append(t.Values, u.Invalid)
		}
	}
	slices.Reverse(t.Values)
	return t
}

// trendOfDays are the findings of one severity on the days on which they were counted.
func trendOfDays(list []catalog.IssueDay, severity string) (t Trend) {
	for _, d := range list {
		if severity == catalog.MustFix {
			t.Values = append(t.Values, d.MustFix)
		} else {
			t.Values = append(t.Values, d.Opportunity)
		}
	}
	return t
}

// Shown tells whether there is anything to compare.
func (t Trend) Shown() bool { return len(t.Values) > 1 }

// First and Last are the ends of the line.
func (t Trend) First() int64 { return t.Values[0] }

// Last is the newest value.
func (t Trend) Last() int64 { return t.Values[len(t.Values)-1] }

// Points are those of an SVG polyline.
func (t Trend) Points() string {
	most := max(slices.Max(t.Values), 1)
	points := make([]string, len(t.Values))
	for n, v := range t.Values {
		x := float64(n) * trendWide / float64(len(t.Values)-1)
		y := 2 + (trendHigh-4)*(1-float64(v)/float64(most))
		points[n] = fmt.Sprintf("%.1f,%.1f", x, y)
	}
	return strings.Join(points, " ")
}
