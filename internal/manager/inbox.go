package manager

import (
	"context"
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
