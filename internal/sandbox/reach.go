package sandbox

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// reaches tells whether a number is the caller's, remembering the answer for the stream.
func (s *Server) reaches(c *call, known map[id.ID]bool, phone id.ID) bool {
	ok, seen := known[phone]
	if !seen {
		ok = s.DB.View(c.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := waba.NumberForTx(ctx, tx, c.caller, phone)
			return err
		}) == nil
		known[phone] = ok
	}
	return ok
}

// reachesCatalog is the same for catalogs.
func (s *Server) reachesCatalog(c *call, known map[id.ID]bool, i id.ID) bool {
	ok, seen := known[i]
	if !seen {
		ok = s.DB.View(c.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := catalog.CatalogTx(ctx, tx, c.caller, i)
			return err
		}) == nil
		known[i] = ok
	}
	return ok
}

// deadline is a moment of the machine's clock: sockets know no other.
func deadline(in time.Duration) time.Time { return clock.System{}.Now().Add(in) }
