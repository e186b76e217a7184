package job_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/job"
)

func TestADeathIsToldWithItsTransaction(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		r := runner(d, c)
		job.Handle(r, func(_ context.Context, n note) error { return errors.New("no " + n.Text) }, job.Policy{Attempts: 2})
		var told []string
		refuse := true
		job.OnDead(r, func(_ context.Context, _ *db.Tx, n note, cause error) error {
			if refuse {
				return errors.New("not now")
			}
			told = append(told, n.Text+": "+cause.Error())
			return nil
		})
		enqueue(t, d, "luck")
		for range 2 {
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Advance(time.Hour)
		}
		if dead := deadJobs(t, d); len(dead) != 0 || len(told) != 0 {
			t.Fatalf("dead %v and told %v though the telling failed", dead, told)
		}
		refuse = false
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if dead := deadJobs(t, d); len(dead) != 1 || dead[0].LastError != "no luck" || !slices.Equal(told, []string{"luck: no luck"}) {
			t.Errorf("dead %+v, told %q", dead, told)
		}
	})
}
