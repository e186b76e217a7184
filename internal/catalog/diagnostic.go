package catalog

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Severities of a diagnostic.
const (
	MustFix     = "MUST_FIX"
	Opportunity = "OPPORTUNITY"
)

// Diagnostic is something wrong with items of a catalog.
type Diagnostic struct {
	Type     string
	Severity string
	Code     int // ours: the contract names none
	Field    string
	Title    string
	Subtitle string // what to do
	Items    int    // how many have it
	Samples  []Sample
	Error    string // the error_type of an item that has it; "" : an item is not told
	Priority string // of that error: HIGH hides the item, MEDIUM and LOW are advice

	content bool // it looks only at what the shop wrote: see [Item.flaws]
	where   string
	has     func(i *Item, now time.Time) bool // the Go twin of where
}

// Sample is an item that has it.
type Sample struct {
	ID         id.ID  `json:"id"`
	RetailerID string `json:"retailer_id"`
}

// samplesOfDiagnostic is how many items are named.
const samplesOfDiagnostic = 10

// PolicyViolation is the error_type of an item that the review rejected.
const PolicyViolation = "WHATSAPP_POLICY_VIOLATION"

// diagnostics are the rules, over item i; $2 is the time.
var diagnostics = append([]Diagnostic{
	{
		Type: "POLICY_VIOLATION", Severity: MustFix, Code: 1, Error: PolicyViolation, Priority: "HIGH", Field: "review_status", where: `i.review = 'rejected'`,
		Title: "Items do not comply with the commerce policy", Subtitle: "Change the item so that it complies, or ask for another review",
		has: func(i *Item, _ time.Time) bool { return i.Review.Status == Rejected },
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: 2, Error: "EMPTY_DESCRIPTION", content: true, Priority: "MEDIUM", Field: "description", where: `i.description = ''`,
		Title: "Items have no description", Subtitle: "Say in the description what the item is",
		has: func(i *Item, _ time.Time) bool { return i.Description == "" },
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: 3, Error: "EMPTY_IMAGE_URL", content: true, Priority: "MEDIUM", Field: "image_url", where: `i.image_link = ''`,
		Title: "Items have no picture", Subtitle: "Give a JPEG or PNG of at least 500 × 500 pixels",
		has: func(i *Item, _ time.Time) bool { return i.ImageLink == "" },
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: 4, Error: "EMPTY_PRODUCT_URL", content: true, Priority: "MEDIUM", Field: "url", where: `i.link = ''`,
		Title: "Items have no link", Subtitle: "Give the item's page on your site",
		has: func(i *Item, _ time.Time) bool { return i.Link == "" },
	},
	{
		Type: "ATTRIBUTES_INVALID", Severity: MustFix, Code: 5, Error: "ITEM_PRICE_NOT_POSITIVE", content: true, Priority: "MEDIUM", Field: "price", where: `i.price_minor = 0`,
		Title: "Items cost nothing", Subtitle: "Give a price above zero, or take the item out of the catalog",
		has: func(i *Item, _ time.Time) bool { return i.Price.Minor == 0 },
	},
	{
		Type: "SHOPS_VISIBILITY_ISSUES", Severity: MustFix, Code: 6, Error: "PRODUCT_EXPIRED", Priority: "HIGH", Field: "expiration_date", where: `(i.expires_at > 0 AND i.expires_at <= $2)`,
		Title: "Items have expired", Subtitle: "Give a later expiration_date, or delete the item",
		has: func(i *Item, now time.Time) bool { return !i.ExpiresAt.IsZero() && !i.ExpiresAt.After(now) },
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: Opportunity, Code: 7, Error: "EMPTY_BRAND", content: true, Priority: "LOW", Field: "brand", where: `i.brand = ''`,
		Title: "Items have no brand", Subtitle: "Give a brand, a gtin or an mpn",
		has: func(i *Item, _ time.Time) bool { return i.Brand == "" },
	},
	{
		Type: "CATEGORY", Severity: Opportunity, Code: 8, content: true, Field: "google_product_category", where: `i.google_category = ''`,
		Title: "Items have no category", Subtitle: "Give a google_product_category: customers find the item more easily, and its review is surer",
		has: func(i *Item, _ time.Time) bool { return i.GoogleCategory == "" },
	},
	{
		Type: "LOW_QUALITY_TITLE_AND_DESCRIPTION", Severity: Opportunity, Code: 9, Error: "DUPLICATE_TITLE_AND_DESCRIPTION", content: true, Priority: "LOW", Field: "description",
		where: `(i.description <> '' AND i.description = i.title)`,
		Title: "Descriptions only repeat the title", Subtitle: "Say what the title does not: material, size, use",
		has: func(i *Item, _ time.Time) bool { return i.Description != "" && i.Description == i.Title },
	},
	{
		Type: "LOW_QUALITY_TITLE_AND_DESCRIPTION", Severity: Opportunity, Code: 10, Error: "PROPERTY_VALUE_UPPERCASE_WARNING", content: true, Priority: "LOW", Field: "name",
		where: `(i.title = UPPER(i.title) AND i.title <> LOWER(i.title) AND LENGTH(i.title) > 5)`,
		Title: "Titles are all in capitals", Subtitle: "Write the title as in a sentence",
		has: func(i *Item, _ time.Time) bool { return shouts(i.Title) },
	},
}, pictureDiagnostics()...)

