package dev

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/calllog"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// longWord is what somebody wrote at the edge of what fits.
const longWord = "SiêucấpvôđịchkhoảnhkhắcmùahènồngnhiệtkhôngcóđiểmdừngởbấtcứđâuMộtTừRấtDàiMộtTừRấtDài"

const (
	sampleWamid = "wamid.HBgLODQ5MDEyMzQ1NjcVAgARGBIwMzJDMDY5RUY2RTAwMEU4QUIA"
	sampleBody  = `{"object":"whatsapp_business_account","entry":[{"id":"300000000000001","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"400000000000001"},"messages":[{"id":"` + sampleWamid + `","type":"order"}]}}]}]}`
	sampleError = `{"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009,"error_subcode":2494073,"error_data":{"messaging_product":"whatsapp","details":"action.sections: at most 30 products"},"fbtrace_id":"AbC"}}`
)

// sample makes the parts of stories for one look.
type sample struct{ ui.Look }

func (s sample) shell(section string) Shell {
	return Shell{Lang: s.Lang, Theme: s.Theme, Title: i18n.T(s.Lang, "dev.nav_"+section), Section: section, Path: "/dev/storybook/", Nav: nav()}
}

func (s sample) delivery(state string, n int) webhook.Delivery {
	return webhook.Delivery{
		ID: id.ID(9000 + n), EventID: id.ID(8000 + n), AppID: 100000000000001, Field: "messages", URL: "https://bot.example/webhook", State: state, Attempts: 1 + n%3, LastStatus: []int{200, 0, 500}[n%3],
		DueAt: s.Now.Add(10 * time.Minute), CreatedAt: s.Now.Add(-time.Duration(n) * time.Hour), Body: sampleBody,
	}
}

func (s sample) deliveries(n int) (list []webhook.Delivery) {
	for i := range n {
		list = append(list, s.delivery([]string{"delivered", "pending", "undelivered"}[i%3], i))
	}
	if n > 1 {
		list[1].URL = "https://bot.example/" + longWord + longWord
	}
	return list
}

func (s sample) calls(n int) (list []calllog.Call) {
	for i := range n {
		c := calllog.Call{
			ID: id.ID(7000 + i), At: s.Now.Add(-time.Duration(i) * time.Minute), Method: http.MethodPost, Path: "/v25.0/400000000000001/messages", Status: http.StatusOK, Took: 4 * time.Millisecond,
			Trace: "AbCdEf", Ref: sampleWamid, Kind: "application/json", Request: `{"messaging_product":"whatsapp","to":"84901234567","type":"text","text":{"body":"Xin chào"}}`, Response: `{"messages":[{"id":"` + sampleWamid + `"}]}`, Agent: "curl/8",
		}
		if i%3 == 2 {
			c.Status, c.Code, c.Subcode, c.Response, c.Path = http.StatusBadRequest, 131009, 2494073, sampleError, "/v25.0/"+longWord
		}
		list = append(list, c)
	}
	return list
}

func story(page, state string, data func(sample) any) ui.Story {
	return ui.Story{Page: page, State: state, Data: func(l ui.Look) any { return data(sample{l}) }}
}

// Book is every page with sample data.
func (s *Server) Book() ui.Book {
	stories := slices.Concat(logStories(), toolStories(), worldStories())
	return ui.Book{Name: "dev", Pages: s.pages, Stories: stories}
}

