package messaging

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// interactiveRule is what one interactive type may and must have.
type interactiveRule struct {
	headers    []string // types of header; none: no header
	needHeader bool
	refusal    string // said of a header where none may be
	noBody     bool   // the body may be missing
	bodyMost   int    // zero: bodyMost
	noFooter   bool
	name       string // action.name, "" where there is none
	action     func(i *wire.Interactive) error
}

// Header types.
var (
	anyHeader  = []string{"text", "image", "video", "document"}
	textHeader = []string{"text"}
)

// interactiveRules are the rules of spec §1.4 to §1.11, by type.
var interactiveRules map[string]interactiveRule

func init() {
	interactiveRules = map[string]interactiveRule{
		"product": {
			noBody: true, action: checkProduct,
			refusal: "The parameter interactive['header'] is not allowed for product messages; the picture and title come from the catalog",
		},
		"product_list": {headers: textHeader, needHeader: true, action: checkSections},
		"catalog_message": {
			name: "catalog_message", action: checkCatalogMessage,
			refusal: "The parameter interactive['header'] is not allows for catalog messages.",
		},
		"button":  {headers: anyHeader, action: checkButtons},
		"list":    {headers: textHeader, bodyMost: 4096, action: checkList},
		"cta_url": {headers: anyHeader, name: "cta_url", action: checkLink},
		"location_request_message": {
			name: "send_location", action: func(*wire.Interactive) error { return nil },
			refusal: "The parameter interactive['header'] is not allowed for location request messages.",
		},
		"request_contact_info": {
			name: "request_contact_info", action: func(*wire.Interactive) error { return nil },
			refusal: "The parameter interactive['header'] is not allowed for messages that ask for contact details.",
		},
		"carousel": {
			noFooter: true, action: checkCarousel,
			refusal: "The parameter interactive['header'] is not allowed for carousel messages; each card has its own",
		},
		"flow":            {headers: anyHeader, name: "flow", action: checkFlow},
		"address_message": {headers: []string{"text", "image"}, name: "address_message", action: checkAddress},
		"order_details":   {headers: []string{"image"}, name: "review_and_pay", action: checkBill},
		"order_status": {
			name: "review_order", action: checkBillStatus,
			refusal: "The parameter interactive['header'] is not allowed for order status messages.",
		},
	}
}

// checkParts checks header, body and footer.
func checkParts(i *wire.Interactive, r interactiveRule) error {
	if err := checkHeader("interactive", "a "+i.Type, i.Header, r); err != nil {
		return err
	}
	most := r.bodyMost
	if most == 0 {
		most = bodyMost
	}
	if i.Body == nil {
		if !r.noBody {
			return required("interactive['body']")
		}
	} else if err := checkLength("interactive.body.text", "Body text", i.Body.Text, 1, most); err != nil {
		return err
	}
	if i.Footer == nil {
		return nil
	}
	if r.noFooter {
		return ErrValue.Withf("interactive.footer", "The parameter interactive['footer'] is not allowed for %s messages; leave it out", i.Type)
	}
	return checkLength("interactive.footer.text", "Footer text", i.Footer.Text, 0, footerMost)
}

func checkHeader(at, what string, h *wire.Header, r interactiveRule) error {
	if h == nil {
		if r.needHeader {
			return required("interactive['header']")
		}
		return nil
	}
	if len(r.headers) == 0 {
		return ErrValue.With(at+".header", r.refusal)
	}
	if !slices.Contains(r.headers, h.Type) {
		return ErrValue.Withf(at+".header.type", "The header of %s must be of type %s, not %.40q", what, strings.Join(r.headers, " or "), h.Type)
	}
	media := map[string]*wire.Media{"image": h.Image, "video": h.Video, "document": h.Document}
	if h.Type == "text" {
		return checkLength(at+".header.text", "Header text", h.Text, 1, headerMost)
	}
	if media[h.Type] == nil {
		return required(fmt.Sprintf("interactive['header']['%s']", h.Type))
	}
	return checkMediaSource(at+".header."+h.Type, media[h.Type])
}

// checkMediaSource asks for exactly one of id and link.
func checkMediaSource(at string, m *wire.Media) error {
	switch {
	case m.ID == "" && m.Link == "":
		return ErrValue.With(at, "Either one of media ID or link must be present; upload the file and name its id, or name a public https link")
	case m.ID != "" && m.Link != "":
		return ErrValue.With(at, "Either one of media ID or link must be present, not both; keep the id or the link")
	case m.Link != "":
		return checkURL(at+".link", m.Link)
	}
	return nil
}

func checkURL(field, s string) error {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ErrValue.Withf(field, "%s must be a URL that starts with http:// or https://, not %.80q", field, s)
	}
	if len(s) > linkMost {
		return ErrValue.Withf(field, "%s has %d bytes, at most %d are allowed", field, len(s), linkMost)
	}
	return nil
}

// linkMost is the longest URL, in bytes.
const linkMost = 2048

