package web

import (
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
)

// chatRoutes are the pages of the chat, all on one page.
func (s *Server) chatRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /chat", s.page(s.chats))
	mux.HandleFunc("POST /chat/customer", s.page(s.pickCustomer))
	mux.HandleFunc("POST /chat/device", s.page(s.pickDevice))
	mux.HandleFunc("GET /chat/live", s.page(s.liveChats))
	mux.HandleFunc("GET /chat/{phone}", s.page(s.conversation))
	mux.HandleFunc("GET /chat/{phone}/live", s.page(s.liveChat))
	mux.HandleFunc("POST /chat/{phone}/messages", s.page(s.postMessage))
	mux.HandleFunc("POST /chat/{phone}/answer", s.page(s.postAnswer))
	mux.HandleFunc("POST /chat/{phone}/files", s.pageOf(attachment.MostBytes+formMost, s.postFile))
	mux.HandleFunc("GET /chat/{phone}/media/{id}", s.page(s.file))
	mux.HandleFunc("POST /chat/{phone}/read", s.page(s.postRead))
	mux.HandleFunc("GET /chat/{phone}/profile", s.page(s.profile))
	mux.HandleFunc("POST /chat/{phone}/block", s.page(s.block))
	mux.HandleFunc("POST /chat/{phone}/offers", s.page(s.offers))
	mux.HandleFunc("GET /chat/{phone}/items", s.page(s.messageItems))
	mux.HandleFunc("GET /chat/{phone}/catalog", s.page(s.catalog))
	mux.HandleFunc("GET /chat/{phone}/product/{sku}", s.page(s.product))
	mux.HandleFunc("POST /chat/{phone}/product/{sku}/report", s.page(s.report))
	mux.HandleFunc("GET /chat/{phone}/cart", s.page(s.cart))
	mux.HandleFunc("POST /chat/{phone}/cart", s.page(s.putCart))
	mux.HandleFunc("POST /chat/{phone}/cart/send", s.page(s.sendCart))
	mux.HandleFunc("GET /chat/{phone}/order", s.page(s.order))
	mux.HandleFunc("GET /chat/{phone}/flow", s.page(s.flow))
	mux.HandleFunc("POST /chat/{phone}/flow", s.pageOf(flowMost, s.postFlow))
	mux.HandleFunc("GET /c/{number}", s.page(s.catalogLink))
	mux.HandleFunc("GET /p/{item}/{number}", s.page(s.productLink))
	mux.HandleFunc("GET /message/{code}", s.page(s.messageLink))
}

