package dev

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/ui"
)

// FaultsPage makes things go wrong on purpose.
type FaultsPage struct {
	Shell
	List   []FaultLine
	Recent []inject.Applied
	Form   FaultForm
	// Examples fill the form in.
	Examples []Example
	Fields   []string // of webhooks
	Problem  string
	Detail   string
	Calls    []Snippet
}

// FaultLine is a rule at work.
type FaultLine struct {
	Name, On string
	Rule     string // as JSON, without its name
	Applied  int
	Bounded  bool
	Left     int
}

// FaultForm is a rule as somebody writes it.
type FaultForm struct {
	Name, On, Method, Route, Field, Phone, App, Receiver string
	Calls, Share, Status, Code, Subcode, Message         string
	Latency, Drop, Duplicate, Delay                      string
	Reorder                                              bool
	// More opens the fields that are seldom needed.
	More bool
}

// faultExamples are faults that programs meet in the wild, as the form's parameters; the key of a name is dev.fault_<its>.
var faultExamples = []struct{ name, values string }{
	{"refused", "name=half&on=graph&method=POST&route=*/messages&share=0.5&status=500&code=131000&message=Something+went+wrong"},
	{"limited", "name=limited&on=graph&method=POST&route=*/messages&calls=3&status=400&code=130429&message=Rate+limit+hit"},
	{"slow", "name=slow&on=graph&latency=3s"},
	{"lost", "name=lost&on=graph&method=POST&route=*/messages&calls=1&drop=answer"},
	{"twice", "name=twice&on=webhook&field=messages&duplicate=1"},
	{"late", "name=late&on=webhook&delay=1h"},
	{"order", "name=order&on=webhook&share=0.3&reorder=1"},
	{"down", "name=down&on=webhook&calls=5&status=503"},
}

// hookFields are fields of webhooks to choose from.
func hookFields() []string {
	return []string{"messages", "account_update", "account_review_update", "phone_number_quality_update", "message_template_status_update"}
}

func (s *Server) faults(v *visit) error {
	f := readFaultForm(v.URL.Query())
	if f.On == "" {
		f.On = inject.Graph
	}
	return s.showFaults(v, http.StatusOK, FaultsPage{Form: f})
}

func (s *Server) showFaults(v *visit, status int, p FaultsPage) error {
	p.Shell, p.Fields, p.Examples = v.shell(v.t("dev.nav_faults"), "faults"), hookFields(), faultLinks(v)
	rules, recent := s.Faults.List(v.caller.Businesses)
	p.Recent = recent[:min(len(recent), faultsShown)]
	all := make([]inject.Rule, len(rules))
	for i, a := range rules {
		all[i] = a.Rule
		line, err := faultLine(a)
		if err != nil {
			return err
		}
		p.List = append(p.List, line)
	}
	if len(all) > 0 {
		body, err := json.MarshalIndent(map[string]any{"faults": all}, "", "  ")
		if err != nil {
			return err
		}
		p.Calls = snippets(http.MethodPut, s.BaseURL+"/sandbox/v1/faults", []string{"Authorization: Bearer " + s.Token, "Content-Type: application/json"}, string(body))
	}
	return v.show(status, "faults.html", p)
}

// faultsShown is how many of the latest hits are shown.
const faultsShown = 30

func faultLinks(v *visit) (list []Example) {
	for _, e := range faultExamples {
		list = append(list, Example{Name: v.t("dev.fault_" + e.name), Href: Prefix + "/faults?" + e.values + "#new"})
	}
	return list
}

func faultLine(a inject.Active) (FaultLine, error) {
	l := FaultLine{Name: a.Rule.Name, On: a.Rule.On, Applied: a.Applied}
	if a.Left != nil {
		l.Bounded, l.Left = true, *a.Left
	}
	b, err := json.Marshal(a.Rule)
	if err != nil {
		return l, err
	}
	rule := map[string]any{}
	if err := json.Unmarshal(b, &rule); err != nil {
		return l, err
	}
	delete(rule, "name")
	delete(rule, "on")
	for name, value := range rule { // spans of time that are not set
		if value == "0s" {
			delete(rule, name)
		}
	}
	b, err = json.Marshal(rule)
	l.Rule = string(b)
	return l, err
}

