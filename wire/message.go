package wire

// Message is the body of POST /{phone-number-id}/messages, as far as Hawker understands it.
type Message struct {
	MessagingProduct      string       `json:"messaging_product"`
	RecipientType         string       `json:"recipient_type,omitempty"`
	To                    string       `json:"to,omitempty"`
	Type                  string       `json:"type,omitempty"`
	Context               *Context     `json:"context,omitempty"`
	BizOpaqueCallbackData string       `json:"biz_opaque_callback_data,omitempty"`
	Text                  *Text        `json:"text,omitempty"`
	Interactive           *Interactive `json:"interactive,omitempty"`

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

// Interactive is a message with something to tap. Type is product, product_list or catalog_message.
type Interactive struct {
	Type   string  `json:"type"`
	Header *Header `json:"header,omitempty"`
	Body   *Part   `json:"body,omitempty"`
	Footer *Part   `json:"footer,omitempty"`
	Action *Action `json:"action,omitempty"`
}

// Header stands above the body: text of at most 60 characters.
type Header struct {
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
}

// Part is a body or a footer.
type Part struct {
	Text string `json:"text"`
}

// Action is what can be tapped.
type Action struct {
	Name              string            `json:"name,omitempty"`
	CatalogID         string            `json:"catalog_id,omitempty"`
	ProductRetailerID string            `json:"product_retailer_id,omitempty"`
	Sections          []Section         `json:"sections,omitempty"`
	Parameters        *ActionParameters `json:"parameters,omitempty"`
}

// ActionParameters belong to a catalog message.
type ActionParameters struct {
	ThumbnailProductRetailerID string `json:"thumbnail_product_retailer_id,omitempty"`
}

// Section is a titled list of products: title of at most 24 characters.
type Section struct {
	Title        string        `json:"title,omitempty"`
	ProductItems []ProductItem `json:"product_items"`
}

// ProductItem names a product by the shop's own id.
type ProductItem struct {
	ProductRetailerID string `json:"product_retailer_id"`
}

// SendResponse answers a send: the message was accepted, not yet delivered.
type SendResponse struct {
	MessagingProduct string        `json:"messaging_product"`
	Contacts         []SendContact `json:"contacts"`
	Messages         []SentMessage `json:"messages"`
}

// SendContact echoes the recipient as it was written and as WhatsApp spells it.
type SendContact struct {
	Input string `json:"input"`
	WaID  string `json:"wa_id"`
}

// SentMessage carries the id of the new message.
type SentMessage struct {
	ID string `json:"id"`
}
