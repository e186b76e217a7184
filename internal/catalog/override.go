package catalog

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Kinds of overrides.
const (
	ByLanguage           = "LANGUAGE"
	ByCountry            = "COUNTRY"
	ByLanguageAndCountry = "LANGUAGE_AND_COUNTRY"
)

// Localization says for whom an item's values are others.
type Localization struct {
	Type  string `json:"type"`
	Value string `json:"value"` // es_XX, US, or es_XX|US
}

var localizationKeys = map[string]*regexp.Regexp{
	ByLanguage:           regexp.MustCompile(`^[a-z]{2,3}_[A-Z]{2}$`),
	ByCountry:            regexp.MustCompile(`^[A-Z]{2}$`),
	ByLanguageAndCountry: regexp.MustCompile(`^[a-z]{2,3}_[A-Z]{2}\|[A-Z]{2}$`),
}

// wrong says what is not right with a localization, or "".
func (l Localization) wrong() string {
	pattern, ok := localizationKeys[l.Type]
	if !ok {
		return "localization.type: must be LANGUAGE, COUNTRY or LANGUAGE_AND_COUNTRY, not " + show(l.Type)
	}
	_, land, both := strings.Cut(l.Value, "|")
	if !both {
		land = l.Value
	}
	if !pattern.MatchString(l.Value) || l.Type != ByLanguage && !IsCountry(land) {
		return "localization.value: " + show(l.Value) + " is not right for " + l.Type + ": write es_XX for a language, US for a country, es_XX|US for both"
	}
	return ""
}

// Override is what an item says elsewhere.
type Override struct {
	Type, Key string
	Data      map[string]any // in batch vocabulary
}

// overridable are the fields that may differ by language or country; those in countryOnly only by country.
var (
	overridable = []string{
		"title", "description", "link", "brand", "color", "size", "material", "pattern", "short_description", "rich_text_description", "image_link", "image",
		"additional_image_link", "additional_variant_attribute", "applink", "mobile_link", "product_type", "custom_label_0", "custom_label_1", "custom_label_2",
		"custom_label_3", "custom_label_4", "sale_price_effective_date", "video",
	}
	countryOnly = []string{"price", "sale_price", "unit_price", "availability", "status", "visibility"}
)

// Overridable tells whether a field of the batch vocabulary may differ by that kind of override.
func Overridable(name, kind string) bool {
	base, _, _ := strings.Cut(name, ".")
	return slices.Contains(overridable, base) || kind != ByLanguage && slices.Contains(countryOnly, base)
}

// readOverride checks the values of an override.
func readOverride(l Localization, data map[string]any) (problems []Problem) {
	if wrong := l.wrong(); wrong != "" {
		field, text, _ := strings.Cut(wrong, ": ")
		return []Problem{{Field: field, Message: text}}
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		base, _, _ := strings.Cut(name, ".")
		switch {
		case slices.Contains(countryOnly, base) && l.Type == ByLanguage:
			problems = append(problems, Problem{name, "differs by country only, not by language"})
		case !slices.Contains(countryOnly, base) && !slices.Contains(overridable, base):
			problems = append(problems, Problem{name, "cannot differ by language or country; what can is " + strings.Join(overridable, ", ") + ", " + strings.Join(countryOnly, ", ")})
		}
	}
	return append(problems, ReadChange(Batch, data).Problems...)
}

// Overrides as everybody sees them, and as they are stored: see [HideTx].
const (
	selectOverride    = `SELECT kind, key, data FROM item_override WHERE item_id = $1 ORDER BY kind, key`
	selectOverrideRow = `SELECT kind, key, data FROM override_row WHERE item_id = $1 ORDER BY kind, key`
)

// OverridesTx lists an item's overrides, by type and key; empty filters take all.
func OverridesTx(ctx context.Context, tx *db.Tx, item id.ID, kind string, keys []string) ([]Override, error) {
	return queryOverrides(ctx, tx, selectOverride, item, kind, keys)
}

func queryOverrides(ctx context.Context, tx *db.Tx, query string, item id.ID, kind string, keys []string) ([]Override, error) {
	rows, err := tx.Query(ctx, query, item)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Override
	for rows.Next() {
		var o Override
		var data string
		if err := rows.Scan(&o.Type, &o.Key, &data); err != nil {
			return nil, err
		}
		v, err := decodeJSON([]byte(data))
		if err != nil {
			return nil, fmt.Errorf("catalog: override of item %s: %w", item, err)
		}
		o.Data, _ = v.(map[string]any)
		if (kind == "" || o.Type == kind) && (len(keys) == 0 || slices.Contains(keys, o.Key)) {
			list = append(list, o)
		}
	}
	return list, rows.Err()
}

// setOverrideTx changes what an item says elsewhere, in the name of an upload of a feed, if one makes the change: values of
// data replace those there were, nil takes one away. Without data the override goes.
func setOverrideTx(ctx context.Context, tx *db.Tx, catalog, upload, item id.ID, l Localization, data map[string]any) error {
	keep := keepOverrideTx
	if upload == 0 {
		keep = releaseOverrideTx
	}
	if err := keep(ctx, tx, catalog, upload, item, l); err != nil {
		return err
	}
	have, err := queryOverrides(ctx, tx, selectOverrideRow, item, l.Type, []string{l.Value})
	if err != nil {
		return err
	}
	merged := map[string]any{}
	if len(have) > 0 && data != nil {
		merged = have[0].Data
	}
	for name, v := range data {
		if v == nil || v == "" {
			delete(merged, name)
		} else {
			merged[name] = v
		}
	}
	if len(merged) == 0 {
		_, err := tx.Exec(ctx, `DELETE FROM override_row WHERE item_id = $1 AND kind = $2 AND key = $3`, item, l.Type, l.Value)
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO override_row (item_id, kind, key, data, updated_at, upload_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (item_id, kind, key) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at, upload_id = excluded.upload_id`,
		item, l.Type, l.Value, jsonText(merged, 1), tx.Now(), upload)
	return err
}

// LocalizedTx is the item as a country and a language see it: what holds for both goes before what holds for
// the country, and that before what holds for the language. What a language says in all regions, es_XX, holds for es_MX too,
// behind what that says itself.
func LocalizedTx(ctx context.Context, tx *db.Tx, i Item, language, country string) (Item, error) {
	list, err := OverridesTx(ctx, tx, i.ID, "", nil)
	if err != nil {
		return i, err
	}
	base, _, _ := strings.Cut(language, "_")
	anywhere := base + "_XX"
	for _, want := range []Localization{
		{ByLanguage, anywhere}, {ByLanguage, language}, {ByCountry, country}, {ByLanguageAndCountry, anywhere + "|" + country}, {ByLanguageAndCountry, language + "|" + country},
	} {
		for _, o := range list {
			if o.Type == want.Type && o.Key == want.Value {
				ReadChange(Batch, o.Data).applyTo(&i, false)
			}
		}
	}
	return i, nil
}
