package messaging

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// Limits of the contract, in characters (Unicode code points) or pieces.
const (
	textMost         = 4096
	bodyMost         = 1024
	headerMost       = 60
	footerMost       = 60
	sectionTitleMost = 24
	sectionsMost     = 10
	productsMost     = 30
	opaqueMost       = 512
)

// offered are the message types Hawker sends so far.
var offered = []string{"text", "interactive"}

// known are the types of the contract: another one is a mistake, not a gap of ours.
var known = []string{"text", "image", "audio", "video", "document", "sticker", "location", "contacts", "reaction", "interactive", "template"}

// interactiveKnown are the interactive types of the contract.
var interactiveKnown = []string{
	"button", "list", "cta_url", "product", "product_list", "catalog_message", "carousel", "flow", "location_request_message",
	"address_message", "order_details", "order_status", "call_permission_request", "voice_call",
}

// check applies every rule that needs no look at the database.
func check(m *wire.Message) error {
	if m.MessagingProduct == "" {
		return required("messaging_product")
	}
	if m.MessagingProduct != "whatsapp" {
		return ErrBody.Withf("messaging_product", `(#100) Param messaging_product must be one of {WHATSAPP}: it is "whatsapp", not %.40q`, m.MessagingProduct)
	}
	if m.To == "" {
		return required("to")
	}
	if m.RecipientType == "group" {
		return ErrNotOffered.With("recipient_type", "Hawker does not send to groups; leave recipient_type out or make it individual")
	}
	if m.RecipientType != "" && m.RecipientType != "individual" {
		return ErrValue.Withf("recipient_type", "recipient_type %.40q is not individual or group", m.RecipientType)
	}
	if n := runes(m.BizOpaqueCallbackData); n > opaqueMost {
		return ErrValue.Withf("biz_opaque_callback_data", "biz_opaque_callback_data has %d characters, at most %d are allowed", n, opaqueMost)
	}
	if m.Type == "" {
		m.Type = "text"
	}
	switch {
	case m.Type == "text":
		return checkText(m.Text)
	case m.Type == "interactive":
		return checkInteractive(m.Interactive)
	case slices.Contains(known, m.Type):
		return ErrNotOffered.Withf("type", "Unsupported message type: Hawker does not send %s messages yet; it sends %s", m.Type, strings.Join(offered, " and "))
	}
	return ErrBody.Withf("type", "(#100) Param type must be one of {%s} - got %.40q", strings.ToUpper(strings.Join(known, ", ")), m.Type)
}

func checkText(t *wire.Text) error {
	if t == nil {
		return required("text")
	}
	if strings.TrimSpace(t.Body) == "" {
		return required("text['body']")
	}
	if n := runes(t.Body); n > textMost {
		return ErrBody.Withf("text.body", "(#100) Param text['body'] must be at most %d characters long; it has %d", textMost, n)
	}
	return nil
}

func checkInteractive(i *wire.Interactive) error {
	if i == nil {
		return required("interactive")
	}
	if i.Type == "" {
		return required("interactive['type']")
	}
	switch i.Type {
	case "product", "product_list", "catalog_message":
	default:
		if slices.Contains(interactiveKnown, i.Type) {
			return ErrNotOffered.Withf("interactive.type", "Unsupported message type: Hawker does not send interactive %s messages yet; it sends product, product_list and catalog_message", i.Type)
		}
		return ErrBody.Withf("interactive.type", "(#100) Param interactive['type'] must be one of {%s} - got %.40q", strings.ToUpper(strings.Join(interactiveKnown, ", ")), i.Type)
	}
	if i.Action == nil {
		return required("interactive['action']")
	}
	if err := checkParts(i); err != nil {
		return err
	}
	switch i.Type {
	case "product":
		return checkProduct(i.Action)
	case "product_list":
		return checkSections(i.Action)
	}
	return checkCatalogMessage(i.Action)
}