// shouts tells that a title of more than five letters has no small one.
func shouts(title string) bool {
	capitals, length := false, 0
	for _, r := range title {
		if unicode.ToUpper(r) != r {
			return false
		}
		capitals = capitals || unicode.ToLower(r) != r
		length++
	}
	return capitals && length > 5
}

// flaws counts the diagnostics that find something in what the shop wrote.
func (i *Item) flaws() (n int64) {
	for k := range diagnostics {
		if d := &diagnostics[k]; d.content && d.has(i, time.Time{}) {
			n++
		}
	}
	return n
}

// ErrorsOf is what is wrong with an item, the most urgent first. inIndia tells that a business in India sells it.
func ErrorsOf(i *Item, inIndia bool, now time.Time) []Diagnostic {
	var list []Diagnostic
	if inIndia && len(i.MissingInIndia()) > 0 {
		list = append(list, india())
	}
	for _, d := range diagnostics {
		if d.Error != "" && d.has(i, now) {
			list = append(list, d)
		}
	}
	return list
}

// errorsWhere is an SQL condition for items that have an error of a type and a priority; empty ones take all.
// Its one argument, the time, is number n.
func errorsWhere(kind, priority string, n int) string {
	var either []string
	for _, d := range diagnostics {
		if d.Error != "" && (kind == "" || d.Error == kind) && (priority == "" || d.Priority == priority) {
			either = append(either, strings.ReplaceAll(d.where, "$2", fmt.Sprintf("$%d", n)))
		}
	}
	if len(either) == 0 {
		either = []string{"FALSE"}
	}
	return fmt.Sprintf("i.created_at <= $%d AND (%s) AND %s", n, strings.Join(either, " OR "), issues)
}

// What diagnostics may cost: where looking at the items took longer than slowDiagnostics, what was found is told for
// keptDiagnostics, by the platform's clock.
const (
	slowDiagnostics = 250 * time.Millisecond
	keptDiagnostics = time.Minute
	keptMost        = 1000
)

// findings are the diagnostics of large catalogs.
type findings struct {
	mu   sync.Mutex
	slow time.Duration
	by   map[id.ID]finding
}

type finding struct {
	at   time.Time
	list []Diagnostic
}

func (f *findings) get(catalog id.ID, now time.Time) ([]Diagnostic, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found, ok := f.by[catalog]
	if !ok || now.Before(found.at) || now.Sub(found.at) >= keptDiagnostics {
		return nil, false
	}
	return found.list, true
}

