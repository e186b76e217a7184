package inject_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
)

var (
	start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	mine  = []id.ID{1, 2}
)

func set(t *testing.T, rules ...inject.Rule) (*inject.Set, *[]inject.Applied) {
	t.Helper()
	told := &[]inject.Applied{}
	s := inject.New(clock.NewFixed(start), func(_ id.ID, a inject.Applied) { *told = append(*told, a) })
	if err := s.Replace(mine, rules); err != nil {
		t.Fatal(err)
	}
	return s, told
}

func TestRulesHitWhatTheyName(t *testing.T) {
	t.Parallel()
	call := inject.Call{Method: "POST", Path: "44/messages", Node: 44, App: 11, Businesses: []id.ID{2, 3}}
	for name, x := range map[string]struct {
		rule   inject.Rule
		change func(*inject.Call)
		hits   bool
	}{
		"everything":        {inject.Rule{}, func(*inject.Call) {}, true},
		"another business":  {inject.Rule{}, func(c *inject.Call) { c.Businesses = []id.ID{3} }, false},
		"route":             {inject.Rule{Route: "/*/messages"}, func(*inject.Call) {}, true},
		"route by id":       {inject.Rule{Route: "44/messages"}, func(*inject.Call) {}, true},
		"another route":     {inject.Rule{Route: "*/media"}, func(*inject.Call) {}, false},
		"a longer route":    {inject.Rule{Route: "*"}, func(*inject.Call) {}, false},
		"method":            {inject.Rule{Method: "GET"}, func(*inject.Call) {}, false},
		"number":            {inject.Rule{PhoneNumberID: 44}, func(*inject.Call) {}, true},
		"another number":    {inject.Rule{PhoneNumberID: 45}, func(*inject.Call) {}, false},
		"app":               {inject.Rule{AppID: 11}, func(*inject.Call) {}, true},
		"another app":       {inject.Rule{AppID: 12}, func(*inject.Call) {}, false},
		"app of no account": {inject.Rule{AppID: 11}, func(c *inject.Call) { c.App = 0 }, false},
	} {
		x.rule.On, x.rule.Status = inject.Graph, 500
		s, told := set(t, x.rule)
		c := call
		x.change(&c)
		if _, hit := s.OnCall(c); hit != x.hits || len(*told) != map[bool]int{true: 1}[x.hits] {
			t.Errorf("%s: hit %v, told %v", name, hit, *told)
		}
		if _, hit := s.OnRequest(inject.Request{Business: 1}); hit {
			t.Errorf("%s: hit a webhook", name)
		}
	}
	request := inject.Request{Delivery: 7, Phone: 44, App: 11, Receiver: 9, Business: 1, Field: "messages"}
	for name, x := range map[string]struct {
		rule inject.Rule
		hits bool
	}{
		"everything": {inject.Rule{}, true}, "field": {inject.Rule{Field: "messages"}, true}, "another field": {inject.Rule{Field: "security"}, false},
		"number": {inject.Rule{PhoneNumberID: 44}, true}, "another number": {inject.Rule{PhoneNumberID: 4}, false}, "app": {inject.Rule{AppID: 12}, false},
		"receiver": {inject.Rule{ReceiverID: 9}, true}, "another receiver": {inject.Rule{ReceiverID: 8}, false},
	} {
		x.rule.On, x.rule.Drop = inject.Webhook, inject.DropRequest
		s, _ := set(t, x.rule)
		if _, hit := s.OnRequest(request); hit != x.hits {
			t.Errorf("%s: hit %v", name, hit)
		}
	}
}

