package messaging

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// Limits of a bill, by spec §1.10.
const (
	referenceIndia  = 35
	referenceBrazil = 60
	billNameMost    = 60
	billTextMost    = 60
	statusTextMost  = 120
)

var referencePattern = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// billStatuses are those an order_status message may name.
var billStatuses = []string{"processing", "partially_shipped", "shipped", "completed", "canceled"}

func checkReference(p *wire.ActionParameters, most int) error {
	if p.ReferenceID == "" {
		return required("interactive['action']['parameters']['reference_id']")
	}
	if n := len(p.ReferenceID); n > most || !referencePattern.MatchString(p.ReferenceID) {
		return ErrValue.Withf("interactive.action.parameters.reference_id",
			"reference_id must be 1 to %d letters A–Z, digits, _, - or ., not %.80q", most, p.ReferenceID)
	}
	return nil
}

// checkBill checks an order_details message, the sums included.
func checkBill(i *wire.Interactive) error {
	const at = "interactive.action.parameters"
	p := i.Action.Parameters
	if p == nil {
		return required("interactive['action']['parameters']")
	}
	most := referenceIndia
	switch p.Currency {
	case "":
		return required("interactive['action']['parameters']['currency']")
	case "INR":
	case "BRL":
		most = referenceBrazil
		if p.PaymentType != "br" {
			return ErrValue.Withf(at+".payment_type", `payment_type must be "br" with currency BRL, not %.20q`, p.PaymentType)
		}
	default:
		return ErrValue.Withf(at+".currency", "currency must be INR or BRL, the currencies WhatsApp takes payments in, not %.10q", p.Currency)
	}
	if err := checkReference(p, most); err != nil {
		return err
	}
	if p.Type != "digital-goods" && p.Type != "physical-goods" {
		return ErrValue.Withf(at+".type", "type must be digital-goods or physical-goods, not %.40q", p.Type)
	}
	if p.Currency == "INR" && len(p.PaymentSettings) == 0 {
		return required("interactive['action']['parameters']['payment_settings']")
	}
	for n, b := range p.Beneficiaries {
		if err := checkBeneficiary(fmt.Sprintf("%s.beneficiaries[%d]", at, n), b); err != nil {
			return err
		}
	}
	if p.Order == nil {
		return required("interactive['action']['parameters']['order']")
	}
	return checkBillOrder(at, p)
}

func checkBeneficiary(at string, b wire.Beneficiary) error {
	for _, f := range []struct {
		name, text string
		most       int
		need       bool
	}{
		{"name", b.Name, 200, true},
		{"address_line1", b.AddressLine1, 100, true},
		{"address_line2", b.AddressLine2, 100, false},
		{"city", b.City, 100, true},
		{"state", b.State, 100, true},
		{"country", b.Country, 100, true},
		{"postal_code", b.PostalCode, 6, true},
	} {
		if f.need && f.text == "" {
			return required(strings.ReplaceAll(at, "interactive.action.parameters", "interactive['action']['parameters']") + "['" + f.name + "']")
		}
		if n := runes(f.text); n > f.most {
			return ErrValue.Withf(at+"."+f.name, "%s has %d characters, at most %d are allowed", f.name, n, f.most)
		}
	}
	return nil
}

func checkBillOrder(at string, p *wire.ActionParameters) error {
	o := p.Order
	if o.Status != "pending" {
		return ErrValue.Withf(at+".order.status", `order['status'] must be "pending" in an order_details message, not %.40q; later ones go by order_status`, o.Status)
	}
	if len(o.Items) == 0 {
		return required("interactive['action']['parameters']['order']['items']")
	}
	var sum int64
	for n, item := range o.Items {
		line, err := checkBillItem(fmt.Sprintf("%s.order.items[%d]", at, n), n, item)
		if err != nil {
			return err
		}
		sum += line
	}
	for _, a := range []struct {
		name string
		a    *wire.Amount
		need bool
	}{{"subtotal", o.Subtotal, true}, {"tax", o.Tax, true}, {"shipping", o.Shipping, false}, {"discount", o.Discount, false}} {
		if a.a == nil && a.need {
			return required("interactive['action']['parameters']['order']['" + a.name + "']")
		}
		if err := checkAmount(at+".order."+a.name, a.a); err != nil {
			return err
		}
	}
	if p.TotalAmount == nil {
		return required("interactive['action']['parameters']['total_amount']")
	}
	if err := checkAmount(at+".total_amount", p.TotalAmount); err != nil {
		return err
	}
	if o.Subtotal.Value != sum {
		return ErrValue.Withf(at+".order.subtotal", "subtotal must be the sum of the items, each (sale_amount or amount) × quantity: %d, not %d", sum, o.Subtotal.Value)
	}
	total := sum + value(o.Tax) + value(o.Shipping) - value(o.Discount)
	if p.TotalAmount.Value != total {
		return ErrValue.Withf(at+".total_amount", "total_amount must be subtotal + tax + shipping − discount: %d, not %d", total, p.TotalAmount.Value)
	}
	return nil
}

