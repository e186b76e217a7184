package inject

import (
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/id"
)

// Call is a call of the Graph API.
type Call struct {
	Method string
	// Path is the path without version and leading slash: "400000000000001/messages".
	Path       string
	Node       id.ID // the first part of the path, as an id
	App        id.ID
	Businesses []id.ID // the caller's
}

// Request is a webhook about to leave.
type Request struct {
	Delivery, Phone, App, Receiver, Business id.ID
	Field                                    string
}

// OnCall is the rule that hits a call; false when none does.
func (s *Set) OnCall(c Call) (Rule, bool) {
	return s.hit(Graph, c.Method+" /"+c.Path, 0, func(a *active) (id.ID, bool) {
		business := shared(a.businesses, c.Businesses)
		return business, business != 0 &&
			(a.Method == "" || a.Method == c.Method) && (a.Route == "" || fits(a.Route, c.Path)) &&
			(a.PhoneNumberID == 0 || a.PhoneNumberID == c.Node) && (a.AppID == 0 || a.AppID == c.App)
	})
}

// OnRequest is the rule that hits a webhook; false when none does. What is held back is held back once.
func (s *Set) OnRequest(r Request) (Rule, bool) {
	return s.hit(Webhook, "delivery "+r.Delivery.String()+" of field "+r.Field, r.Delivery, func(a *active) (id.ID, bool) {
		return r.Business, slices.Contains(a.businesses, r.Business) && !a.held[r.Delivery] &&
			(a.Field == "" || a.Field == r.Field) && (a.PhoneNumberID == 0 || a.PhoneNumberID == r.Phone) &&
			(a.AppID == 0 || a.AppID == r.App) && (a.ReceiverID == 0 || a.ReceiverID == r.Receiver)
	})
}

// hit finds the first rule whose turn it is and counts it.
func (s *Set) hit(on, what string, delivery id.ID, matches func(*active) (business id.ID, ok bool)) (Rule, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.rules {
		if a.On != on || a.spent() {
			continue
		}
		business, ok := matches(a)
		if !ok || !a.turn() {
			continue
		}
		a.applied++
		if delivery != 0 && (a.Reorder || a.Delay > 0) {
			a.held[delivery] = true
		}
		done := Applied{At: s.clock.Now(), Fault: a.Name, On: on, What: what}
		s.recent = append(s.recent[max(0, len(s.recent)-recentMost+1):], hit{done, a.businesses})
		if s.told != nil {
			s.told(business, done)
		}
		return a.Rule, true
	}
	return Rule{}, false
}

// turn tells whether the share hits now: evenly, so that what happens can be repeated.
func (a *active) turn() bool {
	if a.Share == 0 {
		return true
	}
	const almostOne = 1 - 1e-9 // sums of tenths
	if a.share += a.Share; a.share < almostOne {
		return false
	}
	a.share--
	return true
}

func shared(a, b []id.ID) id.ID {
	for _, x := range a {
		if slices.Contains(b, x) {
			return x
		}
	}
	return 0
}

// fits tells whether a path fits a route: the same parts, * any one.
func fits(route, path string) bool {
	want, have := strings.Split(strings.Trim(route, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/")
	return slices.EqualFunc(want, have, func(w, h string) bool { return w == "*" || w == h })
}
