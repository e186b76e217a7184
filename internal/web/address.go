package web

import (
	"github.com/hawkerhq/hawker/internal/messaging"
)

// AddressForm asks for an address: line by line, or one of those the business knows.
type AddressForm struct {
	Lines []AddressLine
	Saved []SavedAddress
}

// AddressLine is a line of the form, with its autocomplete token, what stands in it already and what was wrong with that.
type AddressLine struct{ Name, Label, Token, Value, Problem string }

// SavedAddress is an address to choose whole.
type SavedAddress struct{ ID, Text string }

// addressLines are the lines of the address form.
var addressLines = []AddressLine{
	{Name: "name", Label: "address.name", Token: "name"},
	{Name: "phone_number", Label: "address.phone_number", Token: "tel"},
	{Name: "house_number", Label: "address.house_number", Token: "address-line2"},
	{Name: "floor_number", Label: "address.floor_number", Token: "off"},
	{Name: "tower_number", Label: "address.tower_number", Token: "off"},
	{Name: "building_name", Label: "address.building_name", Token: "address-line3"},
	{Name: "address", Label: "address.address", Token: "street-address"},
	{Name: "landmark_area", Label: "address.landmark_area", Token: "off"},
	{Name: "in_pin_code", Label: "address.in_pin_code", Token: "postal-code"},
	{Name: "city", Label: "address.city", Token: "address-level2"},
	{Name: "state", Label: "address.state", Token: "address-level1"},
}

func addressForm(v *messaging.AddressView) *AddressForm {
	if v == nil {
		return nil
	}
	f := &AddressForm{}
	for _, l := range addressLines {
		l.Value, l.Problem = v.Values[l.Name], v.Problems[l.Name]
		f.Lines = append(f.Lines, l)
	}
	for _, s := range v.Saved {
		f.Saved = append(f.Saved, SavedAddress{ID: s.ID, Text: v.Line(s)})
	}
	return f
}
