package manager

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// messagesShown is how many messages of a chat are shown at once.
const messagesShown = 60

// ThreadPage is one chat, from the business's side.
type ThreadPage struct {
	Shell
	// Inspect is where developers see what stands behind a message of the chat, in the demo world.
	Inspect string
	Chat    messaging.ChatView
	Name    string
	Phone   string
	Open    bool
	Left    time.Duration // how long the business may still write freely
	Older   string
	Reply   string // the message that the next one answers
	Quote   *messaging.MessageView
	Draft   string
	// Items are the products that messages ask about and that were chosen to send, by SKU.
	Items map[string]catalog.Item
	// Agent is who takes care of the chat, People who can.
	Agent  id.ID
	People []account.Person
	Quick  []chat.QuickReply
	// Picker offers products to send, Form holds the chosen ones. Picking tells that somebody is at it.
	Picker  Picker
	Form    ComposeForm
	Picking bool
	Problem *Problem
}

// SecondsLeft is Left for a script that counts down.
func (p ThreadPage) SecondsLeft() int { return int(p.Left / time.Second) }

// AgentName is who takes care of the chat; "" for nobody.
func (p ThreadPage) AgentName() string { return nameOf(p.People, p.Agent) }

// At is the address of the chat.
func (p ThreadPage) At() string {
	return p.Base + "/inbox/" + p.Chat.Business.PhoneID.String() + "/" + p.Chat.WaID
}

// enquiry is what parts of the page are made from: the page, with a message or what it quotes.
func enquiry(p ThreadPage, about any) any {
	switch one := about.(type) {
	case messaging.QuoteView:
		return struct {
			Page  ThreadPage
			Quote messaging.QuoteView
		}{p, one}
	case *messaging.QuoteView:
		return enquiry(p, *one)
	case messaging.MessageView:
		return struct {
			Page    ThreadPage
			Message messaging.MessageView
		}{p, one}
	}
	return nil
}

// thread shows one chat and marks what the customer wrote as read.
func (s *Server) thread(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	return s.showThread(v, http.StatusOK, ThreadPage{Reply: v.URL.Query().Get("reply"), Form: readCompose(nil)})
}

func (s *Server) showThread(v *visit, status int, p ThreadPage) error {
	number, waID, err := s.ownThread(v)
	if err != nil {
		return err
	}
	if p.Chat, err = s.Exchange.Talk(v.Context(), number, waID, messagesShown, v.URL.Query().Get("before")); err != nil {
		return err
	}
	if s.Demo != nil {
		p.Inspect = "/dev/messages/" + number.String() + "/"
	}
	p.Chat.Messages = arrived(p.Chat.Messages)
	last := ""
	for n, m := range p.Chat.Messages {
		if !m.Business {
			last = m.ID
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
	if err := s.readThread(v, &p, number, waID); err != nil {
		return err
	}
	if p.Left = p.Chat.WindowUntil.Sub(s.now()); p.Left > 0 {
		p.Open = true
	}
	p.Shell = v.shell(p.Name, "inbox")
	return v.show(status, "thread.html", p)
}

// readThread reads what stands around the messages of a chat.
func (s *Server) readThread(v *visit, p *ThreadPage, number id.ID, waID string) error {
	p.Picker = v.readPicker(v.URL.Path)
	return s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		c, _, err := chat.CustomerTx(ctx, tx, waID)
		if err != nil {
			return err
		}
		p.Name, p.Phone = name(c.Name, waID), phone.Display(waID)
		if p.Agent, err = chat.AgentTx(ctx, tx, number, waID); err != nil {
			return err
		}
		if p.People, err = speakersTx(ctx, tx, v.business.ID); err != nil {
			return err
		}
		if p.Quick, err = chat.QuickRepliesTx(ctx, tx, v.caller, v.business.ID); err != nil {
			return err
		}
		if p.Items, err = v.itemsOfTx(ctx, tx, *p); err != nil {
			return err
		}
		return v.pickerTx(ctx, tx, &p.Picker, p.Form.Chosen())
	})
}

// speakersTx are those who may write to a business's customers.
func speakersTx(ctx context.Context, tx *db.Tx, business id.ID) ([]account.Person, error) {
	list, err := account.PeopleTx(ctx, tx, business)
	return slices.DeleteFunc(list, func(p account.Person) bool { return !slices.Contains(speakers, p.Roles[business]) }), err
}