func TestCallsAndSharesAreCounted(t *testing.T) {
	t.Parallel()
	s, told := set(t, inject.Rule{Name: "thrice", On: inject.Graph, Code: 4, Calls: 3}, inject.Rule{On: inject.Graph, Status: 503, Share: 0.1})
	c := inject.Call{Method: "GET", Path: "me", Businesses: mine}
	var got []int
	for range 33 {
		r, _ := s.OnCall(c)
		got = append(got, r.Code+r.Status)
	}
	hits := 0
	for i, v := range got {
		switch {
		case i < 3 && v != 4, i >= 3 && v != 0 && v != 503:
			t.Errorf("call %d: %d", i, v)
		case v == 503:
			hits++
		}
	}
	if hits != 3 || len(*told) != 6 {
		t.Errorf("%d of thirty hit, told %d times", hits, len(*told))
	}
	rules, recent := s.List(mine)
	if len(rules) != 2 || rules[0].Applied != 3 || *rules[0].Left != 0 || rules[1].Left != nil || len(recent) != 6 || recent[5].Fault != "thrice" || recent[5].What != "GET /me" {
		t.Errorf("%+v, %+v", rules, recent)
	}
	if rules, recent := s.List([]id.ID{1}); len(rules) != 0 || len(recent) != 0 {
		t.Errorf("who reaches a part sees %v, %v", rules, recent)
	}
	if err := s.Replace([]id.ID{3}, nil); err != nil || s.Quiet(inject.Graph) {
		t.Errorf("another business cleared them: %v", err)
	}
	if err := s.Replace(mine, nil); err != nil || !s.Quiet(inject.Graph) {
		t.Errorf("not cleared: %v", err)
	}
}

func TestWhatIsHeldBackIsHeldBackOnce(t *testing.T) {
	t.Parallel()
	s, _ := set(t, inject.Rule{On: inject.Webhook, Reorder: true})
	r := inject.Request{Delivery: 7, Business: 1}
	_, first := s.OnRequest(r)
	_, second := s.OnRequest(r)
	r.Delivery = 8
	_, other := s.OnRequest(r)
	if !first || second || !other {
		t.Errorf("held %v, %v, %v", first, second, other)
	}
}

func TestNonsenseIsRefusedByName(t *testing.T) {
	t.Parallel()
	s, _ := set(t)
	for member, r := range map[string]inject.Rule{
		"on":        {On: "mail", Status: 500},
		"name":      {On: inject.Graph, Status: 500, Name: strings.Repeat("x", 201)},
		"method":    {On: inject.Graph, Status: 500, Method: "PATCH"},
		"calls":     {On: inject.Graph, Status: 500, Calls: -1},
		"share":     {On: inject.Graph, Status: 500, Share: 1.5},
		"status":    {On: inject.Graph, Status: 200},
		"code":      {On: inject.Graph, Code: -1},
		"latency":   {On: inject.Graph, Latency: inject.Duration(time.Hour)},
		"delay":     {On: inject.Webhook, Delay: inject.Duration(-1)},
		"duplicate": {On: inject.Webhook, Duplicate: 11},
		"drop":      {On: inject.Webhook, Drop: "all"},
	} {
		err := s.Replace(mine, []inject.Rule{r})
		f, _ := fault.As(err)
		if !errors.Is(err, inject.ErrRule) || f.Field != "faults[0]."+member {
			t.Errorf("%s: %v", member, err)
		}
	}
	for name, r := range map[string]inject.Rule{
		"nothing": {On: inject.Graph}, "webhook's on graph": {On: inject.Graph, Duplicate: 1}, "graph's on webhook": {On: inject.Webhook, Code: 1},
	} {
		if err := s.Replace(mine, []inject.Rule{r}); !errors.Is(err, inject.ErrRule) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Replace(mine, make([]inject.Rule, 101)); !errors.Is(err, inject.ErrRule) {
		t.Errorf("too many: %v", err)
	}
}

func TestSpansOfTimeAreTexts(t *testing.T) {
	t.Parallel()
	var r inject.Rule
	if err := json.Unmarshal([]byte(`{"latency":"1.5s"}`), &r); err != nil || time.Duration(r.Latency) != 1500*time.Millisecond {
		t.Errorf("%+v, %v", r, err)
	}
	if err := json.Unmarshal([]byte(`{"latency":"soon"}`), &r); err == nil {
		t.Error("soon was taken")
	}
}