func readFaultForm(q url.Values) FaultForm {
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	f := FaultForm{
		Name: get("name"), On: get("on"), Method: get("method"), Route: get("route"), Field: get("field"), Phone: get("phone_number_id"), App: get("app_id"), Receiver: get("receiver_id"),
		Calls: get("calls"), Share: get("share"), Status: get("status"), Code: get("code"), Subcode: get("subcode"), Message: get("message"),
		Latency: get("latency"), Drop: get("drop"), Duplicate: get("duplicate"), Delay: get("delay"), Reorder: q.Get("reorder") != "",
	}
	f.More = f.Phone+f.App+f.Receiver+f.Subcode != ""
	return f
}

// rule reads what was written; the first field that cannot be read is an error like those of rules.
func (f FaultForm) rule() (r inject.Rule, err error) {
	bad := func(member, value, want string) {
		if err == nil {
			err = inject.ErrRule.Withf(member, "%s: %.20q; it is %s", member, value, want)
		}
	}
	number := func(member, text string) (n int) {
		if text != "" {
			var wrong error
			if n, wrong = strconv.Atoi(text); wrong != nil {
				bad(member, text, "a whole number")
			}
		}
		return n
	}
	ident := func(member, text string) (i id.ID) {
		if text != "" {
			var wrong error
			if i, wrong = id.Parse(text); wrong != nil {
				bad(member, text, "an id")
			}
		}
		return i
	}
	span := func(member, text string) inject.Duration {
		if text == "" {
			return 0
		}
		d, wrong := time.ParseDuration(text)
		if wrong != nil {
			bad(member, text, "a span of time such as 2s")
		}
		return inject.Duration(d)
	}
	r = inject.Rule{
		Name: f.Name, On: f.On, Method: f.Method, Route: f.Route, Field: f.Field, PhoneNumberID: ident("phone_number_id", f.Phone), AppID: ident("app_id", f.App), ReceiverID: ident("receiver_id", f.Receiver),
		Calls: number("calls", f.Calls), Status: number("status", f.Status), Code: number("code", f.Code), Subcode: number("subcode", f.Subcode), Message: f.Message,
		Latency: span("latency", f.Latency), Drop: f.Drop, Duplicate: number("duplicate", f.Duplicate), Reorder: f.Reorder, Delay: span("delay", f.Delay),
	}
	if f.Share != "" {
		var wrong error
		if r.Share, wrong = strconv.ParseFloat(f.Share, 64); wrong != nil || r.Share != r.Share {
			bad("share", f.Share, "above 0 and at most 1")
		}
	}
	return r, err
}

func (s *Server) addFault(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	form := readFaultForm(v.PostForm)
	r, err := form.rule()
	if err == nil {
		err = s.Faults.Add(v.caller.Businesses, r)
	}
	if f, ok := fault.As(err); ok {
		return s.showFaults(v, http.StatusUnprocessableEntity, FaultsPage{Form: form, Problem: ui.Words(v.lang, f), Detail: strings.TrimPrefix(f.Detail, "faults[0].")})
	}
	if err != nil {
		return err
	}
	return v.redirect(Prefix + "/faults?done=broken")
}

// endFaults ends one rule, or all.
func (s *Server) endFaults(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	if v.PostForm.Has("name") {
		s.Faults.Remove(v.caller.Businesses, v.PostForm.Get("name"))
	} else if err := s.Faults.Replace(v.caller.Businesses, nil); err != nil {
		return err
	}
	return v.redirect(Prefix + "/faults?done=mended")
}
