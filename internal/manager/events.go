package manager

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// eventsShown is how many deliveries a page of the list has.
const eventsShown = 50

// EventsPage lists webhook deliveries, newest first.
type EventsPage struct {
	Shell
	State  string
	States []string
	List   []webhook.Delivery
	Next   string
}

// EventPage is one delivery: what was sent, and what came back.
type EventPage struct {
	Shell
	Delivery webhook.Delivery
	Attempts []webhook.Attempt
	Body     string // indented
	Call     string
}

// webhookName says what a webhook is about as people call it: an order, a text, a message that was read. What has no
// name of its own is called by its field.
func webhookName(lang, body string) string {
	what := webhook.Describe([]byte(body))
	if key := "manager.webhook_" + cmp.Or(what.Status, what.Kind); i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return cmp.Or(what.Status, what.Kind)
}

func deliveryStates() []string { return []string{"pending", "delivered", "undelivered"} }

// events lists them.
func (s *Server) events(v *visit) error {
	p := EventsPage{Shell: v.shell(v.t("manager.nav_events"), "events"), State: v.URL.Query().Get("state"), States: deliveryStates()}
	if p.State != "" && !slices.Contains(p.States, p.State) {
		return errNothing
	}
	before, err := cursor(v.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	if p.List, err = s.Webhooks.Deliveries(v.Context(), v.caller, webhook.Filter{State: p.State}, before, eventsShown+1); err != nil {
		return err
	}
	if len(p.List) > eventsShown {
		p.List = p.List[:eventsShown]
		p.Next = v.at("/events?state=" + p.State + "&before=" + p.List[eventsShown-1].ID.String())
	}
	return v.show(http.StatusOK, "events.html", p)
}

// event shows one delivery.
func (s *Server) event(v *visit) error {
	i, err := v.pathID("delivery")
	if err != nil {
		return err
	}
	d, err := s.Webhooks.DeliveryOf(v.Context(), v.caller, i)
	if errors.Is(err, webhook.ErrDelivery) {
		return errNothing
	}
	if err != nil {
		return err
	}
	p := EventPage{Shell: v.shell(webhookName(v.lang, d.Body), "events"), Delivery: d}
	if p.Attempts, err = s.Webhooks.Attempts(v.Context(), v.caller, i); err != nil {
		return err
	}
	p.Body = p.Delivery.Body
	var decoded any
	if json.Unmarshal([]byte(p.Body), &decoded) == nil {
		if b, err := json.MarshalIndent(decoded, "", "  "); err == nil {
			p.Body = string(b)
		}
	}
	// Single quotes end a shell's word; the body may hold some.
	p.Call = "curl -X POST -H 'Content-Type: application/json' '" + p.Delivery.URL + "' \\\n  --data-binary '" + strings.ReplaceAll(p.Delivery.Body, "'", `'\''`) + "'"
	return v.show(http.StatusOK, "event.html", p)
}

// resend delivers again: one, or all that were given up and can still be sent.
func (s *Server) resend(v *visit) error {
	if v.PathValue("delivery") == "" {
		since := s.now().Add(-30 * 24 * time.Hour)
		if _, err := s.Webhooks.StartReplay(v.Context(), v.caller, webhook.Selection{State: "undelivered", Since: &since}); err != nil {
			return err
		}
		return v.done(v.at("/events"), "manager.done_resent")
	}
	i, err := v.pathID("delivery")
	if err != nil {
		return err
	}
	again, err := s.Webhooks.Replay(v.Context(), v.caller, i)
	if err != nil {
		return err
	}
	return v.done(v.at("/events/"+again.String()), "manager.done_resent")
}
