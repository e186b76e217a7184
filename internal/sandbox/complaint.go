package sandbox

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/policy"
)

type reportBody struct {
	Reason    string `json:"reason" required:"true" doc:"what is wrong with it" enum:"not_real,prohibited,counterfeit,misleading,offensive,other"`
	Text      string `json:"text" doc:"in the customer's words, at most 500 characters"`
	MessageID string `json:"message_id" doc:"the message the customer saw it in; left out: on its page"`
}

func (s *Server) postReport(c *call) (any, error) {
	b := c.body.(*reportBody)
	sku := c.PathValue("retailer_id")
	if b.MessageID != "" {
		m, err := s.Exchange.Message(c.Context(), c.phone, c.waID, b.MessageID)
		if err != nil {
			return nil, err
		}
		if !m.Shows(sku) {
			return nil, messaging.ErrNoMessage.Withf("message_id", "that message does not show %.100q", sku)
		}
	}
	return done, s.Reviewer.Report(c.Context(), policy.Report{PhoneID: c.phone, WaID: c.waID, RetailerID: sku, WAMID: b.MessageID, Reason: b.Reason, Text: b.Text})
}

type itemAppealBody struct {
	Message string `json:"message" doc:"why the item keeps the policy, at most 500 characters"`
}

// itemAppealAnswer is how an item and its appeal stand.
type itemAppealAnswer struct {
	ItemID     id.ID     `json:"item_id"`
	Review     string    `json:"review_status"`
	Reasons    []string  `json:"rejection_reasons"`
	Eligible   bool      `json:"eligible_for_appeal"`
	Status     string    `json:"appeal_status"` // "" (none), open, granted, refused
	Message    string    `json:"message,omitempty"`
	Reason     string    `json:"reason,omitempty"`
	AppealedAt time.Time `json:"appealed_at,omitzero"`
	DecidedAt  time.Time `json:"decided_at,omitzero"`
}

func (s *Server) getItemAppeal(c *call) (any, error) {
	item, err := readID("item_id", c.PathValue("item_id"))
	if err != nil {
		return nil, err
	}
	var a itemAppealAnswer
	err = s.DB.View(c.Context(), func(ctx context.Context, tx *db.Tx) error {
		i, err := catalog.ItemTx(ctx, tx, c.caller, item)
		if err != nil {
			return err
		}
		p, appealed, err := policy.AppealOfTx(ctx, tx, i)
		if err != nil {
			return err
		}
		a = itemAppealAnswer{
			ItemID: i.ID, Review: i.Review.Status, Reasons: []string{}, Eligible: policy.CanAppeal(i, appealed), Status: p.State,
			Message: p.Message, Reason: p.Reason, AppealedAt: p.CreatedAt, DecidedAt: p.DecidedAt,
		}
		if i.Review.Status == catalog.Rejected {
			a.Reasons = append(a.Reasons, i.Review.PolicyID)
		}
		return nil
	})
	return a, err
}

func (s *Server) postItemAppeal(c *call) (any, error) {
	item, err := readID("item_id", c.PathValue("item_id"))
	if err != nil {
		return nil, err
	}
	var cat id.ID
	err = s.DB.View(c.Context(), func(ctx context.Context, tx *db.Tx) error {
		i, err := catalog.ItemTx(ctx, tx, c.caller, item)
		cat = i.CatalogID
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.Reviewer.Appeal(c.Context(), c.caller, cat, []id.ID{item}, c.body.(*itemAppealBody).Message); err != nil {
		return nil, err
	}
	return s.getItemAppeal(c)
}
