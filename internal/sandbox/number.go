package sandbox

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/waba"
)

// getCode tells the code that would arrive by SMS or by a call.
func (s *Server) getCode(c *call) (any, error) {
	code, ok, err := s.Numbers.Code(c.Context(), c.caller, c.phone)
	if err == nil && !ok {
		err = ErrParam.With("phone_number_id", "no code is on its way to this number; ask for one with POST /{phone-number-id}/request_code")
	}
	return code, err
}

type nameBody struct {
	Decision string `json:"decision" required:"true" enum:"approved,rejected" doc:"what becomes of the name"`
	Reason   string `json:"reason" doc:"with rejected: told as rejection_reason, at most 200 characters"`
}

// nameReasonMost is the longest reason against a name, in bytes.
const nameReasonMost = 800

// reason is what a decision says against what was asked; empty approves it.
func (b nameBody) reason(fallback string) (string, error) {
	switch {
	case b.Decision != "approved" && b.Decision != "rejected":
		return "", ErrParam.Withf("decision", "decision is %.20q; it is approved or rejected", b.Decision)
	case len(b.Reason) > nameReasonMost:
		return "", ErrParam.Withf("reason", "reason has %d bytes, at most %d are allowed", len(b.Reason), nameReasonMost)
	case b.Decision == "approved":
		return "", nil
	case b.Reason == "":
		return fallback, nil
	}
	return b.Reason, nil
}

func (s *Server) postName(c *call) (any, error) {
	reason, err := c.body.(*nameBody).reason("NAME_NOT_ALLOWED")
	if err != nil {
		return nil, err
	}
	return done, s.Numbers.DecideName(c.Context(), c.caller, c.phone, reason)
}

func (s *Server) postOfficial(c *call) (any, error) {
	reason, err := c.body.(*nameBody).reason("The business is not known widely enough.")
	if err != nil {
		return nil, err
	}
	return done, s.Numbers.DecideOfficial(c.Context(), c.caller, c.phone, reason)
}

type accountReviewBody struct {
	Decision string `json:"decision" required:"true" enum:"APPROVED,REJECTED,PENDING,DEFERRED" doc:"what the review decided"`
}

func (s *Server) postAccountReview(c *call) (any, error) {
	w, err := readID("waba_id", c.PathValue("waba_id"))
	if err != nil {
		return nil, err
	}
	return done, s.Numbers.DecideAccount(c.Context(), c.caller, w, waba.Review(c.body.(*accountReviewBody).Decision))
}

type recipientsAnswer struct {
	Data []string `json:"data"`
}

func (s *Server) getRecipients(c *call) (any, error) {
	var list []string
	err := s.DB.View(c.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = waba.RecipientsTx(ctx, tx, c.phone)
		return err
	})
	return recipientsAnswer{orEmpty(list)}, err
}

type recipientBody struct {
	WaID   string `json:"wa_id" required:"true" doc:"the person's phone number"`
	Remove bool   `json:"remove" doc:"take the person off the list instead"`
}

func (s *Server) postRecipient(c *call) (any, error) {
	b := c.body.(*recipientBody)
	return done, s.Numbers.AllowRecipient(c.Context(), c.caller, c.phone, b.WaID, !b.Remove)
}

type openAnswer struct {
	Told bool `json:"request_welcome" doc:"whether the business was told"`
}

func (s *Server) postOpen(c *call) (any, error) {
	told, err := s.Exchange.Welcome(c.Context(), c.phone, c.waID)
	return openAnswer{told}, err
}

type qualityBody struct {
	Rating string `json:"rating" required:"true" enum:"GREEN,YELLOW,RED,UNKNOWN" doc:"how customers take the number's messages"`
}

func (s *Server) postQuality(c *call) (any, error) {
	return done, s.Reach.SetQuality(c.Context(), c.caller, c.phone, c.body.(*qualityBody).Rating)
}

type tierBody struct {
	Tier string `json:"tier" required:"true" enum:"TIER_250,TIER_2K,TIER_10K,TIER_100K,TIER_UNLIMITED" doc:"the messaging limit"`
}

func (s *Server) postTier(c *call) (any, error) {
	return done, s.Reach.SetTier(c.Context(), c.caller, c.phone, c.body.(*tierBody).Tier)
}

type throughputBody struct {
	Level string `json:"level" required:"true" enum:"STANDARD,HIGH" doc:"80 or 1000 messages a second"`
}

func (s *Server) postThroughput(c *call) (any, error) {
	return done, s.Reach.SetThroughput(c.Context(), c.caller, c.phone, c.body.(*throughputBody).Level)
}
