package feedfile

import (
	"strings"
	"testing"
)

// A guarded cell begins no formula, and taking the guard off gives back what was written.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"=1+1", "+84 901", "-5", "+5.00", "@x", "\tx", "＝x", "'=x", "''=x", "'x", "", "phở", "-5e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := Harmless(s)
		if strings.HasPrefix(s, "'") {
			return // an apostrophe of the file's own: only what Hawker wrote is unguarded
		}
		if unguarded(g) != s {
			t.Errorf("%q became %q and came back as %q", s, g, unguarded(g))
		}
		if strings.IndexAny(g, "=@\t\r") == 0 {
			t.Errorf("%q begins a formula", g)
		}
	})
}
