package web

import (
	"time"

	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Shell is what every page has around its own content.
type Shell struct {
	// Lang is the language of the page's texts: "en" or "vi"; Theme is "light" or "dark", or empty for the device's.
	Lang, Theme string
	// Title is the document's title.
	Title string
	// Path is the address of the page itself, with its query: live pages read it again.
	Path string
	// Live is the address of the stream that tells when to; empty for a page that stands still.
	Live string
	// Customers are the people one can be.
	Customers []Persona
	// Device is how the phone is set.
	Device Device
	// Embedded: the page stands in one of the business's own.
	Embedded bool
	// Undo puts back what was just taken out of the cart.
	Undo *CartUndo
}

// CartUndo is an item that was just taken out of the cart.
type CartUndo struct {
	SKU, Action, Back string
	Quantity          int
}

// Persona is one customer of the demo world in the picker.
type Persona struct {
	WaID    string
	Name    string
	Phone   string // for people: "+84 90 123 45 67"
	Country string // ISO 3166-1 alpha-2
	Lang    string
	Current bool
	Unread  int
}

// PickerPage asks which customer to be.
type PickerPage struct {
	Shell
	// People are the customers to pick from: beside the phone they are not listed again.
	People []Persona
	// Next is where to go then: a path of this server.
	Next string
}

// ChatsPage lists a customer's chats.
type ChatsPage struct {
	Shell
	Chats []ChatRow
}

// ChatRow is one chat in the list.
type ChatRow struct {
	Phone   string // phone number id
	Name    string
	Preview string
	Icon    string // of the preview: an icon's name, or empty
	Mine    bool
	Status  string // of my own last message
	At      time.Time
	Unread  int
}

// Business is the shop at the other end of a chat.
type Business struct {
	Phone    string // phone number id
	Name     string
	Verified bool
	Display  string // its number, for people
	Digits   string // the same as links have it
	// CatalogVisible shows the storefront button, CartEnabled the cart and its buttons.
	CatalogVisible, CartEnabled bool
	CartCount                   int
	// Embedded: the chat stands in a page of the business.
	Embedded bool
}

// ConversationPage is one chat.
type ConversationPage struct {
	Shell
	Business Business
	Days     []Day
	// Older is the address of the messages before the first shown one; empty at the start of the chat.
	Older string
	// LastInbound is the newest message of the business: what a read receipt goes up to.
	LastInbound string
	// Quote is what the next message answers.
	Quote *Quote
	// Problem is what went wrong with the last thing the customer tried.
	Problem string
	// Prompts are questions to tap in an empty chat, Commands what may be written with a slash. Draft is what a link wrote.
	Prompts  []string
	Commands []waba.Command
	Draft    string
	// Blocked: the customer wants nothing of the business. Typing: the business is writing.
	Blocked, Typing bool
}

// Day is the messages of one calendar day.
type Day struct {
	At       time.Time
	Relation string // the key of its name, for today and yesterday
	Messages []Message
}

// Message is one bubble.
type Message struct {
	ID     string // wamid
	Mine   bool
	Status string // sent, delivered, read or failed: only for the customer's own
	At     time.Time
	Quote  *Quote
	// Kind says which of the following is filled: text, product, product_list, catalog,
	// order, tap, deleted, unsupported.
	Kind    string
	Header  string
	Text    string
	Footer  string
	Product *Card
	Thumbs  []Thumb
	Count   int // products of a list, or units of an order
	Total   money.Amount
	Gone    bool // none of the products can be bought any more
	Href    string
	// Tap, Place and People are what a message without products shows beside its text.
	Tap       *Tap
	Files     []File
	Place     *Place
	People    []Person
	Reactions []string
	// Editable: the text can still be changed. Edited: it was.
	Editable, Edited bool
	// Forwarded is the text's key for a message somebody else wrote first.
	Forwarded string
	// Reply is the address that quotes this message in the composer; Inspect shows developers what stands behind it.
	Reply, Inspect string
}

// Quote is the message or product that another message answers.
type Quote struct {
	Mine  bool
	From  string
	Text  string
	Image string
	Href  string
	// ReplyTo and Product are the form's hidden values in a composer.
	ReplyTo, Product string
}

// Thumb is a small picture.
type Thumb struct{ Image, Title string }

// Card is a product as a row, a card or a line shows it.
type Card struct {
	SKU       string
	Title     string
	Text      string
	Image     string
	Price     money.Amount
	Before    *money.Amount // struck: the price without the sale
	Available bool          // can be put in a cart
	Gone      bool          // cannot be seen any more
	Changed   bool          // costs something else than when the message was sent
	Quantity  int           // in the cart
	Href      string
}

// Section is a titled run of products.
type Section struct {
	Title string
	Cards []Card
}

// ListPage is the sheet of a multi-product message, or the whole storefront.
type ListPage struct {
	Shell
	Business Business
	Heading  string
	Text     string
	Back     string
	Sections []Section
	// Search is what was searched for; Searchable shows the field.
	Search     string
	Searchable bool
	// More is the address of the next page of products.
	More string
	// Changed tells that the shop changed something since the message was sent.
	Changed bool
	Total   money.Amount
}

// ProductPage shows one product.
type ProductPage struct {
	Shell
	Business Business
	Back     string
	Card     Card
	Images   []string
	Link     string
	SoldOut  bool
	// Options lead to the other items of the group; Share is the product's address for everybody.
	Options  []Option
	Share    string
	Legal    *storefront.LegalView // for customers in India
	Reported bool                  // the customer has just reported it
	// SeenIn is the message the product was opened from, if any.
	SeenIn string
	More   []Card
}

// CartPage shows the cart before it is sent.
type CartPage struct {
	Shell
	Business Business
	Back     string
	Lines    []Card
	Subtotal money.Amount
	Units    int
	Note     string
	FormKey  string
	Changed  *CartChange
	Problem  string
}

// CartChange tells what became different while the customer was not looking.
type CartChange struct {
	Removed  []string
	Repriced []Repriced
}

// Repriced is a line whose price changed.
type Repriced struct {
	Title       string
	Before, Now money.Amount
}

// OrderPage is a sent cart; nothing in it can be changed.
type OrderPage struct {
	Shell
	Business Business
	Back     string
	Lines    []Card
	Total    money.Amount
	Units    int
	Note     string
	At       time.Time
}

// ErrorPage says that something is not there or did not work.
type ErrorPage struct {
	Shell
	Icon, Heading, Text string
	Back                string
}