func (f *findings) put(catalog id.ID, found finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.by) >= keptMost || f.by == nil {
		f.by = map[id.ID]finding{}
	}
	f.by[catalog] = found
}

// Diagnostics looks for what is wrong with the items of a catalog that the caller may see, in one pass; of a large
// catalog it may tell what was found up to a minute ago. What no item has is left out.
func (s *Service) Diagnostics(ctx context.Context, c access.Caller, catalog id.ID) (list []Diagnostic, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		var ok bool
		if list, ok = s.findings.get(catalog, tx.Now()); ok {
			return nil
		}
		took := clock.Stopwatch()
		if list, err = diagnosticsTx(ctx, tx, catalog); err != nil {
			return err
		}
		if d, ok, err := s.indiaDiagnosticTx(ctx, tx, c, catalog); err != nil {
			return err
		} else if ok {
			list = append([]Diagnostic{d}, list...)
		}
		if took() >= s.findings.slow {
			s.findings.put(catalog, finding{tx.Now(), list})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func diagnosticsTx(ctx context.Context, tx *db.Tx, catalog id.ID) ([]Diagnostic, error) {
	// The first and the last item that has it bound the search for samples.
	const each = 3
	counts := make([][each]int64, len(diagnostics))
	columns, to := make([]string, len(diagnostics)), make([]any, 0, each*len(diagnostics))
	for n, d := range diagnostics {
		columns[n] = fmt.Sprintf(`COUNT(CASE WHEN %[1]s THEN 1 END), COALESCE(MIN(CASE WHEN %[1]s THEN i.id END), 0), COALESCE(MAX(CASE WHEN %[1]s THEN i.id END), 0)`, d.where)
		to = append(to, &counts[n][0], &counts[n][1], &counts[n][2])
	}
	uploading, err := unseen(ctx, tx)
	if err != nil {
		return nil, err
	}
	from := `item_row` // as everybody sees them; what is rejected says so itself
	if uploading {
		from = `item`
	}
	err = tx.QueryRow(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+from+` i WHERE i.catalog_id = $1 AND `+issues, catalog, tx.Now()).Scan(to...)
	if err != nil {
		return nil, fmt.Errorf("catalog: diagnostics: %w", err)
	}
	var list []Diagnostic
	for n, d := range diagnostics {
		if counts[n][0] == 0 {
			continue
		}
		d.Items = int(counts[n][0])
		if d.Samples, err = samplesTx(ctx, tx, from, catalog, d, counts[n][1], counts[n][2]); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func samplesTx(ctx context.Context, tx *db.Tx, from string, catalog id.ID, d Diagnostic, first, last int64) ([]Sample, error) {
	rows, err := tx.Query(ctx, `SELECT i.id, i.retailer_id FROM `+from+` i WHERE i.catalog_id = $1 AND i.created_at <= $2 AND i.id BETWEEN $3 AND $4 AND `+d.where+` AND `+issues+` ORDER BY i.id LIMIT $5`,
		catalog, tx.Now(), first, last, min(d.Items, samplesOfDiagnostic))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Sample
	for rows.Next() {
		var s Sample
		if err := rows.Scan(&s.ID, &s.RetailerID); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// Shelf is how many items have a value.
type Shelf struct {
	Value string
	Items int
}

// shelvesMost bounds the values told.
const shelvesMost = 1000

// ShelvesTx counts the items of a catalog by brand or category, the fullest first. by: "brand" or "category".
func ShelvesTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, by string) ([]Shelf, error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, err
	}
	column := map[string]string{"brand": "brand", "category": "google_category"}[by]
	rows, err := tx.Query(ctx, `SELECT i.`+column+`, COUNT(*) FROM item i WHERE i.catalog_id = $1 AND i.`+column+` <> ''
		GROUP BY i.`+column+` ORDER BY COUNT(*) DESC, i.`+column+` LIMIT $2`, catalog, shelvesMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Shelf
	for rows.Next() {
		var s Shelf
		if err := rows.Scan(&s.Value, &s.Items); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