// checkParts checks header, body and footer: a product list needs a text header, the others take none;
// only a single product may go without a body.
func checkParts(i *wire.Interactive) error {
	switch {
	case i.Type == "catalog_message" && i.Header != nil:
		return ErrValue.With("interactive.header", "The parameter interactive['header'] is not allows for catalog messages.")
	case i.Type == "product" && i.Header != nil:
		return ErrValue.With("interactive.header", "The parameter interactive['header'] is not allowed for product messages; the picture and title come from the catalog")
	case i.Type == "product_list" && i.Header == nil:
		return required("interactive['header']")
	}
	if i.Header != nil {
		if i.Header.Type != "text" {
			return ErrValue.Withf("interactive.header.type", "The header of a product_list must be of type text, not %.40q", i.Header.Type)
		}
		if err := checkLength("interactive.header.text", "Header text", i.Header.Text, 1, headerMost); err != nil {
			return err
		}
	}
	if i.Body == nil {
		if i.Type != "product" {
			return required("interactive['body']")
		}
	} else if err := checkLength("interactive.body.text", "Body text", i.Body.Text, 1, bodyMost); err != nil {
		return err
	}
	if i.Footer != nil {
		return checkLength("interactive.footer.text", "Footer text", i.Footer.Text, 0, footerMost)
	}
	return nil
}

func checkLength(field, what, s string, least, most int) error {
	if n := runes(s); n < least || n > most {
		return ErrValue.Withf(field, "%s length invalid. Min length: %d, Max length: %d (%s has %d)", what, least, most, field, n)
	}
	return nil
}

func checkProduct(a *wire.Action) error {
	if a.CatalogID == "" {
		return required("interactive['action']['catalog_id']")
	}
	if a.ProductRetailerID == "" {
		return required("interactive['action']['product_retailer_id']")
	}
	return nil
}

func checkSections(a *wire.Action) error {
	if a.CatalogID == "" {
		return required("interactive['action']['catalog_id']")
	}
	if len(a.Sections) == 0 {
		return required("interactive['action']['sections']")
	}
	if len(a.Sections) > sectionsMost {
		return ErrValue.Withf("interactive.action.sections", "Sections count invalid. Min: 1, Max: %d; this message has %d", sectionsMost, len(a.Sections))
	}
	total := 0
	for n, s := range a.Sections {
		path := fmt.Sprintf("interactive['action']['sections'][%d]", n)
		if s.Title == "" && len(a.Sections) > 1 {
			return required(path + "['title']")
		}
		if l := runes(s.Title); l > sectionTitleMost {
			return ErrValue.Withf(fmt.Sprintf("interactive.action.sections[%d].title", n),
				"Section title is too long. Max length is %d (section %d has %d)", sectionTitleMost, n, l)
		}
		if len(s.ProductItems) == 0 {
			return required(path + "['product_items']")
		}
		for k, p := range s.ProductItems {
			if p.ProductRetailerID == "" {
				return required(fmt.Sprintf("%s['product_items'][%d]['product_retailer_id']", path, k))
			}
		}
		total += len(s.ProductItems)
	}
	if total > productsMost {
		return ErrValue.Withf("interactive.action.sections", "Products count invalid. Min: 1, Max: %d across all sections; this message has %d", productsMost, total)
	}
	return nil
}

func checkCatalogMessage(a *wire.Action) error {
	if a.Name != "catalog_message" {
		return ErrValue.Withf("interactive.action.name", `action['name'] must be "catalog_message", not %.40q`, a.Name)
	}
	if a.Parameters == nil || a.Parameters.ThumbnailProductRetailerID == "" {
		return ErrValue.With("interactive.action.parameters", "action['parameters'] cannot be empty.")
	}
	return nil
}

func required(name string) error {
	return ErrRequired.Withf(name, "(#100) The parameter %s is required.", name)
}

func runes(s string) int { return len([]rune(s)) }
