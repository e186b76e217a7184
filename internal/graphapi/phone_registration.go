package graphapi

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/waba"
)

// addPhoneNumber answers POST /{waba}/phone_numbers.
func (a *API) addPhoneNumber(r *graph.Request) (any, error) {
	p := r.Params
	if p.Bool("migrate_phone_number") || p.Has("preverified_id") {
		return nil, graph.ErrUnbuilt.With("migrate_phone_number", "(#3) Hawker does not offer this parameter yet: migrate_phone_number and preverified_id of a new phone number")
	}
	want := registration.NewNumber{CountryCode: p.String("cc"), Digits: p.String("phone_number", graph.Required), Name: p.String("verified_name", graph.Required)}
	if err := p.Err(); err != nil {
		return nil, err
	}
	n, err := a.Numbers.AddNumber(r.Context(), r.Caller, r.ID, want)
	return graph.Created{ID: n.ID}, err
}

// registerNumber answers POST /{phone}/register.
func (a *API) registerNumber(r *graph.Request) (any, error) {
	p := r.Params
	p.String("messaging_product", graph.Required, graph.OneOf(messagingProduct))
	pin, region := p.String("pin", graph.Required), p.String("data_localization_region")
	if p.Has("backup") {
		return nil, graph.ErrUnbuilt.With("backup", "(#3) Hawker does not offer this parameter yet: backup of an On-Premises installation")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.Register(r.Context(), r.Caller, r.ID, pin, region))
}

func (a *API) deregisterNumber(r *graph.Request) (any, error) {
	return success(a.Numbers.Deregister(r.Context(), r.Caller, r.ID))
}

// requestCode answers POST /{phone}/request_code. The code is read in the manager or the sandbox.
func (a *API) requestCode(r *graph.Request) (any, error) {
	method, language := r.Params.String("code_method", graph.Required), r.Params.String("language", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.RequestCode(r.Context(), r.Caller, r.ID, method, language))
}

func (a *API) verifyCode(r *graph.Request) (any, error) {
	code := r.Params.String("code", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.VerifyCode(r.Context(), r.Caller, r.ID, code))
}

// tierOf is a business's messaging limit.
func (a *API) tierOf(r *graph.Request, business id.ID) (string, error) {
	return view(a, r, func(ctx context.Context, tx *db.Tx) (string, error) { return waba.TierTx(ctx, tx, business) })
}

// hasPIN tells whether a number has a two-step PIN.
func (a *API) hasPIN(r *graph.Request, n waba.Number) (bool, error) {
	return view(a, r, func(ctx context.Context, tx *db.Tx) (bool, error) {
		s, err := waba.SecretTx(ctx, tx, n.ID)
		return s.PINHash != "", err
	})
}
