package template

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/policy"
)

// Reasons of rejections.
const (
	reasonAbusive   = "ABUSIVE_CONTENT"
	reasonCategory  = "INCORRECT_CATEGORY"
	reasonFormat    = "INVALID_FORMAT"
	reasonScam      = "SCAM"
	reasonPromotion = "PROMOTIONAL"
	reasonTag       = "TAG_CONTENT_MISMATCH"
	reasonNoKind    = "CATEGORY_NOT_AVAILABLE"
)

// Reasons lists why a template may be rejected.
func Reasons() []string {
	return []string{reasonAbusive, reasonNoKind, reasonCategory, reasonFormat, None, reasonPromotion, reasonScam, reasonTag}
}

// Decide is the job that decides on a template as it was at a revision.
type Decide struct {
	Template id.ID `json:"template"`
	Rev      int64 `json:"rev"`
}

// Kind implements [job.Args].
func (Decide) Kind() string { return "template.decide" }

// Resume is the job that lets a paused template be sent again.
type Resume struct {
	Template id.ID     `json:"template"`
	Until    time.Time `json:"until"`
}

// Kind implements [job.Args].
func (Resume) Kind() string { return "template.resume" }

// Recategorize is the job that changes a template's category as it was announced.
type Recategorize struct {
	Template id.ID  `json:"template"`
	Category string `json:"category"`
}

// Kind implements [job.Args].
func (Recategorize) Kind() string { return "template.recategorize" }

// Register has the jobs of templates done.
func (s *Service) Register(r *job.Runner) {
	job.Handle(r, s.decide)
	job.Handle(r, s.resume)
	job.Handle(r, s.recategorize)
}

// later runs f on a template that still exists; what a job is about may be gone.
func (s *Service) later(ctx context.Context, i id.ID, f func(ctx context.Context, tx *db.Tx, t *Template) error) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := getTx(ctx, tx, i)
		if errors.Is(err, ErrUnknown) {
			return nil
		}
		if err != nil {
			return err
		}
		return f(ctx, tx, &t)
	})
}

func (s *Service) decide(ctx context.Context, a Decide) error {
	return s.later(ctx, a.Template, func(ctx context.Context, tx *db.Tx, t *Template) error {
		if t.Rev != a.Rev || t.Status != Pending {
			return nil // somebody decided, or another decision is on its way
		}
		return s.decideTx(ctx, tx, t)
	})
}

func (s *Service) resume(ctx context.Context, a Resume) error {
	return s.later(ctx, a.Template, func(ctx context.Context, tx *db.Tx, t *Template) error {
		if t.Status != Paused || !t.PausedUntil.Equal(a.Until) {
			return nil
		}
		return s.unpauseTx(ctx, tx, t)
	})
}

func (s *Service) recategorize(ctx context.Context, a Recategorize) error {
	return s.later(ctx, a.Template, func(ctx context.Context, tx *db.Tx, t *Template) error {
		if t.CorrectCategory != a.Category {
			return nil
		}
		return s.moveTx(ctx, tx, t, a.Category)
	})
}

// decideTx decides on a pending template.
func (s *Service) decideTx(ctx context.Context, tx *db.Tx, t *Template) error {
	v, err := s.judgeTx(ctx, tx, *t)
	if err != nil {
		return err
	}
	if v.category != "" && v.category != t.Category {
		if err := s.moveTx(ctx, tx, t, v.category); err != nil {
			return err
		}
	}
	return s.setTx(ctx, tx, t, v.status, v.reason, v.explanation)
}

// verdict is what is decided on a template.
type verdict struct{ status, reason, explanation, category string }

// judgeTx decides by what a template says: the rules of policy, texts that stand twice, and advertising that is called a service.
func (s *Service) judgeTx(ctx context.Context, tx *db.Tx, t Template) (verdict, error) {
	if t.Category == Authentication || t.Library != "" {
		return verdict{status: Approved, reason: None}, nil
	}
	if why, reason := s.offends(t); why != "" {
		return verdict{status: Rejected, reason: reason, explanation: why}, nil
	}
	var twin string
	err := tx.QueryRow(ctx, `SELECT name FROM message_template WHERE waba_id = $1 AND fingerprint = $2 AND name <> $3 AND id <> $4 AND category <> 'AUTHENTICATION'
		AND status <> 'REJECTED' ORDER BY id LIMIT 1`, t.WABAID, t.fingerprint, t.Name, t.ID).Scan(&twin)
	if err == nil {
		return verdict{status: Rejected, reason: reasonFormat, explanation: fmt.Sprintf("Body and footer say what the template %s says already; send that one, or write another text.", twin)}, nil
	}
	if !errors.Is(err, db.ErrNoRows) {
		return verdict{}, fmt.Errorf("template: %w", err)
	}
	v := verdict{status: Approved, reason: None}
	if word := promotes(t); word != "" && t.Category == Utility {
		if t.KeepCategory {
			return verdict{status: Rejected, reason: reasonCategory, explanation: fmt.Sprintf("“%s” is advertising; the category is MARKETING.", word)}, nil
		}
		v.category = Marketing
	}
	return v, nil
}

// scams are the policies whose goods are made to deceive.
var scams = map[string]bool{"counterfeit": true, "financial": true, "misleading": true, "stolen": true}

// offends says what in a template may not be offered in chats, or "". Advertising is read as what it offers, any other text as a
// description: a pharmacy may say that an order is ready.
func (s *Service) offends(t Template) (why, reason string) {
	h, _ := t.Component(header)
	texts := []string{h.Text}
	if b, ok := t.Component(body); ok {
		texts = append(texts, b.Text)
	}
	if c, ok := t.Component(carousel); ok {
		for _, card := range c.Cards {
			if b, ok := component(card.Components, body); ok {
				texts = append(texts, b.Text)
			}
		}
	}
	l := policy.Listing{Description: strings.Join(texts, "\n")}
	if t.Category == Marketing {
		l = policy.Listing{Title: strings.Join(texts, "\n")}
	}
	j := s.Rules.Review(l)
	if j.Verdict != policy.Reject {
		return "", ""
	}
	reason = reasonAbusive
	if scams[j.PolicyID] {
		reason = reasonScam
	}
	return fmt.Sprintf("“%s” may not be offered in WhatsApp chats (policy: %s).", j.Evidence[0].Text, j.PolicyID), reason
}

// promotions are words of advertising, in small letters.
var promotions = []string{
	"% off", "discount", "promo", "sale ", "special offer", "limited time", "buy now", "shop now", "deal of", "voucher", "coupon",
	"khuyến mãi", "giảm giá", "ưu đãi", "mã giảm", "mua ngay", "descuento", "oferta", "rebaja", "desconto", "promoção", "diskon", "छूट", "ऑफ़र", "خصم", "عرض خاص",
}

// promotes returns the word of advertising in a template's text, or "".
func promotes(t Template) string {
	for _, w := range promotions {
		if strings.Contains(t.content+" ", w) {
			return strings.TrimSpace(w)
		}
	}
	return ""
}
