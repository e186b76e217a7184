package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Tour is what a newcomer works with on the start page: an unconnected shop, and how to call for it.
type Tour struct {
	AppID                          id.ID
	AppSecret, Token, VerifyToken  string
	Shop                           string
	Business, WABA, Phone, Catalog id.ID
	// Customer is who orders; SKUs are items of the shop's file to send.
	Customer string
	SKUs     []string
	// Webhooks tells whether a program listens.
	Webhooks *webhook.Service
}

// StartPage is the first page: what this is, and the five steps.
type StartPage struct {
	Shell
	BaseURL string
	Demo    bool
	Steps   []Step
	Tour    Tour
}

// Step is one of the five things a newcomer does.
type Step struct {
	Key      string // of its texts: start.<key>, start.<key>_text
	Done     bool
	Commands []Command
	// Link leads to where the step happens, if it is a page; LinkKey is its text.
	Link, LinkKey string
}

// Command is something to copy into a shell.
type Command struct{ Key, Text string }

// start shows the start page. Steps tick themselves off as the newcomer goes.
func (s *Server) start(v *visit) error {
	base := "http://" + v.Host
	if v.TLS != nil {
		base = "https://" + v.Host
	}
	p := StartPage{Shell: Shell{Lang: v.lang, Title: "Hawker", Path: "/"}, BaseURL: base}
	if t := s.Tour; t != nil {
		done, err := s.progress(v.Context(), *t)
		if err != nil {
			return err
		}
		p.Demo, p.Tour, p.Steps = true, *t, steps(*t, base, done)
	}
	return s.show(v, http.StatusOK, "start.html", p)
}

// progress looks at what the newcomer has done so far.
func (s *Server) progress(ctx context.Context, t Tour) (done map[string]bool, err error) {
	done = map[string]bool{}
	caller := access.Caller{Businesses: []id.ID{t.Business}}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := catalog.CountTx(ctx, tx, t.Catalog)
		if err != nil {
			return err
		}
		_, connected, err := waba.ConnectedCatalogTx(ctx, tx, t.WABA)
		if err != nil {
			return err
		}
		settings, err := waba.SettingsTx(ctx, tx, t.Phone)
		done["upload"], done["connect"], done["settings"] = n > 0, connected, settings.CatalogVisible
		return err
	})
	if err != nil {
		return nil, err
	}
	subs, err := t.Webhooks.WABASubscriptions(ctx, t.WABA)
	if err != nil {
		return nil, err
	}
	done["listen"] = len(subs) > 0
	chat, err := s.Exchange.Chat(ctx, t.Phone, t.Customer, 0, "")
	if err != nil {
		return nil, err
	}
	for _, m := range chat.Messages {
		done["send"] = done["send"] || m.Kind == "product_list" || m.Kind == "product"
	}
	list, err := t.Webhooks.Deliveries(ctx, caller, "delivered", 0, deliveriesLooked)
	for _, d := range list {
		done["order"] = done["order"] || strings.Contains(d.Body, `"type":"order"`)
	}
	return done, err
}

// deliveriesLooked is among how many deliveries an order is looked for.
const deliveriesLooked = 50

func steps(t Tour, base string, done map[string]bool) []Step {
	graph := base + "/v25.0/"
	curl := func(rest string) string {
		return "curl -H 'Authorization: Bearer " + t.Token + "' " + rest
	}
	post := func(path, body string) string {
		return curl(fmt.Sprintf("-H 'Content-Type: application/json' \\\n  %s -d '%s'", graph+path, body))
	}
	products := make([]string, len(t.SKUs))
	for i, sku := range t.SKUs {
		products[i] = `{"product_retailer_id":"` + sku + `"}`
	}
	list := []Step{
		{Key: "upload", Commands: []Command{
			{"start.cmd_upload", "curl -s " + base + "/demo/shop-b.json | " + curl("-H 'Content-Type: application/json' \\\n  "+graph+t.Catalog.String()+"/items_batch -d @-")},
		}},
		{Key: "connect", Commands: []Command{
			{"start.cmd_connect", curl(fmt.Sprintf("%s%s/product_catalogs \\\n  -d catalog_id=%s", graph, t.WABA, t.Catalog))},
		}},
		{Key: "settings", Commands: []Command{
			{"start.cmd_settings", curl(fmt.Sprintf("-X POST \\\n  '%s%s/whatsapp_commerce_settings?is_catalog_visible=true&is_cart_enabled=true'", graph, t.Phone))},
		}},
		{Key: "listen", Commands: []Command{
			{"start.cmd_receiver", receiver(t.VerifyToken)},
			{"start.cmd_subscribe", fmt.Sprintf("curl '%s%s/subscriptions' -d access_token='%s|%s' \\\n  -d object=whatsapp_business_account -d fields=messages \\\n  -d callback_url=http://127.0.0.1:9000/ -d verify_token=%s\n", graph, t.AppID, t.AppID, t.AppSecret, t.VerifyToken) +
				curl(fmt.Sprintf("-X POST %s%s/subscribed_apps", graph, t.WABA))},
		}},
		{Key: "send", Commands: []Command{
			{"start.cmd_hello", curl(fmt.Sprintf("-H 'Content-Type: application/json' \\\n  %s/sandbox/v1/customers/%s/chats/%s/messages -d '{\"text\":\"Xin chào!\"}'", base, t.Customer, t.Phone))},
			{"start.cmd_single", post(t.Phone.String()+"/messages", fmt.Sprintf(`{"messaging_product":"whatsapp","to":"%s","type":"interactive","interactive":{"type":"product","body":{"text":"Just in"},"action":{"catalog_id":"%s","product_retailer_id":"%s"}}}`, t.Customer, t.Catalog, t.SKUs[0]))},
			{"start.cmd_multi", post(t.Phone.String()+"/messages", fmt.Sprintf(`{"messaging_product":"whatsapp","to":"%s","type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"For you"},"body":{"text":"Tap to see them"},"action":{"catalog_id":"%s","sections":[{"title":"New","product_items":[%s]}]}}}`, t.Customer, t.Catalog, strings.Join(products, ",")))},
		}},
		{Key: "order", Link: "/chat/" + t.Phone.String(), LinkKey: "start.open_chat"},
	}
	for i := range list {
		list[i].Done = done[list[i].Key]
	}
	return list
}

// receiver is a webhook receiver small enough to read: it answers the challenge and prints what comes.
func receiver(verifyToken string) string {
	return `python3 - <<'EOF'
import http.server, urllib.parse
class Hook(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        q = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        ok = q.get('hub.verify_token') == ['` + verifyToken + `']
        self.send_response(200 if ok else 403); self.end_headers()
        self.wfile.write(q['hub.challenge'][0].encode() if ok else b'')
    def do_POST(self):
        print(self.headers['X-Hub-Signature-256'])
        print(self.rfile.read(int(self.headers['Content-Length'])).decode(), flush=True)
        self.send_response(200); self.end_headers()
http.server.HTTPServer(('127.0.0.1', 9000), Hook).serve_forever()
EOF`
}
