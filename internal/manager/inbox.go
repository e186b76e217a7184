package manager

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// threadsShown is how many chats the inbox lists; messagesShown how many messages of one.
const (
	threadsShown  = 50
	messagesShown = 60
)

// InboxPage lists chats with customers.
type InboxPage struct {
	Shell
	Threads []ThreadLine
}

// ThreadLine is a chat in the list.
type ThreadLine struct {
	chat.InboxThread
	Name, Number string
	Last         messaging.MessageView
}

// ThreadPage is one chat, from the business's side.
type ThreadPage struct {
	Shell
	Chat    messaging.ChatView
	Name    string
	Phone   string
	Open    bool
	Older   string
	Reply   string // the message that the next one answers
	Quote   *messaging.MessageView
	Draft   string
	Orders  map[string]id.ID // by message id
	Problem *Problem
}

// inbox lists the chats.
func (s *Server) inbox(v *visit) error {
	p := InboxPage{Shell: v.shell(v.t("manager.nav_inbox"), "inbox")}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Threads = nil
		numbers, err := waba.NumbersTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		ids, shown := []id.ID{}, map[id.ID]string{}
		for _, n := range numbers {
			ids, shown[n.ID] = append(ids, n.ID), n.Display()
		}
		list, err := chat.InboxTx(ctx, tx, ids, threadsShown)
		for _, c := range list {
			p.Threads = append(p.Threads, ThreadLine{InboxThread: c, Name: name(c.Customer, c.WaID), Number: shown[c.PhoneID]})
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, t := range p.Threads {
		last, err := s.Exchange.Chat(v.Context(), t.PhoneID, t.WaID, 1, "")
		if err != nil {
			return err
		}
		if last.Messages = arrived(last.Messages); len(last.Messages) > 0 {
			p.Threads[n].Last = last.Messages[len(last.Messages)-1]
		}
	}
	return v.show(http.StatusOK, "inbox.html", p)
}

// arrived leaves out what customers wrote while they were on the number's block list.
func arrived(list []messaging.MessageView) []messaging.MessageView {
	return slices.DeleteFunc(list, func(m messaging.MessageView) bool { return !m.Business && m.Status == "sent" })
}

func name(name, waID string) string {
	if name == "" {
		return phone.Display(waID)
	}
	return name
}

// thread shows one chat and marks what the customer wrote as read.
func (s *Server) thread(v *visit) error {
	return s.showThread(v, http.StatusOK, ThreadPage{Reply: v.URL.Query().Get("reply")})
}

func (s *Server) showThread(v *visit, status int, p ThreadPage) error {
	number, waID, err := s.ownThread(v)
	if err != nil {
		return err
	}
	if p.Chat, err = s.Exchange.Chat(v.Context(), number, waID, messagesShown, v.URL.Query().Get("before")); err != nil {
		return err
	}
	p.Chat.Messages = arrived(p.Chat.Messages)
	p.Orders = map[string]id.ID{}
	last := ""
	for n, m := range p.Chat.Messages {
		if !m.Business {
			last = m.ID
		}
		if m.Order != nil {
			p.Orders[m.ID] = m.Order.ID
		}
		if m.ID == p.Reply {
			p.Quote = &p.Chat.Messages[n]
		}
	}
	if p.Quote == nil {
		p.Reply = ""
	}
	if last != "" {
		if err := s.Exchange.MarkRead(v.Context(), v.caller, number, last, false); err != nil {
			return err
		}
	}
	if p.Chat.HasOlder && len(p.Chat.Messages) > 0 {
		p.Older = v.URL.Path + "?before=" + p.Chat.Messages[0].ID
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		c, _, err := chat.CustomerTx(ctx, tx, waID)
		p.Name, p.Phone = name(c.Name, waID), phone.Display(waID)
		return err
	})
	if err != nil {
		return err
	}
	p.Open = p.Chat.WindowUntil.After(s.now())
	p.Shell = v.shell(p.Name, "inbox")
	return v.show(status, "thread.html", p)
}

// ownThread reads the path of a chat, and that its number is the business's.
func (s *Server) ownThread(v *visit) (number id.ID, waID string, err error) {
	if number, err = v.pathID("phone"); err != nil {
		return 0, "", err
	}
	waID = v.PathValue("customer")
	if err := messaging.CheckWaID(waID); err != nil {
		return 0, "", errNothing
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, v.caller, number); err != nil {
			return err
		}
		_, ok, err := chat.FindThreadTx(ctx, tx, number, waID)
		if err == nil && !ok {
			return errNothing
		}
		return err
	})
	return number, waID, err
}

