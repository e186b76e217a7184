package dev

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// MessagePage is what stands behind a bubble: the call that sent it, what is stored, the webhooks it caused.
type MessagePage struct {
	Shell
	Message chat.Message
	Number  waba.Number
	Content string
	// Calls are those that made the message or are about it, oldest first.
	Calls []calllog.Call
	// Events are its webhooks, oldest first.
	Events []webhook.Delivery
	Steps  []TraceStep
}

// TraceStep is something that happened, as a bar on a line of time.
type TraceStep struct {
	Label, Detail, Href string
	Tone                string // call, stored, status, event, failed
	At                  time.Time
	Lasted              time.Duration
	// X and Width are the bar, in thousandths of the whole.
	X, Width int
}

// messageEvents is how many webhooks of one message are shown.
const messageEvents = 30

func (s *Server) message(v *visit) error {
	phoneID, err := v.pathID("phone")
	if err != nil {
		return err
	}
	wamid := v.PathValue("wamid")
	p := MessagePage{Shell: v.shell(v.t("dev.message"), "calls")}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberForTx(ctx, tx, v.caller, phoneID)
		if err != nil {
			return err
		}
		m, ok, err := chat.ByWAMIDTx(ctx, tx, phoneID, "", wamid)
		if err == nil && !ok {
			return errNothing
		}
		p.Number, p.Message = n, m
		return err
	})
	if err != nil {
		return err
	}
	p.Content = pretty(p.Message.Content)
	calls, err := s.Calls.List(v.Context(), calllog.Query{Ref: wamid, Limit: messageEvents})
	if err != nil {
		return err
	}
	events, _, err := s.search(v, parseQuery(wamid), 0, messageEvents)
	if err != nil {
		return err
	}
	for i := len(calls) - 1; i >= 0; i-- {
		p.Calls = append(p.Calls, calls[i])
	}
	for i := len(events) - 1; i >= 0; i-- {
		p.Events = append(p.Events, events[i])
	}
	if p.Steps, err = s.steps(v, p); err != nil {
		return err
	}
	return v.show(http.StatusOK, "message.html", p)
}

// steps are everything that happened to a message, in order.
func (s *Server) steps(v *visit, p MessagePage) (list []TraceStep, err error) {
	for _, c := range p.Calls {
		list = append(list, TraceStep{Label: c.Method + " " + c.Path, Href: Prefix + "/calls/" + c.ID.String(), Tone: "call", At: c.At.Add(-c.Took), Lasted: c.Took})
	}
	m := p.Message
	list = append(list, TraceStep{Label: v.t("dev.stored"), Detail: m.Type, Tone: "stored", At: m.CreatedAt})
	for _, e := range p.Events {
		attempts, err := s.Webhooks.Attempts(v.Context(), v.caller, e.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, TraceStep{Label: v.t("dev.event_made"), Detail: gist(e.Body), Href: Prefix + "/events/" + e.ID.String(), Tone: "event", At: e.CreatedAt})
		for n, a := range attempts {
			t := TraceStep{Label: i18n.T(v.lang, "dev.attempt", "n", number(n+1)), Detail: outcome(a), Href: Prefix + "/events/" + e.ID.String(), Tone: "event", At: a.At, Lasted: time.Duration(a.DurationMS) * time.Millisecond}
			if a.Status != http.StatusOK {
				t.Tone = "failed"
			}
			list = append(list, t)
		}
	}
	if !m.DeliveredAt.IsZero() {
		list = append(list, TraceStep{Label: v.t("dev.delivered_at"), Tone: "status", At: m.DeliveredAt})
	}
	if !m.ReadAt.IsZero() {
		list = append(list, TraceStep{Label: v.t("dev.read_at"), Tone: "status", At: m.ReadAt})
	}
	scale(list)
	return list, nil
}

// scale sorts steps by time and lays their bars out, the first at the left end and the last at the right.
func scale(list []TraceStep) {
	for i := 1; i < len(list); i++ { // few, and nearly in order
		for j := i; j > 0 && list[j].At.Before(list[j-1].At); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	if len(list) == 0 {
		return
	}
	const whole, least = 1000, 6
	first, last := list[0].At, list[0].At
	for _, t := range list {
		if end := t.At.Add(t.Lasted); end.After(last) {
			last = end
		}
	}
	span := max(last.Sub(first), time.Millisecond)
	for i := range list {
		t := &list[i]
		t.X = min(int(whole*t.At.Sub(first)/span), whole-least)
		t.Width = min(max(int(whole*t.Lasted/span), least), whole-t.X)
	}
}

// outcome is what came of an attempt, in short.
func outcome(a webhook.Attempt) string {
	if a.Status == 0 {
		return a.Error
	}
	return number(a.Status)
}

// envelope is what of a webhook's body these pages look at.
type envelope struct {
	Entry []struct {
		Changes []struct {
			Field string `json:"field"`
			Value struct {
				Metadata struct {
					Phone string `json:"phone_number_id"`
				} `json:"metadata"`
				Messages []struct {
					ID   string `json:"id"`
					Type string `json:"type"`
				} `json:"messages"`
				Statuses []struct {
					ID     string `json:"id"`
					Status string `json:"status"`
				} `json:"statuses"`
				Event string `json:"event"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

// gist says in a word what a webhook tells: the type of a message, a status, an event.
func gist(body string) string {
	var e envelope
	if json.Unmarshal([]byte(body), &e) != nil {
		return ""
	}
	for _, entry := range e.Entry {
		for _, c := range entry.Changes {
			switch {
			case len(c.Value.Messages) > 0:
				return c.Value.Messages[0].Type
			case len(c.Value.Statuses) > 0:
				return c.Value.Statuses[0].Status
			case c.Value.Event != "":
				return c.Value.Event
			}
		}
	}
	return ""
}

// messageOf is the page of the message that a webhook tells of; empty where it tells of none.
func messageOf(body string) string {
	var e envelope
	if json.Unmarshal([]byte(body), &e) != nil {
		return ""
	}
	for _, entry := range e.Entry {
		for _, c := range entry.Changes {
			wamid := ""
			if len(c.Value.Messages) > 0 {
				wamid = c.Value.Messages[0].ID
			} else if len(c.Value.Statuses) > 0 {
				wamid = c.Value.Statuses[0].ID
			}
			if _, err := id.Parse(c.Value.Metadata.Phone); err == nil && wamid != "" {
				return Prefix + "/messages/" + c.Value.Metadata.Phone + "/" + wamid
			}
		}
	}
	return ""
}
