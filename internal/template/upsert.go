package template

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// upsertMost is how many languages one call makes.
const upsertMost = 50

// Upsert makes an authentication template in several languages, or edits those there are: all or none.
func (s *Service) Upsert(ctx context.Context, c access.Caller, wabaID id.ID, t Template, languages []string) ([]Template, error) {
	if t.Category != Authentication {
		return nil, ErrInvalid.With("category", "category must be AUTHENTICATION: other templates have a text for each language and are made one by one")
	}
	if len(languages) == 0 || len(languages) > upsertMost {
		return nil, ErrInvalid.Withf("languages", "languages must name 1 to %d languages, there are %d", upsertMost, len(languages))
	}
	t.Format = Positional
	var all []Template
	for _, lang := range languages {
		one := t
		one.Language, one.Components = lang, cloneComponents(t.Components)
		for n := range one.Components {
			one.Components[n].Buttons = slices.Clone(one.Components[n].Buttons)
		}
		if err := one.check(); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	made := make([]Template, len(all))
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for n, one := range all {
			var err error
			if made[n], err = s.upsertTx(ctx, tx, c, wabaID, one); err != nil {
				return err
			}
		}
		return nil
	})
	return made, err
}

func (s *Service) upsertTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID id.ID, t Template) (Template, error) {
	have, err := ByNameTx(ctx, tx, wabaID, t.Name, t.Language)
	if errors.Is(err, ErrUnknown) {
		if err := s.mayCreateTx(ctx, tx, c, wabaID, &t); err != nil {
			return t, err
		}
		return t, s.insertTx(ctx, tx, &t, nil)
	}
	if err != nil {
		return t, err
	}
	if have.Category != Authentication {
		return t, ErrState.Withf("name", "the template %s in %s is of category %s and cannot become AUTHENTICATION", t.Name, t.Language, have.Category)
	}
	have.Components, have.TTL, have.fingerprint, have.content = t.Components, t.TTL, t.fingerprint, t.content
	have.Status, have.Reason, have.Explanation, have.PausedUntil, have.Rev = Pending, None, "", time.Time{}, have.Rev+1
	if err := updateTx(ctx, tx, have); err != nil {
		return t, err
	}
	return have, s.submitTx(ctx, tx, &have)
}
