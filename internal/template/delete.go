package template

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Delete deletes a template by name in all languages, or the one that hsm names as well.
func (s *Service) Delete(ctx context.Context, c access.Caller, wabaID id.ID, name string, hsm id.ID) error {
	var files []string
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		files = nil
		list, err := many(tx.Query(ctx, `SELECT `+columns+` FROM message_template WHERE waba_id = $1 AND name = $2 AND business_id = ANY($3) ORDER BY id`, wabaID, name, c.Businesses))
		if err != nil {
			return err
		}
		found := 0
		for _, t := range list {
			if hsm != 0 && t.ID != hsm {
				continue
			}
			found++
			gone, err := s.deleteTx(ctx, tx, t)
			if err != nil {
				return err
			}
			files = append(files, gone...)
		}
		if found == 0 {
			with := ""
			if hsm != 0 {
				with = " with the id " + hsm.String()
			}
			return ErrInvalid.Withf("name", "this account has no template %.60q%s; GET /%s/message_templates lists them", name, with, wabaID)
		}
		return nil
	})
	if err == nil {
		s.dropUnused(ctx, files)
	}
	return err
}

func (s *Service) deleteTx(ctx context.Context, tx *db.Tx, t Template) (files []string, err error) {
	if t.Status == Disabled {
		return nil, ErrState.Withf("name", "the template %s in %s is DISABLED; such a template cannot be deleted", t.Name, t.Language)
	}
	if files, err = s.replaceSamplesTx(ctx, tx, t, nil); err != nil {
		return nil, err
	}
	if t.Status == Approved || t.Status == Paused {
		_, err := tx.Exec(ctx, `INSERT INTO template_gone AS g (waba_id, name, language, until) VALUES ($1, $2, $3, $4)
			ON CONFLICT (waba_id, name, language) DO UPDATE SET until = excluded.until`, t.WABAID, t.Name, t.Language, tx.Now().Add(nameKept))
		if err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
	}
	for _, q := range []string{`DELETE FROM template_edit WHERE template_id = $1`, `DELETE FROM message_template WHERE id = $1`} {
		if _, err := tx.Exec(ctx, q, t.ID); err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
	}
	if err := assessTx(ctx, tx, t); err != nil {
		return nil, err
	}
	t.Status = "DELETED"
	s.changed(tx, t)
	return files, s.tellStatus(ctx, tx, t, statusNews{})
}
