package waba

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Tiers of the messaging limit: how many customers a business may write to first within 24 hours.
const (
	Tier250       = "TIER_250"
	Tier2K        = "TIER_2K"
	Tier10K       = "TIER_10K"
	Tier100K      = "TIER_100K"
	TierUnlimited = "TIER_UNLIMITED"
)

// Tiers lists them, the lowest first.
func Tiers() []string { return []string{Tier250, Tier2K, Tier10K, Tier100K, TierUnlimited} }

// TierSize is how many customers a tier allows; ok is false where it sets no bound.
func TierSize(tier string) (n int, ok bool) {
	size := map[string]int{Tier250: 250, Tier2K: 2_000, Tier10K: 10_000, Tier100K: 100_000}[tier]
	return size, size > 0
}

// NextTier is the tier above; the highest is its own.
func NextTier(tier string) string {
	all := Tiers()
	return all[min(slices.Index(all, tier)+1, len(all)-1)]
}

// TierTx is a business's messaging limit.
func TierTx(ctx context.Context, tx *db.Tx, business id.ID) (tier string, err error) {
	err = tx.QueryRow(ctx, `SELECT tier FROM business_limit WHERE business_id = $1`, business).Scan(&tier)
	if errors.Is(err, db.ErrNoRows) {
		return Tier250, nil
	}
	if err != nil {
		return "", fmt.Errorf("waba: messaging limit: %w", err)
	}
	return tier, nil
}

// SetTierTx changes a business's messaging limit.
func SetTierTx(ctx context.Context, tx *db.Tx, business id.ID, tier string) error {
	tx.Notify(Changes)
	_, err := tx.Exec(ctx, `INSERT INTO business_limit (business_id, tier, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (business_id) DO UPDATE SET tier = excluded.tier, changed_at = excluded.changed_at`, business, tier, tx.Now())
	if err != nil {
		return fmt.Errorf("waba: messaging limit: %w", err)
	}
	return nil
}
