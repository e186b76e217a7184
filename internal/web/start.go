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
	"github.com/hawkerhq/hawker/internal/ui"
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
	Dir      string // where the server keeps its data
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
type Command struct {
	Key, Text string
	Answer    string // what it prints when all is well
}

// start shows the start page. Steps tick themselves off as the newcomer goes.
func (s *Server) start(v *visit) error {
	base := "http://" + v.Host
	if v.TLS != nil {
		base = "https://" + v.Host
	}
	p := StartPage{Shell: Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Title: "Hawker", Path: "/"}, BaseURL: base}
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
	list, err := t.Webhooks.Deliveries(ctx, caller, webhook.Filter{State: "delivered"}, 0, deliveriesLooked)
	for _, d := range list {
		done["order"] = done["order"] || strings.Contains(d.Body, `"type":"order"`)
	}
	return done, err
}

// deliveriesLooked is among how many deliveries an order is looked for.
const deliveriesLooked = 50

func steps(t Tour, base string, done map[string]bool) []Step {
	c := caller{tour: t, base: base}
	const success = `{"success":true}`
	const sent = `{"messaging_product":"whatsapp",…"messages":[{"id":"wamid.…"}]}`
	list := []Step{
		{Key: "upload", Commands: []Command{
			{"start.cmd_upload", "curl -s " + base + "/demo/shop-b.json |\n  " + c.curl("-H 'Content-Type: application/json' \\\n  "+c.graph(t.Catalog, "items_batch")+" -d @-"), `{"handles":["A…"]}`},
		}},
		{Key: "connect", Commands: []Command{
			{"start.cmd_connect", c.curl(c.graph(t.WABA, "product_catalogs") + fmt.Sprintf(" \\\n  -d catalog_id=%s", t.Catalog)), success},
		}},
		{Key: "settings", Commands: []Command{
			{"start.cmd_settings", c.curl("-X POST \\\n  '" + c.graph(t.Phone, "whatsapp_commerce_settings") + "?is_catalog_visible=true&is_cart_enabled=true'"), success},
		}},
		{Key: "listen", Commands: []Command{
			{"start.cmd_receiver", receiver(t.VerifyToken, t.AppSecret), ""},
			{"start.cmd_subscribe", fmt.Sprintf("curl -w '\\n' %s \\\n  -d access_token='%s|%s' \\\n  -d object=whatsapp_business_account -d fields=messages \\\n  -d callback_url=http://127.0.0.1:9000/ -d verify_token=%s\n",
				c.graph(t.AppID, "subscriptions"), t.AppID, t.AppSecret, t.VerifyToken) + c.curl("-X POST "+c.graph(t.WABA, "subscribed_apps")), success},
		}},
		{Key: "send", Commands: []Command{
			{"start.cmd_hello", c.curl(fmt.Sprintf("-H 'Content-Type: application/json' \\\n  %s/sandbox/v1/customers/%s/chats/%s/messages \\\n  -d '{\"text\":\"Xin chào!\"}'", base, t.Customer, t.Phone)), `{"message_id":"wamid.…"}`},
			{"start.cmd_single", c.message(`"type": "product",
    "body": {"text": "Just in"},
    "action": {"catalog_id": "` + t.Catalog.String() + `", "product_retailer_id": "` + t.SKUs[0] + `"}`), sent},
			{"start.cmd_multi", c.message(`"type": "product_list",
    "header": {"type": "text", "text": "For you"},
    "body": {"text": "Tap to see them"},
    "action": {"catalog_id": "` + t.Catalog.String() + `", "sections": [{"title": "New", "product_items": [
      ` + c.products() + `]}]}`), sent},
		}},
		{Key: "order", Link: "/chat/" + t.Phone.String(), LinkKey: "start.open_chat"},
	}
	for i := range list {
		list[i].Done = done[list[i].Key]
	}
	return list
}

// caller writes commands that call the server.
type caller struct {
	tour Tour
	base string
}

func (c caller) graph(i id.ID, edge string) string {
	return c.base + "/v25.0/" + i.String() + "/" + edge
}

func (c caller) curl(rest string) string {
	return "curl -w '\\n' -H 'Authorization: Bearer " + c.tour.Token + "' " + rest
}

// message sends an interactive message to the customer.
func (c caller) message(interactive string) string {
	return c.curl("-H 'Content-Type: application/json' \\\n  " + c.graph(c.tour.Phone, "messages") + ` -d '{
  "messaging_product": "whatsapp", "to": "` + c.tour.Customer + `", "type": "interactive",
  "interactive": {` + interactive + `}}'`)
}

func (c caller) products() string {
	list := make([]string, len(c.tour.SKUs))
	for n, sku := range c.tour.SKUs {
		list[n] = `{"product_retailer_id": "` + sku + `"}`
	}
	return strings.Join(list, ",\n      ")
}

// receiver is a webhook receiver small enough to read: it answers the challenge, checks the signature and
// prints what comes.
func receiver(verifyToken, appSecret string) string {
	return `python3 - <<'EOF'
import hashlib, hmac, http.server, json, urllib.parse
class Hook(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self):
        q = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        ok = q.get('hub.verify_token') == ['` + verifyToken + `']
        self.send_response(200 if ok else 403); self.end_headers()
        self.wfile.write(q['hub.challenge'][0].encode() if ok else b'')
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        mine = 'sha256=' + hmac.new(b'` + appSecret + `', body, hashlib.sha256).hexdigest()
        signed = hmac.compare_digest(mine, self.headers['X-Hub-Signature-256'])
        value = json.loads(body)['entry'][0]['changes'][0]['value']
        for s in value.get('statuses', []): print('status ', s['status'], s['id'][-12:], flush=True)
        for m in value.get('messages', []):
            print('message', m['type'], '(signature ok)' if signed else '(WRONG SIGNATURE)')
            print(json.dumps(m, indent=2, ensure_ascii=False), flush=True)
        self.send_response(200); self.end_headers()
http.server.HTTPServer(('127.0.0.1', 9000), Hook).serve_forever()
EOF`
}
