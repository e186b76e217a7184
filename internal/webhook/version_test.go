package webhook_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// An app hears in the version it subscribed with, where an event differs between versions.
func TestWebhooksComeInTheVersionOfTheSubscription(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		h, s := newHook(t), service(d, c)
		for _, step := range []struct {
			version int
			want    string
		}{{0, "new"}, {25, "new"}, {23, "old 23"}, {17, "old 17"}} {
			if err := s.SubscribeVersion(t.Context(), app, webhook.Object, h.URL, "vt", []string{"messages"}, step.version); err != nil {
				t.Fatal(err)
			}
			if err := s.SubscribeWABA(t.Context(), waba, app, "", ""); err != nil {
				t.Fatal(err)
			}
			subs, err := s.Subscriptions(t.Context(), app)
			if err != nil || len(subs) != 1 || subs[0].Version != step.version {
				t.Errorf("subscribed as %+v, %v", subs, err)
			}
			err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return s.EnqueueTx(ctx, tx, webhook.Event{
					BusinessID: business, WABAID: waba, PhoneID: 44, Field: "messages", Lane: "l", Value: []byte(`"new"`),
					Older: func(version int) []byte {
						switch version {
						case 23:
							return []byte(`"old 23"`)
						case 17:
							return []byte(`"old 17"`)
						}
						return nil
					},
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			before := h.count()
			drain(t, s)
			if h.count() != before+1 || !strings.Contains(h.bodies[before], `"value":"`+step.want+`"`) {
				t.Errorf("version %d hears %v", step.version, h.bodies[before:])
			}
		}
	})
}
