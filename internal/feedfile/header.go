package feedfile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// columnsByDialect are the names other tools give columns, as they are once folded, and what Meta calls them.
var columnsByDialect = map[string]map[string]string{
	"google": {
		"image_link": "image_link", "g:id": "id", "identifier_exists": "", "product_highlight": "", "excluded_destination": "", "shipping_label": "",
	},
	"shopify": {
		"handle": "item_group_id", "variant_sku": "id", "title": "title", "body_(html)": "rich_text_description", "vendor": "brand", "type": "product_type",
		"variant_price": "price", "variant_compare_at_price": "compare_at_price", "image_src": "image_link", "variant_barcode": "gtin",
		"variant_inventory_qty": "quantity_to_sell_on_facebook", "variant_image": "variant_image", "status": "status", "google_shopping_/_google_product_category": "google_product_category",
		"google_shopping_/_gender": "gender", "google_shopping_/_age_group": "age_group", "google_shopping_/_mpn": "mpn", "google_shopping_/_condition": "condition",
		"product_category": "google_product_category", "option1_value": "option1_value", "option2_value": "option2_value", "option1_name": "option1_name",
		"option2_name": "option2_name", "variant_inventory_policy": "inventory_policy", "seo_description": "description", "published": "published", "variant_grams": "variant_grams", "tags": "internal_label",
	},
	"woocommerce": {
		"sku": "id", "name": "title", "description": "description", "short_description": "short_description", "regular_price": "price", "sale_price": "sale_price",
		"images": "image_link", "categories": "product_type", "parent": "item_group_id", "in_stock?": "in_stock", "stock": "quantity_to_sell_on_facebook",
		"published": "published", "brands": "brand", "gtin,_upc,_ean,_or_isbn": "gtin", "permalink": "link", "id": "woo_id", "type": "woo_type", "tags": "internal_label",
		"weight_(kg)": "weight_kg", "weight_(g)": "weight_g", "weight_(lbs)": "weight_lb", "weight_(oz)": "weight_oz",
	},
}

// bookkeeping are columns that mean something only to the tool that writes them: whole names, and how others begin.
var bookkeeping = map[string]struct{ names, prefixes []string }{
	"shopify": {
		[]string{"cost_per_item", "gift_card", "seo_title", "collection", "compare_at_price", "inventory_policy", "published"},
		[]string{"variant_", "google_shopping_/_", "option1_", "option2_", "option3_", "image_", "included_/_", "price_/_", "compare_at_price_/_", "unit_price_"},
	},
	"woocommerce": {
		[]string{
			"allow_customer_reviews?", "backorders_allowed?", "button_text", "cross_sells", "external_url", "grouped_products", "height", "in_stock", "is_featured?", "length",
			"low_stock_amount", "position", "published", "purchase_note", "shipping_class", "sold_individually?", "upsells", "visibility_in_catalog", "width",
		},
		[]string{"attribute_", "date_sale_price_", "download", "meta:", "tax_", "weight_", "woo_"},
	},
}

// OfTool tells whether a column of a dialect is no field of an item, but known.
func OfTool(dialect, column string) bool {
	b := bookkeeping[dialect]
	return slices.Contains(b.names, column) || slices.ContainsFunc(b.prefixes, func(p string) bool { return strings.HasPrefix(column, p) }) ||
		dialect == "shopify" && strings.Contains(column, ".metafields.")
}

// tellers are columns only one tool writes.
var tellers = map[string][]string{
	"shopify":     {"handle", "variant_sku"},
	"woocommerce": {"sku", "regular_price"},
}

// synonyms are other spellings of Meta's own columns.
var synonyms = map[string]string{
	"additional_image_url": "additional_image_link", "additional_image_urls": "additional_image_link", "additional_image_links": "additional_image_link",
	"image_url": "image_link", "url": "link", "product_id": "id", "retailer_id": "id", "offer_id": "id", "name": "title", "item_group": "item_group_id",
	"manufacturer_part_number": "mpn", "category": "google_product_category", "inventory": "quantity_to_sell_on_facebook", "quantity": "quantity_to_sell_on_facebook",
	"product_tags": "internal_label", "gavailability": "availability", "colour": "color",
}

var pathColumn = regexp.MustCompile(`^[a-z0-9_]+(\[\d+\])?(\.[a-z0-9_]+(\[\d+\])?)*$`)

// fold makes names of columns comparable: without regard to case, spaces, underscores and the prefix g:.
func fold(name string) string {
	name = strings.TrimFunc(strings.ToLower(name), func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '"' })
	name = strings.TrimPrefix(name, "g:")
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '_' || r == '-' && !strings.Contains(name, ".") }), "_")
}

// canonical names the columns of a header and tells whose header it is.
func canonical(header []string) (columns []string, dialect string) {
	folded := make([]string, len(header))
	has := map[string]bool{}
	google := false
	for n, name := range header {
		folded[n] = fold(name)
		has[folded[n]] = true
		google = google || strings.HasPrefix(strings.ToLower(strings.TrimSpace(name)), "g:")
	}
	dialect = "meta"
	if google {
		dialect = "google"
	}
	for name, needs := range tellers {
		if has[needs[0]] && has[needs[1]] {
			dialect = name
		}
	}
	columns = make([]string, len(header))
	taken := map[string]bool{}
	for n, name := range folded {
		c := column(name, header[n], dialect)
		if c != name && c != "" && (taken[c] || dialect == "meta" && has[c]) {
			c = name // the column is there under its own name, or another one speaks for it
		}
		columns[n] = c
		taken[c] = true
	}
	return columns, dialect
}

func column(folded, written, dialect string) string {
	if own, ok := columnsByDialect[dialect][folded]; ok {
		return own
	}
	if before, _, ok := strings.Cut(folded, "("); ok && tellers[dialect] != nil {
		// Shops say in parentheses where a column comes from, or in what unit it is.
		folded = strings.TrimRight(before, "_")
		return columnOf(columnsByDialect[dialect], folded)
	}
	if dialect == "meta" || dialect == "google" {
		if own, ok := synonyms[folded]; ok {
			return own
		}
	}
	if path := strings.ToLower(strings.TrimSpace(written)); pathColumn.MatchString(path) {
		return path
	}
	return folded
}

func columnOf(own map[string]string, folded string) string {
	if c, ok := own[folded]; ok {
		return c
	}
	return folded
}
