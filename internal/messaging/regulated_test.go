package messaging_test

import (
	"context"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/waba"
)

// TestRegulatedTradesWriteToSomeCountriesOnly: at once when the profile says so, and no longer when it does not.
func TestRegulatedTradesWriteToSomeCountriesOnly(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		trade := func(vertical string) {
			s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return waba.SetProfileTx(ctx, tx, s.phone, waba.ProfileChange{Vertical: &vertical})
			}))
		}
		const priya = "919812345678"
		toIndia := text("Xin chào")
		toIndia.To = priya
		s.write("Hi")
		s.send(text("Xin chào"))
		s.send(toIndia)
		trade("ALCOHOL")
		s.send(text("Xin chào"))
		_, err := s.Send(t.Context(), owner, s.phone, toIndia)
		refused(t, err, messaging.ErrCountry, "to")
		trade("OTC_DRUGS")
		_, err = s.Send(t.Context(), owner, s.phone, text("Xin chào"))
		refused(t, err, messaging.ErrCountry, "to")
		trade("RESTAURANT")
		s.send(toIndia)
	})
}
