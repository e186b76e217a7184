package manager

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// replaysShown is how many replays the page lists.
const replaysShown = 10

// secretOverlap is how long the old secret of an endpoint counts beside a new one that is made here.
const secretOverlap = 24 * time.Hour

// ReceiversPage is where webhooks go, how that is doing, and what is being sent again.
type ReceiversPage struct {
	Shell
	Receivers []ReceiverLine
	Replays   []webhook.ReplayRun
	Running   bool // one of the replays is under way
	Fields    []string
	Spans     []string
	// Secret of an endpoint that was just made, or of the one whose secret was changed: shown this once.
	Secret  string
	Form    webhook.Endpoint // as it was filled in, where that was refused
	Problem *Problem
}

// Ticked tells whether the refused form had a field ticked.
func (p ReceiversPage) Ticked(field string) bool { return slices.Contains(p.Form.Fields, field) }

// ReceiverLine is one receiver.
type ReceiverLine struct {
	webhook.Receiver
	Name   string   // of its app or endpoint; "" of an app of others
	Mine   bool     // may be paused here
	Fields []string // an endpoint hears of; nil of an app, which says so by its subscriptions
}

// replaySpans are the times a replay may reach back.
var replaySpans = map[string]time.Duration{"1h": time.Hour, "24h": 24 * time.Hour, "168h": 7 * 24 * time.Hour, "720h": 30 * 24 * time.Hour}

func spans() []string { return []string{"1h", "24h", "168h", "720h"} }

// receivers shows them.
func (s *Server) receivers(v *visit) error { return s.showReceivers(v, http.StatusOK, ReceiversPage{}) }

func (s *Server) showReceivers(v *visit, status int, p ReceiversPage) error {
	p.Shell, p.Fields, p.Spans = v.shell(v.t("manager.receivers"), "events"), webhook.Fields(), spans()
	all, err := s.Webhooks.Receivers(v.Context(), v.caller)
	if err != nil {
		return err
	}
	endpoints, err := s.Webhooks.Endpoints(v.Context(), v.caller)
	if err != nil {
		return err
	}
	var apps []account.App
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		apps, err = account.AppsTx(ctx, tx, v.caller, v.business.ID, 0, appsShown)
		return err
	})
	if err != nil {
		return err
	}
	p.Receivers = lines(all, endpoints, apps)
	if p.Replays, err = s.Webhooks.Replays(v.Context(), v.caller, 0, replaysShown); err != nil {
		return err
	}
	for _, r := range p.Replays {
		p.Running = p.Running || r.FinishedAt == nil
	}
	return v.show(status, "receivers.html", p)
}

func lines(all []webhook.Receiver, endpoints []webhook.Endpoint, apps []account.App) (list []ReceiverLine) {
	for _, r := range all {
		l := ReceiverLine{Receiver: r}
		for _, e := range endpoints {
			if r.EndpointID != 0 && e.ID == r.EndpointID {
				l.Name, l.Mine, l.Fields = e.Name, true, e.Fields
			}
		}
		if r.EndpointID != 0 && !l.Mine { // of an endpoint that was removed
			continue
		}
		for _, a := range apps {
			if r.EndpointID == 0 && a.ID == r.AppID {
				l.Name, l.Mine = a.Name, true
			}
		}
		list = append(list, l)
	}
	return list
}

// steerReceiver holds what is for a receiver, or lets it go on.
func (s *Server) steerReceiver(v *visit) error {
	i, err := v.pathID("receiver")
	if err != nil {
		return err
	}
	toast := "manager.done_paused"
	switch v.PostFormValue("action") {
	case "pause":
		err = s.Webhooks.Pause(v.Context(), v.caller, i)
	case "resume":
		err, toast = s.Webhooks.Resume(v.Context(), v.caller, i), "manager.done_resumed"
	default:
		return errNothing
	}
	if errors.Is(err, webhook.ErrReceiver) {
		return errNothing
	}
	return s.settledReceivers(v, err, toast, ReceiversPage{})
}

// createEndpoint makes a receiver beside the apps' callbacks.
func (s *Server) createEndpoint(v *visit) error {
	e := webhook.Endpoint{BusinessID: v.business.ID, Name: v.PostFormValue("name"), URL: strings.TrimSpace(v.PostFormValue("url")), Fields: v.PostForm["field"]}
	made, err := s.Webhooks.CreateEndpoint(v.Context(), v.caller, e, strings.TrimSpace(v.PostFormValue("verify_token")))
	if err != nil {
		return s.settledReceivers(v, err, "", ReceiversPage{Form: e})
	}
	return s.showReceivers(v, http.StatusOK, ReceiversPage{Secret: made.Secret})
}

// changeEndpoint gives an endpoint another secret, or removes it.
func (s *Server) changeEndpoint(v *visit) error {
	i, err := v.pathID("endpoint")
	if err != nil {
		return err
	}
	switch v.PostFormValue("action") {
	case "secret":
		var p ReceiversPage
		if p.Secret, err = s.Webhooks.RotateEndpointSecret(v.Context(), v.caller, i, secretOverlap); err == nil {
			return s.showReceivers(v, http.StatusOK, p)
		}
	case "delete":
		err = s.Webhooks.DeleteEndpoint(v.Context(), v.caller, i)
	default:
		return errNothing
	}
	if errors.Is(err, webhook.ErrEndpoint) {
		return errNothing
	}
	return s.settledReceivers(v, err, "manager.done_endpoint_gone", ReceiversPage{})
}

// replay sends many deliveries again: what was given up, or everything, as far back as is asked.
func (s *Server) replay(v *visit) error {
	span, ok := replaySpans[v.PostFormValue("span")]
	if !ok {
		return errNothing
	}
	since := s.now().Add(-span)
	sel := webhook.Selection{State: v.PostFormValue("state"), Field: v.PostFormValue("field"), Since: &since}
	if text := v.PostFormValue("receiver"); text != "" {
		i, err := id.Parse(text)
		if err != nil {
			return errNothing
		}
		sel.ReceiverID = i
	}
	_, err := s.Webhooks.StartReplay(v.Context(), v.caller, sel)
	return s.settledReceivers(v, err, "manager.done_replay", ReceiversPage{})
}

// settledReceivers says what was done, or what was refused.
func (s *Server) settledReceivers(v *visit, err error, toast string, p ReceiversPage) error {
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showReceivers(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/receivers"), toast)
}