func logStories() []ui.Story {
	events := func(s sample, n int, q string) EventsPage {
		return EventsPage{Shell: s.shell("events"), Query: parseQuery(q), Operators: operators(), Spans: spans(), List: s.deliveries(n), Next: "/dev", Replay: &webhook.ReplayRun{Total: 12, Done: n, CreatedAt: s.Now}}
	}
	event := func(s sample, state string) EventPage {
		d := s.delivery(state, 2)
		p := EventPage{Shell: s.shell("events"), Delivery: d, Bytes: d.Body, Body: pretty(d.Body), Plan: dots(d, 2), Message: "/dev", Calls: snippets("POST", d.URL, []string{"Content-Type: application/json"}, d.Body)}
		p.Attempts = []AttemptLine{
			{Number: 1, Attempt: webhook.Attempt{At: s.Now.Add(-time.Hour), Error: "connection refused " + longWord, RequestHead: "POST /webhook HTTP/1.1\nX-Hub-Signature-256: sha256=" + strings.Repeat("ab", 32)}},
			{Number: 2, Good: state == "delivered", Attempt: webhook.Attempt{At: s.Now, Status: 200, DurationMS: 12, RequestHead: "POST /webhook HTTP/1.1", ResponseHead: "HTTP/1.1 200 OK", Response: longWord}},
		}
		return p
	}
	call := func(s sample, n int) CallPage {
		c := s.calls(3)[n]
		return CallPage{Shell: s.shell("calls"), Call: c, Request: pretty(c.Request), Response: pretty(c.Response), Why: why(c.Response), Message: "/dev", Events: s.deliveries(n * 2), Calls: snippets(c.Method, s.Base+c.Path, nil, c.Request), Again: "/dev/explorer"}
	}
	return []ui.Story{
		story("home.html", "empty", func(s sample) any {
			return HomePage{Shell: s.shell("home"), BaseURL: s.Base, Token: "EAADEMO", Now: s.Now}
		}),
		story("home.html", "many", func(s sample) any {
			r := []webhook.Receiver{{AppID: 1, URL: "https://bot.example/" + longWord, State: "failing", Waiting: 12}, {AppID: 1, URL: "https://bot.example/", State: "active"}}
			return HomePage{Shell: s.shell("home"), BaseURL: s.Base, Token: "EAADEMO", Now: s.Now, Failed: s.calls(3), Events: s.deliveries(5), Receivers: r}
		}),
		story("events.html", "empty", func(s sample) any { return events(s, 0, "") }),
		story("events.html", "none", func(s sample) any { return events(s, 0, "is:broken type:order "+longWord) }),
		story("events.html", "many", func(s sample) any { return events(s, 6, "is:failed") }),
		story("event.html", "one", func(s sample) any { return event(s, "delivered") }),
		story("event.html", "pending", func(s sample) any { return event(s, "pending") }),
		story("event.html", "error", func(s sample) any { return event(s, "undelivered") }),
		story("calls.html", "empty", func(s sample) any {
			return CallsPage{Shell: s.shell("calls"), Kept: calllog.Kept, Operators: callOperators()}
		}),
		story("calls.html", "none", func(s sample) any {
			return CallsPage{Shell: s.shell("calls"), Kept: calllog.Kept, Operators: callOperators(), Query: parseCallQuery("path:/" + longWord)}
		}),
		story("calls.html", "many", func(s sample) any {
			return CallsPage{Shell: s.shell("calls"), Kept: calllog.Kept, List: s.calls(6), Next: "/dev", Query: parseCallQuery("is:failed is:odd"), Operators: callOperators()}
		}),
		story("call.html", "one", func(s sample) any { return call(s, 0) }),
		story("call.html", "error", func(s sample) any { return call(s, 2) }),
		story("message.html", "empty", func(s sample) any {
			p := MessagePage{Shell: s.shell("calls"), Message: chat.Message{WAMID: sampleWamid, WaID: "84901234567", Type: "text", CreatedAt: s.Now}, Content: "{}"}
			p.Number = waba.Number{VerifiedName: "Quán Góc Phố", Digits: "842871000001"}
			p.Steps = []TraceStep{{Label: i18n.T(s.Lang, "dev.stored"), Detail: "text", Tone: "stored", At: s.Now}} // what is there was stored
			scale(p.Steps)
			return p
		}),
		story("message.html", "many", func(s sample) any {
			m := chat.Message{WAMID: sampleWamid, PhoneID: 400000000000001, WaID: "84901234567", Outbound: true, Type: "interactive", CreatedAt: s.Now, ErrorCode: 131047, ErrorDetail: longWord, Answers: sampleWamid}
			p := MessagePage{Shell: s.shell("calls"), Message: m, Number: waba.Number{VerifiedName: "Quán Góc Phố", Digits: "842871000001"}, Content: pretty(sampleBody), Calls: s.calls(1), Events: s.deliveries(3)}
			p.Steps = []TraceStep{
				{Label: "POST /v25.0/400000000000001/messages", Href: "/dev", Tone: "call", At: s.Now, Lasted: 40 * time.Millisecond},
				{Label: i18n.T(s.Lang, "dev.stored"), Detail: "interactive", Tone: "stored", At: s.Now.Add(30 * time.Millisecond)},
				{Label: i18n.T(s.Lang, "dev.attempt", "n", "1"), Detail: "connection refused", Tone: "failed", Href: "/dev", At: s.Now.Add(60 * time.Millisecond), Lasted: 20 * time.Millisecond},
				{Label: longWord, Tone: "event", At: s.Now.Add(300 * time.Millisecond)},
				{Label: i18n.T(s.Lang, "dev.read_at"), Tone: "status", At: s.Now.Add(time.Second)},
			}
			scale(p.Steps)
			return p
		}),
		story("error.html", "error", func(s sample) any {
			return ErrorPage{Shell: s.shell("home"), Heading: i18n.T(s.Lang, "dev.nothing"), Text: i18n.T(s.Lang, "dev.nothing_text"), Detail: longWord}
		}),
	}
}

