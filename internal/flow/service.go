package flow

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Limits.
const (
	nameMost    = 200
	flowsMost   = 500 // of one account
	jsonMost    = 1 << 20
	previewKept = 30 * 24 * time.Hour
)

// NewFlow is what a flow is made of.
type NewFlow struct {
	Name       string
	Categories []string
	Endpoint   string
	JSON       string
	Publish    bool
	Clone      id.ID
}

// Create makes a flow of an account.
func (s *Service) Create(ctx context.Context, c access.Caller, wabaID id.ID, n NewFlow) (f Flow, err error) {
	if n.Publish && n.Endpoint != "" {
		x := Flow{WABAID: wabaID, AppID: c.App, Endpoint: n.Endpoint}
		if d, problems := Parse([]byte(n.JSON)); d.DataAPIVersion != "" && len(problems) == 0 {
			x.DataAPIVersion = d.DataAPIVersion
			if err := s.healthy(ctx, c, x); err != nil {
				return Flow{}, err
			}
		}
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		account, err := waba.AccountForTx(ctx, tx, c, wabaID)
		if err != nil {
			return err
		}
		f = Flow{BusinessID: account.BusinessID, WABAID: account.ID, AppID: c.App, Name: n.Name, Status: Draft, Categories: n.Categories, Endpoint: n.Endpoint}
		if n.Clone != 0 {
			from, err := ForTx(ctx, tx, c, n.Clone)
			if errors.Is(err, ErrUnknown) {
				return ErrInvalid.Withf("clone_flow_id", "there is no flow %s to copy", n.Clone)
			}
			if err != nil {
				return err
			}
			f.JSON, f.JSONVersion, f.DataAPIVersion, f.Problems = from.JSON, from.JSONVersion, from.DataAPIVersion, from.Problems
		}
		if n.JSON != "" {
			if err := f.Say(n.JSON); err != nil {
				return err
			}
		}
		return s.CreateTx(ctx, tx, &f, n.Publish)
	})
	return f, err
}

