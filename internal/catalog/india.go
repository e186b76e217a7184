package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// exempt is the compliance category of what has no country of origin: services.
const exempt = "COUNTRY_ORIGIN_EXEMPT"

// MissingIndia is the error_type of an item that lacks what Indian law asks for.
const MissingIndia = "MISSING_INDIA_COMPLIANCE_FIELDS"

// MissingInIndia names the facts that Indian law asks for and the item lacks: the country of origin, and of what comes from
// elsewhere the importer. Services are exempt.
func (i Item) MissingInIndia() (fields []string) { return missingInIndia(i.extra) }

func missingInIndia(extra func(name string) any) (fields []string) {
	text := func(name string) string { s, _ := extra(name).(string); return s }
	if text("wa_compliance_category") == exempt {
		return nil
	}
	origin := text("origin_country")
	if origin == "" {
		fields = append(fields, "origin_country")
	}
	if origin == "IN" || origin == "" {
		return fields
	}
	if text("importer_name") == "" {
		fields = append(fields, "importer_name")
	}
	address, _ := extra("importer_address").(map[string]any)
	for _, part := range []string{"street1", "city", "country"} {
		if s, _ := address[part].(string); s == "" {
			fields = append(fields, "importer_address."+part)
		}
	}
	return fields
}

// india is what an item lacks that is sold by a business in India.
func india() Diagnostic {
	return Diagnostic{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: indiaCode, Error: MissingIndia, Priority: "HIGH", Field: "origin_country",
		Title: "Items lack what Indian law asks for", Subtitle: "Give origin_country, and importer_name and importer_address of what is imported; services take wa_compliance_category COUNTRY_ORIGIN_EXEMPT",
	}
}

// indiaCode is the error code of the diagnostic.
const indiaCode = 11

// AskIndia has the service ask f whether a catalog is sold by a business in India. It is called while the house is put together.
func (s *Service) AskIndia(f func(ctx context.Context, tx *db.Tx, catalog id.ID) (bool, error)) {
	s.india = f
}

// inIndiaTx tells whether a catalog is sold by a business in India.
func (s *Service) inIndiaTx(ctx context.Context, tx *db.Tx, catalog id.ID) (bool, error) {
	if s.india == nil {
		return false, nil
	}
	return s.india(ctx, tx, catalog)
}

// indiaWarning says what an item lacks.
func indiaWarning(fields []string) string {
	return "lacks " + strings.Join(fields, ", ") + ", which Indian law asks for: customers can be sent it once it has them, or wa_compliance_category COUNTRY_ORIGIN_EXEMPT"
}

// Lacking is an item with what it lacks.
type Lacking struct {
	Item
	Fields []string
}

// LackingTx looks through a catalog for items that lack what Indian law asks for, oldest first: up to limit of them, how many there are, and how
// many items there are in all.
func LackingTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, limit int) (list []Lacking, lacking, total int, err error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, 0, 0, err
	}
	for after := id.ID(0); ; {
		part, err := queryItems(ctx, tx, selectItem+`WHERE i.catalog_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3`, catalog, after, scanChunk)
		if err != nil {
			return nil, 0, 0, fmt.Errorf("catalog: %w", err)
		}
		for _, i := range part {
			total++
			fields := i.MissingInIndia()
			if len(fields) == 0 {
				continue
			}
			if lacking++; len(list) < limit {
				list = append(list, Lacking{i, fields})
			}
		}
		if len(part) < scanChunk {
			return list, lacking, total, nil
		}
		after = part[len(part)-1].ID
	}
}

// indiaDiagnosticTx is the diagnostic of a catalog; ok is false where no item lacks anything, or nobody sells it in India.
func (s *Service) indiaDiagnosticTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID) (d Diagnostic, ok bool, err error) {
	sold, err := s.inIndiaTx(ctx, tx, catalog)
	if err != nil || !sold {
		return d, false, err
	}
	d = india()
	list, lacking, _, err := LackingTx(ctx, tx, c, catalog, samplesOfDiagnostic)
	for _, l := range list {
		d.Samples = append(d.Samples, Sample{l.ID, l.RetailerID})
	}
	d.Items = lacking
	return d, lacking > 0, err
}

// hasError tells whether an item has an error of a type and a priority; empty ones take all.
func hasError(i *Item, kind, priority string, inIndia bool, now time.Time) bool {
	for _, d := range ErrorsOf(i, inIndia, now) {
		if (kind == "" || d.Error == kind) && (priority == "" || d.Priority == priority) {
			return true
		}
	}
	return false
}
