// Package inject makes things go wrong on purpose: calls that fail or hang, answers that get lost, webhooks
// that come late, twice, out of order or not at all. Rules live in memory: a restart ends them.
package inject

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Causes.
var (
	// ErrRule is a rule that makes no sense.
	ErrRule = fault.New("inject.rule")
	// ErrPurpose is an error because a rule wants it.
	ErrPurpose = fault.New("inject.purpose")
)

// Where a rule works.
const (
	Graph   = "graph"   // calls of the Graph API
	Webhook = "webhook" // requests to receivers
)

// What gets lost.
const (
	DropRequest = "request" // before anything is done
	DropAnswer  = "answer"  // after everything is done
)

// Rule says what goes wrong, where, and how often.
type Rule struct {
	Name string `json:"name" doc:"a label for the log; left out, the rule's number"`
	On   string `json:"on" doc:"graph: calls of the Graph API; webhook: requests to receivers" enum:"graph,webhook"`

	Method        string `json:"method,omitempty" doc:"of calls: GET, POST or DELETE"`
	Route         string `json:"route,omitempty" doc:"of calls: the path without version, * for any part, for example */messages"`
	PhoneNumberID id.ID  `json:"phone_number_id,omitempty" doc:"only calls on this number, only webhooks about it"`
	AppID         id.ID  `json:"app_id,omitempty" doc:"only calls with this app's tokens, only its webhooks"`
	Field         string `json:"field,omitempty" doc:"of webhooks: only this field"`
	ReceiverID    id.ID  `json:"receiver_id,omitempty" doc:"of webhooks: only to this receiver"`

	Calls int     `json:"calls,omitempty" doc:"only the next so many that match; left out: all"`
	Share float64 `json:"share,omitempty" doc:"only this share of them, above 0 up to 1; left out: all"`

	Status    int      `json:"status,omitempty" doc:"the HTTP status of the error; on webhooks, the answer made up for the receiver"`
	Code      int      `json:"code,omitempty" doc:"of calls: the code of the Graph error, for example 131000"`
	Subcode   int      `json:"subcode,omitempty" doc:"of calls: its subcode"`
	Message   string   `json:"message,omitempty" doc:"of calls: its message"`
	Latency   Duration `json:"latency,omitempty" doc:"how long to wait first, for example 2s; at most 60s" schema:"string"`
	Drop      string   `json:"drop,omitempty" doc:"lose the request before anything is done, or the answer afterwards; a webhook becomes undelivered" enum:"request,answer"`
	Duplicate int      `json:"duplicate,omitempty" doc:"of webhooks: send it so many times more, at most 10"`
	Reorder   bool     `json:"reorder,omitempty" doc:"of webhooks: hold it back until later ones have passed"`
	Delay     Duration `json:"delay,omitempty" doc:"of webhooks: hold it back so long by the platform's clock, at most 168h" schema:"string"`
}

// Duration is a span of time that JSON has as a text: "2s".
type Duration time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("%.20q is no span of time such as 2s", b)
	}
	*d = Duration(v)
	return nil
}

// Bounds of rules.
const (
	rulesMost     = 100
	recentMost    = 200
	latencyMost   = time.Minute
	delayMost     = 7 * 24 * time.Hour
	duplicateMost = 10
	textMost      = 200
	// ReorderFor is how long a webhook is held back so that later ones overtake it.
	ReorderFor = 2 * time.Second
)

// check says what is wrong with the rule at a place in a list.
func (r Rule) check(at int) error {
	bad := func(member, format string, args ...any) error {
		return ErrRule.Withf("faults["+strconv.Itoa(at)+"]."+member, "faults[%d].%s: "+format, append([]any{at, member}, args...)...)
	}
	graph := r.On == Graph
	switch {
	case r.On != Graph && r.On != Webhook:
		return bad("on", "%.20q; it is graph or webhook", r.On)
	case len(r.Name) > textMost || len(r.Message) > textMost || len(r.Route) > textMost:
		return bad("name", "texts have at most %d bytes", textMost)
	case r.Method != "" && !slices.Contains([]string{"GET", "POST", "DELETE"}, r.Method):
		return bad("method", "%.20q; it is GET, POST or DELETE", r.Method)
	case r.Calls < 0:
		return bad("calls", "%d; it is the number of calls to hit", r.Calls)
	case r.Share < 0 || r.Share > 1:
		return bad("share", "%v; it is above 0 and at most 1", r.Share)
	case r.Status != 0 && (r.Status < 100 || r.Status > 599):
		return bad("status", "%d is no HTTP status", r.Status)
	case graph && r.Status != 0 && r.Status < 400:
		return bad("status", "%d is no error; say 400 to 599", r.Status)
	case r.Code < 0 || r.Subcode < 0:
		return bad("code", "codes are positive")
	case r.Latency < 0 || time.Duration(r.Latency) > latencyMost:
		return bad("latency", "%s; it is at most %s", time.Duration(r.Latency), latencyMost)
	case r.Delay < 0 || time.Duration(r.Delay) > delayMost:
		return bad("delay", "%s; it is at most %s", time.Duration(r.Delay), delayMost)
	case r.Duplicate < 0 || r.Duplicate > duplicateMost:
		return bad("duplicate", "%d; it is at most %d", r.Duplicate, duplicateMost)
	case r.Drop != "" && r.Drop != DropRequest && r.Drop != DropAnswer:
		return bad("drop", "%.20q; it is request or answer", r.Drop)
	case graph && (r.Field != "" || r.ReceiverID != 0 || r.Duplicate != 0 || r.Reorder || r.Delay != 0):
		return bad("on", "field, receiver_id, duplicate, reorder and delay are for webhooks")
	case !graph && (r.Method != "" || r.Route != "" || r.Code != 0 || r.Subcode != 0 || r.Message != ""):
		return bad("on", "method, route, code, subcode and message are for calls of the Graph API")
	case r.Status == 0 && r.Code == 0 && r.Latency == 0 && r.Drop == "" && r.Duplicate == 0 && !r.Reorder && r.Delay == 0:
		return bad("status", "the rule does nothing; say status, code, latency, drop, duplicate, reorder or delay")
	}
	return nil
}

