package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hawkerhq/hawker/internal/feed"
)

// exported are the columns of an export, and the fields they are read from.
var exported = [][2]string{
	{"id", "retailer_id"},
	{"title", "name"},
	{"description", "description"},
	{"availability", "availability"},
	{"condition", "condition"},
	{"price", "price"},
	{"sale_price", "sale_price"},
	{"sale_price_effective_date", "sale_price_start_date,sale_price_end_date"},
	{"link", "url"},
	{"image_link", "image_url"},
	{"additional_image_link", "additional_image_urls"},
	{"brand", "brand"},
	{"google_product_category", "category"},
	{"item_group_id", "retailer_product_group_id"},
	{"color", "color"},
	{"size", "size"},
	{"gender", "gender"},
	{"age_group", "age_group"},
	{"material", "material"},
	{"pattern", "pattern"},
	{"additional_variant_attribute", "additional_variant_attributes"},
	{"gtin", "gtin"},
	{"mpn", "manufacturer_part_number"},
	{"product_type", "product_type"},
	{"status", "visibility"},
	{"quantity_to_sell_on_facebook", "quantity_to_sell_on_facebook"},
	{"rich_text_description", "rich_text_description"},
	{"expiration_date", "expiration_date"},
	{"custom_label_0", "custom_label_0"},
	{"custom_label_1", "custom_label_1"},
	{"custom_label_2", "custom_label_2"},
	{"custom_label_3", "custom_label_3"},
	{"custom_label_4", "custom_label_4"},
	{"custom_number_0", "custom_number_0"},
	{"custom_number_1", "custom_number_1"},
	{"custom_number_2", "custom_number_2"},
	{"custom_number_3", "custom_number_3"},
	{"custom_number_4", "custom_number_4"},
	{"origin_country", "origin_country"},
	{"importer_name", "importer_name"},
	{"importer_address", "importer_address"},
	{"manufacturer_info", "manufacturer_info"},
	{"wa_compliance_category", "wa_compliance_category"},
	{"review_status", "review_status"},
}

// exportedFields are the fields that the columns are read from.
func exportedFields() string {
	fields := []string{"currency"}
	for _, c := range exported {
		fields = append(fields, c[1])
	}
	return strings.Join(fields, ",")
}

func newCatalogExport(environ []string) *cobra.Command {
	var r remote
	var plain bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write a catalog as CSV to the standard output",
		Long: `Writes every item as a row, in the columns of a feed. Cells that a spreadsheet would take for a formula get an
apostrophe before them; --plain leaves it out, for programs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := r.check(); err != nil {
				return err
			}
			return r.export(cmd.Context(), cmd.OutOrStdout(), plain)
		},
	}
	remoteFlags(cmd, &r, environ)
	cmd.Flags().BoolVar(&plain, "plain", false, "no apostrophes before cells that look like formulas")
	return cmd
}

func (r *remote) export(ctx context.Context, out io.Writer, plain bool) error {
	columns := make([]string, len(exported))
	for n, c := range exported {
		columns[n] = c[0]
	}
	w := csv.NewWriter(out)
	if err := w.Write(columns); err != nil {
		return err
	}
	line := make([]string, len(exported))
	err := r.items(ctx, exportedFields(), func(item map[string]any) error {
		for n, c := range columns {
			if line[n] = exportCell(item, c, exported[n][1]); !plain {
				line[n] = feed.Harmless(line[n])
			}
		}
		return w.Write(line)
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// exportCell is a field as feeds write it.
func exportCell(item map[string]any, column, field string) string {
	switch column {
	case "price", "sale_price":
		shown, _ := item[field].(string)
		if shown == "" {
			return ""
		}
		return feedPrice(shown, fmt.Sprint(item["currency"]))
	case "sale_price_effective_date":
		from, _ := item["sale_price_start_date"].(string)
		to, _ := item["sale_price_end_date"].(string)
		if from == "" || to == "" {
			return ""
		}
		return from + "/" + to
	}
	switch v := item[field].(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		if text, ok := exportList(v); ok {
			return text
		}
	}
	return exportJSON(item[field])
}

// exportList is a list of links, or of names with values, as feeds write it: as JSON where a text has a comma of its own.
func exportList(list []any) (text string, ok bool) {
	parts, byName, commas := make([]string, len(list)), map[string]string{}, false
	for n, e := range list {
		switch e := e.(type) {
		case string:
			parts[n], commas = e, commas || strings.ContainsAny(e, ",;| ")
		case map[string]any:
			key, named := e["key"].(string)
			value, _ := e["value"].(string)
			if !named {
				return "", false
			}
			parts[n], byName[key] = key+":"+value, value
			commas = commas || strings.Contains(parts[n], ",") || strings.Contains(key, ":")
		default:
			return "", false
		}
	}
	switch {
	case commas && len(byName) > 0:
		return exportJSON(byName), true
	case commas:
		return exportJSON(parts), true
	}
	return strings.Join(parts, ","), true
}

func exportJSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return strings.TrimSpace(b.String())
}

// feedPrice turns a price as the node shows it ("$1,234.50") into one of a feed ("1234.50 USD").
func feedPrice(shown, currency string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '.' {
			return c
		}
		return -1
	}, shown)
	return strings.Trim(digits, ".") + " " + currency
}