func toolStories() []ui.Story {
	operation := Operation{Key: "POST /sandbox/v1/clock", Method: "POST", Path: "/sandbox/v1/clock", Summary: "Move the platform's clock", Params: []Param{{Name: "advance", In: "body", Doc: longWord}, {Name: "status", In: "query", Enum: []string{"approved", "rejected"}, Required: true}}}
	graph := GraphCall{Key: "POST /{product_catalog}/items_batch", Node: "ProductCatalog", Method: "POST", Path: "/{product_catalog}/items_batch", Doc: "Make, change and delete up to 5000 items", Fields: []string{"id", longWord}}
	explorer := func(s sample) ExplorerPage {
		return ExplorerPage{Shell: s.shell("explorer"), Ask: Ask{Method: "GET", Path: "/v25.0/me", Token: "EAADEMO"}, Methods: methods(), Tokens: []Token{{"EAADEMO", "Demo"}}, Groups: []GraphGroup{{"ProductCatalog", []GraphCall{graph, {Key: "GET /" + longWord, Method: "GET", Path: "/" + longWord, Doc: longWord}}}}, Operations: []Operation{operation}, Values: map[string]string{}}
	}
	got := func(s sample) []Received {
		return []Received{{At: s.Now, Method: "POST", Headers: []string{"X-Hub-Signature-256: sha256=…"}, Body: sampleBody, Pretty: pretty(sampleBody), Signed: true, Status: 200}, {At: s.Now, Body: longWord, Pretty: longWord, Status: 500}}
	}
	return []ui.Story{
		story("explorer.html", "empty", func(s sample) any { return explorer(s) }),
		story("explorer.html", "operation", func(s sample) any {
			p := explorer(s)
			p.Operation, p.Values = &operation, map[string]string{"status": "approved"}
			return p
		}),
		story("explorer.html", "graph", func(s sample) any {
			p := explorer(s)
			p.Call, p.Search, p.Ask.Body = &graph, "items", "{\n  \"item_type\": \"PRODUCT_ITEM\"\n}"
			return p
		}),
		story("explorer.html", "none", func(s sample) any {
			p := explorer(s)
			p.Groups, p.Operations, p.Search = nil, nil, longWord
			return p
		}),
		story("explorer.html", "many", func(s sample) any {
			p := explorer(s)
			p.Answer = &Answer{Status: 200, Headers: []string{"Content-Type: application/json"}, Body: pretty(sampleBody), Took: time.Millisecond}
			p.Diff, p.Snippets = ui.Diff("{\n  \"a\": 1\n}", "{\n  \"a\": 2,\n  \"b\": "+longWord+"\n}"), snippets("GET", s.Base+"/v25.0/me", nil, "")
			return p
		}),
		story("explorer.html", "error", func(s sample) any {
			p := explorer(s)
			p.Problem = i18n.T(s.Lang, "dev.explorer_path")
			p.Answer = &Answer{Status: 400, Body: pretty(sampleError)}
			return p
		}),
		story("receivers.html", "one", func(s sample) any {
			return ReceiversPage{Shell: s.shell("receivers"), List: []Receiver{{Name: "first", Status: 200}}, BaseURL: s.Base + ReceivePath, Form: Receiver{Status: 200}}
		}),
		story("receivers.html", "error", func(s sample) any {
			return ReceiversPage{Shell: s.shell("receivers"), List: []Receiver{{Name: "first", Status: 200, Got: got(s)}, {Name: "slow-and-failing", Status: 503, Delay: 20}}, BaseURL: s.Base + ReceivePath, Form: Receiver{Name: longWord, Status: 999}, Problem: i18n.T(s.Lang, "dev.receiver_name")}
		}),
		story("receiver.html", "empty", func(s sample) any {
			return ReceiverPage{Shell: s.shell("receivers"), Receiver: Receiver{Name: "first", Status: 200}, URL: s.Base + ReceivePath + "first"}
		}),
		story("receiver.html", "many", func(s sample) any {
			return ReceiverPage{Shell: s.shell("receivers"), Receiver: Receiver{Name: "first", Status: 500, Delay: 3, Answer: longWord, Got: got(s)}, URL: s.Base + ReceivePath + "first", Problem: longWord}
		}),
		story("signature.html", "empty", func(s sample) any { return SignaturePage{Shell: s.shell("signature"), Secret: "demo-app-secret"} }),
		story("signature.html", "error", func(s sample) any {
			p := SignaturePage{Shell: s.shell("signature"), Secret: "demo-app-secret", Body: sampleBody, Header: "sha256=00", Expected: sign("demo-app-secret", sampleBody), Bytes: len(sampleBody)}
			p.compare(webhook.Explain([]byte(p.Body), p.Secret, p.Header, nil, nil))
			return p
		}),
		story("signature.html", "one", func(s sample) any {
			p := SignaturePage{Shell: s.shell("signature"), Secret: "s", Body: "{}", Header: sign("s", "{}"), Expected: sign("s", "{}"), Bytes: 2}
			p.compare(webhook.Explain([]byte(p.Body), p.Secret, p.Header, nil, nil))
			return p
		}),
		story("signature.html", "other", func(s sample) any {
			p := SignaturePage{Shell: s.shell("signature"), Secret: "s", Body: "{\n}", Header: "X-Hub-Signature-256: " + sign("t", "{}"), Expected: sign("s", "{\n}"), Bytes: 3}
			p.compare(webhook.Explain([]byte(p.Body), p.Secret, p.Header, []webhook.Key{{Kind: "endpoint", ID: 77, Old: true, Secret: "t"}}, nil))
			return p
		}),
		story("tree.html", "empty", func(s sample) any { return TreePage{Shell: s.shell("tree")} }),
		story("tree.html", "many", func(s sample) any {
			return TreePage{Shell: s.shell("tree"), Businesses: []BusinessNode{{
				Business: account.Business{ID: 200000000000001, Name: "Quán Góc Phố"},
				Accounts: []AccountNode{{Account: waba.Account{ID: 300000000000001, Name: "Quán Góc Phố"}, Connected: 500000000000001, Numbers: []NumberNode{{waba.Number{ID: 400000000000001, VerifiedName: "Quán Góc Phố", Digits: "842871000001"}, waba.Settings{CatalogVisible: true, CartEnabled: true}}}}, {Account: waba.Account{ID: 300000000000002, Name: longWord}}},
				Catalogs: []CatalogNode{{Catalog: catalog.Catalog{ID: 500000000000001, Name: "Thực đơn"}, Items: 26, Sets: []catalog.Set{{ID: 1, Name: "Món nước"}, {ID: 2, Name: longWord}}}},
			}}}
		}),
		story("clock.html", "one", func(s sample) any { return ClockPage{Shell: s.shell("clock"), Now: s.Now, Jumps: jumps()} }),
		story("clock.html", "error", func(s sample) any {
			return ClockPage{Shell: s.shell("clock"), Now: s.Now, Jumps: jumps(), Problem: longWord}
		}),
	}
}