// Active is a rule at work.
type Active struct {
	Rule    Rule `json:"rule"`
	Applied int  `json:"applied"`
	// Left is how many calls more it hits; absent without a bound.
	Left *int `json:"left,omitempty"`
}

// active is what is remembered of one.
type active struct {
	Rule
	applied    int
	businesses []id.ID // of who made it: nobody else feels it
	share      float64 // saved up towards the next hit
	held       map[id.ID]bool
}

// Applied is one time a rule hit.
type Applied struct {
	At    time.Time `json:"at"`
	Fault string    `json:"fault"`
	On    string    `json:"on"`
	What  string    `json:"what"`
}

type hit struct {
	Applied
	businesses []id.ID
}

// Set holds the rules of everybody. It is safe for concurrent use.
type Set struct {
	clock clock.Clock
	told  func(business id.ID, a Applied) // may be nil

	mu     sync.Mutex
	rules  []*active
	recent []hit
}

// New returns a set without rules. told hears of each hit, if it is not nil.
func New(c clock.Clock, told func(business id.ID, a Applied)) *Set { return &Set{clock: c, told: told} }

// Replace puts rules in the place of all that were made for these businesses.
func (s *Set) Replace(businesses []id.ID, rules []Rule) error {
	if len(rules) > rulesMost {
		return ErrRule.Withf("faults", "%d faults are too many; at most %d", len(rules), rulesMost)
	}
	made := make([]*active, len(rules))
	for i, r := range rules {
		if err := r.check(i); err != nil {
			return err
		}
		if r.Name == "" {
			r.Name = strconv.Itoa(i)
		}
		made[i] = &active{Rule: r, businesses: businesses, held: map[id.ID]bool{}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(slices.DeleteFunc(s.rules, func(a *active) bool { return within(a.businesses, businesses) }), made...)
	return nil
}

// Add puts a rule beside those that were made for these businesses; they go on counting. A rule of the same name makes way.
func (s *Set) Add(businesses []id.ID, r Rule) error {
	if err := r.check(0); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	mine, taken := 0, map[string]bool{}
	for _, a := range s.rules {
		if within(a.businesses, businesses) {
			mine, taken[a.Name] = mine+1, true
		}
	}
	for n := 0; r.Name == ""; n++ {
		if text := strconv.Itoa(n); !taken[text] {
			r.Name = text
		}
	}
	if mine == rulesMost && !taken[r.Name] {
		return ErrRule.Withf("faults", "there are %d faults already, the most there may be", rulesMost)
	}
	s.removeNamed(businesses, r.Name)
	s.rules = append(s.rules, &active{Rule: r, businesses: businesses, held: map[id.ID]bool{}})
	return nil
}

// Remove ends the rules of a name that were made for these businesses.
func (s *Set) Remove(businesses []id.ID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removeNamed(businesses, name)
}

func (s *Set) removeNamed(businesses []id.ID, name string) {
	s.rules = slices.DeleteFunc(s.rules, func(a *active) bool { return a.Name == name && within(a.businesses, businesses) })
}

// within tells whether all of list are among the others.
func within(list, among []id.ID) bool {
	return !slices.ContainsFunc(list, func(b id.ID) bool { return !slices.Contains(among, b) })
}

// List is the rules made for these businesses, and when they hit, the latest first.
func (s *Set) List(businesses []id.ID) (rules []Active, recent []Applied) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.rules {
		if !within(a.businesses, businesses) {
			continue
		}
		show := Active{Rule: a.Rule, Applied: a.applied}
		if a.Calls > 0 {
			left := a.Calls - a.applied
			show.Left = &left
		}
		rules = append(rules, show)
	}
	for _, a := range slices.Backward(s.recent) {
		if within(a.businesses, businesses) {
			recent = append(recent, a.Applied)
		}
	}
	return rules, recent
}

// Quiet tells that nothing goes wrong on purpose there.
func (s *Set) Quiet(on string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(s.rules, func(a *active) bool { return a.On == on && !a.spent() })
}

func (a *active) spent() bool { return a.Calls > 0 && a.applied >= a.Calls }
