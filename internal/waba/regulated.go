package waba

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// regulatedData are the countries in which businesses of regulated trades may write to customers: their trade may write nowhere else.
// What they sell stays out of catalogs everywhere.
//
//go:embed regulated.json
var regulatedData []byte

var regulated = sync.OnceValue(func() map[string][]string {
	var m map[string][]string
	if err := json.Unmarshal(regulatedData, &m); err != nil {
		panic(fmt.Sprintf("waba: regulated.json: %v", err)) // a test reads it
	}
	return m
})

// RegulatedIn lists the countries in which a trade may write to customers; ok is false for one that may everywhere.
func RegulatedIn(vertical string) (countries []string, ok bool) {
	countries, ok = regulated()[vertical]
	return countries, ok
}

// MayWriteIn tells whether a business of a trade may write to customers of a country.
func MayWriteIn(vertical, country string) bool {
	countries, ok := RegulatedIn(vertical)
	return !ok || slices.Contains(countries, country)
}

// VerticalTx is the trade that a number's profile names; "" for none.
func VerticalTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (vertical string, err error) {
	err = tx.QueryRow(ctx, `SELECT vertical FROM business_profile WHERE phone_id = $1`, phoneID).Scan(&vertical)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("waba: profile: %w", err)
	}
	return vertical, nil
}
