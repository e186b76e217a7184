package graphapi

import (
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/node"
)

// TestTheFieldsOfCatalogObjects: every field that the contract lists for them is answered.
func TestTheFieldsOfCatalogObjects(t *testing.T) {
	t.Parallel()
	a := New(Deps{})
	for kind, names := range map[node.Kind]string{
		node.ProductCatalog: `ad_account_to_collaborative_ads_share_settings agency_collaborative_ads_share_settings business catalog_store commerce_merchant_settings
			creator_user da_display_settings default_image_url fallback_image_url feed_count id is_catalog_segment is_local_catalog name owner_business product_count
			store_catalog_settings user_access_expire_time vertical`,
		node.ProductItem: `additional_image_cdn_urls additional_image_urls additional_variant_attributes affiliate_seller_rating affiliate_seller_rating_count age_group applinks
			availability base_commission_rate brand bundle_items bundle_retailer_ids capabilities_disabled_by_user capability_to_review_status category
			category_ranking category_specific_fields color commerce_insights condition currency custom_data custom_label_0 custom_label_1 custom_label_2
			custom_label_3 custom_label_4 custom_number_0 custom_number_1 custom_number_2 custom_number_3 custom_number_4 description errors expiration_date
			fb_product_category gender generated_background_images generated_background_images_ad_usage gtin id image_cdn_urls image_fetch_status image_url images
			importer_address importer_name invalidation_errors inventory is_bundle_hero live_special_price manufacturer_info manufacturer_part_number
			marked_for_product_launch material mobile_link name ordering_index origin_country overall_ranking parent_product_id pattern
			post_conversion_signal_based_enforcement_appeal_eligibility price product_catalog product_feed product_group product_local_info product_relationship
			product_type quantity_to_sell_on_facebook retailer_id retailer_product_group_id review_rejection_reasons review_status rich_text_description sale_price
			sale_price_end_date sale_price_start_date shipping_weight_unit shipping_weight_value short_description size start_date status tags url vendor_id
			video_fetch_status videos visibility wa_compliance_category`,
		node.ProductSet:   `auto_creation_url filter id latest_metadata live_metadata name ordering_info product_catalog product_count retailer_id`,
		node.ProductGroup: `id product_catalog retailer_id variants`,
		node.ProductFeed: `country created_time default_currency deletion_enabled delimiter encoding file_name id ingestion_source_type item_sub_type latest_upload
			migrated_from_feed_id name override_type primary_feeds product_count quoted_fields_mode schedule supplementary_feeds update_schedule`,
		node.FeedSchedule: `day_of_month day_of_week hour id interval interval_count minute timezone url username`,
		node.FeedUpload: `end_time error_count error_report filename id input_method num_deleted_items num_detected_items num_invalid_items num_persisted_items
			start_time url warning_count`,
		node.FeedUploadError:  `affected_surfaces description error_type id severity summary total_count`,
		node.FeedUploadSample: `id retailer_id row_number`,
		node.FeedRule:         `attribute id params rule_type`,
	} {
		i := slices.IndexFunc(a.engine.Types(), func(typ *graph.NodeType) bool { return typ.Kind == string(kind) })
		if i < 0 {
			t.Errorf("%s is not declared", kind)
			continue
		}
		for name := range strings.FieldsSeq(names) {
			if _, ok := a.engine.Types()[i].Fields[name]; !ok {
				t.Errorf("%s does not answer the field %s", a.engine.Types()[i].Name, name)
			}
		}
	}
}

// TestTheEdgesOfCatalogObjects: every edge that the contract lists for them is answered; those that serve advertising alone say so.
func TestTheEdgesOfCatalogObjects(t *testing.T) {
	t.Parallel()
	a := New(Deps{})
	ads := strings.Fields("catalog_store event_stats external_event_sources")
	for kind, edges := range map[node.Kind]string{
		node.ProductCatalog: `DELETE agencies, GET agencies, POST agencies, DELETE assigned_users, GET assigned_users, POST assigned_users, POST batch, POST catalog_store, GET categories, POST categories,
			GET check_batch_request_status, GET data_sources, GET diagnostics, GET event_stats, DELETE external_event_sources, GET external_event_sources,
			POST external_event_sources, POST items_batch, POST localized_items_batch, GET product_feeds, POST product_feeds, GET product_groups, POST product_groups,
			GET product_sets, POST product_sets, GET product_sets_batch, GET products, POST products`,
		node.ProductItem:     `GET channels_to_integrity_status, GET override_details, GET product_sets, GET videos_metadata`,
		node.ProductGroup:    `GET products, POST products`,
		node.ProductSet:      `GET products`,
		node.ProductFeed:     `GET products, GET rules, POST rules, POST supplementary_feed_assocs, GET upload_schedules, POST upload_schedules, GET uploads, POST uploads`,
		node.FeedUpload:      `POST error_report, GET errors`,
		node.FeedUploadError: `GET samples, GET suggested_rules`,
	} {
		i := slices.IndexFunc(a.engine.Types(), func(typ *graph.NodeType) bool { return typ.Kind == string(kind) })
		if i < 0 {
			t.Errorf("%s is not declared", kind)
			continue
		}
		for edge := range strings.SplitSeq(edges, ",") {
			verb, name, _ := strings.Cut(strings.TrimSpace(edge), " ")
			e, ok := a.engine.Types()[i].Edges[name]
			answered := map[string]bool{"GET": e.List != nil || e.Get != nil, "POST": e.Post != nil, "DELETE": e.Delete != nil}[verb]
			if outside := slices.Contains(ads, name); !ok || outside != e.Outside || !outside && !answered {
				t.Errorf("%s: %s %s is not answered as it should be: %+v", a.engine.Types()[i].Name, verb, name, e)
			}
		}
	}
}
