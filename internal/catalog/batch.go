package catalog

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/node"
)

// Bounds of a batch.
const (
	BatchMost  = 5000     // requests of one call
	BatchBytes = 28 << 20 // bytes of one call
	chunkSize  = 250      // requests applied in one transaction: short enough for a send to slip in between
	unknownMax = 20       // unrecognised fields named for one item
)

// Request is one line of items_batch.
type Request struct {
	Method string         `json:"method"`
	Data   map[string]any `json:"data"`
}

// key is the SKU the request is about: "id", or "retailer_id" where some clients put it.
func (r Request) key() string {
	for _, name := range []string{"id", "retailer_id"} {
		if v, ok := r.Data[name]; ok && v != nil {
			return plainText(v)
		}
	}
	return ""
}

// change reads the request's values, without its key.
func (r Request) change() Change {
	values := make(map[string]any, len(r.Data))
	for k, v := range r.Data {
		if k != "id" && k != "retailer_id" {
			values[k] = v
		}
	}
	return ReadChange(Batch, values)
}

// Validation is what a batch's answer says at once of one item.
type Validation struct {
	RetailerID string    `json:"retailer_id"`
	Errors     []Message `json:"errors,omitempty"`
	Warnings   []Message `json:"warnings,omitempty"`
}

// Message is one sentence about an item.
type Message struct {
	Message string `json:"message"`
}

// LineProblem is one line of a batch that went wrong, or was taken with a warning.
type LineProblem struct {
	Line    int    `json:"line"` // index in requests, from 0
	ID      string `json:"id"`   // SKU
	Message string `json:"message"`
	Warning bool   `json:"warning,omitempty"`
}

// BatchStatus is how far a batch is.
type BatchStatus struct {
	Handle   string
	Status   string // scheduled, dispatched, started, finished
	Problems []LineProblem
}

// ApplyBatch works off a batch that was stored.
type ApplyBatch struct {
	Handle string `json:"handle"`
}

// Kind implements job.Args.
func (ApplyBatch) Kind() string { return "catalog.apply_batch" }

// SubmitBatch checks the requests, stores them and returns a handle: from then on they will be applied,
// in order, whatever happens. With nothing to ingest there is no handle.
func (s *Service) SubmitBatch(ctx context.Context, c access.Caller, catalog id.ID, requests []Request, upsert bool) (handle string, v []Validation, err error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return "", nil, err
	}
	if len(requests) == 0 {
		return "", nil, ErrParam.With("requests", `requests is empty; it is a list of {"method":"CREATE","data":{…}}`)
	}
	if len(requests) > BatchMost {
		return "", nil, ErrParam.Withf("requests", "requests has %d entries, at most %d are allowed in one call; split them", len(requests), BatchMost)
	}
	for _, r := range requests {
		if val := r.validate(); len(val.Errors)+len(val.Warnings) > 0 {
			v = append(v, val)
		}
	}
	handle = "A" + rand.Text() + rand.Text() + rand.Text()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownedTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		return storeBatch(ctx, tx, catalog, handle, requests, upsert)
	})
	if err != nil {
		return "", nil, err
	}
	return handle, v, nil
}

func storeBatch(ctx context.Context, tx *db.Tx, catalog id.ID, handle string, requests []Request, upsert bool) error {
	var rows [][]any
	for first := 0; first < len(requests); first += chunkSize {
		part, err := json.Marshal(requests[first:min(first+chunkSize, len(requests))])
		if err != nil {
			return fmt.Errorf("catalog: %w", err)
		}
		rows = append(rows, []any{handle, len(rows), first, string(part)})
	}
	_, err := tx.Exec(ctx, `INSERT INTO catalog_batch (handle, catalog_id, upsert, status, chunks, created_at) VALUES ($1, $2, $3, 'scheduled', $4, $5)`,
		handle, catalog, upsert, len(rows), tx.Now())
	if err != nil {
		return err
	}
	if _, err := tx.ExecMany(ctx, `INSERT INTO catalog_batch_chunk (handle, n, first_line, requests) VALUES ($1, $2, $3, $4)`, rows); err != nil {
		return err
	}
	return job.EnqueueTx(ctx, tx, ApplyBatch{Handle: handle}, job.Key("catalog:"+catalog.String()))
}

