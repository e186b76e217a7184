package messaging

import (
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/wire"
)

// Limits of a carousel.
const (
	cardsLeast   = 2
	cardsMost    = 10
	cardBodyMost = 160
)

// checkCarousel: two to ten cards, all of one kind.
func checkCarousel(i *wire.Interactive) error {
	cards := i.Action.Cards
	if len(cards) == 0 {
		return required("interactive['action']['cards']")
	}
	if len(cards) < cardsLeast || len(cards) > cardsMost {
		return ErrValue.Withf("interactive.action.cards", "Cards count invalid. Min: %d, Max: %d; this message has %d", cardsLeast, cardsMost, len(cards))
	}
	seen, replies := map[int]bool{}, map[string]bool{}
	for n, c := range cards {
		at, field := fmt.Sprintf("interactive['action']['cards'][%d]", n), fmt.Sprintf("interactive.action.cards[%d]", n)
		if c.CardIndex == nil { // clients that leave zeros out
			c.CardIndex = new(int)
			cards[n].CardIndex = c.CardIndex
		}
		if *c.CardIndex < 0 || *c.CardIndex >= cardsMost || seen[*c.CardIndex] {
			return ErrValue.Withf(field+".card_index", "card_index must be a number from 0 to %d that no other card has, not %d", cardsMost-1, *c.CardIndex)
		}
		seen[*c.CardIndex] = true
		if c.Type != cards[0].Type {
			return ErrValue.Withf(field+".type", "All cards of a carousel are of one type: card 0 is %.20q, card %d is %.20q", cards[0].Type, n, c.Type)
		}
		if c.Action == nil {
			return required(at + "['action']")
		}
		if err := checkCard(at, field, c, cards[0]); err != nil {
			return err
		}
		if c.Type == "product" {
			continue
		}
		for _, b := range c.Action.Buttons {
			if replies[b.QuickReply.ID] {
				return ErrValue.Withf(field+".action.buttons", "Duplicate button id; every quick reply of a carousel needs its own (%.60q)", b.QuickReply.ID)
			}
			replies[b.QuickReply.ID] = true
		}
	}
	return nil
}

func checkCard(at, field string, c, first wire.Card) error {
	switch c.Type {
	case "product":
		if c.Action.CatalogID == "" {
			return required(at + "['action']['catalog_id']")
		}
		if c.Action.ProductRetailerID == "" {
			return required(at + "['action']['product_retailer_id']")
		}
		if c.Action.CatalogID != first.Action.CatalogID {
			return ErrValue.Withf(field+".action.catalog_id", "All cards of a carousel are from one catalog: card 0 names %.40q, this one %.40q",
				first.Action.CatalogID, c.Action.CatalogID)
		}
		return nil
	case "cta_url":
		return checkMediaCard(at, field, c, first)
	}
	return ErrValue.Withf(field+".type", `%s['type'] must be "product" or "cta_url", not %.40q`, at, c.Type)
}

func checkMediaCard(at, field string, c, first wire.Card) error {
	if c.Header == nil {
		return required(at + "['header']")
	}
	if err := checkHeader(field, "a card", c.Header, interactiveRule{headers: []string{"image", "video"}}); err != nil {
		return err
	}
	if first.Header != nil && c.Header.Type != first.Header.Type {
		return ErrValue.Withf(field+".header.type", "All cards of a carousel have the same kind of header: card 0 has %.20q, this one %.20q", first.Header.Type, c.Header.Type)
	}
	if c.Body != nil {
		if err := checkLength(field+".body.text", "Card body text", c.Body.Text, 0, cardBodyMost); err != nil {
			return err
		}
		if strings.Count(c.Body.Text, "\n") > 2 {
			return ErrValue.With(field+".body.text", "Card body text has more than 2 line breaks; shorten it")
		}
	}
	if len(first.Action.Buttons) != len(c.Action.Buttons) {
		return ErrValue.Withf(field+".action", "All cards of a carousel have the same buttons: card 0 has %d quick replies, this one %d", len(first.Action.Buttons), len(c.Action.Buttons))
	}
	if len(c.Action.Buttons) > 0 {
		return checkQuickReplies(at, field, c.Action)
	}
	if c.Action.Name != "cta_url" {
		return ErrValue.Withf(field+".action.name", `action['name'] must be "cta_url", not %.40q`, c.Action.Name)
	}
	return checkLinkAction(field, c.Action)
}

// quickRepliesMost is how many a card has.
const quickRepliesMost = 3

// checkQuickReplies: one to three, in place of a link.
func checkQuickReplies(at, field string, a *wire.Action) error {
	if len(a.Buttons) > quickRepliesMost {
		return ErrValue.Withf(field+".action.buttons", "Buttons count invalid. Min: 1, Max: %d; this card has %d", quickRepliesMost, len(a.Buttons))
	}
	for n := range a.Buttons {
		b := &a.Buttons[n]
		at, field := fmt.Sprintf("%s['action']['buttons'][%d]", at, n), fmt.Sprintf("%s.action.buttons[%d]", field, n)
		if b.Type != "quick_reply" {
			return ErrValue.Withf(field+".type", `%s['type'] must be "quick_reply", not %.40q`, at, b.Type)
		}
		if b.QuickReply == nil {
			return required(at + "['quick_reply']")
		}
		if b.QuickReply.ID == "" {
			return required(at + "['quick_reply']['id']")
		}
		if err := checkLength(field+".quick_reply.title", "Button title", b.QuickReply.Title, 1, 20); err != nil {
			return err
		}
		if err := checkLength(field+".quick_reply.id", "Button id", b.QuickReply.ID, 1, 256); err != nil {
			return err
		}
	}
	return nil
}
