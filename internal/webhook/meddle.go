package webhook

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// meddled tells whether something goes wrong with webhooks on purpose: then each leaves alone.
func (s *Service) meddled() bool { return s.Faults != nil && !s.Faults.Quiet(inject.Webhook) }

// meddle lets a delivery go wrong as a rule wants it: it may be held back, lost or answered for its receiver,
// and then is settled; or it may wait, or leave more than once.
func (s *Service) meddle(ctx context.Context, x *parcel) (rule inject.Rule, settled bool) {
	if !s.meddled() || len(x.list) != 1 {
		return rule, false
	}
	d, o := x.list[0], &x.outcome
	rule, hit := s.Faults.OnRequest(inject.Request{
		Delivery: d.id, Phone: d.phone, App: x.to.app, Receiver: x.to.id, Business: d.business, Field: d.field,
	})
	if !hit {
		return rule, false
	}
	say := func(format string, args ...any) { o.Fault = rule.Name + ": " + fmt.Sprintf(format, args...) }
	if hold := time.Duration(rule.Delay); hold > 0 || rule.Reorder {
		if rule.Reorder {
			hold = max(hold, inject.ReorderFor)
		}
		say("held back for %s", hold)
		x.hold = hold
		return rule, true
	}
	if rule.Latency > 0 {
		say("left %s later", time.Duration(rule.Latency))
		select {
		case <-time.After(time.Duration(rule.Latency)):
		case <-ctx.Done():
			return rule, true
		}
	}
	switch {
	case rule.Drop == inject.DropRequest:
		say("lost before it left")
		x.sent, x.lost, o.Error = true, true, "lost on purpose"
		return rule, true
	case rule.Status != 0:
		say("answered %d without asking the receiver", rule.Status)
		x.sent, o.Status = true, rule.Status
		return rule, true
	}
	return rule, false
}

// again sends what a rule wants sent more than once.
func (s *Service) again(ctx context.Context, x *parcel, rule inject.Rule, request func() (safehttp.Answer, error)) {
	for range rule.Duplicate {
		if _, err := request(); err != nil || ctx.Err() != nil {
			return
		}
	}
	if rule.Duplicate > 0 {
		x.outcome.Fault = fmt.Sprintf("%s: sent %d times more", rule.Name, rule.Duplicate)
	}
	if rule.Drop == inject.DropAnswer && x.outcome.Status == http.StatusOK {
		x.outcome.Status, x.outcome.Error = 0, "the answer was lost on purpose"
		x.outcome.Fault = rule.Name + ": the answer was lost"
	}
}
