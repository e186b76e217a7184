package picture

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// rowsTx returns what is known of addresses, by address.
func rowsTx(ctx context.Context, tx *db.Tx, links []string) (map[string]row, error) {
	known := map[string]row{}
	hashes := make([]string, len(links))
	for n, l := range links {
		hashes[n] = Hash(l)
	}
	rows, err := tx.Query(ctx, `SELECT url_hash, url, state, full_view, thumb_view, width, height, tries, due_at FROM picture WHERE url_hash = ANY($1)`, hashes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p row
		if err := rows.Scan(&p.Hash, &p.URL, &p.State, &p.Full, &p.Thumb, &p.Width, &p.Height, &p.Tries, &p.DueAt); err != nil {
			return nil, err
		}
		known[p.URL] = p
	}
	return known, rows.Err()
}

// putTx stores what became of addresses.
func putTx(ctx context.Context, tx *db.Tx, list []row) error {
	args := make([][]any, len(list))
	for n, p := range list {
		args[n] = []any{p.Hash, p.URL, p.State, p.Full, p.Thumb, p.Width, p.Height, p.Tries, p.DueAt, tx.Now()}
	}
	_, err := tx.ExecMany(ctx, `INSERT INTO picture (url_hash, url, state, full_view, thumb_view, width, height, tries, due_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (url_hash) DO UPDATE SET state = excluded.state, full_view = excluded.full_view, thumb_view = excluded.thumb_view, width = excluded.width,
			height = excluded.height, tries = excluded.tries, due_at = excluded.due_at, changed_at = excluded.changed_at`, args)
	return err
}

// Sweep removes pictures that no item names any more.
type Sweep struct{}

// Kind implements job.Args.
func (Sweep) Kind() string { return "picture.sweep" }

// Sweep looks once a day at what items name, and removes the rest. Young pictures stay: their items may not be seen yet.
func (s *Service) Sweep(ctx context.Context, _ Sweep) error {
	named, err := s.named(ctx)
	if err != nil {
		return fmt.Errorf("picture: sweep: %w", err)
	}
	left := 0
	for after := ""; ; {
		page, err := s.sweepPage(ctx, after)
		if err != nil {
			return fmt.Errorf("picture: sweep: %w", err)
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Hash
		var gone []row
		for _, p := range page {
			if !named[short(p.Hash)] {
				gone = append(gone, p)
			}
		}
		left += len(page) - len(gone)
		if err := s.drop(ctx, gone); err != nil {
			return fmt.Errorf("picture: sweep: %w", err)
		}
	}
	if left == 0 {
		return nil
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return job.EnqueueTx(ctx, tx, Sweep{}, job.DueAt(tx.Now().Add(sweepEvery)), job.Unique())
	})
}

// short is the beginning of a hash. Millions of them have room in memory; where two pictures share one, an unused one stays longer.
func short(hash string) uint64 {
	n, err := strconv.ParseUint(hash[:min(16, len(hash))], 16, 64)
	if err != nil {
		return 0 // not one of ours
	}
	return n
}

// named are the hashes of all addresses that items name.
func (s *Service) named(ctx context.Context) (map[uint64]bool, error) {
	named := map[uint64]bool{}
	// In this order: what an upload changes is kept as it was before it is changed.
	for _, list := range []func(context.Context, *db.Tx, id.ID, int) ([]catalog.Pictured, error){catalog.PicturedAfterTx, catalog.PicturedBeforeTx} {
		if err := s.nameAll(ctx, named, list); err != nil {
			return nil, err
		}
	}
	return named, nil
}

func (s *Service) nameAll(ctx context.Context, named map[uint64]bool, list func(context.Context, *db.Tx, id.ID, int) ([]catalog.Pictured, error)) error {
	for after := id.ID(0); ; {
		var page []catalog.Pictured
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = list(ctx, tx, after, sweepPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		for _, p := range page {
			for _, link := range p.Images {
				named[short(Hash(link))] = true
			}
		}
	}
}

// sweepPage lists pictures old enough to go.
func (s *Service) sweepPage(ctx context.Context, after string) (page []row, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		page = nil
		rows, err := tx.Query(ctx, `SELECT url_hash, full_view, thumb_view FROM picture WHERE url_hash > $1 AND changed_at < $2 ORDER BY url_hash LIMIT $3`,
			after, tx.Now().Add(-unusedAge), sweepPage)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p row
			if err := rows.Scan(&p.Hash, &p.Full, &p.Thumb); err != nil {
				return err
			}
			page = append(page, p)
		}
		return rows.Err()
	})
	return page, err
}

// drop removes pictures, and the files that no other picture is.
func (s *Service) drop(ctx context.Context, gone []row) error {
	if len(gone) == 0 {
		return nil
	}
	s.keeping.Lock()
	defer s.keeping.Unlock()
	hashes := make([]string, len(gone))
	for n, p := range gone {
		hashes[n] = p.Hash
	}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM picture WHERE url_hash = ANY($1)`, hashes)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range gone {
		for _, blob := range []string{p.Full, p.Thumb} {
			err = errors.Join(err, s.removeUnused(ctx, blob))
		}
	}
	return err
}

func (s *Service) removeUnused(ctx context.Context, blob string) error {
	if blob == "" {
		return nil
	}
	used := false
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM picture WHERE full_view = $1 OR thumb_view = $1)`, blob).Scan(&used)
	})
	if err != nil || used {
		return err
	}
	return s.Files.Remove(blob)
}
