package wire

import "encoding/json"

// Interactive is a message with something to tap.
type Interactive struct {
	Type   string  `json:"type"`
	Header *Header `json:"header,omitempty"`
	Body   *Part   `json:"body,omitempty"`
	Footer *Part   `json:"footer,omitempty"`
	Action *Action `json:"action,omitempty"`
}

// Header stands above the body: text of at most 60 characters, or a picture, video or document.
type Header struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitempty"`
	Image    *Media `json:"image,omitempty"`
	Video    *Media `json:"video,omitempty"`
	Document *Media `json:"document,omitempty"`
}

// Part is a body or a footer.
type Part struct {
	Text string `json:"text"`
}

// Action is what can be tapped. Which fields count depends on the type of the message.
type Action struct {
	Name              string            `json:"name,omitempty"`
	CatalogID         string            `json:"catalog_id,omitempty"`
	ProductRetailerID string            `json:"product_retailer_id,omitempty"`
	Button            string            `json:"button,omitempty"` // label that opens a list
	Buttons           []Button          `json:"buttons,omitempty"`
	Sections          []Section         `json:"sections,omitempty"`
	Cards             []Card            `json:"cards,omitempty"`
	Parameters        *ActionParameters `json:"parameters,omitempty"`
}

// Button is a reply button: its type is "reply".
type Button struct {
	Type  string `json:"type"`
	Reply *Reply `json:"reply,omitempty"`
	// QuickReply is the same on a card of a carousel.
	QuickReply *Reply `json:"quick_reply,omitempty"`
}

// Reply is what comes back when a button is tapped.
type Reply struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Section is a titled list of products or of rows: title of at most 24 characters.
type Section struct {
	Title        string        `json:"title,omitempty"`
	ProductItems []ProductItem `json:"product_items,omitempty"`
	Rows         []Row         `json:"rows,omitempty"`
}

// Row is a line of a list message.
type Row struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// ProductItem names a product by the shop's own id.
type ProductItem struct {
	ProductRetailerID string `json:"product_retailer_id"`
}

// Card is one of a carousel: a product (type product) or a picture or video with a link (type cta_url).
type Card struct {
	CardIndex *int    `json:"card_index,omitempty"`
	Type      string  `json:"type,omitempty"`
	Header    *Header `json:"header,omitempty"`
	Body      *Part   `json:"body,omitempty"`
	Action    *Action `json:"action,omitempty"`
}

// ActionParameters are those of every kind of action; each kind uses its own.
type ActionParameters struct {
	// catalog_message
	ThumbnailProductRetailerID string `json:"thumbnail_product_retailer_id,omitempty"`

	// cta_url
	DisplayText string `json:"display_text,omitempty"`
	URL         string `json:"url,omitempty"`

	// flow
	FlowMessageVersion string          `json:"flow_message_version,omitempty"`
	FlowID             string          `json:"flow_id,omitempty"`
	FlowName           string          `json:"flow_name,omitempty"`
	FlowCTA            string          `json:"flow_cta,omitempty"`
	Mode               string          `json:"mode,omitempty"`
	FlowToken          string          `json:"flow_token,omitempty"`
	FlowAction         string          `json:"flow_action,omitempty"`
	FlowActionPayload  json.RawMessage `json:"flow_action_payload,omitempty"`

	// address_message
	Country          string            `json:"country,omitempty"`
	Values           map[string]string `json:"values,omitempty"`
	SavedAddresses   []SavedAddress    `json:"saved_addresses,omitempty"`
	ValidationErrors map[string]string `json:"validation_errors,omitempty"`

	// order_details and order_status
	ReferenceID     string            `json:"reference_id,omitempty"`
	Type            string            `json:"type,omitempty"` // digital-goods or physical-goods
	PaymentType     string            `json:"payment_type,omitempty"`
	Currency        string            `json:"currency,omitempty"`
	PaymentSettings []json.RawMessage `json:"payment_settings,omitempty"`
	// PaymentConfiguration names the settings by the name they are kept under: the older form of PaymentSettings.
	PaymentConfiguration string `json:"payment_configuration,omitempty"`

	Beneficiaries []Beneficiary `json:"beneficiaries,omitempty"`
	TotalAmount   *Amount       `json:"total_amount,omitempty"`
	Order         *BillOrder    `json:"order,omitempty"`
	Payment       *BillPayment  `json:"payment,omitempty"`
}

// SavedAddress is an address the customer may choose.
type SavedAddress struct {
	ID    string            `json:"id"`
	Value map[string]string `json:"value"`
}

// Amount is Value divided by Offset of a currency: 100000 with offset 100 is 1000.00.
type Amount struct {
	Value       int64  `json:"value"`
	Offset      int64  `json:"offset"`
	Description string `json:"description,omitempty"`
	ProgramName string `json:"discount_program_name,omitempty"` // of a discount
}

// Beneficiary is who receives shipped goods.
type Beneficiary struct {
	Name         string `json:"name"`
	AddressLine1 string `json:"address_line1"`
	AddressLine2 string `json:"address_line2,omitempty"`
	City         string `json:"city"`
	State        string `json:"state"`
	Country      string `json:"country"`
	PostalCode   string `json:"postal_code"`
}

// BillOrder is the order of an order_details message, or its new status in an order_status message.
type BillOrder struct {
	Status      string          `json:"status"`
	Description string          `json:"description,omitempty"`
	Type        string          `json:"type,omitempty"`
	CatalogID   string          `json:"catalog_id,omitempty"`
	Expiration  *BillExpiration `json:"expiration,omitempty"`
	Items       []BillItem      `json:"items,omitempty"`
	Subtotal    *Amount         `json:"subtotal,omitempty"`
	Tax         *Amount         `json:"tax,omitempty"`
	Shipping    *Amount         `json:"shipping,omitempty"`
	Discount    *Amount         `json:"discount,omitempty"`
}

// BillExpiration is when the bill can no longer be paid: unix seconds as text.
type BillExpiration struct {
	Timestamp   string `json:"timestamp"`
	Description string `json:"description,omitempty"`
}

// BillItem is a line of a bill.
type BillItem struct {
	RetailerID      string          `json:"retailer_id,omitempty"`
	Name            string          `json:"name"`
	Amount          *Amount         `json:"amount,omitempty"`
	SaleAmount      *Amount         `json:"sale_amount,omitempty"`
	Quantity        int             `json:"quantity"`
	Image           *Media          `json:"image,omitempty"`
	CountryOfOrigin string          `json:"country_of_origin,omitempty"`
	ImporterName    string          `json:"importer_name,omitempty"`
	ImporterAddress json.RawMessage `json:"importer_address,omitempty"`
}

// BillPayment is how the payment of an order stands.
type BillPayment struct {
	Status    string `json:"status"`
	Timestamp int64  `json:"timestamp,omitempty"`
}