// CreateTx stores a new flow, and publishes it where asked.
func (s *Service) CreateTx(ctx context.Context, tx *db.Tx, f *Flow, publish bool) (err error) {
	if err := s.check(*f); err != nil {
		return err
	}
	if err := freeTx(ctx, tx, *f); err != nil {
		return err
	}
	var have int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM flow WHERE waba_id = $1`, f.WABAID).Scan(&have); err != nil {
		return wrap(err)
	}
	if have >= flowsMost {
		return ErrInvalid.Withf("", "this account has %d flows, at most %d are allowed; delete a draft first", have, flowsMost)
	}
	if f.ID, err = node.NewTx(ctx, tx, node.Flow); err != nil {
		return err
	}
	f.CreatedAt, f.UpdatedAt = tx.Now(), tx.Now()
	if err := insertTx(ctx, tx, *f); err != nil {
		return err
	}
	if !publish {
		return nil
	}
	return s.publishTx(ctx, tx, f)
}

// freeTx refuses a name another flow of the account has.
func freeTx(ctx context.Context, tx *db.Tx, f Flow) error {
	other, err := OfAccountTx(ctx, tx, f.WABAID, 0, f.Name)
	switch {
	case errors.Is(err, ErrUnknown):
		return nil
	case err != nil:
		return err
	case other.ID == f.ID:
		return nil
	}
	return ErrInvalid.Withf("name", "name %q belongs to another flow of this account; every flow has a name of its own", f.Name)
}

// check applies every rule that needs no look at the database.
func (s *Service) check(f Flow) error {
	if n := len([]rune(f.Name)); strings.TrimSpace(f.Name) == "" || n > nameMost {
		return ErrInvalid.Withf("name", "name must have 1 to %d characters, not %d", nameMost, n)
	}
	if len(f.Categories) == 0 {
		return ErrInvalid.Withf("categories", "categories must name at least one of %s", strings.Join(categories, ", "))
	}
	for _, c := range f.Categories {
		if !slices.Contains(categories, c) {
			return ErrInvalid.Withf("categories", "categories must be some of %s, not %.40q", strings.Join(categories, ", "), c)
		}
	}
	if f.Endpoint != "" {
		if _, err := s.client.CheckURL("endpoint_uri", f.Endpoint); err != nil {
			return ErrInvalid.Withf("endpoint_uri", "endpoint_uri must be an https address, not %.80q", f.Endpoint).Wrap(err)
		}
	}
	return nil
}

// Say gives a flow another JSON, wrong or not; what is wrong is kept beside it.
func (f *Flow) Say(text string) error {
	if len(text) > jsonMost {
		return ErrInvalid.Withf("file", "the flow's JSON has %d bytes, at most %d are taken", len(text), jsonMost)
	}
	d, problems := Parse([]byte(text))
	f.JSON, f.JSONVersion, f.DataAPIVersion, f.Problems = text, d.Version, d.DataAPIVersion, problems
	return nil
}

// Change changes what is not nil.
type Change struct {
	Name       *string
	Categories *[]string
	Endpoint   *string
	AppID      *id.ID
	JSON       *string
}

// Update changes a flow. What a published one shows cannot change.
func (s *Service) Update(ctx context.Context, c access.Caller, i id.ID, change Change) (f Flow, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if f, err = ForTx(ctx, tx, c, i); err != nil {
			return err
		}
		if f.Status != Draft && (change.JSON != nil || change.Categories != nil || change.Name != nil) {
			return ErrUpdate.Withf("", "the flow is %s; only a DRAFT can be changed. Copy it with clone_flow_id", f.Status)
		}
		if change.Name != nil {
			f.Name = *change.Name
		}
		if change.Categories != nil {
			f.Categories = *change.Categories
		}
		if change.Endpoint != nil {
			f.Endpoint = *change.Endpoint
		}
		if change.AppID != nil {
			f.AppID = *change.AppID
		}
		if change.JSON != nil {
			if err := f.Say(*change.JSON); err != nil {
				return err
			}
		}
		if err := s.check(f); err != nil {
			return err
		}
		if err := freeTx(ctx, tx, f); err != nil {
			return err
		}
		return updateTx(ctx, tx, f)
	})
	return f, err
}

// Publish makes a flow sendable, for good.
func (s *Service) Publish(ctx context.Context, c access.Caller, i id.ID) error {
	var f Flow
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = ForTx(ctx, tx, c, i)
		return err
	})
	if err != nil {
		return err
	}
	if f.Status == Draft && len(f.Problems) == 0 && f.DataAPIVersion != "" && f.Endpoint != "" {
		if err := s.healthy(ctx, c, f); err != nil {
			return err
		}
	}
	return s.with(ctx, c, i, s.publishTx)
}

// healthy refuses to publish a flow whose endpoint cannot be asked.
func (s *Service) healthy(ctx context.Context, c access.Caller, f Flow) error {
	var keyed id.ID
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err := waba.AccountForTx(ctx, tx, c, f.WABAID); err != nil {
			return err
		}
		keyed, err = keyedTx(ctx, tx, f.WABAID)
		return err
	})
	if err != nil {
		return err
	}
	if keyed == 0 {
		return ErrPublish.With("", "no number of the account has a public key to encrypt for the endpoint; set one with POST /{phone}/whatsapp_business_encryption")
	}
	err = s.Ping(ctx, Session{Flow: f, Phone: keyed})
	if e, ok := fault.As(err); ok {
		return ErrPublish.Withf("endpoint_uri", "the endpoint failed its health check: %s", e.Detail).Wrap(err)
	}
	return err
}

// keyedTx is the first number of an account that has a public key; 0 for none.
func keyedTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (id.ID, error) {
	list, err := waba.NumbersOfTx(ctx, tx, wabaID)
	for _, n := range list {
		e, err := waba.DetailTx[waba.Encryption](ctx, tx, n.ID)
		if err != nil || e.PublicKey != "" {
			return n.ID, err
		}
	}
	return 0, err
}

func (s *Service) with(ctx context.Context, c access.Caller, i id.ID, do func(ctx context.Context, tx *db.Tx, f *Flow) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := ForTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		return do(ctx, tx, &f)
	})
}

func (s *Service) publishTx(ctx context.Context, tx *db.Tx, f *Flow) error {
	switch {
	case f.Status != Draft:
		return ErrPublish.Withf("", "the flow is %s; only a DRAFT can be published", f.Status)
	case f.JSON == "":
		return ErrPublish.With("", "the flow shows nothing yet; upload its JSON with POST /{flow}/assets")
	case len(f.Problems) > 0:
		return ErrPublish.Withf("", "the flow's JSON has %d problems, the first: %s", len(f.Problems), f.Problems[0].Message)
	case f.DataAPIVersion != "" && f.Endpoint == "":
		return ErrPublish.With("endpoint_uri", "the flow's JSON has a data_api_version, so it needs an endpoint_uri")
	}
	return s.statusTx(ctx, tx, f, Published)
}

// Deprecate ends a published flow.
func (s *Service) Deprecate(ctx context.Context, c access.Caller, i id.ID) error {
	return s.with(ctx, c, i, func(ctx context.Context, tx *db.Tx, f *Flow) error {
		if f.Status != Published && f.Status != Throttled {
			return ErrDeprecate.Withf("", "the flow is %s; only a PUBLISHED one can be deprecated", f.Status)
		}
		return s.statusTx(ctx, tx, f, Deprecated)
	})
}

// Delete deletes a draft.
func (s *Service) Delete(ctx context.Context, c access.Caller, i id.ID) error {
	return s.with(ctx, c, i, func(ctx context.Context, tx *db.Tx, f *Flow) error {
		if f.Status != Draft {
			return ErrDelete.Withf("", "the flow is %s; only a DRAFT can be deleted, a PUBLISHED one is deprecated", f.Status)
		}
		_, err := tx.Exec(ctx, `DELETE FROM flow WHERE id = $1`, f.ID)
		return wrap(err)
	})
}

// statusTx gives a flow a status and tells of it.
func (s *Service) statusTx(ctx context.Context, tx *db.Tx, f *Flow, status string) error {
	before := f.Status
	f.Status = status
	if err := updateTx(ctx, tx, *f); err != nil {
		return err
	}
	value, err := json.Marshal(struct {
		Event   string `json:"event"`
		Message string `json:"message"`
		ID      id.ID  `json:"flow_id"`
		Old     string `json:"old_status"`
		New     string `json:"new_status"`
	}{"FLOW_STATUS_CHANGE", "Flow " + f.Name + " changed status from " + before + " to " + status, f.ID, before, status})
	if err != nil {
		return wrap(err)
	}
	return s.out.EnqueueTx(ctx, tx, webhook.Event{BusinessID: f.BusinessID, WABAID: f.WABAID, Field: "flows", Lane: "flow:" + f.ID.String(), Value: value})
}

// Preview returns a flow with the key of its preview: a new one where there is none, it has run out, or fresh is set.
func (s *Service) Preview(ctx context.Context, c access.Caller, i id.ID, fresh bool) (f Flow, err error) {
	key := rand.Text()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if f, err = ForTx(ctx, tx, c, i); err != nil {
			return err
		}
		if !fresh && f.PreviewKey != "" && tx.Now().Before(f.PreviewUntil) {
			return nil
		}
		f.PreviewKey, f.PreviewUntil = key, tx.Now().Add(previewKept)
		return updateTx(ctx, tx, f)
	})
	return f, err
}

// SendableTx returns a flow of an account that may be sent: a published one, or a draft in mode draft.
func SendableTx(ctx context.Context, tx *db.Tx, wabaID, i id.ID, name string, draft bool) (Flow, error) {
	f, err := OfAccountTx(ctx, tx, wabaID, i, name)
	if err != nil {
		return f, err
	}
	switch {
	case f.Status == Blocked:
		return f, ErrBlocked.Withf("flow_id", "Flow is blocked: flow %q cannot be sent", f.Name)
	case draft && f.Status != Draft:
		return f, ErrInvalid.Withf("mode", "mode is draft, but flow %q is %s; leave mode out", f.Name, f.Status)
	case !draft && f.Status != Published && f.Status != Throttled:
		return f, ErrInvalid.Withf("flow_id", "flow %q is %s; publish it, or send it in mode draft while it is a draft", f.Name, f.Status)
	case draft && len(f.Problems) > 0:
		return f, ErrInvalid.Withf("flow_id", "the JSON of flow %q has %d problems, the first: %s", f.Name, len(f.Problems), f.Problems[0].Message)
	case f.JSON == "":
		return f, ErrInvalid.Withf("flow_id", "flow %q shows nothing yet; upload its JSON", f.Name)
	}
	return f, nil
}