// validate says at once what can be said without looking at the catalog.
func (r Request) validate() Validation {
	v := Validation{RetailerID: r.key()}
	fail := func(text string) { v.Errors = append(v.Errors, Message{text}) }
	switch strings.ToUpper(r.Method) {
	case "CREATE", "UPDATE", "DELETE":
	default:
		fail(fmt.Sprintf("method: %s is not CREATE, UPDATE or DELETE", show(r.Method)))
		return v
	}
	if wrong := CheckRetailerID(v.RetailerID); wrong != "" {
		fail("id: " + wrong)
		return v
	}
	if strings.EqualFold(r.Method, "DELETE") {
		return v
	}
	ch := r.change()
	problems := ch.Problems
	if strings.EqualFold(r.Method, "CREATE") {
		problems = ch.applyTo(&Item{})
	}
	for _, p := range problems {
		fail(p.String())
	}
	for n, name := range ch.Unknown {
		if n == unknownMax {
			break
		}
		v.Warnings = append(v.Warnings, Message{fmt.Sprintf("Unrecognised field: A request for item %s contains unrecognised field: '%.60s'", v.RetailerID, name)})
	}
	return v
}

// Apply works off a batch from its first unapplied chunk: a crash in between costs nothing.
func (s *Service) Apply(ctx context.Context, a ApplyBatch) error {
	for {
		done := false
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			done, err = s.applyNextTx(ctx, tx, a.Handle)
			return err
		})
		if err != nil || done {
			return err
		}
	}
}

func (s *Service) applyNextTx(ctx context.Context, tx *db.Tx, handle string) (done bool, err error) {
	var n, first int
	var requests string
	var catalog id.ID
	var upsert bool
	err = tx.QueryRow(ctx, `SELECT b.catalog_id, b.upsert, k.n, k.first_line, k.requests FROM catalog_batch b
		JOIN catalog_batch_chunk k ON k.handle = b.handle WHERE b.handle = $1 AND NOT k.applied ORDER BY k.n LIMIT 1`, handle).
		Scan(&catalog, &upsert, &n, &first, &requests)
	if errors.Is(err, db.ErrNoRows) {
		_, err = tx.Exec(ctx, `UPDATE catalog_batch SET status = 'finished', finished_at = $1 WHERE handle = $2`, tx.Now(), handle)
		return true, err
	}
	if err != nil {
		return false, err
	}
	var list []Request
	if err := json.Unmarshal([]byte(requests), &list); err != nil {
		return false, fmt.Errorf("catalog: chunk %d of %s: %w", n, handle, err)
	}
	problems, err := s.applyChunkTx(ctx, tx, catalog, upsert, first, list)
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'started' WHERE handle = $1`, handle); err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE catalog_batch_chunk SET applied = TRUE, requests = '', problems = $1 WHERE handle = $2 AND n = $3`,
		jsonText(problems, len(problems)), handle, n)
	s.changed(tx, catalog)
	return false, err
}

// chunk is the state of items while a chunk's requests are applied to them in order.
type chunk struct {
	upsert   bool
	items    map[string]*Item // by SKU; nil: deleted
	order    []string         // SKUs touched, in order
	deleted  []id.ID
	problems []LineProblem
}

