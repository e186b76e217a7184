package messaging

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/wire"
)

// Limits of a bill, by spec §1.10.
const (
	referenceIndia  = 35
	referenceBrazil = 60
	billNameMost    = 60
	billTextMost    = 60
	statusTextMost  = 120
	expiryTextMost  = 120
	picturedMost    = 10 // items of a bill that shows pictures of its own
)

// expiryLeast is how far ahead a bill runs out at the soonest.
const expiryLeast = 300 * time.Second

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
	case india:
		if p.PaymentType != "" && p.PaymentType != "upi" {
			return ErrValue.Withf(at+".payment_type", `payment_type must be "upi" or left out with currency INR, not %.20q`, p.PaymentType)
		}
	case brazil:
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
	if p.Type != "digital-goods" && p.Type != physical {
		return ErrValue.Withf(at+".type", "type must be digital-goods or physical-goods, not %.40q", p.Type)
	}
	if err := checkPayment(at, p); err != nil {
		return err
	}
	for n, b := range p.Beneficiaries {
		if err := checkBeneficiary(fmt.Sprintf("%s.beneficiaries[%d]", at, n), fmt.Sprintf("interactive['action']['parameters']['beneficiaries'][%d]", n), b); err != nil {
			return err
		}
	}
	if p.Order == nil {
		return required("interactive['action']['parameters']['order']")
	}
	if p.Currency == india && p.Type == physical && p.Order.Shipping != nil && len(p.Beneficiaries) == 0 {
		return required("interactive['action']['parameters']['beneficiaries']")
	}
	return checkBillOrder(at, p)
}

// The currencies of bills, and goods that are handed over.
const (
	india, brazil = "INR", "BRL"
	physical      = "physical-goods"
)

func checkBeneficiary(at, path string, b wire.Beneficiary) error {
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
			return required(path + "['" + f.name + "']")
		}
		if n := runes(f.text); n > f.most {
			return ErrValue.Withf(at+"."+f.name, "%s has %d characters, at most %d are allowed", f.name, n, f.most)
		}
	}
	if b.Country != "India" {
		return ErrValue.Withf(at+".country", `country must be "India", not %.40q`, b.Country)
	}
	if !postalPattern.MatchString(b.PostalCode) {
		return ErrValue.Withf(at+".postal_code", "postal_code must be 6 digits, not %.20q", b.PostalCode)
	}
	return nil
}

// postalPattern is an Indian PIN code.
var postalPattern = regexp.MustCompile(`^[0-9]{6}$`)

func checkBillOrder(at string, p *wire.ActionParameters) error {
	o := p.Order
	if o.Status != "pending" {
		return ErrValue.Withf(at+".order.status", `order['status'] must be "pending" in an order_details message, not %.40q; later ones go by order_status`, o.Status)
	}
	if o.Type != "" && o.Type != "quick_pay" {
		return ErrValue.Withf(at+".order.type", `order['type'] must be "quick_pay" or left out, not %.40q`, o.Type)
	}
	if err := checkExpiration(at+".order.expiration", p); err != nil {
		return err
	}
	if len(o.Items) == 0 {
		return required("interactive['action']['parameters']['order']['items']")
	}
	var sum int64
	for n, item := range o.Items {
		line, err := checkBillItem(fmt.Sprintf("%s.order.items[%d]", at, n), n, item, p)
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
	case runes(a.ProgramName) > billTextMost:
		return ErrValue.Withf(at+".discount_program_name", "discount_program_name has %d characters, at most %d are allowed", runes(a.ProgramName), billTextMost)
	}
	return nil
}

// checkExpiration checks the form of a bill's end; whether it is far enough ahead the clock says, in checkEnd.
func checkExpiration(at string, p *wire.ActionParameters) error {
	e := p.Order.Expiration
	switch {
	case e == nil:
		return nil
	case e.Timestamp == "":
		return required("interactive['action']['parameters']['order']['expiration']['timestamp']")
	case runes(e.Description) > expiryTextMost:
		return ErrValue.Withf(at+".description", "description has %d characters, at most %d are allowed", runes(e.Description), expiryTextMost)
	case p.Currency == brazil && e.Description == "":
		return required("interactive['action']['parameters']['order']['expiration']['description']")
	}
	if _, err := strconv.ParseInt(e.Timestamp, 10, 64); err != nil {
		return ErrValue.Withf(at+".timestamp", "timestamp must be unix seconds as text, not %.40q", e.Timestamp)
	}
	return nil
}

// checkEnd refuses a bill that runs out at once.
func checkEnd(p *wire.ActionParameters, now time.Time) error {
	if p == nil || p.Order == nil || p.Order.Expiration == nil {
		return nil
	}
	end, _ := strconv.ParseInt(p.Order.Expiration.Timestamp, 10, 64)
	if end < now.Add(expiryLeast).Unix() {
		return ErrValue.Withf("interactive.action.parameters.order.expiration.timestamp",
			"timestamp must be at least %d seconds ahead: %d or later, not %d", int(expiryLeast.Seconds()), now.Add(expiryLeast).Unix(), end)
	}
	return nil
}

func checkBillItem(at string, n int, item wire.BillItem, p *wire.ActionParameters) (line int64, err error) {
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
	if err := checkOrigin(at, path, item, p); err != nil {
		return 0, err
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

// checkOrigin checks where an item is from: the catalog, a picture of its own, or the importer named with it.
func checkOrigin(at, path string, item wire.BillItem, p *wire.ActionParameters) error {
	if item.Image != nil {
		switch {
		case item.RetailerID != "" || p.Order.CatalogID != "":
			return ErrValue.With(at+".image", "an item with an image of its own has no retailer_id, and its order no catalog_id; leave the image or those out")
		case len(p.Order.Items) > picturedMost:
			return ErrValue.Withf(at+".image", "at most %d items may have images of their own; this order has %d items", picturedMost, len(p.Order.Items))
		case item.Image.Link == "":
			return required(path + "['image']['link']")
		}
		if err := checkURL(at+".image.link", item.Image.Link); err != nil {
			return err
		}
	}
	if p.Currency == brazil && item.RetailerID == "" {
		return required(path + "['retailer_id']")
	}
	if p.Currency != india || p.Type != physical || p.Order.CatalogID != "" {
		return nil
	}
	switch {
	case item.CountryOfOrigin == "":
		return required(path + "['country_of_origin']")
	case item.ImporterName == "":
		return required(path + "['importer_name']")
	case len(item.ImporterAddress) == 0:
		return required(path + "['importer_address']")
	}
	return nil
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
