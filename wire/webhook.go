package wire

import "encoding/json"

// Value is changes[].value of a webhook with field "messages": Messages or Statuses, never both.
type Value struct {
	MessagingProduct string    `json:"messaging_product"`
	Metadata         Metadata  `json:"metadata"`
	Contacts         []Contact `json:"contacts,omitempty"`
	Messages         []Inbound `json:"messages,omitempty"`
	Statuses         []Status  `json:"statuses,omitempty"`
}

// Metadata names the business number.
type Metadata struct {
	DisplayPhoneNumber string `json:"display_phone_number"` // digits, without plus
	PhoneNumberID      string `json:"phone_number_id"`
}

// Contact is the customer.
type Contact struct {
	Profile Profile `json:"profile"`
	WaID    string  `json:"wa_id,omitempty"`   // absent where the customer's number is hidden
	UserID  string  `json:"user_id,omitempty"` // business-scoped user id
	// IdentityKeyHash is told to numbers that check identities.
	IdentityKeyHash string `json:"identity_key_hash,omitempty"`
}

// Profile is what the customer shows of themselves.
type Profile struct {
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
}

// Inbound is a message from a customer. Timestamp is in unix seconds.
type Inbound struct {
	Context     *InboundContext     `json:"context,omitempty"`
	From        string              `json:"from,omitempty"` // empty in what an edit holds
	FromUserID  string              `json:"from_user_id,omitempty"`
	ID          string              `json:"id,omitempty"`
	Timestamp   string              `json:"timestamp,omitempty"`
	Type        string              `json:"type"`
	Text        *InboundText        `json:"text,omitempty"`
	Order       *Order              `json:"order,omitempty"`
	Image       *InboundMedia       `json:"image,omitempty"`
	Video       *InboundMedia       `json:"video,omitempty"`
	Audio       *InboundMedia       `json:"audio,omitempty"`
	Document    *InboundMedia       `json:"document,omitempty"`
	Sticker     *InboundMedia       `json:"sticker,omitempty"`
	Location    *Location           `json:"location,omitempty"`
	Contacts    []ContactCard       `json:"contacts,omitempty"`
	Origin      string              `json:"origin,omitempty"` // of contacts: contact_request or other
	Reaction    *Reaction           `json:"reaction,omitempty"`
	Interactive *InboundInteractive `json:"interactive,omitempty"`
	Button      *InboundButton      `json:"button,omitempty"`
	Edit        *Edit               `json:"edit,omitempty"`
	Revoke      *Revoke             `json:"revoke,omitempty"`
	System      *System             `json:"system,omitempty"`
	Identity    *Identity           `json:"identity,omitempty"`
	Unsupported *Unsupported        `json:"unsupported,omitempty"`
	Errors      []StatusError       `json:"errors,omitempty"` // why a message is unsupported
	Referral    *Referral           `json:"referral,omitempty"`
}

// Edit is a message as its writer changed it.
type Edit struct {
	OriginalMessageID string  `json:"original_message_id"`
	Message           Inbound `json:"message"` // of it: type, the object of that type, and context
}

// Revoke is a message its writer deleted for everyone.
type Revoke struct {
	OriginalMessageID string `json:"original_message_id"`
}

// System is something that happened to the customer: Type is user_changed_number, user_changed_user_id where the number is
// hidden, or customer_identity_changed.
type System struct {
	Body     string `json:"body"`
	WaID     string `json:"wa_id,omitempty"`   // the new one
	UserID   string `json:"user_id,omitempty"` // the new one
	Identity string `json:"identity,omitempty"`
	Customer string `json:"customer,omitempty"`
	Type     string `json:"type"`
}

// Identity is what a customer is known by anew, beside a message of type system.
type Identity struct {
	Acknowledged bool   `json:"acknowledged"`
	Created      string `json:"created_timestamp"`
	Hash         string `json:"hash"`
}

// Unsupported is the kind of a message the API does not carry, for example poll_creation.
type Unsupported struct {
	Type string `json:"type"`
}

// Referral is the ad or post that a message was written from.
type Referral struct {
	SourceURL    string `json:"source_url"`
	SourceID     string `json:"source_id"`
	SourceType   string `json:"source_type"` // ad or post
	Headline     string `json:"headline,omitempty"`
	Body         string `json:"body,omitempty"`
	MediaType    string `json:"media_type,omitempty"` // image or video
	ImageURL     string `json:"image_url,omitempty"`
	VideoURL     string `json:"video_url,omitempty"`
	ThumbnailURL string `json:"thumbnail_url,omitempty"`
	CTWAClickID  string `json:"ctwa_clid,omitempty"`
}