func (s *Server) pickCustomer(v *visit) error {
	people, err := s.Exchange.Customers(v.Context())
	if err != nil {
		return err
	}
	wa := v.PostFormValue("wa_id")
	if !slices.ContainsFunc(people, func(c chat.Customer) bool { return c.WaID == wa }) {
		return errNothing
	}
	http.SetCookie(v.w, &http.Cookie{Name: customerCookie, Value: wa, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return v.redirect(ui.LocalPath(v.PostFormValue("next"), "/chat"))
}

func (s *Server) pickLanguage(v *visit) error {
	if lang := v.PostFormValue("lang"); slices.Contains(i18n.Languages(), lang) {
		ui.Remember(v.w, ui.LanguageCookie, lang)
	}
	return v.redirect(ui.LocalPath(v.PostFormValue("back"), "/"))
}

func (s *Server) pickTheme(v *visit) error {
	if theme := v.PostFormValue("theme"); slices.Contains(ui.Themes(), theme) {
		ui.Remember(v.w, ui.ThemeCookie, theme)
	}
	return v.redirect(ui.LocalPath(v.PostFormValue("back"), "/"))
}

// chats lists a customer's chats, or asks who they are. The phone has then taken every message.
func (s *Server) chats(v *visit) error {
	q := v.URL.Query()
	if v.customer.WaID == "" || q.Has("pick") {
		sh, err := s.shell(v, i18n.T(v.lang, "chat.who"), "")
		if err != nil {
			return err
		}
		p := PickerPage{Shell: sh, People: sh.Customers, Next: ui.LocalPath(q.Get("next"), "/chat")}
		p.Customers = nil
		return s.show(v, http.StatusOK, "picker.html", p)
	}
	list, err := s.Exchange.Chats(v.Context(), v.customer.WaID)
	if err != nil {
		return err
	}
	sh, err := s.shell(v, "Hawker", "/chat/live")
	if err != nil {
		return err
	}
	p := ChatsPage{Shell: sh}
	for _, c := range list {
		if c.Last != nil && c.Last.Business && c.Last.Status == "sent" && !v.device.Offline {
			if err := s.Exchange.Ack(v.Context(), c.Business.PhoneID, v.customer.WaID, c.Last.ID, chat.Delivered); err != nil {
				return err
			}
		}
		p.Chats = append(p.Chats, chatRow(v.lang, c))
	}
	return s.show(v, http.StatusOK, "chats.html", p)
}

func chatRow(lang string, c messaging.ChatSummary) ChatRow {
	row := ChatRow{Phone: c.Business.PhoneID.String(), Name: c.Business.Name, Preview: c.Business.Display, At: c.At, Unread: c.Unread}
	if c.Last == nil {
		return row
	}
	row.Mine, row.Status, row.Preview = !c.Last.Business, c.Last.Status, c.Last.Text
	kinds := map[string][2]string{
		"product": {"shopping-cart", "chat.preview_product"}, "product_list": {"layout-grid", "chat.preview_list"},
		"catalog_message": {"store", "chat.preview_catalog"}, "order": {"shopping-cart", "chat.preview_order"},
		"image": {"image-off", "chat.image"}, "video": {"image-off", "chat.video"}, "audio": {"message-circle", "chat.audio"}, "document": {"receipt-text", "chat.document"},
		"sticker": {"image-off", "chat.sticker"}, "location": {"map-pin", "chat.location"}, "contacts": {"user-round", "chat.contact"}, "carousel": {"layout-grid", "chat.preview_list"},
		"order_details": {"receipt-text", "bill.title"}, "order_status": {"receipt-text", "bill.title"},
	}
	if k, ok := kinds[c.Last.Kind]; ok {
		row.Icon = k[0]
		if row.Preview == "" {
			row.Preview = i18n.T(lang, k[1])
		}
	}
	return row
}

// conversation shows one chat. A page that was loaded was seen; one that htmx refreshed behind another
// window was only taken, and the script tells when it is looked at.
func (s *Server) conversation(v *visit) error {
	return s.showConversation(v, http.StatusOK, "")
}

func (s *Server) showConversation(v *visit, status int, problem string) error {
	q := v.URL.Query()
	view, err := s.Exchange.Chat(v.Context(), v.phone, v.customer.WaID, messaging.ChatDefault, q.Get("before"))
	if err != nil {
		return err
	}
	if len(view.Messages) == 0 && v.Method == http.MethodGet && !v.device.Offline {
		if _, err := s.Exchange.Welcome(v.Context(), v.phone, v.customer.WaID); err != nil {
			return err
		}
	}
	last := ""
	view.Messages = v.device.arrived(view.Messages)
	for _, m := range view.Messages {
		if m.Business {
			last = m.ID
		}
	}
	if last != "" && v.Method == http.MethodGet && !v.device.Offline {
		to := chat.Read
		if v.Header.Get("HX-Request") != "" || v.device.Silent {
			to = chat.Delivered
		}
		if err := s.Exchange.Ack(v.Context(), v.phone, v.customer.WaID, last, to); err != nil {
			return err
		}
	}
	b := v.business(view.Business)
	sh, err := s.shell(v, b.Name, b.At()+"/live")
	if err != nil {
		return err
	}
	p := ConversationPage{Shell: sh, Business: b, LastInbound: last, Problem: problem, Blocked: view.Blocked, Typing: view.Typing && !v.device.Offline, Days: s.days(v.lang, b, view.Messages)}
	p.Path = b.At()
	p.Commands, p.Draft = view.Commands, draft(q.Get("text"))
	if len(view.Messages) == 0 {
		p.Prompts = view.Prompts
	}
	if view.HasOlder && len(view.Messages) > 0 {
		p.Older = p.Path + "?before=" + url.QueryEscape(view.Messages[0].ID)
	}
	if p.Quote, err = s.draftQuote(v, view); err != nil {
		return err
	}
	if p.Quote != nil { // a page that reads itself anew keeps what is being answered
		p.Path += "?" + url.Values{"reply_to": {p.Quote.ReplyTo}, "product": {p.Quote.Product}}.Encode()
	}
	return s.show(v, status, "conversation.html", p)
}

// draftMost is the longest text a link may write into the composer, in bytes.
const draftMost = 4096

// draft is the text of a link as the composer shows it.
func draft(text string) string {
	if len(text) > draftMost || !utf8.ValidString(text) {
		return ""
	}
	return text
}

// draftQuote is what the composer's next message answers.
func (s *Server) draftQuote(v *visit, view messaging.ChatView) (*Quote, error) {
	if sku := v.FormValue("product"); sku != "" {
		p, err := s.Store.Product(v.Context(), v.phone, v.customer.WaID, sku)
		if err != nil {
			return nil, err
		}
		return &Quote{From: view.Business.Name, Text: p.Title, Image: p.Image, Product: sku}, nil
	}
	reply := v.FormValue("reply_to")
	for _, m := range view.Messages {
		if m.ID == reply && reply != "" {
			q := &Quote{Mine: !m.Business, From: view.Business.Name, Text: m.Text, ReplyTo: reply}
			if q.Mine {
				q.From = i18n.T(v.lang, "chat.you")
			}
			return q, nil
		}
	}
	return nil, nil
}

func (s *Server) postMessage(v *visit) error {
	if v.device.Offline {
		return s.showConversation(v, http.StatusUnprocessableEntity, i18n.T(v.lang, "chat.offline_text"))
	}
	_, err := s.Exchange.Receive(v.Context(), messaging.Inbound{
		PhoneID: v.phone, WaID: v.customer.WaID, Text: v.PostFormValue("text"), ProductRetailerID: v.PostFormValue("product"), ReplyTo: v.PostFormValue("reply_to"),
	})
	if f, ok := fault.As(err); ok {
		return s.showConversation(v, http.StatusUnprocessableEntity, ui.Words(v.lang, f))
	}
	if err != nil {
		return err
	}
	return v.redirect(v.at())
}

func (s *Server) postRead(v *visit) error {
	to := chat.Read
	switch {
	case v.device.Offline:
		v.w.WriteHeader(http.StatusNoContent)
		return nil
	case v.device.Silent:
		to = chat.Delivered
	}
	if err := s.Exchange.Ack(v.Context(), v.phone, v.customer.WaID, v.PostFormValue("up_to"), to); err != nil {
		return err
	}
	v.w.WriteHeader(http.StatusNoContent)
	return nil
}
