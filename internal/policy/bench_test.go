package policy_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/policy"
)

// BenchmarkNewRules is what a start pays for the rules.
func BenchmarkNewRules(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.NewRules(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJudge is what an item costs.
func BenchmarkJudge(b *testing.B) {
	r, err := policy.NewRules()
	if err != nil {
		b.Fatal(err)
	}
	_, items := listings(b, "testdata/own_tune.csv")
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		r.Judge(items[n%len(items)])
		n++
	}
}