// itemsOfTx are the products that a page of a chat is about, by SKU, from the business's catalogs.
func (v *visit) itemsOfTx(ctx context.Context, tx *db.Tx, p ThreadPage) (map[string]catalog.Item, error) {
	skus := p.Form.Chosen()
	for _, m := range p.Chat.Messages {
		if m.Quote != nil && m.Quote.Product != "" {
			skus[m.Quote.Product] = true
		}
	}
	all := map[string]catalog.Item{}
	if len(skus) == 0 {
		return all, nil
	}
	list := make([]string, 0, len(skus))
	for sku := range skus {
		list = append(list, sku)
	}
	for _, c := range v.catalogs {
		found, err := catalog.ItemsByRetailerTx(ctx, tx, c.ID, list)
		if err != nil {
			return nil, err
		}
		for sku, it := range found {
			if have, ok := all[sku]; !ok || have.CatalogID != v.catalog.ID {
				all[sku] = it
			}
		}
	}
	return all, nil
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

// reply does what the form's button says: it writes to the customer, sends products, puts a quick reply into the field, or
// changes which products are chosen.
func (s *Server) reply(v *visit) error {
	number, waID, err := s.ownThread(v)
	if err != nil {
		return err
	}
	p := ThreadPage{Draft: strings.TrimSpace(strings.ReplaceAll(v.PostFormValue("text"), "\r\n", "\n")), Reply: v.PostFormValue("reply"), Form: readCompose(v.PostForm)}
	action, rest, _ := strings.Cut(v.PostFormValue("action"), ":")
	switch action {
	case "quick":
		if p.Draft, err = s.quickText(v, rest, waID); err != nil {
			return err
		}
		return s.showThread(v, http.StatusOK, p)
	case "add", "drop", "find", "set":
		p.Picking = true
		err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error { return p.Form.editTx(ctx, tx, v, action+":"+rest) })
		if err != nil {
			return err
		}
		return s.showThread(v, http.StatusOK, p)
	case "products":
		p.Picking = true
		err = s.sendPicked(v, number, waID, p)
	default:
		err = s.write(v, number, waID, p.Draft, p.Reply)
	}
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showThread(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(v.URL.Path, "")
}

// quickText is a quick reply for a customer: {name} stands for theirs.
func (s *Server) quickText(v *visit, quick, waID string) (text string, err error) {
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		list, err := chat.QuickRepliesTx(ctx, tx, v.caller, v.business.ID)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(list, func(q chat.QuickReply) bool { return q.ID.String() == quick })
		if n < 0 {
			return errNothing
		}
		c, _, err := chat.CustomerTx(ctx, tx, waID)
		text = strings.ReplaceAll(list[n].Text, "{name}", name(c.Name, waID))
		return err
	})
	return text, err
}

// sendPicked sends the chosen products: one as a product message, several as a list under the business's name.
func (s *Server) sendPicked(v *visit, number id.ID, waID string, p ThreadPage) error {
	f := p.Form
	f.To, f.Body, f.Kind = waID, p.Draft, "product"
	if f.Count() > 1 {
		header := []rune(v.business.Name)
		f.Kind, f.Header, f.Body = "product_list", string(header[:min(len(header), messaging.HeaderMost)]), cmp.Or(f.Body, v.t("manager.pick_body"))
	}
	body, err := f.message(v.catalog.ID)
	if err == nil && p.Reply != "" {
		body, err = answering(body, p.Reply)
	}
	if err != nil {
		return err
	}
	parsed, err := messaging.Parse(body)
	if err != nil {
		return err
	}
	_, err = s.Exchange.Send(v.Context(), v.caller, number, parsed)
	return err
}

// answering is a message as an answer to another.
func answering(body []byte, wamid string) ([]byte, error) {
	m := map[string]any{}
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, err
	}
	m["context"] = map[string]any{"message_id": wamid}
	return json.Marshal(m)
}

// assign gives a chat to somebody who may write to customers, or to nobody.
func (s *Server) assign(v *visit) error {
	number, waID, err := s.ownThread(v)
	if err != nil {
		return err
	}
	var person id.ID
	if text := v.PostFormValue("agent"); text != "" {
		if person, err = id.Parse(text); err != nil {
			return errNothing
		}
	}
	err = s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		people, err := speakersTx(ctx, tx, v.business.ID)
		if err != nil {
			return err
		}
		if person != 0 && nameOf(people, person) == "" {
			return errNothing
		}
		return chat.AssignTx(ctx, tx, number, waID, person)
	})
	if err != nil {
		return err
	}
	return v.done(strings.TrimSuffix(v.URL.Path, "/agent"), "manager.done_saved")
}

// threadFile is a file of one of the business's chats.
func (s *Server) threadFile(v *visit) error {
	number, _, err := s.ownThread(v)
	if err != nil {
		return err
	}
	i, err := v.pathID("file")
	if err != nil {
		return err
	}
	var f attachment.File
	ok := false
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, ok, err = attachment.OfNumberTx(ctx, tx, number, i)
		return err
	})
	if err != nil {
		return err
	}
	if !ok {
		return errNothing
	}
	s.Attachments.Serve(v.w, v.Request, f)
	return nil
}
