package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// kind is how a field's value is read and checked.
type kind int

const (
	text kind = iota
	link
	links
	enum
	count   // a whole number from 0 to 4294967295
	whole   // a whole number from 0 up
	date    // YYYY-MM-DD
	price   // batch vocabulary: "9.99 USD"
	minor   // node vocabulary: whole minor units
	instant // node vocabulary: a date and time
	period  // batch vocabulary: start/end
	images  // batch vocabulary: [{"url","tag"}]
	labels  // a list of short texts
	object  // JSON of any shape, stored as it is
	mapping // a JSON object
	pairs   // texts by name: an object, or "Scent:Fruity,Flavor:Apple"
	decimal // a number, at most most when that is set
	country // ISO 3166 alpha-2
	weight  // "1.5 kg"
	gtin
	html
	videos
	appLinks
	shipping
	unitPrice
	returns
	address
)

// field is one field of an item under its two names. The Graph node's vocabulary and that of
// items_batch and feeds differ: see docs/choices.md.
type field struct {
	name  string // ours: the node's name where there is one
	node  string // "" : not in the node vocabulary
	batch string // "" : not in the batch vocabulary
	kind  kind
	most  int      // characters
	enum  []string // as the contract spells them; compared without case; of labels: those there are
	core  bool     // a column of its own; the others live in Extra
}

// Enumerations of the contract.
var (
	availabilities = []string{InStock, "out of stock", "preorder", "available for order", "discontinued", "pending", "mark_as_sold", "mark_as_expired"}
	conditions     = []string{"new", "refurbished", "used", "used_like_new", "used_good", "used_fair", "cpo", "open_box_new"}
	ageGroups      = []string{"adult", "all ages", "teen", "kids", "toddler", "infant", "newborn"}
	genders        = []string{"female", "male", "unisex"}
	visibilities   = []string{Published, Staging, "hidden", "active", "archived"}
	compliances    = []string{"DEFAULT", "COUNTRY_ORIGIN_EXEMPT"}
	launches       = []string{"default", "marked", "not_marked"}
)

var fields = buildFields()

