package wire

import "encoding/json"

// TemplateComponent is a part of a message template as it is made and read: Type is HEADER, BODY, FOOTER, BUTTONS, CAROUSEL or
// LIMITED_TIME_OFFER.
type TemplateComponent struct {
	Type             string            `json:"type"`
	Format           string            `json:"format,omitempty"` // of a header: TEXT, IMAGE, VIDEO, GIF, DOCUMENT, LOCATION, PRODUCT
	Text             string            `json:"text,omitempty"`
	Example          *TemplateExample  `json:"example,omitempty"`
	Buttons          []TemplateButton  `json:"buttons,omitempty"`
	Cards            []TemplateCard    `json:"cards,omitempty"`
	LimitedTimeOffer *LimitedTimeOffer `json:"limited_time_offer,omitempty"`

	// Of the fixed body and footer of an authentication template.
	AddSecurityRecommendation *bool `json:"add_security_recommendation,omitempty"`
	CodeExpirationMinutes     *int  `json:"code_expiration_minutes,omitempty"`
}

// TemplateExample holds samples of what is filled in when the template is sent.
type TemplateExample struct {
	HeaderText      Texts           `json:"header_text,omitempty"`
	HeaderTextNamed []NamedExample  `json:"header_text_named_params,omitempty"`
	HeaderHandle    Texts           `json:"header_handle,omitempty"`
	BodyText        TemplateSamples `json:"body_text,omitempty"`
	BodyTextNamed   []NamedExample  `json:"body_text_named_params,omitempty"`
}

// NamedExample is the sample of a named parameter.
type NamedExample struct {
	ParamName string `json:"param_name"`
	Example   string `json:"example"`
}

// TemplateCard is a card of a carousel template.
type TemplateCard struct {
	Components []TemplateComponent `json:"components"`
}

// LimitedTimeOffer is the offer of a template that runs out.
type LimitedTimeOffer struct {
	Text          string `json:"text"` // at most 16 characters
	HasExpiration bool   `json:"has_expiration"`
}

// TemplateButton is a button of a template.
type TemplateButton struct {
	Type           string         `json:"type"`
	Text           string         `json:"text,omitempty"`
	URL            string         `json:"url,omitempty"`
	PhoneNumber    string         `json:"phone_number,omitempty"`
	Example        Texts          `json:"example,omitempty"`
	FlowID         LooseText      `json:"flow_id,omitempty"`
	FlowName       string         `json:"flow_name,omitempty"`
	FlowJSON       string         `json:"flow_json,omitempty"`
	FlowAction     string         `json:"flow_action,omitempty"` // navigate or data_exchange
	NavigateScreen string         `json:"navigate_screen,omitempty"`
	OTPType        string         `json:"otp_type,omitempty"` // COPY_CODE, ONE_TAP or ZERO_TAP
	AutofillText   string         `json:"autofill_text,omitempty"`
	PackageName    string         `json:"package_name,omitempty"`
	SignatureHash  string         `json:"signature_hash,omitempty"`
	SupportedApps  []SupportedApp `json:"supported_apps,omitempty"`
	ZeroTapTerms   *bool          `json:"zero_tap_terms_accepted,omitempty"`
}

// SupportedApp is an app that takes a code by itself.
type SupportedApp struct {
	PackageName   string `json:"package_name"`
	SignatureHash string `json:"signature_hash"`
}

