package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// threadsShown is how many chats the inbox lists; threadsSearched among how many of the latest it looks for a name.
const (
	threadsShown    = 50
	threadsSearched = 1000
)

// InboxPage lists chats with customers.
type InboxPage struct {
	Shell
	Threads []ThreadLine
	// Show is which chats: mine, nobody (takes care of them), unread; "" all. Search is a part of a name or a number.
	Show, Search string
	Quick        []chat.QuickReply
	Problem      *Problem
}

// Shows are the choices of chats.
func (InboxPage) Shows() []string { return []string{"", "unread", "mine", "nobody"} }

// ThreadLine is a chat in the list.
type ThreadLine struct {
	chat.InboxThread
	Name, Number string
	Agent        string // name of who takes care of it
	Last         messaging.MessageView
}

// inbox lists the chats.
func (s *Server) inbox(v *visit) error { return s.showInbox(v, http.StatusOK, nil) }

func (s *Server) showInbox(v *visit, status int, problem *Problem) error {
	p := InboxPage{Shell: v.shell(v.t("manager.nav_inbox"), "inbox"), Show: v.URL.Query().Get("show"), Search: readFilter(v.URL.Query()).Search, Problem: problem}
	if !slices.Contains(p.Shows(), p.Show) {
		return errNothing
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f := chat.InboxFilter{Unread: p.Show == "unread", Nobodys: p.Show == "nobody"}
		if p.Show == "mine" {
			f.Agent = v.person.ID
		}
		if p.Threads, err = v.threadsTx(ctx, tx, f, p.Search); err != nil {
			return err
		}
		p.Quick, err = chat.QuickRepliesTx(ctx, tx, v.caller, v.business.ID)
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
	return v.show(status, "inbox.html", p)
}

// threadsTx are the chats of the business that a filter and a search leave.
func (v *visit) threadsTx(ctx context.Context, tx *db.Tx, f chat.InboxFilter, search string) (lines []ThreadLine, err error) {
	numbers, err := waba.NumbersTx(ctx, tx, v.caller)
	if err != nil {
		return nil, err
	}
	ids, shown := []id.ID{}, map[id.ID]string{}
	for _, n := range numbers {
		ids, shown[n.ID] = append(ids, n.ID), n.Display()
	}
	people, err := account.PeopleTx(ctx, tx, v.business.ID)
	if err != nil {
		return nil, err
	}
	most := threadsShown
	if search != "" {
		most = threadsSearched
	}
	list, err := chat.InboxOfTx(ctx, tx, ids, f, most)
	for _, c := range list {
		if len(lines) < threadsShown && isCustomer(c.Customer, c.WaID, search) {
			lines = append(lines, ThreadLine{InboxThread: c, Name: name(c.Customer, c.WaID), Number: shown[c.PhoneID], Agent: nameOf(people, c.Agent)})
		}
	}
	return lines, err
}

// isCustomer tells whether a search means a customer: a part of the name, diacritics or not, or of the number.
func isCustomer(name, waID, search string) bool {
	number := strings.TrimLeft(digits(search), "0")
	return search == "" || strings.Contains(catalog.Fold(name), catalog.Fold(search)) || (number != "" && strings.Contains(waID, number))
}

func nameOf(people []account.Person, i id.ID) string {
	for _, p := range people {
		if p.ID == i {
			return p.Name
		}
	}
	return ""
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

// changeQuick keeps an answer ready, or forgets one.
func (s *Server) changeQuick(v *visit) error {
	err := s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if text := v.PostFormValue("remove"); text != "" {
			i, err := id.Parse(text)
			if err != nil {
				return errNothing
			}
			return chat.RemoveQuickReplyTx(ctx, tx, v.caller, i)
		}
		return chat.PutQuickReplyTx(ctx, tx, v.caller, v.business.ID, chat.QuickReply{Name: v.PostFormValue("name"), Text: v.PostFormValue("text")})
	})
	if problem, ok := v.words(err); ok {
		return s.showInbox(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/inbox"), "manager.done_saved")
}
