// Package node knows what each id of the graph names. An id never changes its kind.
package node

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Kind is what an id names.
type Kind string

// Kinds of the graph.
const (
	Business         Kind = "business"
	App              Kind = "app"
	SystemUser       Kind = "system_user"
	Person           Kind = "person"
	ProductCatalog   Kind = "product_catalog"
	ProductItem      Kind = "product_item"
	ProductGroup     Kind = "product_group"
	ProductSet       Kind = "product_set"
	ProductFeed      Kind = "product_feed"
	FeedSchedule     Kind = "feed_schedule"
	FeedUpload       Kind = "feed_upload"
	FeedUploadError  Kind = "feed_upload_error"
	FeedUploadSample Kind = "feed_upload_sample"
	FeedRule         Kind = "feed_rule"
	WABA             Kind = "waba"
	PhoneNumber      Kind = "phone_number"
	CommerceSettings Kind = "commerce_settings"
	Media            Kind = "media"
	MessageTemplate  Kind = "message_template"
	Flow             Kind = "flow"
)

// NewTx makes an id of a kind.
func NewTx(ctx context.Context, tx *db.Tx, k Kind) (id.ID, error) {
	ids, err := NewManyTx(ctx, tx, k, 1)
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// NewManyTx makes n ids of a kind, in rising order.
func NewManyTx(ctx context.Context, tx *db.Tx, k Kind, n int) ([]id.ID, error) {
	ids := make([]id.ID, n)
	rows := make([][]any, n)
	for i := range ids {
		ids[i] = tx.NewID()
		rows[i] = []any{ids[i], k}
	}
	if _, err := tx.ExecMany(ctx, `INSERT INTO node (id, kind) VALUES ($1, $2)`, rows); err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	return ids, nil
}

// NewRunTx makes many ids of a kind, in rising order, at the price of a few: it writes one row for each stretch of
// consecutive ids. It is for imports; [Registry.KindOf] goes on telling the kind of such an id after what it
// named is deleted.
func NewRunTx(ctx context.Context, tx *db.Tx, k Kind, n int) ([]id.ID, error) {
	ids := tx.NewIDs(n)
	var rows [][]any
	for first := 0; first < n; {
		last := first
		for last+1 < n && ids[last+1] == ids[last]+1 {
			last++
		}
		rows = append(rows, []any{ids[first], ids[last], k})
		first = last + 1
	}
	if _, err := tx.ExecMany(ctx, `INSERT INTO node_run (id, last_id, kind) VALUES ($1, $2, $3)`, rows); err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	return ids, nil
}

// AdoptTx registers an id that somebody else made: the demo world's, or Meta's. Adopting an id again
// as the same kind does nothing; as another kind it is an error.
func AdoptTx(ctx context.Context, tx *db.Tx, i id.ID, k Kind) error {
	var have Kind
	err := tx.QueryRow(ctx, `SELECT kind FROM node WHERE id = $1`, i).Scan(&have)
	switch {
	case errors.Is(err, db.ErrNoRows):
		_, err = tx.Exec(ctx, `INSERT INTO node (id, kind, adopted) VALUES ($1, $2, TRUE)`, i, k)
	case err == nil && have != k:
		err = fmt.Errorf("id %s is a %s already, not a %s", i, have, k)
	}
	if err != nil {
		return fmt.Errorf("node: adopting: %w", err)
	}
	return nil
}

// cacheMost bounds the cache of [Registry]; it starts over when full.
const cacheMost = 100_000

// Registry answers what an id names, from memory where it can.
type Registry struct {
	db *db.DB

	mu    sync.RWMutex
	kinds map[id.ID]Kind
}

// NewRegistry returns a registry over d.
func NewRegistry(d *db.DB) *Registry { return &Registry{db: d, kinds: map[id.ID]Kind{}} }

// KindOf returns the kind of i; ok is false when nothing has that id.
func (r *Registry) KindOf(ctx context.Context, i id.ID) (k Kind, ok bool, err error) {
	r.mu.RLock()
	k, ok = r.kinds[i]
	r.mu.RUnlock()
	if ok {
		return k, true, nil
	}
	err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT kind FROM node WHERE id = $1`, i).Scan(&k)
		if !errors.Is(err, db.ErrNoRows) {
			return err
		}
		return tx.QueryRow(ctx, `SELECT kind FROM (SELECT kind, last_id FROM node_run WHERE id <= $1 ORDER BY id DESC LIMIT 1) AS run WHERE last_id >= $1`, i).Scan(&k)
	})
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("node: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kinds) >= cacheMost {
		clear(r.kinds)
	}
	r.kinds[i] = k
	return k, true, nil
}
