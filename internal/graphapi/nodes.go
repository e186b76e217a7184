package graphapi

import (
	"strings"

	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// listing is one kind of node on the page below.
type listing struct {
	kind node.Kind
	name string // Meta's
	// edges are declared in the file of the node.
	edges string
	// later are edges of Meta's graph that Hawker does not offer yet: they answer code 3.
	later string
	// outside are edges that serve advertising, marketplaces or catalogs of other things than a shop's: they answer
	// code 3, too, and stay away.
	outside string
}

// listings is the whole graph on one page. A test holds it and the declarations together: an edge that
// is declared must be listed under edges, one that is not under later.
var listings = []listing{
	{
		kind: node.App, name: "Application",
		edges: "subscriptions uploads instruments",
		later: "subscriptions_sample accounts roles app_capi_settings message_templates",
	},
	{
		kind: node.Business, name: "Business",
		edges: "system_users system_user_access_tokens access_token owned_apps owned_product_catalogs product_catalogs client_product_catalogs " +
			"owned_whatsapp_business_accounts client_whatsapp_business_accounts",
		later: "business_users pending_users agencies clients owned_businesses client_apps commerce_merchant_settings preverified_numbers " +
			"add_phone_numbers managed_partner_businesses collaborative_ads_collaboration_requests owned_pages client_pages",
	},
	{
		kind: node.ProductCatalog, name: "ProductCatalog",
		edges: "products product_feeds data_sources product_sets product_sets_batch product_groups items_batch localized_items_batch batch diagnostics categories check_batch_request_status additional_reviews " +
			"agencies assigned_users userpermissions",
		outside: "event_stats external_event_sources catalog_store version_configs version_items_batch geolocated_items_batch " +
			"hotels hotel_rooms_batch pricing_variables_batch flights vehicles vehicle_offers home_listings destinations automotive_models media_titles " +
			"check_marketplace_partner_sellers_status marketplace_partner_sellers_details marketplace_partner_signals " +
			"collaborative_ads_lsb_image_bank collaborative_ads_share_settings collaborative_ads_event_stats cpas_lsb_image_bank " +
			"creator_asset_creatives update_generated_image_config",
	},
	{
		kind: node.ProductItem, name: "ProductItem",
		edges: "channels_to_integrity_status product_sets override_details videos_metadata",
	},
	{
		kind: node.ProductSet, name: "ProductSet",
		edges: "products",
	},
	{
		kind: node.ProductGroup, name: "ProductGroup",
		edges: "products",
	},
	{
		kind: node.ProductFeed, name: "ProductFeed",
		edges: "uploads upload_schedules rules products supplementary_feed_assocs",
	},
	{kind: node.FeedSchedule, name: "ProductFeedSchedule"},
	{
		kind: node.FeedUpload, name: "ProductFeedUpload",
		edges: "errors error_report",
	},
	{
		kind: node.FeedUploadError, name: "ProductFeedUploadError",
		edges: "samples suggested_rules",
	},
	{kind: node.FeedUploadSample, name: "ProductFeedUploadErrorSample"},
	{kind: node.FeedRule, name: "ProductFeedRule"},
	{kind: node.Media, name: "WhatsAppMedia"},
	{
		kind: node.SystemUser, name: "SystemUser",
		edges: "permissions businesses assigned_product_catalogs assigned_whatsapp_business_accounts",
		later: "assigned_business_asset_groups assigned_pages assigned_ad_accounts",
	},
	{
		kind: node.WABA, name: "WhatsAppBusinessAccount",
		edges: "phone_numbers product_catalogs activities subscribed_apps assigned_users message_templates upsert_message_templates message_template_previews flows conversation_analytics pricing_analytics template_analytics",
		later: "migrate_message_templates message_campaigns message_samples " +
			"template_group_analytics template_groups template_performance_metrics audiences " +
			"business_messaging_feature_status call_analytics group_analytics dataset " +
			"degrees_of_freedom_spec migrate_flows generate_payment_configuration_oauth_link payment_configuration " +
			"payment_configurations schedules set_obo_mobility_intent set_solution_migration_intent solutions welcome_message_sequences",
	},
	{kind: node.Flow, name: "WhatsAppFlow", edges: "assets publish deprecate"},
	{kind: node.MessageTemplate, name: "WhatsAppMessageTemplate", edges: "unpause"},
	{
		kind: node.PhoneNumber, name: "WhatsAppBusinessPhoneNumber",
		edges: "messages media register deregister request_code verify_code whatsapp_commerce_settings whatsapp_business_profile business_compliance_info " +
			"settings conversational_automation whatsapp_business_encryption official_business_account username message_qrdls block_users",
		later: "marketing_messages message_history groups calls call_permissions assigned_users payments payments_refund",
	},
}

// laterNodes are the kinds of node that are not built at all, with what they wait for.
var laterNodes = []string{
	"WhatsAppBusinessPreVerifiedPhoneNumber",
}

// declared makes the node types, and adds what is listed for later.
func (a *API) declared() []*graph.NodeType {
	types := []*graph.NodeType{
		a.app(),
		a.business(),
		a.systemUser(),
		a.productCatalog(),
		a.productItem(),
		a.productSet(),
		a.productGroup(),
		a.productFeed(),
		a.productFeedSchedule(),
		a.productFeedUpload(),
		a.productFeedUploadError(),
		a.productFeedUploadSample(),
		a.productFeedRule(),
		a.media(),
		a.whatsAppBusinessAccount(),
		a.phoneNumber(),
		a.messageTemplate(),
		a.flowNode(),
	}
	for _, l := range listings {
		for _, t := range types {
			if t.Kind != string(l.kind) {
				continue
			}
			if t.Edges == nil {
				t.Edges = graph.Edges{}
			}
			for name := range strings.FieldsSeq(l.later) {
				if _, built := t.Edges[name]; !built {
					t.Edges[name] = graph.Edge{Unbuilt: true}
				}
			}
			for name := range strings.FieldsSeq(l.outside) {
				t.Edges[name] = graph.Edge{Unbuilt: true, Outside: true}
			}
		}
	}
	return types
}

// roots are the endpoints that are no nodes.
func (a *API) roots() map[string]graph.Root {
	return map[string]graph.Root{
		"debug_token":        a.debugToken(),
		"oauth/access_token": a.oauthAccessToken(),

		"message_template_library": a.templateLibrary(),
		feed.SessionPrefix:         a.uploadSession(),
	}
}

// aliases are the ways to name a node other than by its id.
func (a *API) aliases() []func(r *graph.Request, text string) (id.ID, bool, error) {
	return []func(r *graph.Request, text string) (id.ID, bool, error){a.itemAlias}
}
