package manager

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ComposePage writes a product message.
type ComposePage struct {
	Shell
	Numbers   []waba.Number
	Customers []ThreadLine
	Form      ComposeForm
	Picker    Picker
	// Products are the chosen ones that the catalog has, by SKU.
	Products map[string]catalog.Item
	Now      unseenAt
	// Sender is the name at the head of the preview; Thread leads to the chat with the customer, Open tells whether
	// the business may write freely there.
	Sender, Thread string
	Open           bool
	Tried          bool // somebody pressed send
	// JSON is the message as the API takes it, Call how.
	JSON, Call string
	Sent       string // wamid
	Problem    *Problem
}

// unseenAt tells why an item is not seen at that moment.
type unseenAt func(catalog.Item) string

// Kinds are the messages that can be written here, Limits what they may hold.
func (ComposePage) Kinds() []string { return composeKinds() }

// Most is how much of something a message may hold.
func (ComposePage) Most(what string) int {
	return map[string]int{
		"header": messaging.HeaderMost, "body": messaging.BodyMost, "footer": messaging.FooterMost, "title": titleMost, "sections": sectionsMost, "products": productsMost,
	}[what]
}

// Why is the key of what keeps a chosen product from being sent; "" for nothing.
func (p ComposePage) Why(sku string) string {
	i, ok := p.Products[sku]
	if !ok {
		return "manager.pick_gone"
	}
	return p.Now(i)
}

// Thumbs are the pictures that stand for the message's products; for a whole catalog those of its first ones.
func (p ComposePage) Thumbs() (list []catalog.Item) {
	const most = 3
	for _, s := range p.Form.Sections {
		for _, sku := range s.SKUs {
			if i, ok := p.Products[sku]; ok && len(list) < most {
				list = append(list, i)
			}
		}
	}
	if p.Form.Kind == "catalog_message" && len(list) == 0 {
		for _, one := range p.Picker.Items[:min(len(p.Picker.Items), 1)] {
			list = append(list, one.Item)
		}
	}
	return list
}

// composeAt is where the form goes.
func (v *visit) composeAt() string { return v.at("/compose?catalog=" + v.catalog.ID.String()) }

// compose shows the form, with what the address says already written in.
func (s *Server) compose(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	form := readCompose(v.Form)
	if err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error { return v.useConnectedTx(ctx, tx, form.From) }); err != nil {
		return err
	}
	p := ComposePage{Form: form, Picker: v.readPicker(v.composeAt())}
	action := ""
	if set := v.FormValue("set"); set != "" {
		p.Picker.Set, action = "", "set:"+set
	}
	if err := s.readComposing(v, &p, action); err != nil {
		return err
	}
	if p.Form.Count() > 0 {
		if _, err := s.told(v, &p); err != nil {
			return err
		}
	}
	return v.show(http.StatusOK, "compose.html", p)
}

// readComposing reads what the page shows around the message, after doing what a button of the form says.
func (s *Server) readComposing(v *visit, p *ComposePage, action string) error {
	p.Shell = v.shell(v.t("manager.nav_compose"), "compose")
	form := p.Form
	now := s.now()
	p.Now = func(i catalog.Item) string { return unseen(i, now) }
	return s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Form = form
		p.Form.Sections = slices.Clone(form.Sections)
		for n := range p.Form.Sections {
			p.Form.Sections[n].SKUs = slices.Clone(form.Sections[n].SKUs)
		}
		if v.catalog.ID != 0 {
			if err := p.Form.editTx(ctx, tx, v, action); err != nil {
				return err
			}
			if p.Products, err = catalog.ItemsByRetailerTx(ctx, tx, v.catalog.ID, slices.Sorted(maps.Keys(p.Form.Chosen()))); err != nil {
				return err
			}
		}
		if err := v.pickerTx(ctx, tx, &p.Picker, p.Form.Chosen()); err != nil {
			return err
		}
		return v.peopleTx(ctx, tx, p)
	})
}

