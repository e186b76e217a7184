package catalog

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// setBatch is the kind of a stored batch of product sets.
const setBatch BatchKind = "sets"

// What a line of product_sets_batch does.
const (
	setCreate = "CREATE"
	setUpdate = "UPDATE"
	setDelete = "DELETE"
)

// SetBatchMost is the most requests of one batch of sets, which is applied in one transaction.
const SetBatchMost = 100

// SetRequest is one line of product_sets_batch.
type SetRequest struct {
	Method     string // CREATE, UPDATE, DELETE
	ID         id.ID  // of the set to change or delete; zero: the one with RetailerID
	RetailerID string
	Change     SetChange
	AllowLive  bool  // delete a set that is published, too
	Wrong      error // why the line cannot be read
}

// SubmitSetBatch applies the requests in order and stores what became of them under a handle. A line that is
// wrong changes nothing and is told by [Service.SetBatchStatus]; the others hold.
func (s *Service) SubmitSetBatch(ctx context.Context, c access.Caller, catalog id.ID, list []SetRequest) (handle string, err error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return "", err
	}
	if len(list) == 0 || len(list) > SetBatchMost {
		return "", ErrParam.Withf("requests", `requests has %d entries; it is a list of 1 to %d objects such as {"method":"CREATE","data":{"name":"…"}}`, len(list), SetBatchMost)
	}
	handle = "S" + rand.Text() + rand.Text() + rand.Text()
	err = s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownedTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		var problems []LineProblem
		for n, r := range list {
			err := s.applySetTx(ctx, tx, c, catalog, r)
			if err == nil {
				continue
			}
			f, ok := fault.As(err)
			if !ok || r.Wrong == nil && !refusesSet(err) {
				return err
			}
			problems = append(problems, LineProblem{Line: n, ID: r.label(), Message: f.Detail})
		}
		return storeSetBatchTx(ctx, tx, catalog, handle, problems)
	})
	return handle, err
}

// refusesSet tells whether an error is the caller's: any other one, such as a full disk, ends the batch.
func refusesSet(err error) bool {
	return errors.Is(err, ErrParam) || errors.Is(err, ErrFilter) || errors.Is(err, ErrSetUnknown) || errors.Is(err, ErrSetTaken) || errors.Is(err, ErrSetLive)
}

// label is what a line is told by.
func (r SetRequest) label() string {
	switch {
	case r.ID != 0:
		return r.ID.String()
	case r.RetailerID != "":
		return r.RetailerID
	case r.Change.Name != nil:
		return *r.Change.Name
	}
	return ""
}

// applySetTx applies one line. It refuses by a fault, before it has written anything.
func (s *Service) applySetTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, r SetRequest) error {
	if r.Wrong != nil {
		return r.Wrong
	}
	if r.Method == setCreate {
		_, err := s.createSetTx(ctx, tx, catalog, r.Change)
		return err
	}
	if r.Method != setUpdate && r.Method != setDelete {
		return ErrParam.Withf("method", "method %.40q is unknown; one of CREATE, UPDATE, DELETE", r.Method)
	}
	set, err := namedSetTx(ctx, tx, c, catalog, r)
	if err != nil {
		return err
	}
	if r.Method == setDelete {
		return s.deleteSetTx(ctx, tx, set, r.AllowLive)
	}
	if err := set.apply(r.Change); err != nil {
		return err
	}
	return s.putSetTx(ctx, tx, set)
}

// namedSetTx is the set of the catalog that a line is about.
func namedSetTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, r SetRequest) (Set, error) {
	if r.ID != 0 {
		set, err := SetTx(ctx, tx, c, r.ID)
		if err == nil && set.CatalogID != catalog {
			err = ErrSetUnknown.Withf("id", "no product set %s is visible to this token", r.ID)
		}
		return set, err
	}
	if r.RetailerID == "" {
		return Set{}, ErrParam.Withf("id", "id: say which product set to %s, by id or retailer_id", map[string]string{setUpdate: "change", setDelete: "delete"}[r.Method])
	}
	list, err := SetsTx(ctx, tx, c, catalog, 0, r.RetailerID, 1)
	if err == nil && len(list) == 0 {
		err = ErrSetUnknown.Withf("retailer_id", "retailer_id %s names no product set of this catalog", show(r.RetailerID))
	}
	if err != nil {
		return Set{}, err
	}
	return list[0], nil
}

// createSetTx saves a new set of a catalog.
func (s *Service) createSetTx(ctx context.Context, tx *db.Tx, catalog id.ID, ch SetChange) (Set, error) {
	set := Set{CatalogID: catalog, CreatedAt: tx.Now()}
	if err := set.apply(ch); err != nil {
		return Set{}, err
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM product_set WHERE catalog_id = $1`, catalog).Scan(&n); err != nil {
		return Set{}, err
	}
	if n >= setsMost {
		return Set{}, ErrParam.Withf("id", "the catalog has %d product sets, at most %d are allowed", n, setsMost)
	}
	if err := setFreeTx(ctx, tx, set); err != nil {
		return Set{}, err
	}
	var err error
	if set.ID, err = node.NewTx(ctx, tx, node.ProductSet); err != nil {
		return Set{}, err
	}
	return set, s.putSetTx(ctx, tx, set)
}

func storeSetBatchTx(ctx context.Context, tx *db.Tx, catalog id.ID, handle string, problems []LineProblem) error {
	if err := dropOldBatchesTx(ctx, tx, catalog); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO catalog_batch (handle, catalog_id, kind, upsert, status, chunks, created_at, finished_at) VALUES ($1, $2, $3, FALSE, 'finished', 1, $4, $4)`,
		handle, catalog, setBatch, tx.Now())
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO catalog_batch_chunk (handle, n, first_line, requests, applied, problems) VALUES ($1, 0, 0, '', TRUE, $2)`,
		handle, jsonText(problems, len(problems)))
	return err
}

// SetBatchStatus tells what became of a batch of product sets.
func (s *Service) SetBatchStatus(ctx context.Context, c access.Caller, catalog id.ID, handle string) (BatchStatus, error) {
	return s.batchStatus(ctx, c, catalog, handle, true)
}