// checkButtons: one to three reply buttons, ids and titles all different.
func checkButtons(i *wire.Interactive) error {
	list := i.Action.Buttons
	if len(list) == 0 {
		return required("interactive['action']['buttons']")
	}
	if len(list) > 3 {
		return ErrValue.Withf("interactive.action.buttons", "Buttons count invalid. Min: 1, Max: 3; this message has %d", len(list))
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for n, b := range list {
		at := fmt.Sprintf("interactive['action']['buttons'][%d]", n)
		field := fmt.Sprintf("interactive.action.buttons[%d]", n)
		if b.Type != "reply" {
			return ErrValue.Withf(field+".type", `%s['type'] must be "reply", not %.40q`, at, b.Type)
		}
		if b.Reply == nil {
			return required(at + "['reply']")
		}
		if b.Reply.ID == "" {
			return required(at + "['reply']['id']")
		}
		if err := checkLength(field+".reply.title", "Button title", b.Reply.Title, 1, 20); err != nil {
			return err
		}
		if err := checkLength(field+".reply.id", "Button id", b.Reply.ID, 1, 256); err != nil {
			return err
		}
		if strings.TrimSpace(b.Reply.ID) != b.Reply.ID {
			return ErrValue.Withf(field+".reply.id", "Button id %.60q begins or ends with a space; take it away", b.Reply.ID)
		}
		if ids[b.Reply.ID] || titles[b.Reply.Title] {
			return ErrValue.Withf(field+".reply", "Duplicate button id or title; every button of a message needs its own (%.60q, %.60q)", b.Reply.ID, b.Reply.Title)
		}
		ids[b.Reply.ID], titles[b.Reply.Title] = true, true
	}
	return nil
}

// checkList: one to ten sections with ten rows in all.
func checkList(i *wire.Interactive) error {
	a := i.Action
	if a.Button == "" {
		return required("interactive['action']['button']")
	}
	if n := runes(a.Button); n > 20 {
		return ErrValue.Withf("interactive.action.button", "Button label is too long. Max length is 20 (it has %d)", n)
	}
	if len(a.Sections) == 0 {
		return required("interactive['action']['sections']")
	}
	if len(a.Sections) > sectionsMost {
		return ErrValue.Withf("interactive.action.sections", "Sections count invalid. Min: 1, Max: %d; this message has %d", sectionsMost, len(a.Sections))
	}
	ids, total := map[string]bool{}, 0
	for n, s := range a.Sections {
		if s.Title == "" && len(a.Sections) > 1 {
			return required(fmt.Sprintf("interactive['action']['sections'][%d]['title']", n))
		}
		if l := runes(s.Title); l > sectionTitleMost {
			return ErrValue.Withf(fmt.Sprintf("interactive.action.sections[%d].title", n),
				"Section title is too long. Max length is %d (section %d has %d)", sectionTitleMost, n, l)
		}
		if len(s.Rows) == 0 {
			return required(fmt.Sprintf("interactive['action']['sections'][%d]['rows']", n))
		}
		for k, r := range s.Rows {
			if err := checkRow(n, k, r, ids); err != nil {
				return err
			}
		}
		total += len(s.Rows)
	}
	if total > 10 {
		return ErrValue.Withf("interactive.action.sections", "Total row count exceed max allowed count: 10; this message has %d rows across all sections", total)
	}
	return nil
}

func checkRow(section, n int, r wire.Row, ids map[string]bool) error {
	at := fmt.Sprintf("interactive['action']['sections'][%d]['rows'][%d]", section, n)
	field := fmt.Sprintf("interactive.action.sections[%d].rows[%d]", section, n)
	if r.ID == "" {
		return required(at + "['id']")
	}
	if r.Title == "" {
		return required(at + "['title']")
	}
	for _, c := range []struct {
		name, what, text string
		most             int
	}{{"id", "Row id", r.ID, 200}, {"title", "Row title", r.Title, 24}, {"description", "Row description", r.Description, 72}} {
		if l := runes(c.text); l > c.most {
			return ErrValue.Withf(field+"."+c.name, "%s is too long. Max length is %d (it has %d)", c.what, c.most, l)
		}
	}
	if ids[r.ID] {
		return ErrValue.Withf(field+".id", "Duplicate row id %.60q; every row of a list needs its own", r.ID)
	}
	ids[r.ID] = true
	return nil
}

// checkLink: a button that opens a page.
func checkLink(i *wire.Interactive) error { return checkLinkAction("interactive", i.Action) }

func checkLinkAction(at string, a *wire.Action) error {
	p := a.Parameters
	if p == nil {
		return required("interactive['action']['parameters']")
	}
	if p.DisplayText == "" {
		return required("interactive['action']['parameters']['display_text']")
	}
	if p.URL == "" {
		return required("interactive['action']['parameters']['url']")
	}
	if n := runes(p.DisplayText); n > 20 {
		return ErrValue.Withf(at+".action.parameters.display_text", "Button label is too long. Max length is 20 (it has %d)", n)
	}
	return checkURL(at+".action.parameters.url", p.URL)
}