// reply writes to the customer.
func (s *Server) reply(v *visit) error {
	number, waID, err := s.ownThread(v)
	if err != nil {
		return err
	}
	p := ThreadPage{Draft: strings.TrimSpace(strings.ReplaceAll(v.PostFormValue("text"), "\r\n", "\n")), Reply: v.PostFormValue("reply")}
	err = s.write(v, number, waID, p.Draft, p.Reply)
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showThread(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(v.URL.Path, "")
}

// ComposePage writes a product message.
type ComposePage struct {
	Shell
	Numbers   []waba.Number
	Customers []ThreadLine
	Form      ComposeForm
	// JSON is the message as the API takes it, Call how.
	JSON, Call string
	Sent       string // wamid
	Problem    *Problem
}

// ComposeForm is a message as it is written down.
type ComposeForm struct {
	From, To, Kind, Header, Body, Footer, Products string
}

// compose shows the empty form.
func (s *Server) compose(v *visit) error {
	q := v.URL.Query()
	return s.showCompose(v, http.StatusOK, ComposePage{Form: ComposeForm{Kind: "product_list", To: q.Get("to"), From: q.Get("from"), Products: q.Get("products")}})
}

func (s *Server) showCompose(v *visit, status int, p ComposePage) error {
	p.Shell = v.shell(v.t("manager.nav_compose"), "compose")
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Customers = nil
		if p.Numbers, err = waba.NumbersTx(ctx, tx, v.caller); err != nil {
			return err
		}
		ids := make([]id.ID, len(p.Numbers))
		for n := range p.Numbers {
			ids[n] = p.Numbers[n].ID
		}
		list, err := chat.InboxTx(ctx, tx, ids, threadsShown)
		for _, c := range list {
			p.Customers = append(p.Customers, ThreadLine{InboxThread: c, Name: name(c.Customer, c.WaID)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(status, "compose.html", p)
}

// message is the form as the API takes it: sections are lines that end in a colon, products the lines below.
func (f ComposeForm) message(catalogID id.ID) ([]byte, error) {
	inter := map[string]any{"type": f.Kind, "body": map[string]any{"text": f.Body}}
	if f.Footer != "" {
		inter["footer"] = map[string]any{"text": f.Footer}
	}
	var sections []map[string]any
	for line := range strings.Lines(f.Products) {
		line = strings.TrimSpace(line)
		title, isTitle := strings.CutSuffix(line, ":")
		switch {
		case line == "":
			continue
		case isTitle || len(sections) == 0:
			sections = append(sections, map[string]any{"title": title, "product_items": []any{}})
			if isTitle {
				continue
			}
			delete(sections[0], "title")
		}
		last := sections[len(sections)-1]
		last["product_items"] = append(last["product_items"].([]any), map[string]any{"product_retailer_id": line})
	}
	action := map[string]any{"catalog_id": catalogID.String()}
	switch f.Kind {
	case "product":
		action["product_retailer_id"] = strings.TrimSpace(f.Products)
		if f.Body == "" {
			delete(inter, "body")
		}
	case "product_list":
		inter["header"] = map[string]any{"type": "text", "text": f.Header}
		action["sections"] = sections
	default:
		inter["type"] = "catalog_message"
		action = map[string]any{"name": "catalog_message"}
	}
	inter["action"] = action
	return json.MarshalIndent(map[string]any{
		"messaging_product": "whatsapp", "recipient_type": "individual", "to": f.To, "type": "interactive", "interactive": inter,
	}, "", "  ")
}

// send shows a message as the API takes it, and sends it.
func (s *Server) send(v *visit) error {
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(v.PostFormValue(name), "\r\n", "\n"))
	}
	p := ComposePage{Form: ComposeForm{
		From: text("from"), To: text("to"), Kind: text("kind"), Header: text("header"), Body: text("body"), Footer: text("footer"), Products: text("products"),
	}}
	number, err := id.Parse(p.Form.From)
	if err != nil {
		return errNothing
	}
	body, err := p.Form.message(v.catalog.ID)
	if err != nil {
		return err
	}
	p.JSON = string(body)
	p.Call = "curl -H 'Authorization: Bearer …' -H 'Content-Type: application/json' \\\n  " + v.base() + "/v25.0/" + number.String() + "/messages -d @message.json"
	parsed, err := messaging.Parse(body)
	if err == nil && v.PostFormValue("action") == "send" {
		sent, serr := s.Exchange.Send(v.Context(), v.caller, number, parsed)
		if err = serr; err == nil && len(sent.Messages) > 0 {
			p.Sent = sent.Messages[0].ID
		}
	}
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showCompose(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return s.showCompose(v, http.StatusOK, p)
}
