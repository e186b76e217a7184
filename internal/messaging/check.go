package messaging

import (
	"fmt"
	"maps"
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
	captionMost      = 1024
	identityMost     = 128
)

// The same for pages that count while somebody writes a product message.
const (
	BodyMost, HeaderMost, FooterMost = bodyMost, headerMost, footerMost
	SectionTitleMost, SectionsMost   = sectionTitleMost, sectionsMost
	ProductsMost                     = productsMost
)

// known are the types of the contract: another one is a mistake, not a gap of ours.
var known = []string{"text", "image", "audio", "video", "document", "sticker", "location", "contacts", "reaction", "interactive", "template"}

// interactiveKnown are the interactive types of the contract.
var interactiveKnown = []string{
	"button", "list", "cta_url", "product", "product_list", "catalog_message", "carousel", "flow", "location_request_message", "request_contact_info",
	"address_message", "order_details", "order_status", "call_permission_request", "voice_call",
}

// Offered are the types of messages a business can send, and the types of interactive ones.
func Offered() (types, interactive []string) {
	return slices.Clone(known), slices.Sorted(maps.Keys(interactiveRules))
}

// check applies every rule that needs no look at the database.
func check(m *wire.Message) error {
	if m.MessagingProduct == "" {
		return required("messaging_product")
	}
	if m.MessagingProduct != "whatsapp" {
		return ErrBody.Withf("messaging_product", `(#100) Param messaging_product must be one of {WHATSAPP}: it is "whatsapp", not %.40q`, m.MessagingProduct)
	}
	if m.To == "" && m.Recipient == "" {
		return required("to")
	}
	if m.Recipient != "" && !isUserID(m.Recipient) {
		return ErrRecipient.Withf("recipient", "recipient must be a business-scoped user id, whole as webhooks tell it, such as US.13491208655302741918, not %.60q", m.Recipient)
	}
	if n := len(m.IdentityKeyHash); n > identityMost {
		return ErrValue.Withf("recipient_identity_key_hash", "recipient_identity_key_hash has %d bytes, at most %d are allowed", n, identityMost)
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
	switch m.Type {
	case "text":
		return checkText(m.Text)
	case "interactive":
		return checkInteractive(m.Interactive)
	case "location":
		return checkLocation(m.Location)
	case "contacts":
		return checkContacts(m.Contacts)
	case "reaction":
		return checkReaction(m.Reaction)
	case "template":
		return checkTemplate(m.Template)
	case "image", "video", "audio", "document", "sticker":
		return checkMedia(m.Type, mediaOf(m))
	}
	if slices.Contains(known, m.Type) {
		return ErrNotOffered.Withf("type", "Unsupported message type: Hawker does not send %s messages yet", m.Type)
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
	rule, ok := interactiveRules[i.Type]
	if !ok {
		if slices.Contains(interactiveKnown, i.Type) {
			return ErrNotOffered.Withf("interactive.type", "Unsupported message type: Hawker does not send interactive %s messages yet; it sends %s", i.Type,
				strings.Join(slices.Sorted(maps.Keys(interactiveRules)), ", "))
		}
		return ErrBody.Withf("interactive.type", "(#100) Param interactive['type'] must be one of {%s} - got %.40q", strings.ToUpper(strings.Join(interactiveKnown, ", ")), i.Type)
	}
	if i.Action == nil {
		return required("interactive['action']")
	}
	if err := checkParts(i, rule); err != nil {
		return err
	}
	if rule.name != "" && i.Action.Name != rule.name {
		return ErrValue.Withf("interactive.action.name", `action['name'] must be %q, not %.40q`, rule.name, i.Action.Name)
	}
	return rule.action(i)
}

func checkProduct(i *wire.Interactive) error {
	a := i.Action
	if a.CatalogID == "" {
		return required("interactive['action']['catalog_id']")
	}
	if a.ProductRetailerID == "" {
		return required("interactive['action']['product_retailer_id']")
	}
	return nil
}

func checkSections(i *wire.Interactive) error {
	a := i.Action
	if a.CatalogID == "" {
		return required("interactive['action']['catalog_id']")
	}
	if len(a.Sections) == 0 {
		return required("interactive['action']['sections']")
	}
	return checkShelves("interactive.action", a.Sections)
}

// checkShelves checks the sections of products that stand at a place.
func checkShelves(at string, sections []wire.Section) error {
	if len(sections) > sectionsMost {
		return ErrValue.Withf(at+".sections", "Sections count invalid. Min: 1, Max: %d; this message has %d", sectionsMost, len(sections))
	}
	total := 0
	for n, s := range sections {
		path := fmt.Sprintf("%s[%d]", bracketed(at+".sections"), n)
		if s.Title == "" && len(sections) > 1 {
			return required(path + "['title']")
		}
		if l := runes(s.Title); l > sectionTitleMost {
			return ErrValue.Withf(fmt.Sprintf("%s.sections[%d].title", at, n),
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
		return ErrValue.Withf(at+".sections", "Products count invalid. Min: 1, Max: %d across all sections; this message has %d", productsMost, total)
	}
	return nil
}

func checkCatalogMessage(i *wire.Interactive) error {
	a := i.Action
	if a.Parameters == nil || a.Parameters.ThumbnailProductRetailerID == "" {
		return ErrValue.With("interactive.action.parameters", "action['parameters'] cannot be empty.")
	}
	return nil
}

// bracketed writes a path as Meta names parameters: interactive['action'].
func bracketed(path string) string {
	parts := strings.Split(path, ".")
	return parts[0] + "['" + strings.Join(parts[1:], "']['") + "']"
}

func required(name string) error {
	return ErrRequired.Withf(name, "(#100) The parameter %s is required.", name)
}

func runes(s string) int { return len([]rune(s)) }

func checkLength(field, what, s string, least, most int) error {
	if n := runes(s); n < least || n > most {
		return ErrValue.Withf(field, "%s length invalid. Min length: %d, Max length: %d (%s has %d)", what, least, most, field, n)
	}
	return nil
}
