package messaging

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// addressMessage asks a customer in India for an address.
const addressMessage = "address_message"

// addressFields are the lines of an Indian address form.
var addressFields = []string{
	"name", "phone_number", "in_pin_code", "house_number", "floor_number", "tower_number", "building_name", "address", "landmark_area", "city", "state",
}

// Limits of an address: its longest line, its PIN code, and how many a message offers.
const (
	addressMost = 200
	pinCodeMost = 6
	savedMost   = 20
)

// AddressView is a form for an address: what stands in it already, what was wrong with it, and whole addresses to choose.
type AddressView struct {
	Values   map[string]string   `json:"values,omitempty"`
	Problems map[string]string   `json:"validation_errors,omitempty"`
	Saved    []wire.SavedAddress `json:"saved_addresses,omitempty"`
}

// checkAddress: India only, which the number and the recipient decide.
func checkAddress(i *wire.Interactive) error {
	const at, name = "interactive.action.parameters", "interactive['action']['parameters']"
	p := i.Action.Parameters
	if p == nil || p.Country == "" {
		return required(name + "['country']")
	}
	if p.Country != "IN" {
		return ErrValue.Withf(at+".country", "country must be IN, not %.20q: address messages exist in India only", p.Country)
	}
	if err := checkLines(at, "values", p.Values); err != nil {
		return err
	}
	if err := checkLines(at, "validation_errors", p.ValidationErrors); err != nil {
		return err
	}
	if len(p.SavedAddresses) > savedMost {
		return ErrValue.Withf(at+".saved_addresses", "saved_addresses has %d addresses, at most %d are allowed", len(p.SavedAddresses), savedMost)
	}
	for n, s := range p.SavedAddresses {
		if s.ID == "" {
			return required(fmt.Sprintf("%s['saved_addresses'][%d]['id']", name, n))
		}
		if err := checkLines(at, fmt.Sprintf("saved_addresses[%d].value", n), s.Value); err != nil {
			return err
		}
	}
	return nil
}

// checkLines checks that texts belong to fields of the form, and their lengths.
func checkLines(at, member string, lines map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		if !slices.Contains(addressFields, name) {
			return ErrValue.Withf(at+"."+member, "%s has no field %.40q; the fields are %s", member, name, strings.Join(slices.Sorted(slices.Values(addressFields)), ", "))
		}
		most := addressMost
		if name == "in_pin_code" && member != "validation_errors" {
			most = pinCodeMost
		}
		if n := runes(lines[name]); n > most {
			return ErrValue.Withf(at+"."+member+"."+name, "%s has %d characters, at most %d are allowed", name, n, most)
		}
	}
	return nil
}

// addressOf is a filled-in address; saved is the id of one that was chosen whole.
func addressOf(i *wire.Interactive, form map[string]string, saved string) (content, *wire.InboundInteractive, error) {
	if i.Type != addressMessage {
		return content{}, nil, ErrNoMessage.With("reply_to", "reply_to is no message that asks for an address")
	}
	answer := map[string]any{"values": form}
	if saved != "" {
		answer["saved_address_id"] = saved
	}
	response, err := json.Marshal(answer)
	if err != nil {
		return content{}, nil, fmt.Errorf("messaging: %w", err)
	}
	body := addressText(form)
	return content{Kind: "address_reply", Body: body, Form: form},
		&wire.InboundInteractive{Type: "nfm_reply", NFMReply: &wire.FormReply{Name: addressMessage, Body: body, ResponseJSON: string(response)}}, nil
}

// savedAddress is one of the addresses that the message offers, chosen whole.
func savedAddress(i *wire.Interactive, chosen string) (content, *wire.InboundInteractive, error) {
	for _, s := range i.Action.Parameters.SavedAddresses {
		if s.ID == chosen {
			return addressOf(i, s.Value, s.ID)
		}
	}
	return content{}, nil, ErrValue.Withf("interactive", "the message offers no address with the id %.60q", chosen)
}

// addressText is an address on one line.
func addressText(form map[string]string) string {
	var lines []string
	for _, name := range addressFields {
		if form[name] != "" {
			lines = append(lines, form[name])
		}
	}
	return strings.Join(lines, ", ")
}

// Line is the address on one line.
func (v AddressView) Line(a wire.SavedAddress) string { return addressText(a.Value) }
