package messaging

import (
	"encoding/json"
	"fmt"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/wire"
)

// content is what the ledger keeps of a message: its words, and the facts of its products as they were
// when it was sent, so that an old chat shows what was said.
type content struct {
	Text      string    `json:"text,omitempty"`
	Preview   string    `json:"preview,omitempty"` // the link a text shows
	Kind      string    `json:"kind,omitempty"`    // of an interactive message
	Header    string    `json:"header,omitempty"`
	Body      string    `json:"body,omitempty"`
	Footer    string    `json:"footer,omitempty"`
	CatalogID id.ID     `json:"catalog_id,omitzero"`
	Sections  []section `json:"sections,omitempty"` // one section with one product for a single product
	Thumbnail *snapshot `json:"thumbnail,omitempty"`
	Referred  *snapshot `json:"referred,omitempty"` // the product a customer asks about

	Files       []fileRef          `json:"files,omitempty"`
	Location    *wire.Location     `json:"location,omitempty"`
	Contacts    []wire.ContactCard `json:"contacts,omitempty"`
	Reaction    *wire.Reaction     `json:"reaction,omitempty"`
	Interactive *wire.Interactive  `json:"interactive,omitempty"` // as sent, of the kinds without products
	Template    *sentTemplate      `json:"template,omitempty"`
	Flow        *sentFlow          `json:"flow,omitempty"`
	Answer      string             `json:"answer,omitempty"`    // of a filled-in flow, as JSON
	Choice      string             `json:"choice,omitempty"`    // id of the button or row a customer tapped
	Form        map[string]string  `json:"form,omitempty"`      // an address a customer filled in
	Edited      bool               `json:"edited,omitempty"`    // the customer changed it since
	Deleted     bool               `json:"deleted,omitempty"`   // the customer took it back
	Forwarded   string             `json:"forwarded,omitempty"` // once or often: the customer did not write it
	Became      string             `json:"became,omitempty"`    // wa_id a customer has now
}

type section struct {
	Title    string     `json:"title,omitempty"`
	Products []snapshot `json:"products"`
}

// snapshot is a product at one moment.
type snapshot struct {
	RetailerID string `json:"sku"`
	Title      string `json:"title"`
	Text       string `json:"text,omitempty"`
	Image      string `json:"image,omitempty"`
	Minor      int64  `json:"minor"`
	Currency   string `json:"currency"`
	Was        int64  `json:"was,omitempty"` // the regular price while a sale ran
}

// textInSnapshot bounds the description a message keeps.
const textInSnapshot = 80

func (x *Exchange) snap(i catalog.Item) snapshot {
	price := i.PriceAt(x.Clock.Now())
	s := snapshot{RetailerID: i.RetailerID, Title: i.FullTitle(), Text: i.Description, Image: i.ImageLink, Minor: price.Minor, Currency: price.Currency}
	if r := []rune(s.Text); len(r) > textInSnapshot {
		s.Text = string(r[:textInSnapshot]) + "…"
	}
	if price != i.Price {
		s.Was = i.Price.Minor
	}
	return s
}

func (s snapshot) price() money.Amount { return money.Amount{Minor: s.Minor, Currency: s.Currency} }

func (c content) encode() (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("messaging: %w", err)
	}
	return string(b), nil
}

func decode(m chat.Message) (content, error) {
	var c content
	if err := json.Unmarshal([]byte(m.Content), &c); err != nil {
		return content{}, fmt.Errorf("messaging: message %s: %w", m.ID, err)
	}
	return c, nil
}

// skus are the products the message shows.
func (c content) skus() []string {
	var list []string
	for _, s := range c.Sections {
		for _, p := range s.Products {
			list = append(list, p.RetailerID)
		}
	}
	if c.Thumbnail != nil {
		list = append(list, c.Thumbnail.RetailerID)
	}
	return list
}
