package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/wire"
)

// Tap is a message with something to tap or to fill in.
type Tap struct {
	ID      string // wamid
	Action  string // where its forms go
	Buttons []wire.Reply
	List    *messaging.ListView
	Link    *Link
	Cards   []TapCard
	Bill    *Bill
	Offer   *Offer
	More    []TapButton // of a template
	Address *AddressForm
	Ask     bool // asks for a location
}

// Link is a button that opens a page of the shop's.
type Link struct{ Text, URL, Host string }

// TapCard is a card of a carousel: a product, or a picture with a text, and what can be tapped.
type TapCard struct {
	Product *Card
	File    *File
	More    []TapButton
	Text    string
	Link    *Link
}

// Bill is an order to pay, or its new status.
type Bill struct {
	Reference, Label, Note string // label: a text's key
	Lines                  []BillLine
	Total                  money.Amount
}

// BillLine is a line of a bill.
type BillLine struct {
	Title    string
	Quantity int
	Total    money.Amount
}

// Place is a point on the map, as a link.
type Place struct{ Name, Address, Href, Degrees string }

// Person is a card of an address book.
type Person struct{ Name, Detail string }

// faces are the reactions a tap away, as on phones.
var faces = []string{"👍", "❤️", "😂", "😮", "😢", "🙏"}

// billLabels name the statuses of a bill.
var billLabels = map[string]string{
	"pending": "bill.pending", "processing": "bill.processing", "partially_shipped": "bill.partially_shipped", "shipped": "bill.shipped",
	"completed": "bill.completed", "canceled": "bill.canceled",
}

// File is a picture, video, sound or document of a message.
type File struct {
	Kind, Href, Name, MIME, Size string
	Heard                        bool // its business is told when it is listened to
}

// file serves a file of a chat of this business.
func (s *Server) file(v *visit) error {
	i, err := id.Parse(v.PathValue("id"))
	if err != nil {
		return errNothing
	}
	if v.embedded {
		theirs, err := s.theirs(v, i)
		if err != nil || !theirs {
			return cmp.Or(err, errNothing)
		}
	}
	var f attachment.File
	var ok bool
	err = s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, ok, err = attachment.OfNumberTx(ctx, tx, v.phone, i)
		return err
	})
	if err != nil {
		return err
	}
	if !ok {
		return errNothing
	}
	if v.URL.Query().Has(playing) {
		if err := s.heard(v); err != nil {
			return err
		}
	}
	s.Attachments.Serve(v.w, v.Request, f)
	return nil
}

// fileSize is a size for people.
func fileSize(n int64) string {
	const kilo = 1 << 10
	if n < kilo*kilo {
		return strconv.FormatInt((n+kilo-1)/kilo, 10) + " kB"
	}
	return strconv.FormatInt(n/kilo/kilo, 10) + " MB"
}

// fileOf is a file as a bubble shows it.
func fileOf(b Business, wamid string, f messaging.FileView) File {
	return File{Kind: f.Kind, Href: b.At() + "/media/" + f.ID.String() + "?m=" + url.QueryEscape(wamid), Name: f.Name, MIME: f.MIME, Size: fileSize(f.Size)}
}

// plain fills what a message without products shows.
func plain(w *Message, b Business, m messaging.MessageView) {
	if l := m.Location; l != nil {
		at := string(l.Latitude) + "," + string(l.Longitude)
		w.Place = &Place{Name: l.Name, Address: l.Address, Degrees: at, Href: "https://www.openstreetmap.org/?mlat=" + url.QueryEscape(string(l.Latitude)) + "&mlon=" + url.QueryEscape(string(l.Longitude))}
	}
	for _, f := range m.Files {
		file := fileOf(b, m.ID, f)
		if f.Voice && m.Business && m.Kind == "audio" {
			file.Heard, file.Href = true, file.Href+"&"+playing
		}
		w.Files = append(w.Files, file)
	}
	for _, c := range m.Contacts {
		p := Person{Name: c.Name.FormattedName}
		switch {
		case len(c.Phones) > 0:
			p.Detail = c.Phones[0].Phone
		case len(c.Emails) > 0:
			p.Detail = c.Emails[0].Email
		case c.Org != nil:
			p.Detail = c.Org.Company
		}
		w.People = append(w.People, p)
	}
	for _, r := range m.Reactions {
		w.Reactions = append(w.Reactions, r.Emoji)
	}
	t := Tap{ID: m.ID, Action: b.At() + "/answer", Buttons: m.Buttons, List: m.List, Link: webLink(m.Link), Bill: bill(m.Bill)}
	t.Address, t.Ask = addressForm(m.Address), m.Kind == "location_request_message"
	if m.Kind == "request_contact_info" {
		t.More = append(t.More, TapButton{Kind: "contact", Icon: "user-round"})
	}
	for _, c := range m.Cards {
		card := TapCard{Text: c.Text, Link: webLink(c.Link)}
		if c.File != nil {
			f := fileOf(b, m.ID, *c.File)
			card.File = &f
		}
		for _, r := range c.Buttons {
			card.More = append(card.More, TapButton{Kind: "choice", Icon: "reply", Text: r.Title, Value: r.ID})
		}
		t.Cards = append(t.Cards, card)
	}
	if m.Kind == "carousel" {
		for _, s := range m.Sections {
			for _, g := range s.Products {
				c := goodsCard(b, m.ID, g)
				t.Cards = append(t.Cards, TapCard{Product: &c})
			}
		}
	}
	if m.Flow != nil && m.Template == nil {
		t.More = append(t.More, TapButton{Kind: "flow", Icon: "list", Text: m.Flow.Text, Href: flowLink(b, m.ID)})
	}
	if m.Template != nil {
		templateTap(&t, b, m)
	}
	for n := range t.More {
		t.More[n].Ended = t.More[n].Kind == "flow" && m.Flow != nil && m.Flow.Ended
	}
	w.Tap = &t
}

