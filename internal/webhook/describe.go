package webhook

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// Description is what a webhook is about, for people.
type Description struct {
	Field string
	// Kind is order, enquiry, a type of message, status, or the field where it is no message.
	Kind string
	// Status of a message, where the webhook tells one: sent, delivered, read or failed.
	Status string
	Text   string

	message bool
}

// Is tells whether a name that people use means this webhook.
func (d Description) Is(name string) bool {
	return name == d.Kind || name == d.Field || (name == d.Status && name != "") || (name == "message" && d.message)
}

// Describe reads what the first entry of a body is about.
func Describe(body []byte) Description {
	var e struct {
		Entry []struct {
			Changes []struct {
				Field string
				Value json.RawMessage
			}
		}
	}
	if json.Unmarshal(body, &e) != nil || len(e.Entry) == 0 || len(e.Entry[0].Changes) == 0 {
		return Description{Kind: "unknown"}
	}
	c := e.Entry[0].Changes[0]
	d := Description{Field: c.Field, Kind: c.Field, Text: string(c.Value)}
	if c.Field != "messages" {
		return d
	}
	var v wire.Value
	if json.Unmarshal(c.Value, &v) != nil {
		return d
	}
	switch {
	case len(v.Statuses) > 0:
		s := v.Statuses[0]
		d.Kind, d.Status, d.Text = "status", s.Status, s.Status+" "+s.RecipientID+" "+s.ID
		for _, e := range s.Errors {
			d.Text += fmt.Sprintf(" (%d %s)", e.Code, e.Title)
		}
	case len(v.Messages) > 0:
		m := v.Messages[0]
		d.Kind, d.Text, d.message = m.Type, "from "+m.From, true
		if m.Context != nil && m.Context.ReferredProduct != nil {
			d.Kind, d.Text = "enquiry", d.Text+" about "+m.Context.ReferredProduct.ProductRetailerID
		}
		if m.Order != nil {
			if n := len(m.Order.ProductItems); n == 1 {
				d.Text += ": 1 product"
			} else {
				d.Text += fmt.Sprintf(": %d products", n)
			}
		}
		if m.Text != nil {
			d.Text += ": " + strings.ReplaceAll(m.Text.Body, "\n", " ")
		}
	}
	return d
}