func (s *Service) applyChunkTx(ctx context.Context, tx *db.Tx, catalog id.ID, upsert bool, first int, list []Request) ([]LineProblem, error) {
	keys := make([]string, len(list))
	for n, r := range list {
		keys[n] = r.key()
	}
	have, err := ItemsByRetailerTx(ctx, tx, catalog, keys)
	if err != nil {
		return nil, err
	}
	var reviewed bool
	if err := tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`, catalog).Scan(&reviewed); err != nil {
		return nil, err
	}
	k := chunk{upsert: upsert, items: make(map[string]*Item, len(list))}
	for key, it := range have {
		k.items[key] = &it
	}
	for n, r := range list {
		k.apply(catalog, first+n, r, reviewed, tx.Now())
	}
	return k.problems, k.save(ctx, tx, catalog)
}

func (k *chunk) apply(catalog id.ID, line int, r Request, reviewed bool, now time.Time) {
	key := r.key()
	note := func(warning bool, text string) {
		k.problems = append(k.problems, LineProblem{Line: line, ID: key, Message: text, Warning: warning})
	}
	if v := r.validate(); len(v.Errors) > 0 {
		for _, e := range v.Errors {
			note(false, e.Message)
		}
		return
	}
	it := k.items[key]
	switch method := strings.ToUpper(r.Method); {
	case method == "DELETE":
		if it == nil {
			note(true, "there is no item with this id; nothing was deleted")
			return
		}
		if it.ID != 0 {
			k.deleted = append(k.deleted, it.ID)
		}
		k.items[key] = nil
		return
	case method == "UPDATE" && it == nil && !k.upsert:
		note(false, "there is no item with this id; create it, or leave allow_upsert on")
		return
	}
	next := Item{CatalogID: catalog, RetailerID: key}
	if it != nil {
		next = *it
	}
	ch := r.change()
	if problems := ch.applyTo(&next); len(problems) > 0 {
		for _, p := range problems {
			note(false, p.String())
		}
		return
	}
	for _, name := range ch.Unknown {
		note(true, fmt.Sprintf("unrecognised field '%.60s' was ignored", name))
	}
	next.settle(reviewed, now)
	k.items[key] = &next
	k.order = append(k.order, key)
}

func (k *chunk) save(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	var changed []Item
	var fresh []int
	review := false
	seen := map[string]bool{}
	for _, key := range k.order {
		it := k.items[key]
		if it == nil || seen[key] {
			continue
		}
		seen[key] = true
		if it.ID == 0 {
			fresh = append(fresh, len(changed))
		}
		review = review || it.Review.Status == Pending || it.Review.Status == Outdated
		changed = append(changed, *it)
	}
	if len(k.deleted) > 0 {
		if err := deleteTx(ctx, tx, k.deleted); err != nil {
			return err
		}
	}
	ids, err := node.NewManyTx(ctx, tx, node.ProductItem, len(fresh))
	if err != nil {
		return err
	}
	for n, at := range fresh {
		changed[at].ID = ids[n]
	}
	if err := upsertTx(ctx, tx, changed); err != nil {
		return err
	}
	if review {
		return enqueueReviewTx(ctx, tx, catalog)
	}
	return nil
}

// BatchStatus tells how far a batch of a catalog is.
func (s *Service) BatchStatus(ctx context.Context, c access.Caller, catalog id.ID, handle string) (BatchStatus, error) {
	b := BatchStatus{Handle: handle}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT status FROM catalog_batch WHERE handle = $1 AND catalog_id = $2`, handle, catalog).Scan(&b.Status)
		if errors.Is(err, db.ErrNoRows) {
			return ErrHandle.Withf("handle", "%s is no handle of a batch of catalog %s", show(handle), catalog)
		}
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT problems FROM catalog_batch_chunk WHERE handle = $1 AND problems <> '' ORDER BY n`, handle)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			var part []LineProblem
			if err := rows.Scan(&text); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(text), &part); err != nil {
				return fmt.Errorf("catalog: problems of %s: %w", handle, err)
			}
			b.Problems = append(b.Problems, part...)
		}
		return rows.Err()
	})
	return b, err
}

// ImportTx applies requests to a catalog in the caller's transaction, with upsert: for small, trusted
// sets such as the demo world's.
func (s *Service) ImportTx(ctx context.Context, tx *db.Tx, catalog id.ID, requests []Request) ([]LineProblem, error) {
	s.changed(tx, catalog)
	return s.applyChunkTx(ctx, tx, catalog, true, 0, requests)
}
