package template

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Bounds of an account.
const (
	most         = 250                 // templates, each language of a name counts
	mostVerified = 6000                // the same of a verified business with an approved display name
	nameKept     = 30 * 24 * time.Hour // how long the name of a deleted approved template is not free
)

// Create makes a template of an account and has it decided on.
func (s *Service) Create(ctx context.Context, c access.Caller, wabaID id.ID, t Template) (Template, error) {
	if t.Format == "" {
		t.Format = Positional
	}
	if err := t.check(); err != nil {
		return Template{}, err
	}
	if wait, ok := s.Limiter.Take(limit.TemplateCreation, "templates:"+wabaID.String()); !ok {
		return Template{}, ErrRate.Withf("", "There have been too many calls to this WhatsApp Business account: at most 100 templates are made in an hour; the next one in %s", wait.Round(time.Second))
	}
	samples, err := s.takeSamples(ctx, c, &t)
	if err != nil {
		return Template{}, err
	}
	made := t
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		made = t
		made.Components = cloneComponents(t.Components)
		if err := s.mayCreateTx(ctx, tx, c, wabaID, &made); err != nil {
			return err
		}
		if err := s.flowsTx(ctx, tx, c, &made); err != nil {
			return err
		}
		return s.insertTx(ctx, tx, &made, samples)
	})
	if err != nil {
		s.dropFiles(ctx, samples)
		return Template{}, err
	}
	return made, nil
}

// mayCreateTx checks what the account's other templates, and its catalog, have to say.
func (s *Service) mayCreateTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID id.ID, t *Template) error {
	owner, err := waba.AccountForTx(ctx, tx, c, wabaID)
	if err != nil {
		return err
	}
	t.WABAID, t.BusinessID = owner.ID, owner.BusinessID
	held, err := waba.StandingTx(ctx, tx, wabaID)
	if err != nil {
		return err
	}
	if err := held.Allow(waba.WriteAtAll, tx.Now()); errors.Is(err, waba.ErrLocked) {
		return err // one that is restricted for a while may prepare for the time after
	}
	have, err := CountTx(ctx, tx, wabaID, Filter{})
	if err != nil {
		return err
	}
	most, err := MostTx(ctx, tx, owner)
	if err != nil {
		return err
	}
	if have >= most {
		return ErrTooMany.Withf("", "Message template limit exceeded: this account has %d templates, at most %d are allowed; delete one first", have, most)
	}
	if _, err := ByNameTx(ctx, tx, wabaID, t.Name, t.Language); !errors.Is(err, ErrUnknown) {
		if err != nil {
			return err
		}
		return ErrExists.Withf("language", "Content in This Language Already Exists: the template %s has a text in %s; edit that one, or choose another name", t.Name, t.Language)
	}
	var until time.Time
	err = tx.QueryRow(ctx, `SELECT until FROM template_gone WHERE waba_id = $1 AND name = $2 AND language = $3`, wabaID, t.Name, t.Language).Scan(&until)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return fmt.Errorf("template: %w", err)
	}
	if tx.Now().Before(until) {
		return ErrDeleting.Withf("name", "Message Template Language Is Being Deleted: the name %s in %s belonged to an approved template that was deleted; it is free again on %s", t.Name, t.Language, until.Format(time.DateOnly))
	}
	return connectedTx(ctx, tx, *t)
}

// MostTx is how many templates an account may have: more where its business is verified and a number shows an approved name.
func MostTx(ctx context.Context, tx *db.Tx, a waba.Account) (int64, error) {
	b, err := account.BusinessTx(ctx, tx, access.Caller{Businesses: []id.ID{a.BusinessID}}, a.BusinessID)
	if errors.Is(err, account.ErrUnknown) || (err == nil && b.VerificationStatus != "verified") {
		return most, nil
	}
	if err != nil {
		return 0, err
	}
	numbers, err := waba.NumbersOfTx(ctx, tx, a.ID)
	if slices.ContainsFunc(numbers, func(n waba.Number) bool { return n.NameStatus == waba.NameApproved }) {
		return mostVerified, err
	}
	return most, err
}

// connectedTx refuses a template with products where no catalog is connected.
func connectedTx(ctx context.Context, tx *db.Tx, t Template) error {
	if !t.Sells() {
		return nil
	}
	_, ok, err := waba.ConnectedCatalogTx(ctx, tx, t.WABAID)
	if err == nil && !ok {
		err = ErrCatalog.With("components", "a template with products needs a catalog: connect one of vertical commerce with POST /{waba}/product_catalogs first")
	}
	return err
}

// insertTx stores a new template and has it decided on.
func (s *Service) insertTx(ctx context.Context, tx *db.Tx, t *Template, samples []sample) (err error) {
	if t.ID, err = node.NewTx(ctx, tx, node.MessageTemplate); err != nil {
		return err
	}
	t.Status, t.Reason, t.Quality, t.Rev, t.CreatedAt, t.UpdatedAt = Pending, None, "UNKNOWN", 1, tx.Now(), tx.Now()
	if err := insertTx(ctx, tx, *t); err != nil {
		return err
	}
	if err := putSamplesTx(ctx, tx, t.ID, samples); err != nil {
		return err
	}
	return s.submitTx(ctx, tx, t)
}

// submitTx has a pending template decided on: at once, or after the delay.
func (s *Service) submitTx(ctx context.Context, tx *db.Tx, t *Template) error {
	s.changed(tx, *t)
	if s.Delay == 0 {
		return s.decideTx(ctx, tx, t)
	}
	return job.EnqueueTx(ctx, tx, Decide{Template: t.ID, Rev: t.Rev}, job.DueAt(tx.Now().Add(s.Delay)))
}
