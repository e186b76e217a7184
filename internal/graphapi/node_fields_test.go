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