// InboundMedia is a file that a customer sent: its bytes are read by its id. SHA256 is in base64.
type InboundMedia struct {
	ID       string `json:"id"`
	MIMEType string `json:"mime_type"`
	SHA256   string `json:"sha256"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	Voice    *bool  `json:"voice,omitempty"` // of audio only
}

// InboundInteractive is what the customer tapped or filled in: Type is button_reply, list_reply or nfm_reply.
type InboundInteractive struct {
	Type        string     `json:"type"`
	ButtonReply *Reply     `json:"button_reply,omitempty"`
	ListReply   *Row       `json:"list_reply,omitempty"`
	NFMReply    *FormReply `json:"nfm_reply,omitempty"`
}

// InboundButton is a tapped quick reply of a template.
type InboundButton struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

// FormReply is a filled-in form, for example an address: ResponseJSON is JSON as text.
type FormReply struct {
	Name         string `json:"name"`
	Body         string `json:"body,omitempty"`
	ResponseJSON string `json:"response_json"`
}

// InboundContext is what the message answers, or the product it asks about.
type InboundContext struct {
	From            string           `json:"from,omitempty"`
	ID              string           `json:"id,omitempty"`
	ReferredProduct *ReferredProduct `json:"referred_product,omitempty"`
	// Forwarded and FrequentlyForwarded (more than five times) say that others wrote it first.
	Forwarded           bool `json:"forwarded,omitempty"`
	FrequentlyForwarded bool `json:"frequently_forwarded,omitempty"`
}

// ReferredProduct is the product of an enquiry.
type ReferredProduct struct {
	CatalogID         string `json:"catalog_id"`
	ProductRetailerID string `json:"product_retailer_id"`
}

// InboundText is the text of a message.
type InboundText struct {
	Body string `json:"body"`
}

// Order is a cart that a customer sent. Text is the note, empty when there is none.
type Order struct {
	CatalogID    string      `json:"catalog_id"`
	Text         string      `json:"text"`
	ProductItems []OrderItem `json:"product_items"`
}

// OrderItem is a line of an order: ItemPrice in major units, the sale price where a sale ran.
type OrderItem struct {
	ProductRetailerID string      `json:"product_retailer_id"`
	Quantity          int         `json:"quantity"`
	ItemPrice         json.Number `json:"item_price"`
	Currency          string      `json:"currency"`
}

// Status tells how far a message of the business is: sent, delivered, read, played (a voice message) or failed.
type Status struct {
	ID                    string        `json:"id"`
	Status                string        `json:"status"`
	Timestamp             string        `json:"timestamp"`
	RecipientID           string        `json:"recipient_id,omitempty"` // absent where the customer's number is hidden
	RecipientUserID       string        `json:"recipient_user_id,omitempty"`
	IdentityKeyHash       string        `json:"recipient_identity_key_hash,omitempty"`
	Conversation          *Conversation `json:"conversation,omitempty"` // of webhooks before v24.0
	BizOpaqueCallbackData string        `json:"biz_opaque_callback_data,omitempty"`
	Pricing               *Pricing      `json:"pricing,omitempty"`
	Errors                []StatusError `json:"errors,omitempty"`
}

// Conversation is what a message belonged to, before v24.0. ExpirationTimestamp, in unix seconds, comes with sent.
type Conversation struct {
	ID                  string             `json:"id"`
	ExpirationTimestamp string             `json:"expiration_timestamp,omitempty"`
	Origin              ConversationOrigin `json:"origin"`
}

// ConversationOrigin is how a conversation began: service, marketing, utility or authentication.
type ConversationOrigin struct {
	Type string `json:"type"`
}

// Pricing says what a message costs: with sent, and with one of delivered and read.
type Pricing struct {
	Billable     bool   `json:"billable"`
	PricingModel string `json:"pricing_model"`
	Category     string `json:"category"`
	Type         string `json:"type"`
}

// StatusError is why a message failed.
type StatusError struct {
	Code      int        `json:"code"`
	Title     string     `json:"title"`
	Message   string     `json:"message"`
	ErrorData StatusData `json:"error_data"`
	Href      string     `json:"href"`
}

// StatusData explains a failure.
type StatusData struct {
	Details string `json:"details"`
}
