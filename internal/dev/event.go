package dev

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// How many deliveries a page has, how many are read at once, and how many a search looks at.
const (
	eventsShown   = 50
	eventsRead    = 200
	eventsLooked  = 4000
	resendMost    = 200
	attemptsShown = 60
)

// EventsPage lists what receivers were told, newest first.
type EventsPage struct {
	Shell
	Query     Query
	Operators []string
	List      []webhook.Delivery
	Next      string
	// Replay is the last time many were sent again, while anybody may still care.
	Replay *webhook.ReplayRun
	Spans  []string
}

// replayTold is for how long a replay that is done is told.
const replayTold = time.Hour

// search reads deliveries, newest first, that fit; next is where to go on, zero at the end or where it gave up.
func (s *Server) search(v *visit, q Query, before id.ID, limit int) (list []webhook.Delivery, next id.ID, err error) {
	for looked := 0; looked < eventsLooked; looked += eventsRead {
		page, err := s.Webhooks.Deliveries(v.Context(), v.caller, webhook.Filter{State: q.State}, before, eventsRead)
		if err != nil {
			return nil, 0, err
		}
		for _, d := range page {
			before = d.ID
			if !q.fits(d, s.Clock.Now()) {
				continue
			}
			if list = append(list, d); len(list) == limit {
				return list, before, nil
			}
		}
		if len(page) < eventsRead {
			return list, 0, nil
		}
	}
	return list, before, nil
}

func (s *Server) events(v *visit) error {
	before, err := v.before()
	if err != nil {
		return err
	}
	p := EventsPage{Shell: v.shell(v.t("dev.nav_events"), "events"), Query: parseQuery(v.URL.Query().Get("q")), Operators: operators(), Spans: spans()}
	var next id.ID
	if p.List, next, err = s.search(v, p.Query, before, eventsShown); err != nil {
		return err
	}
	if next != 0 {
		p.Next = Prefix + "/events?" + query("q", p.Query.Text, "before", next.String())
	}
	runs, err := s.Webhooks.Replays(v.Context(), v.caller, 0, 1)
	if err != nil {
		return err
	}
	if len(runs) == 1 && (runs[0].FinishedAt == nil || s.Clock.Now().Sub(*runs[0].FinishedAt) < replayTold) {
		p.Replay = &runs[0]
	}
	return v.show(http.StatusOK, "events.html", p)
}

// EventPage is one delivery: what was sent, and what came back.
type EventPage struct {
	Shell
	Delivery webhook.Delivery
	Attempts []AttemptLine
	// Plan are the attempts that the schedule holds, as dots.
	Plan []PlanDot
	// Bytes is the body as it was sent, Body the same for eyes.
	Bytes, Body string
	Calls       []Snippet
	// Message leads to the message the event tells of.
	Message string
}

// AttemptLine is one try.
type AttemptLine struct {
	webhook.Attempt
	Number int
	Good   bool
}

// PlanDot is an attempt of the schedule: made, next or later.
type PlanDot struct {
	Label string
	State string // done, failed, next, later
}

// Snippet is a request as a program would write it.
type Snippet struct{ Name, Text string }

// plan is the published schedule of attempts.
var plan = []string{"0 s", "5 s", "30 s", "2 min", "10 min", "30 min", "1 h", "2 h", "4 h", "8 h", "+12 h"}

func (s *Server) delivery(v *visit, i id.ID) (webhook.Delivery, error) {
	return s.Webhooks.DeliveryOf(v.Context(), v.caller, i)
}

func (s *Server) event(v *visit) error {
	i, err := v.pathID("delivery")
	if err != nil {
		return err
	}
	p := EventPage{Shell: v.shell(i.String(), "events")}
	if p.Delivery, err = s.delivery(v, i); err != nil {
		return err
	}
	attempts, err := s.Webhooks.Attempts(v.Context(), v.caller, i)
	if err != nil {
		return err
	}
	for n, a := range attempts {
		p.Attempts = append(p.Attempts, AttemptLine{Attempt: a, Number: n + 1, Good: a.Status == http.StatusOK})
	}
	p.Attempts = p.Attempts[max(0, len(p.Attempts)-attemptsShown):]
	p.Plan = dots(p.Delivery, len(attempts))
	p.Bytes, p.Body = p.Delivery.Body, pretty(p.Delivery.Body)
	p.Calls = snippets(http.MethodPost, p.Delivery.URL, headers(attempts, s.AppSecret, p.Delivery.Body), p.Delivery.Body)
	p.Message = messageOf(p.Delivery.Body)
	p.Title = p.Delivery.Field + " " + i.String()
	return v.show(http.StatusOK, "event.html", p)
}

// dots are the schedule, as far as it went.
func dots(d webhook.Delivery, made int) []PlanDot {
	list := make([]PlanDot, len(plan))
	for n, label := range plan {
		state := "later"
		switch {
		case n < made-1 || (n == made-1 && d.State == "undelivered"), n == made-1 && d.State == "pending":
			state = "failed"
		case n == made-1:
			state = "done"
		case n == made && d.State == "pending":
			state = "next"
		}
		list[n] = PlanDot{label, state}
	}
	return list
}

// headers are those of the last request, or those the next one has.
func headers(attempts []webhook.Attempt, secret, body string) []string {
	for n := len(attempts) - 1; n >= 0; n-- {
		if head := strings.TrimSpace(attempts[n].RequestHead); head != "" {
			return usable(strings.Split(head, "\n"))
		}
	}
	return []string{"Content-Type: application/json", "X-Hub-Signature-256: " + sign(secret, body)}
}

// usable leaves out what a client writes by itself.
func usable(lines []string) (list []string) {
	for _, l := range lines {
		l = strings.TrimSpace(l)
		name, _, ok := strings.Cut(l, ":")
		switch strings.ToLower(name) {
		case "host", "content-length", "accept-encoding", "connection":
			continue
		}
		if ok {
			list = append(list, l)
		}
	}
	return list
}

func (s *Server) resend(v *visit) error {
	i, err := v.pathID("delivery")
	if err != nil {
		return err
	}
	again, err := s.Webhooks.Replay(v.Context(), v.caller, i)
	if err != nil {
		return err
	}
	return v.redirect(Prefix + "/events/" + again.String() + "?done=resent")
}

// spans are how far back all that was given up can be sent again.
func spans() []string { return []string{"24h", "1h", "168h", "720h"} }

// resendMany sends again what is ticked, or all that was given up since some time.
func (s *Server) resendMany(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	if v.PostFormValue("failed") != "" {
		span, err := time.ParseDuration(v.PostFormValue("span"))
		if err != nil || !slices.Contains(spans(), v.PostFormValue("span")) {
			return errNothing
		}
		since := s.Clock.Now().Add(-span)
		if _, err := s.Webhooks.StartReplay(v.Context(), v.caller, webhook.Selection{State: "undelivered", Since: &since}); err != nil {
			return err
		}
		return v.redirect(Prefix + "/events?done=resent")
	}
	picked := v.PostForm["delivery"]
	for _, text := range picked[:min(len(picked), resendMost)] {
		i, err := id.Parse(text)
		if err != nil {
			return errNothing
		}
		if _, err := s.Webhooks.Replay(v.Context(), v.caller, i); err != nil {
			return err
		}
	}
	return v.redirect(Prefix + "/events?" + query("q", v.PostFormValue("q"), "done", "resent"))
}
