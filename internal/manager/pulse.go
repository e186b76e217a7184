package manager

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Pulse is what waits for somebody, by the section of the side bar. A section without an entry has nothing to count.
type Pulse map[string]int

// pulse tells a page that is open what waits, as JSON: its script marks the side bar with it, and says what is new.
func (s *Server) pulse(v *visit) error {
	p := Pulse{}
	if v.may(speakers...) {
		err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
			numbers, err := v.numbersTx(ctx, tx)
			if err != nil {
				return err
			}
			if p["inbox"], err = chat.WaitingTx(ctx, tx, numbers); err != nil {
				return err
			}
			counts, err := chat.OrderCountsTx(ctx, tx, numbers)
			p["orders"] = counts[chat.OrderNew]
			return err
		})
		if err != nil {
			return err
		}
	}
	if v.may(keepers...) && v.catalog.ID != 0 {
		tally, err := s.Catalogs.Tally(v.Context(), v.caller, v.catalog.ID)
		if err != nil {
			return err
		}
		p["appeals"] = tally.Review[catalog.Rejected]
	}
	if v.may(admins...) {
		last, err := s.Webhooks.Deliveries(v.Context(), v.caller, webhook.Filter{}, 0, failedMost)
		if err != nil {
			return err
		}
		p["events"] = failing(last)
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusOK)
	return json.NewEncoder(v.w).Encode(p)
}

// failing counts deliveries that were given up, or failed and are tried again.
func failing(list []webhook.Delivery) (n int) {
	for _, d := range list {
		if d.State == "undelivered" || (d.State == "pending" && d.Attempts > 0) {
			n++
		}
	}
	return n
}
