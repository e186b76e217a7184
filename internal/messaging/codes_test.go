package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// A number sends 80 messages at once, and 80 a second after that.
func TestANumberSendsSoManyASecond(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		to := func(n int) error {
			m := text("x")
			m.To = fmt.Sprintf("+849013%05d", n)
			_, err := s.Send(t.Context(), owner, s.phone, m)
			return err
		}
		for n := range 80 {
			s.must(to(n))
		}
		refused(t, to(80), messaging.ErrRateLimit, "")
		s.clock.Advance(time.Second / 80)
		s.must(to(80))
		refused(t, to(81), messaging.ErrRateLimit, "")
	})
}

// A number that the platform sells sends once its name is approved.
func TestAFictionalNumberNeedsAnApprovedName(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		var n waba.Number
		account := s.account()
		status := func(to string) {
			s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				if n.ID == 0 {
					n, err = waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: account, Digits: "+1 555 010 0001", VerifiedName: "Test"})
				}
				if err == nil {
					_, err = tx.Exec(ctx, `UPDATE phone_number SET name_status = $2 WHERE id = $1`, n.ID, to)
				}
				return err
			}))
		}
		status(waba.NameDeclined)
		_, err := s.Send(t.Context(), owner, n.ID, text("x"))
		refused(t, err, messaging.ErrNameNeeded, "")
	})
}

// A block list holds 64 000 customers.
func TestABlockListIsFull(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 64000) `
			if _, err := tx.Exec(ctx, `INSERT INTO customer (wa_id, created_at) `+numbers+`SELECT '8477' || CAST(1000000 + i AS TEXT), $1 FROM n`, tx.Now()); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO thread (phone_id, wa_id, user_id, last_at, refused_at) `+numbers+`SELECT $1, '8477' || CAST(1000000 + i AS TEXT), 'VN.' || CAST(i AS TEXT), $2, $2 FROM n`, s.phone, tx.Now())
			return err
		}))
		list, err := s.BlockUsers(t.Context(), owner, s.phone, []string{lan}, true)
		if err == nil || len(list.Failed) != 1 || list.Failed[0].Errors[0].Code != 139101 {
			t.Errorf("blocked %+v, %v", list, err)
		}
	})
}

// A blocked flow is refused at once, a throttled one from the eleventh message of an hour on.
func TestABlockedOrThrottledFlowIsNotSent(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		const form = `{"version":"6.0","screens":[{"id":"ASK","title":"Hỏi","terminal":true,"layout":{"type":"SingleColumnLayout","children":[{"type":"Footer","label":"Gửi","on-click-action":{"name":"complete","payload":{}}}]}}]}`
		f, err := flow.New(s.DB, s.out, nil).Create(t.Context(), owner, s.account(), flow.NewFlow{Name: "Hỏi", Categories: []string{"OTHER"}, JSON: form, Publish: true})
		s.must(err)
		ask := interactive(wire.Interactive{Type: "flow", Action: &wire.Action{Name: "flow", Parameters: &wire.ActionParameters{FlowMessageVersion: "3", FlowID: f.ID.String(), FlowCTA: "Mở"}}})
		s.send(ask)
		for status, want := range map[string]error{flow.Blocked: flow.ErrBlocked, flow.Throttled: flow.ErrThrottled} {
			s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE flow SET status = $2 WHERE id = $1`, f.ID, status)
				return err
			}))
			for range 10 {
				if status == flow.Throttled {
					s.send(ask)
				}
			}
			if _, err := s.Send(t.Context(), owner, s.phone, ask); !errors.Is(err, want) {
				t.Errorf("%s: %v", status, err)
			}
		}
	})
}
