package messaging

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// configurationMost is the longest name of a payment configuration.
const configurationMost = 60

// paymentSetting is an element of payment_settings: its type names the member that counts.
type paymentSetting struct {
	Type           string          `json:"type"`
	PaymentGateway *paymentGateway `json:"payment_gateway"`
	PaymentLink    *paymentLink    `json:"payment_link"`
	UPIIntentLink  *upiIntentLink  `json:"upi_intent_link"`
	PIX            *pixCode        `json:"pix_dynamic_code"`
	Boleto         *boleto         `json:"boleto"`
}

type paymentGateway struct {
	Type              string `json:"type"`
	ConfigurationName string `json:"configuration_name"`
}

type paymentLink struct {
	URI string `json:"uri"`
}

type upiIntentLink struct {
	Link string `json:"link"`
}

type pixCode struct {
	Code         string `json:"code"`
	MerchantName string `json:"merchant_name"`
	Key          string `json:"key"`
	KeyType      string `json:"key_type"`
}

type boleto struct {
	DigitableLine string `json:"digitable_line"`
}

// Enumerations of payments.
var (
	gateways    = []string{"billdesk", "razorpay", "payu", "zaakpay"}
	pixKeyTypes = []string{"CPF", "CNPJ", "EMAIL", "PHONE", "EVP"}
)

// settingRules check the types of payment_settings, by the currency of the bill. name is the setting as it is spelled in refusals.
var settingRules = map[string]map[string]func(at, name string, s paymentSetting) error{
	india:  {"payment_gateway": checkGateway, "payment_link": checkPayLink, "upi_intent_link": checkUPI},
	brazil: {"pix_dynamic_code": checkPIX, "payment_link": checkPayLink, "boleto": checkBoleto},
}

// checkPayment checks how a bill is paid: India needs settings or the name they are kept under, Brazil may leave them out.
func checkPayment(at string, p *wire.ActionParameters) error {
	if p.Currency == india && len(p.PaymentSettings) == 0 && p.PaymentConfiguration == "" {
		return required("interactive['action']['parameters']['payment_settings']")
	}
	if n := runes(p.PaymentConfiguration); n > configurationMost {
		return ErrValue.Withf(at+".payment_configuration", "payment_configuration has %d characters, at most %d are allowed", n, configurationMost)
	}
	rules := settingRules[p.Currency]
	for n, raw := range p.PaymentSettings {
		at, name := fmt.Sprintf("%s.payment_settings[%d]", at, n), fmt.Sprintf("interactive['action']['parameters']['payment_settings'][%d]", n)
		var s paymentSetting
		if json.Unmarshal(raw, &s) != nil {
			return ErrValue.Withf(at, "payment_settings[%d] must be an object with a type and the member of that name", n)
		}
		if s.Type == "" {
			return required(name + "['type']")
		}
		check, ok := rules[s.Type]
		if !ok {
			return ErrValue.Withf(at+".type", "type must be one of %s with currency %s, not %.40q", strings.Join(slices.Sorted(maps.Keys(rules)), ", "), p.Currency, s.Type)
		}
		if err := check(at+"."+s.Type, name+"['"+s.Type+"']", s); err != nil {
			return err
		}
	}
	return nil
}

func checkGateway(at, name string, s paymentSetting) error {
	g := s.PaymentGateway
	switch {
	case g == nil:
		return required(name)
	case !slices.Contains(gateways, g.Type):
		return ErrValue.Withf(at+".type", "type must be one of %s, not %.40q", strings.Join(gateways, ", "), g.Type)
	case g.ConfigurationName == "":
		return required(name + "['configuration_name']")
	case runes(g.ConfigurationName) > configurationMost:
		return ErrValue.Withf(at+".configuration_name", "configuration_name has %d characters, at most %d are allowed", runes(g.ConfigurationName), configurationMost)
	}
	return nil
}

func checkPayLink(at, name string, s paymentSetting) error {
	if s.PaymentLink == nil || s.PaymentLink.URI == "" {
		return required(name + "['uri']")
	}
	return checkURL(at+".uri", s.PaymentLink.URI)
}

func checkUPI(at, name string, s paymentSetting) error {
	if s.UPIIntentLink == nil || s.UPIIntentLink.Link == "" {
		return required(name + "['link']")
	}
	if l := s.UPIIntentLink.Link; !strings.HasPrefix(l, "upi://") || len(l) > linkMost {
		return ErrValue.Withf(at+".link", "link must begin with upi:// and have at most %d bytes, not %.80q", linkMost, l)
	}
	return nil
}

func checkPIX(at, name string, s paymentSetting) error {
	p := s.PIX
	if p == nil {
		return required(name)
	}
	for _, f := range []struct{ name, text string }{{"code", p.Code}, {"merchant_name", p.MerchantName}, {"key", p.Key}, {"key_type", p.KeyType}} {
		if f.text == "" {
			return required(name + "['" + f.name + "']")
		}
	}
	if !slices.Contains(pixKeyTypes, p.KeyType) {
		return ErrValue.Withf(at+".key_type", "key_type must be one of %s, not %.40q", strings.Join(pixKeyTypes, ", "), p.KeyType)
	}
	return nil
}

func checkBoleto(_, name string, s paymentSetting) error {
	if s.Boleto == nil || s.Boleto.DigitableLine == "" {
		return required(name + "['digitable_line']")
	}
	return nil
}
