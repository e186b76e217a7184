package template

import (
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// Kind is what a template shows, for rules and pages.
type Kind string

// Kinds of templates.
const (
	KindText         Kind = "text"
	KindCatalog      Kind = "catalog"
	KindMultiProduct Kind = "mpm"
	KindProduct      Kind = "spm"
	KindProductCards Kind = "product_cards"
	KindCarousel     Kind = "carousel"
	KindOffer        Kind = "limited_time_offer"
	KindCode         Kind = "authentication"
	KindFlow         Kind = "flow"
	KindOrder        Kind = "order_details"
)

// Kind tells what the template shows.
func (t Template) Kind() Kind {
	return kindOfList(t.Category, t.Components)
}

func kindOfList(category string, list []wire.TemplateComponent) Kind {
	if category == Authentication {
		return KindCode
	}
	if _, ok := component(list, offer); ok {
		return KindOffer
	}
	if c, ok := component(list, carousel); ok {
		if h, _ := component(c.Cards[0].Components, header); h.Format == "PRODUCT" {
			return KindProductCards
		}
		return KindCarousel
	}
	if b, ok := component(list, buttons); ok {
		for _, x := range b.Buttons {
			if k, ok := map[string]Kind{catalog: KindCatalog, multiProduct: KindMultiProduct, oneProduct: KindProduct, flowButton: KindFlow, orderDetails: KindOrder}[x.Type]; ok {
				return k
			}
		}
	}
	return KindText
}

// Sells tells whether the template shows products of the connected catalog.
func (t Template) Sells() bool {
	switch t.Kind() {
	case KindCatalog, KindMultiProduct, KindProduct, KindProductCards:
		return true
	}
	return false
}

// together checks what belongs together.
func (c checker) together(list []wire.TemplateComponent) error {
	h, hasHeader := component(list, header)
	b, hasButtons := component(list, buttons)
	has := func(kind string) bool {
		for _, x := range b.Buttons {
			if x.Type == kind {
				return true
			}
		}
		return false
	}
	if (h.Format == "PRODUCT") && !(has(oneProduct) || (c.card && has(urlButton))) || (has(oneProduct) && h.Format != "PRODUCT") {
		return ErrInvalid.Withf(c.at, "%s: a header of format PRODUCT and a button of type SPM (in a card: or URL) come together", c.at)
	}
	if c.card {
		return nil
	}
	_, hasOffer := component(list, offer)
	_, hasCards := component(list, carousel)
	_, hasFooter := component(list, footer)
	k := kindOfList(c.t.Category, list)
	switch {
	case c.t.Category == Authentication && !hasButtons:
		return ErrInvalid.Withf(c.at, "%s: a template of category AUTHENTICATION has a button of type OTP", c.at)
	case k == KindCatalog && hasHeader:
		return ErrHeader.Withf(c.at, "%s: a template with a button of type CATALOG has no header", c.at)
	case k == KindMultiProduct && (!hasHeader || h.Format != "TEXT"):
		return ErrHeader.Withf(c.at, "%s: a template with a button of type MPM has a header of format TEXT", c.at)
	case hasCards && (hasHeader || hasFooter || hasButtons || hasOffer):
		return ErrInvalid.Withf(c.at, "%s: beside a CAROUSEL there is a BODY and nothing else", c.at)
	case hasOffer && (hasFooter || (hasHeader && h.Format != "IMAGE" && h.Format != "VIDEO") || !has(urlButton)):
		return ErrInvalid.Withf(c.at, "%s: beside a LIMITED_TIME_OFFER there is no FOOTER, a HEADER of format IMAGE or VIDEO or none, and BUTTONS with a URL", c.at)
	case (hasOffer || hasCards || c.t.needsCatalog(list)) && c.t.Category != Marketing:
		return ErrInvalid.Withf("category", "category must be MARKETING: templates with products, cards or offers are marketing, not %s", c.t.Category)
	case k == KindOrder && c.t.Category != Utility:
		return ErrInvalid.Withf("category", "category must be UTILITY for a template with a button of type ORDER_DETAILS, not %s", c.t.Category)
	}
	return nil
}

// needsCatalog tells whether the components show products.
func (t Template) needsCatalog(list []wire.TemplateComponent) bool {
	t.Components = list
	return t.Sells()
}

// Bounds of code_expiration_minutes.
const (
	codeLeast = 1
	codeMost  = 90
)

// authentication makes the fixed parts of a template that carries a code.
func (c checker) authentication(at string, p *wire.TemplateComponent) error {
	texts := otpText(c.t.Language)
	switch p.Type {
	case body:
		*p = wire.TemplateComponent{Type: body, Text: texts.body, AddSecurityRecommendation: p.AddSecurityRecommendation, Example: &wire.TemplateExample{BodyText: wire.TemplateSamples{"123456"}}}
		if p.AddSecurityRecommendation != nil && *p.AddSecurityRecommendation {
			p.Text += " " + texts.advice
		}
		return nil
	case footer:
		m := p.CodeExpirationMinutes
		if m == nil || *m < codeLeast || *m > codeMost {
			return ErrFooter.Withf(at+".code_expiration_minutes", "%s.code_expiration_minutes must be from %d to %d; without an expiration leave the FOOTER out", at, codeLeast, codeMost)
		}
		*p = wire.TemplateComponent{Type: footer, Text: strings.ReplaceAll(texts.footer, "{{minutes}}", strconv.Itoa(*m)), CodeExpirationMinutes: m}
		return nil
	case buttons:
		if len(p.Buttons) != 1 || !strings.EqualFold(p.Buttons[0].Type, otpButton) {
			return ErrInvalid.Withf(at+".buttons", "%s.buttons: a template of category AUTHENTICATION has one button, of type OTP", at)
		}
		return checkOTP(at+".buttons[0]", &p.Buttons[0], texts)
	}
	return ErrInvalid.Withf(at+".type", "%s.type: a template of category AUTHENTICATION has BODY, FOOTER and BUTTONS only, not %s", at, p.Type)
}

// androidHash is the length of an app's signature.
const androidHash = 11

func checkOTP(at string, b *wire.TemplateButton, texts otp) error {
	b.Type, b.OTPType = otpButton, strings.ToUpper(b.OTPType)
	if b.Text == "" {
		b.Text = texts.copyCode
	}
	if err := tooLong(at+".text", "the button's text", b.Text, labelMost); err != nil {
		return err
	}
	keep := wire.TemplateButton{Type: b.Type, OTPType: b.OTPType, Text: b.Text}
	switch b.OTPType {
	case copyCode:
	case "ONE_TAP", "ZERO_TAP":
		apps := b.SupportedApps
		if b.PackageName != "" || b.SignatureHash != "" {
			apps = append(apps, wire.SupportedApp{PackageName: b.PackageName, SignatureHash: b.SignatureHash})
		}
		if len(apps) == 0 || len(apps) > 5 {
			return ErrInvalid.Withf(at+".supported_apps", "%s.supported_apps must name 1 to 5 apps by package_name and signature_hash", at)
		}
		for _, a := range apps {
			if !strings.Contains(a.PackageName, ".") || len(a.PackageName) > 224 || len(a.SignatureHash) < androidHash || len(a.SignatureHash) > 3*androidHash {
				return ErrInvalid.Withf(at+".supported_apps", "%s: package_name must be like com.example.app and signature_hash have %d characters", at, androidHash)
			}
		}
		if b.OTPType == "ZERO_TAP" && (b.ZeroTapTerms == nil || !*b.ZeroTapTerms) {
			return ErrInvalid.Withf(at+".zero_tap_terms_accepted", "%s.zero_tap_terms_accepted must be true for otp_type ZERO_TAP", at)
		}
		if b.AutofillText == "" {
			b.AutofillText = texts.autofill
		}
		keep.AutofillText, keep.SupportedApps, keep.ZeroTapTerms = b.AutofillText, apps, b.ZeroTapTerms
	default:
		return ErrInvalid.Withf(at+".otp_type", "%s.otp_type must be COPY_CODE, ONE_TAP or ZERO_TAP, not %.40q", at, b.OTPType)
	}
	*b = keep
	return nil
}
