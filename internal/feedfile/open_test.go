package feedfile

import (
	"math/rand/v2"
	"testing"
)

func slowOpen(t *table, line []byte, quoted bool) bool {
	start := !quoted
	for n := 0; n < len(line); n++ {
		c := line[n]
		switch {
		case quoted && c == '"':
			if n+1 < len(line) && line[n+1] == '"' {
				n++
			} else {
				quoted = false
			}
		case quoted:
		case c == '"' && start:
			quoted = true
		}
		start = !quoted && (c == t.delimiter || start && c == ' ')
	}
	return quoted
}

// TestQuotesFromOneToTheNext: jumping from quote to quote finds what reading every byte does.
func TestQuotesFromOneToTheNext(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	tab := &table{delimiter: ',', quotes: true}
	for range 200_000 {
		line := make([]byte, rng.IntN(14))
		for n := range line {
			line[n] = `",  x"`[rng.IntN(6)]
		}
		for _, quoted := range []bool{false, true} {
			if got, want := tab.open(line, quoted), slowOpen(tab, line, quoted); got != want {
				t.Fatalf("%q, quoted %v: %v, want %v", line, quoted, got, want)
			}
		}
	}
}
