package dev

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// How many calls a page of the list has, and how many are read at once.
const (
	callsShown = 50
	callsRead  = 250
)

// CallsPage lists the last calls of the Graph API, newest first.
type CallsPage struct {
	Shell
	Query     CallQuery
	Operators []string
	List      []calllog.Call
	Next      string
	Kept      int
}

func (s *Server) calls(v *visit) error {
	before, err := v.before()
	if err != nil {
		return err
	}
	text := v.URL.Query().Get("q")
	if v.URL.Query().Get("failed") != "" && text == "" {
		text = "is:failed"
	}
	p := CallsPage{Shell: v.shell(v.t("dev.nav_calls"), "calls"), Query: parseCallQuery(text), Operators: callOperators(), Kept: calllog.Kept}
	var next id.ID
	if p.List, next, err = s.searchCalls(v, p.Query, before, callsShown); err != nil {
		return err
	}
	if next != 0 {
		p.Next = Prefix + "/calls?" + query("q", p.Query.Text, "before", next.String())
	}
	return v.show(http.StatusOK, "calls.html", p)
}

// searchCalls reads calls, newest first, that fit; next is where to go on, zero at the end.
func (s *Server) searchCalls(v *visit, q CallQuery, before id.ID, limit int) (list []calllog.Call, next id.ID, err error) {
	now := s.Clock.Now()
	for {
		page, err := s.Calls.List(v.Context(), calllog.Query{Before: before, Failed: q.Failed, Limit: callsRead})
		if err != nil {
			return nil, 0, err
		}
		for _, c := range page {
			if !q.fits(c, now) {
				continue
			}
			if len(list) == limit {
				return list, list[limit-1].ID, nil
			}
			list = append(list, c)
		}
		if len(page) < callsRead {
			return list, 0, nil
		}
		before = page[len(page)-1].ID
	}
}

// CallPage is one call, its answer and what came of it.
type CallPage struct {
	Shell
	Call              calllog.Call
	Request, Response string
	Why               *Why
	Message           string
	Events            []webhook.Delivery
	Calls             []Snippet
	// Again is the explorer filled in with the call.
	Again string
}

// Why explains a refusal.
type Why struct {
	Code, Subcode         int
	Message, Title, Text  string
	Details, Field, Trace string
}

func (s *Server) call(v *visit) error {
	i, err := v.pathID("call")
	if err != nil {
		return err
	}
	c, err := s.Calls.Find(v.Context(), i)
	if err != nil {
		return err
	}
	p := CallPage{Shell: v.shell(c.Method+" "+c.Path, "calls"), Call: c, Request: requestText(c), Response: pretty(c.Response), Why: why(c.Response)}
	if c.Ref != "" {
		if p.Events, _, err = s.search(v, parseQuery(c.Ref), 0, eventsShown); err != nil {
			return err
		}
		p.Message = messagePath(c)
	}
	p.Calls = s.snippetsOf(c)
	p.Again = Prefix + "/explorer?call=" + c.ID.String()
	return v.show(http.StatusOK, "call.html", p)
}

func requestText(c calllog.Call) string {
	if c.Kind == "application/x-www-form-urlencoded" {
		return strings.ReplaceAll(c.Request, "&", "\n&")
	}
	return pretty(c.Request)
}

// snippetsOf is a call as a program would make it again.
func (s *Server) snippetsOf(c calllog.Call) []Snippet {
	to := s.BaseURL + c.Path
	if c.Query != "" {
		to += "?" + c.Query
	}
	heads := []string{"Authorization: Bearer …"}
	if c.Kind != "" {
		heads = append(heads, "Content-Type: "+c.Kind)
	}
	return snippets(c.Method, to, heads, c.Request)
}

// why reads the error of an answer; nil where there is none.
func why(answer string) *Why {
	var a struct {
		Error *struct {
			Message   string `json:"message"`
			Code      int    `json:"code"`
			Subcode   int    `json:"error_subcode"`
			Title     string `json:"error_user_title"`
			UserMsg   string `json:"error_user_msg"`
			Trace     string `json:"fbtrace_id"`
			ErrorData any    `json:"error_data"`
		} `json:"error"`
	}
	if json.Unmarshal([]byte(answer), &a) != nil || a.Error == nil {
		return nil
	}
	w := Why{Code: a.Error.Code, Subcode: a.Error.Subcode, Message: a.Error.Message, Title: a.Error.Title, Text: a.Error.UserMsg, Trace: a.Error.Trace}
	data := a.Error.ErrorData
	if text, ok := data.(string); ok { // some errors carry their data as text
		_ = json.Unmarshal([]byte(text), &data) // stays a text where it is none
	}
	if m, ok := data.(map[string]any); ok {
		w.Details, _ = m["details"].(string)
		if specs, ok := m["blame_field_specs"].([]any); ok {
			for _, spec := range specs {
				if parts, ok := spec.([]any); ok {
					for _, part := range parts {
						if text, ok := part.(string); ok {
							w.Field = strings.TrimPrefix(w.Field+"."+text, ".")
						}
					}
				}
			}
		}
	}
	return &w
}

// messagePath is the page of the message that a call made or is about: a number's id stands in its path.
func messagePath(c calllog.Call) string {
	for part := range strings.SplitSeq(c.Path, "/") {
		if i, err := id.Parse(part); err == nil && len(part) == len(strconv.FormatInt(int64(i), 10)) && i > 1_000_000 {
			return Prefix + "/messages/" + part + "/" + c.Ref
		}
	}
	return ""
}
