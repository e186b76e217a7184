package wire

// Message is the body of POST /{phone-number-id}/messages, as far as Hawker understands it. Type names the
// one object below that says what is sent.
type Message struct {
	MessagingProduct string `json:"messaging_product"`
	RecipientType    string `json:"recipient_type,omitempty"`
	To               string `json:"to,omitempty"`
	// Recipient is a business-scoped user id; To goes before it.
	Recipient string `json:"recipient,omitempty"`
	// IdentityKeyHash is the hash of the customer's keys that the sender expects.
	IdentityKeyHash       string           `json:"recipient_identity_key_hash,omitempty"`
	Type                  string           `json:"type,omitempty"`
	Context               *Context         `json:"context,omitempty"`
	BizOpaqueCallbackData string           `json:"biz_opaque_callback_data,omitempty"`
	Text                  *Text            `json:"text,omitempty"`
	Image                 *Media           `json:"image,omitempty"`
	Video                 *Media           `json:"video,omitempty"`
	Audio                 *Media           `json:"audio,omitempty"`
	Document              *Media           `json:"document,omitempty"`
	Sticker               *Media           `json:"sticker,omitempty"`
	Location              *Location        `json:"location,omitempty"`
	Contacts              []ContactCard    `json:"contacts,omitempty"`
	Reaction              *Reaction        `json:"reaction,omitempty"`
	Interactive           *Interactive     `json:"interactive,omitempty"`
	Template              *TemplateMessage `json:"template,omitempty"`

	// Status and MessageID mark a received message as read; TypingIndicator shows that an answer is being written.
	Status          string           `json:"status,omitempty"`
	MessageID       string           `json:"message_id,omitempty"`
	TypingIndicator *TypingIndicator `json:"typing_indicator,omitempty"`
}

// Context names the message that is answered.
type Context struct {
	MessageID string `json:"message_id"`
}

// TypingIndicator is {"type":"text"}.
type TypingIndicator struct {
	Type string `json:"type"`
}

// Text is a text message: body of 1 to 4096 characters.
type Text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url,omitempty"`
}

// SendResponse answers a send: the message was accepted, not yet delivered.
type SendResponse struct {
	MessagingProduct string        `json:"messaging_product"`
	Contacts         []SendContact `json:"contacts"`
	Messages         []SentMessage `json:"messages"`
}

// SendContact echoes the recipient as it was written and as WhatsApp spells it. WaID is absent where the message went to a user
// id, UserID where no user id was given.
type SendContact struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

// SentMessage carries the id of the new message.
type SentMessage struct {
	ID string `json:"id"`
	// MessageStatus is set for templates: accepted, held_for_quality_assessment or paused.
	MessageStatus string `json:"message_status,omitempty"`
}
