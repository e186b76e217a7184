package feed

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

var update = flag.Bool("update", false, "write the golden reports anew")

// TestWhatIsWrongWithARow: every mistake of a merchant's file is told with its row, whether the row is taken, the rule and what
// would be right. Read the golden file as a merchant would.
func TestWhatIsWrongWithARow(t *testing.T) {
	t.Parallel()
	const golden = "testdata/bad.golden"
	file, err := os.ReadFile("testdata/bad.csv")
	if err != nil {
		t.Fatal(err)
	}
	first := ""
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		u, _ := k.take("bad.csv", string(file))
		got := fmt.Sprintf("%d rows, %d taken, %d not; %d errors, %d warnings\n\n", u.Detected, u.Persisted, u.Invalid, u.Errors, u.Warnings) + k.told(u)
		if *update && first == "" {
			first = got
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			n := 0
			for n < min(len(a), len(b))-1 && a[n] == b[n] {
				n++
			}
			t.Errorf("line %d is\n%s\nwant\n%s", n+1, a[n], b[n])
		}
		if again, _ := k.take("bad.csv", string(file)); again.Errors != u.Errors || again.Warnings != u.Warnings || again.Persisted != u.Persisted {
			t.Errorf("the file again comes to %+v, before to %+v", again.Counters, u.Counters)
		}
	})
}

// told is every problem of an upload with its rows.
func (k taker) told(u Upload) string {
	k.t.Helper()
	var b strings.Builder
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		b.Reset()
		all, err := errorsTx(ctx, tx, u.ID)
		if err != nil {
			return err
		}
		for _, e := range all {
			severity := "warning"
			if e.Fatal {
				severity = "fatal"
			}
			fmt.Fprintf(&b, "%s %s ×%d  %s\n    %s\n    %s\n", severity, e.Type, e.Total, e.Field, e.Summary, e.Description)
			rows, err := samplesTx(ctx, tx, e.ID, samplesMost)
			if err != nil {
				return err
			}
			for _, r := range rows {
				fmt.Fprintf(&b, "    row %d  %.40s  %.40s\n", r.Row, r.RetailerID, r.Value)
			}
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return b.String()
}