func webLink(l *messaging.LinkView) *Link {
	if l == nil {
		return nil
	}
	host := l.URL
	if u, err := url.Parse(l.URL); err == nil {
		host = u.Host
	}
	return &Link{Text: l.Text, URL: l.URL, Host: host}
}

func bill(v *messaging.BillView) *Bill {
	if v == nil {
		return nil
	}
	b := &Bill{Reference: v.Reference, Label: billLabels[v.Status], Note: v.Note, Total: v.Total.Amount}
	for _, l := range v.Lines {
		b.Lines = append(b.Lines, BillLine{Title: l.Title, Quantity: l.Quantity, Total: l.Total.Amount})
	}
	return b
}

// postFile sends a file of the customer's.
func (s *Server) postFile(v *visit) error {
	f, header, err := v.FormFile("file")
	if err != nil {
		return s.showConversation(v, http.StatusUnprocessableEntity, i18n.T(v.lang, "chat.file_problem"))
	}
	defer func() { _ = f.Close() }()
	_, err = s.Exchange.Receive(v.Context(), messaging.Inbound{
		PhoneID: v.phone, WaID: v.customer.WaID, Text: v.PostFormValue("caption"),
		Upload: &messaging.Upload{MIME: header.Header.Get("Content-Type"), Name: header.Filename, Body: f, Voice: v.PostFormValue("voice") != ""},
	})
	if cause, ok := fault.As(err); ok {
		return s.showConversation(v, http.StatusUnprocessableEntity, ui.Words(v.lang, cause))
	}
	if err != nil {
		return err
	}
	return v.redirect(v.at())
}

// postAnswer is a tapped button or row, a filled-in address, a shared location, a reaction, or a change of the
// customer's own message.
func (s *Server) postAnswer(v *visit) error {
	in := messaging.Inbound{PhoneID: v.phone, WaID: v.customer.WaID, ReplyTo: v.PostFormValue("reply_to")}
	switch {
	case v.PostForm.Has("emoji"):
		in.Type, in.Reaction = "reaction", &wire.Reaction{MessageID: in.ReplyTo, Emoji: v.PostFormValue("emoji")}
		in.ReplyTo = ""
	case v.PostForm.Has("edit"):
		in.Type, in.Original, in.Text = "edit", v.PostFormValue("original"), v.PostFormValue("edit")
	case v.PostForm.Has("delete"):
		in.Type, in.Original = "revoke", v.PostFormValue("original")
	case v.PostForm.Has("latitude"):
		in.Type, in.Location = "location", &wire.Location{
			Latitude: wire.Degrees(v.PostFormValue("latitude")), Longitude: wire.Degrees(v.PostFormValue("longitude")), Name: v.PostFormValue("place"),
		}
	case v.PostForm.Has("in_pin_code"):
		in.Type, in.Form = "interactive", map[string]string{}
		for _, l := range addressLines {
			in.Form[l.Name] = strings.TrimSpace(v.PostFormValue(l.Name))
		}
		maps.DeleteFunc(in.Form, func(_, text string) bool { return text == "" })
	case v.PostForm.Has("quick"):
		in.Type, in.Choice = "button", v.PostFormValue("quick")
	case v.PostForm.Has("contact"):
		in.Type, in.Contacts = "contacts", []wire.ContactCard{{
			Name:   &wire.ContactName{FormattedName: v.customer.Name, FirstName: v.customer.Name},
			Phones: []wire.ContactPhone{{Phone: "+" + v.customer.WaID, WaID: v.customer.WaID, Type: "CELL"}},
		}}
	default:
		in.Type, in.Choice = "interactive", v.PostFormValue("choice")
	}
	_, err := s.Exchange.Receive(v.Context(), in)
	if f, ok := fault.As(err); ok {
		return s.showConversation(v, http.StatusUnprocessableEntity, ui.Words(v.lang, f))
	}
	if err != nil {
		return err
	}
	return v.redirect(v.at())
}