// LooseText is a text that is also read from a number.
type LooseText string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *LooseText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '"' {
		var n json.Number
		if err := json.Unmarshal(b, &n); err != nil {
			return err
		}
		*t = LooseText(n)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// Texts are a list of texts that is also read from a single one, and from lists inside the list.
type Texts []string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Texts) UnmarshalJSON(b []byte) error {
	*t = nil
	var one LooseText
	if len(b) > 0 && b[0] != '[' {
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		if one != "" {
			*t = Texts{string(one)}
		}
		return nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	for _, e := range list {
		var inner Texts
		if err := json.Unmarshal(e, &inner); err != nil {
			return err
		}
		if len(inner) == 0 {
			inner = Texts{""}
		}
		*t = append(*t, inner...)
	}
	return nil
}

// TemplateSamples are the samples of a body: a list of lists, also read from a plain list.
type TemplateSamples Texts

// UnmarshalJSON implements [json.Unmarshaler].
func (t *TemplateSamples) UnmarshalJSON(b []byte) error { return (*Texts)(t).UnmarshalJSON(b) }

// MarshalJSON implements [json.Marshaler].
func (t TemplateSamples) MarshalJSON() ([]byte, error) { return json.Marshal([][]string{t}) }

// TemplateMessage is a message of type template: which template, and what is filled in.
type TemplateMessage struct {
	Name       string            `json:"name"`
	Namespace  string            `json:"namespace,omitempty"` // of the On-Premises API; not used
	Language   *TemplateLanguage `json:"language,omitempty"`
	Components []TemplateFill    `json:"components,omitempty"`
}

// TemplateLanguage names a language; Policy is deterministic or left out.
type TemplateLanguage struct {
	Code   string `json:"code"`
	Policy string `json:"policy,omitempty"`
}

// TemplateFill is what is filled into one component: Type is header, body, button, carousel, limited_time_offer or order_status.
type TemplateFill struct {
	Type       string              `json:"type"`
	SubType    string              `json:"sub_type,omitempty"` // of a button
	Index      *LooseText          `json:"index,omitempty"`    // of a button, from 0
	Parameters []TemplateParameter `json:"parameters,omitempty"`
	Cards      []TemplateFillCard  `json:"cards,omitempty"`
}

// TemplateFillCard is what is filled into one card of a carousel.
type TemplateFillCard struct {
	CardIndex  *int           `json:"card_index,omitempty"`
	Components []TemplateFill `json:"components"`
}

// TemplateParameter is a value to fill in; Type names the member that holds it.
type TemplateParameter struct {
	Type             string            `json:"type"`
	ParameterName    string            `json:"parameter_name,omitempty"`
	Text             *LooseText        `json:"text,omitempty"`
	Currency         *TemplateCurrency `json:"currency,omitempty"`
	DateTime         *TemplateDateTime `json:"date_time,omitempty"`
	Image            *Media            `json:"image,omitempty"`
	Video            *Media            `json:"video,omitempty"`
	Document         *Media            `json:"document,omitempty"`
	Location         *Location         `json:"location,omitempty"`
	Product          *TemplateProduct  `json:"product,omitempty"`
	Payload          *LooseText        `json:"payload,omitempty"`
	CouponCode       string            `json:"coupon_code,omitempty"`
	LimitedTimeOffer *OfferExpiration  `json:"limited_time_offer,omitempty"`
	Action           *TemplateAction   `json:"action,omitempty"`
	OrderStatus      *ActionParameters `json:"order_status,omitempty"`
}

// TemplateCurrency is an amount: what is shown is FallbackValue.
type TemplateCurrency struct {
	FallbackValue string      `json:"fallback_value"`
	Code          string      `json:"code"`
	Amount1000    json.Number `json:"amount_1000"`
}

// TemplateDateTime is a moment: what is shown is FallbackValue.
type TemplateDateTime struct {
	FallbackValue string `json:"fallback_value"`
}

// TemplateProduct is the product of a header.
type TemplateProduct struct {
	ProductRetailerID string `json:"product_retailer_id"`
	CatalogID         string `json:"catalog_id"`
}

// OfferExpiration is when an offer runs out.
type OfferExpiration struct {
	ExpirationTimeMS int64 `json:"expiration_time_ms"`
}

// TemplateAction is what a button of the kinds catalog, mpm, flow and order_details takes.
type TemplateAction struct {
	ThumbnailProductRetailerID string            `json:"thumbnail_product_retailer_id,omitempty"`
	Sections                   []Section         `json:"sections,omitempty"`
	FlowToken                  string            `json:"flow_token,omitempty"`
	FlowActionData             json.RawMessage   `json:"flow_action_data,omitempty"`
	OrderDetails               *ActionParameters `json:"order_details,omitempty"`
}