// peopleTx reads who may write to whom.
func (v *visit) peopleTx(ctx context.Context, tx *db.Tx, p *ComposePage) (err error) {
	p.Customers = nil
	if p.Numbers, err = waba.NumbersTx(ctx, tx, v.caller); err != nil {
		return err
	}
	ids := make([]id.ID, len(p.Numbers))
	for n := range p.Numbers {
		ids[n] = p.Numbers[n].ID
		if p.Sender == "" || ids[n].String() == p.Form.From {
			p.Sender = p.Numbers[n].VerifiedName
		}
	}
	if p.Form.From == "" && len(ids) > 0 {
		p.Form.From = ids[0].String()
	}
	list, err := chat.InboxTx(ctx, tx, ids, threadsShown)
	to := digits(p.Form.To)
	for _, c := range list {
		p.Customers = append(p.Customers, ThreadLine{InboxThread: c, Name: name(c.Customer, c.WaID)})
		if c.WaID == to && c.PhoneID.String() == p.Form.From {
			p.Thread = v.at("/inbox/" + c.PhoneID.String() + "/" + c.WaID)
		}
	}
	if err != nil || !slices.ContainsFunc(ids, func(i id.ID) bool { return i.String() == p.Form.From }) {
		return err
	}
	number, err := id.Parse(p.Form.From)
	if err != nil {
		return err
	}
	t, found, err := chat.FindThreadTx(ctx, tx, number, to)
	p.Open = found && t.Open(tx.Now())
	return err
}

// useConnectedTx takes the catalog at hand from the number that sends, where the address names none.
func (v *visit) useConnectedTx(ctx context.Context, tx *db.Tx, from string) error {
	if v.FormValue("catalog") != "" {
		return nil
	}
	numbers, err := waba.NumbersTx(ctx, tx, v.caller)
	if err != nil {
		return err
	}
	n := max(0, slices.IndexFunc(numbers, func(n waba.Number) bool { return n.ID.String() == from }))
	if len(numbers) == 0 {
		return nil
	}
	connected, ok, err := waba.ConnectedCatalogTx(ctx, tx, numbers[n].WABAID)
	if err != nil || !ok {
		return err
	}
	if i := slices.IndexFunc(v.catalogs, func(c catalog.Catalog) bool { return c.ID == connected }); i >= 0 {
		v.catalog = v.catalogs[i]
	}
	return nil
}

// digits are those of a number as somebody wrote it.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// told writes the message as the API takes it, and tells what the API would say against it.
func (s *Server) told(v *visit, p *ComposePage) (body []byte, err error) {
	if body, err = p.Form.message(v.catalog.ID); err != nil {
		return nil, err
	}
	p.JSON = string(body)
	p.Call = "curl -X POST '" + v.base() + "/v25.0/" + p.Form.From + "/messages' \\\n  -H 'Authorization: Bearer …' \\\n  -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(p.JSON, "'", `'\''`) + "'"
	p.Problem = p.unfit(v)
	return body, nil
}

// unfit is what the API would pass over in silence: the second product of a message with one, and those customers do not see.
func (p *ComposePage) unfit(v *visit) *Problem {
	if p.Form.Kind == "product" && p.Form.Count() > 1 {
		return &Problem{Field: "products", Text: v.t("manager.one_product_only")}
	}
	list := []string{}
	for _, section := range p.Form.Sections {
		for _, sku := range section.SKUs {
			if p.Why(sku) != "" {
				list = append(list, sku)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return &Problem{Field: "products", Text: v.t("manager.products_unseen"), Detail: strings.Join(list, ", ")}
}

// send does what the form's button says: it sends the message, or changes it and shows it as the API takes it.
func (s *Server) send(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	p := ComposePage{Form: readCompose(v.PostForm), Picker: v.readPicker(v.composeAt())}
	action := v.PostFormValue("action")
	p.Tried = action == "send"
	if err := s.readComposing(v, &p, action); err != nil {
		return err
	}
	number, err := id.Parse(p.Form.From)
	if err != nil {
		return errNothing
	}
	body, err := s.told(v, &p)
	if err != nil {
		return err
	}
	if p.Problem == nil {
		err = s.checkOrSend(v, &p, number, body)
	}
	if problem, ok := v.words(err); ok {
		p.Problem, err = &problem, nil
	}
	switch {
	case err != nil:
		return err
	case p.Problem != nil && (p.Tried || action == "check"):
		return v.show(http.StatusUnprocessableEntity, "compose.html", p)
	}
	return v.show(http.StatusOK, "compose.html", p)
}

func (s *Server) checkOrSend(v *visit, p *ComposePage, number id.ID, body []byte) error {
	parsed, err := messaging.Parse(body)
	if err != nil {
		return err
	}
	if !p.Tried {
		return s.Exchange.Try(v.Context(), v.caller, number, parsed)
	}
	sent, err := s.Exchange.Send(v.Context(), v.caller, number, parsed)
	if err == nil && len(sent.Messages) > 0 {
		p.Sent = sent.Messages[0].ID
	}
	return err
}
