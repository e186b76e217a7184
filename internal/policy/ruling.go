package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Ruling is what a person decided on an item, with what the item was called then.
type Ruling struct {
	ID, ItemID, PersonID id.ID
	Content, Title, SKU  string
	Person, Act          string
	Policy               string // what the item waited for, or was rejected by
	Terms                string // what of its text gave rise to that
	Reason               string
	At                   time.Time
	// SameTerms tells that the item it is compared with waits for the same words.
	SameTerms bool
}

// termsOf are the words that evidence names, as they are compared.
func termsOf(evidence string) string {
	_, text, ok := strings.Cut(evidence, ": ")
	if !ok {
		return ""
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// keepRulingTx keeps what a person decided.
func keepRulingTx(ctx context.Context, tx *db.Tx, i catalog.Item, d Decision) error {
	p := i.Review.PolicyID
	if d.Act == ActReject {
		p = d.PolicyID
	}
	_, err := tx.Exec(ctx, `INSERT INTO ruling (id, item_id, catalog_id, content, title, sku, person_id, person, act, policy, terms, reason, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, tx.NewID(), i.ID, i.CatalogID, i.Content(), i.FullTitle(), i.RetailerID, d.Person, d.By, d.Act, p,
		termsOf(i.Review.Evidence), d.Reason, tx.Now())
	if err != nil {
		return fmt.Errorf("policy: rulings: %w", err)
	}
	return nil
}

// theirs limits a query to the catalogs that the businesses $1 have or are shown.
const theirs = ` catalog_id IN (SELECT id FROM catalog WHERE business_id = ANY($1) UNION SELECT catalog_id FROM catalog_share WHERE business_id = ANY($1)) `

// likeMost is how many rulings of a kind are looked through for those most like an item.
const likeMost = 50

// SimilarTx are what persons decided on other items that waited for the same words or the same policy: those most alike first.
func SimilarTx(ctx context.Context, tx *db.Tx, c access.Caller, i catalog.Item, most int) ([]Ruling, error) {
	terms := termsOf(i.Review.Evidence)
	var list []Ruling
	for _, q := range []struct{ column, value string }{{"terms", terms}, {"policy", i.Review.PolicyID}} {
		if q.value == "" {
			continue
		}
		found, err := rulingsTx(ctx, tx, theirs+`AND `+q.column+` = $2 AND act <> 'hold' ORDER BY id DESC LIMIT $3`, c.Businesses, q.value, likeMost)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			same := func(have Ruling) bool { return have.ItemID == r.ItemID && have.Content == r.Content }
			if (r.ItemID != i.ID || r.Content != i.Content()) && !slices.ContainsFunc(list, same) {
				r.SameTerms = terms != "" && r.Terms == terms
				list = append(list, r)
			}
		}
	}
	words := wordsOf(i.FullTitle())
	alike := func(r Ruling) (n int) {
		for _, w := range wordsOf(r.Title) {
			if slices.Contains(words, w) {
				n++
			}
		}
		if r.SameTerms {
			n += 100
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b Ruling) int { return cmp.Or(cmp.Compare(alike(b), alike(a)), cmp.Compare(b.ID, a.ID)) })
	return list[:min(len(list), most)], nil
}

// wordsOf are the words of a title, each once.
func wordsOf(title string) []string {
	list := strings.Fields(strings.ToLower(title))
	slices.Sort(list)
	return slices.Compact(list)
}

func rulingsTx(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Ruling, err error) {
	rows, err := tx.Query(ctx, `SELECT id, item_id, content, title, sku, person_id, person, act, policy, terms, reason, at FROM ruling WHERE`+where, args...)
	if err != nil {
		return nil, fmt.Errorf("policy: rulings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Ruling
		if err := rows.Scan(&r.ID, &r.ItemID, &r.Content, &r.Title, &r.SKU, &r.PersonID, &r.Person, &r.Act, &r.Policy, &r.Terms, &r.Reason, &r.At); err != nil {
			return nil, fmt.Errorf("policy: rulings: %w", err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
