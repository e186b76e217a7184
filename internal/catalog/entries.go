package catalog

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// entriesMost is how many rows are saved at once.
const entriesMost = 500

// Entry is a line of a table of items that is saved as a whole: an item that changes, or a new one.
type Entry struct {
	Item       id.ID // zero: a new item
	RetailerID string
	Change     Change
}

// EntryProblem is why a row was refused.
type EntryProblem struct {
	Entry int
	Err   error
}

// EntriesError tells every row that was refused; none was saved.
type EntriesError struct{ Problems []EntryProblem }

func (e *EntriesError) Error() string {
	return fmt.Sprintf("catalog: %d rows were refused, the first: %v", len(e.Problems), e.Problems[0].Err)
}

// SaveEntries changes and makes items of a catalog in one transaction: all rows, or none and a [EntriesError].
func (s *Service) SaveEntries(ctx context.Context, c access.Caller, catalog id.ID, rows []Entry) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	if len(rows) > entriesMost {
		return ErrItem.Withf("rows", "%d rows at once; at most %d", len(rows), entriesMost)
	}
	return s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := writableTx(ctx, tx, c, catalog)
		if err != nil {
			return err
		}
		refused := &EntriesError{}
		for n, r := range rows {
			err := s.saveEntryTx(ctx, tx, c, cat, r)
			if _, ok := fault.As(err); ok {
				refused.Problems = append(refused.Problems, EntryProblem{n, err})
			} else if err != nil {
				return err
			}
		}
		if len(refused.Problems) > 0 {
			return refused
		}
		return nil
	})
}

func (s *Service) saveEntryTx(ctx context.Context, tx *db.Tx, c access.Caller, cat Catalog, r Entry) error {
	if r.Item == 0 {
		_, err := s.createTx(ctx, tx, c, cat, r.RetailerID, r.Change, false)
		return err
	}
	it, err := lockItemTx(ctx, tx, c, r.Item)
	if err == nil && it.CatalogID != cat.ID {
		err = ErrItemUnknown.Withf("id", "item %s is not of this catalog", r.Item)
	}
	if err != nil {
		return err
	}
	return s.changeTx(ctx, tx, c, cat, it, r.RetailerID, r.Change)
}
