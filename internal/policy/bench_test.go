package policy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/policy"
)

// BenchmarkBuild is what a start pays for the rules in the background: with an operator's rules, they are built anew each time.
func BenchmarkBuild(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "en.txt"), []byte("[alcohol]\nreject: zzqfizz\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r, err := policy.Load(policy.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		r.Judge(catalog.Item{Title: "Mug"}) // waits
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