func buildFields() []field {
	list := []field{
		{name: "name", node: "name", batch: "title", kind: text, most: 200, core: true},
		{name: "description", node: "description", batch: "description", kind: text, most: 9999, core: true},
		{name: "brand", node: "brand", batch: "brand", kind: text, most: 100, core: true},
		{name: "url", node: "url", batch: "link", kind: link, core: true},
		{name: "image_url", node: "image_url", batch: "image_link", kind: link, core: true},
		{name: "image", batch: "image", kind: images, core: true},
		{name: "additional_image_urls", node: "additional_image_urls", batch: "additional_image_link", kind: links, most: 50, core: true},
		{name: "price", batch: "price", kind: price, core: true},
		{name: "price_minor", node: "price", kind: minor, core: true},
		{name: "currency", node: "currency", kind: text, most: 3, core: true},
		{name: "sale_price", batch: "sale_price", kind: price, core: true},
		{name: "sale_minor", node: "sale_price", kind: minor, core: true},
		{name: "sale_price_start_date", node: "sale_price_start_date", kind: instant, core: true},
		{name: "sale_price_end_date", node: "sale_price_end_date", kind: instant, core: true},
		{name: "sale_price_effective_date", batch: "sale_price_effective_date", kind: period, core: true},
		{name: "availability", node: "availability", batch: "availability", kind: enum, enum: availabilities, core: true},
		{name: "condition", node: "condition", batch: "condition", kind: enum, enum: conditions, core: true},
		{name: "visibility", node: "visibility", batch: "status", kind: enum, enum: visibilities, core: true},
		{name: "visibility", batch: "visibility", kind: enum, enum: visibilities, core: true},
		{name: "category", node: "category", batch: "google_product_category", kind: text, most: 250, core: true},
		{name: "retailer_product_group_id", node: "retailer_product_group_id", batch: "item_group_id", kind: text, most: 100, core: true},
		{name: "expiration_date", node: "expiration_date", batch: "expiration_date", kind: date, core: true},

		{name: "manufacturer_part_number", node: "manufacturer_part_number", batch: "mpn", kind: text, most: 100},
		{name: "gender", node: "gender", batch: "gender", kind: enum, enum: genders},
		{name: "age_group", node: "age_group", batch: "age_group", kind: enum, enum: ageGroups},
		{name: "inventory", node: "inventory", batch: "inventory", kind: count},
		{name: "wa_compliance_category", node: "wa_compliance_category", batch: "wa_compliance_category", kind: enum, enum: compliances},
		{name: "marked_for_product_launch", node: "marked_for_product_launch", batch: "marked_for_product_launch", kind: enum, enum: launches},
		{name: "origin_country", node: "origin_country", batch: "origin_country", kind: country},
		{name: "additional_variant_attributes", node: "additional_variant_attributes", batch: "additional_variant_attribute", kind: pairs, most: 200},
		{name: "custom_data", node: "custom_data", kind: pairs, most: 1000},
		{name: "user_rating", batch: "user_rating", kind: decimal, most: 5},
		{name: "tags", batch: "internal_label", kind: labels, most: 110},
		{name: "capabilities_disabled_by_user", batch: "disabled_capabilities", kind: labels, most: 60, enum: capabilities},
		{name: "commerce_tax_category", node: "commerce_tax_category", batch: "commerce_tax_category", kind: enum, enum: taxCategories},
		{name: "videos", batch: "video", kind: videos},
		{name: "applinks", node: "applinks", batch: "applink", kind: appLinks},
		{name: "shipping", node: "shipping", batch: "shipping", kind: shipping},
		{name: "shipping_weight", batch: "shipping_weight", kind: weight},
		{name: "unit_price", batch: "unit_price", kind: unitPrice},
		{name: "return_policy_info", batch: "return_policy_info", kind: returns},
		{name: "gtin", node: "gtin", batch: "gtin", kind: gtin},
		{name: "rich_text_description", node: "rich_text_description", batch: "rich_text_description", kind: html, most: 9999},
		{name: "importer_address", node: "importer_address", batch: "importer_address", kind: address},
	}
	// Fields of one name in both vocabularies.
	for name, most := range map[string]int{
		"color": 200, "size": 200, "material": 200, "pattern": 100, "product_type": 750, "fb_product_category": 250,
		"short_description": 1000, "offer_disclaimer": 2000, "tax": 500, "importer_name": 200, "manufacturer_info": 2000,
		"custom_label_0": 100, "custom_label_1": 100, "custom_label_2": 100, "custom_label_3": 100,
		"custom_label_4": 100, "vendor_id": 100, "live_special_price": 100,
		"external_variant_id": 100, "external_update_time": 40,
		"android_app_name": 200, "android_class": 200, "android_package": 200, "android_url": 2048, "ios_app_name": 200, "ios_url": 2048,
		"ipad_app_name": 200, "ipad_url": 2048, "iphone_app_name": 200, "iphone_url": 2048, "windows_phone_app_id": 100,
		"windows_phone_app_name": 200, "windows_phone_url": 2048,
	} {
		list = append(list, field{name: name, node: name, batch: name, kind: text, most: most})
	}
	for _, name := range []string{
		"quantity_to_sell_on_facebook", "custom_number_0", "custom_number_1", "custom_number_2", "custom_number_3", "custom_number_4",
		"ordering_index", "return_policy_days", "rating_count",
	} {
		list = append(list, field{name: name, node: name, batch: name, kind: count})
	}
	for _, name := range []string{"ios_app_store_id", "ipad_app_store_id", "iphone_app_store_id"} {
		list = append(list, field{name: name, node: name, batch: name, kind: whole})
	}
	for n := range 5 {
		name := fmt.Sprintf("product_priority_%d", n)
		list = append(list, field{name: name, node: name, kind: decimal})
	}
	for _, name := range []string{"mobile_link", "checkout_url", "offer_disclaimer_url"} {
		list = append(list, field{name: name, node: name, batch: name, kind: link})
	}
	for _, name := range []string{"launch_date", "start_date"} {
		list = append(list, field{name: name, node: name, batch: name, kind: date})
	}
	list = append(list, field{name: "category_specific_fields", node: "category_specific_fields", batch: "category_specific_fields", kind: mapping})
	return list
}

// Vocabulary is one of the two sets of names.
type Vocabulary int

// Vocabularies.
const (
	Node  Vocabulary = iota // /products and the item node
	Batch                   // items_batch and feeds
)

// index maps a vocabulary's names to fields; extras are the fields that live in [Item.Extra], by our name.
var (
	index  = map[Vocabulary]map[string]field{Node: {}, Batch: {}}
	extras = map[string]bool{}
)

func init() {
	for _, f := range fields {
		if !f.core {
			extras[f.name] = true
		}
		if f.node != "" {
			index[Node][f.node] = f
		}
		if f.batch != "" {
			index[Batch][f.batch] = f
		}
	}
}

// ExtraNames lists the fields that live in [Item.Extra], by their Graph name, sorted.
func ExtraNames() []string { return slices.Sorted(maps.Keys(extras)) }

// enumTold is how many values a refusal names.
const enumTold = 30

// values names what an enumeration knows, or the first of it.
func (f field) values() string {
	if len(f.enum) <= enumTold {
		return strings.Join(f.enum, ", ")
	}
	return fmt.Sprintf("%s and the other %d of Meta's list", strings.Join(f.enum[:3], ", "), len(f.enum)-3)
}

// matchEnum finds value among the field's values, without regard to case, underscores or spaces.
func (f field) matchEnum(value string) (string, bool) {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "_", " ")) }
	for _, e := range f.enum {
		if plain(e) == plain(value) {
			return e, true
		}
	}
	return "", false
}