func value(a *wire.Amount) int64 {
	if a == nil {
		return 0
	}
	return a.Value
}

// amountMost keeps sums of a bill within 64 bits.
const amountMost = 1_000_000_000_000

func checkAmount(at string, a *wire.Amount) error {
	switch {
	case a == nil:
		return nil
	case a.Offset != 100:
		return ErrValue.Withf(at+".offset", "offset must be 100, not %d", a.Offset)
	case a.Value < 0 || a.Value > amountMost:
		return ErrValue.Withf(at+".value", "value must be from 0 to %d, not %d", int64(amountMost), a.Value)
	case runes(a.Description) > billTextMost:
		return ErrValue.Withf(at+".description", "description has %d characters, at most %d are allowed", runes(a.Description), billTextMost)
	}
	return nil
}

func checkBillItem(at string, n int, item wire.BillItem) (line int64, err error) {
	path := fmt.Sprintf("interactive['action']['parameters']['order']['items'][%d]", n)
	if item.Name == "" {
		return 0, required(path + "['name']")
	}
	if l := runes(item.Name); l > billNameMost {
		return 0, ErrValue.Withf(at+".name", "name has %d characters, at most %d are allowed", l, billNameMost)
	}
	if item.Amount == nil {
		return 0, required(path + "['amount']")
	}
	if err := checkAmount(at+".amount", item.Amount); err != nil {
		return 0, err
	}
	if err := checkAmount(at+".sale_amount", item.SaleAmount); err != nil {
		return 0, err
	}
	if item.Quantity < 1 || item.Quantity > 1_000_000 {
		return 0, ErrValue.Withf(at+".quantity", "quantity must be a whole number from 1 up, not %d", item.Quantity)
	}
	each := item.Amount.Value
	if s := item.SaleAmount; s != nil {
		if s.Value >= each {
			return 0, ErrValue.Withf(at+".sale_amount", "sale_amount must be less than amount, %d; it is %d", each, s.Value)
		}
		each = s.Value
	}
	return each * int64(item.Quantity), nil
}

// checkBillStatus checks an order_status message; whether the bill may change so is known later.
func checkBillStatus(i *wire.Interactive) error {
	p := i.Action.Parameters
	if p == nil {
		return required("interactive['action']['parameters']")
	}
	if err := checkReference(p, referenceBrazil); err != nil {
		return err
	}
	if p.Order == nil || p.Order.Status == "" {
		return required("interactive['action']['parameters']['order']['status']")
	}
	p.Order.Status = strings.ReplaceAll(p.Order.Status, "partially-shipped", "partially_shipped")
	if !slices.Contains(billStatuses, p.Order.Status) {
		return ErrValue.Withf("interactive.action.parameters.order.status", "order['status'] must be one of %s, not %.40q", strings.Join(billStatuses, ", "), p.Order.Status)
	}
	if n := runes(p.Order.Description); n > statusTextMost {
		return ErrValue.Withf("interactive.action.parameters.order.description", "description has %d characters, at most %d are allowed", n, statusTextMost)
	}
	if b := p.Payment; b != nil && !slices.Contains([]string{"pending", "captured", "failed"}, b.Status) {
		return ErrValue.Withf("interactive.action.parameters.payment.status", "payment['status'] must be pending, captured or failed, not %.40q", b.Status)
	}
	return nil
}
