package graphapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/once"
)

// manageCatalogs is what every catalog endpoint asks of a token.
var manageCatalogs = []access.Permission{access.CatalogManagement}

// productCatalog declares the ProductCatalog node.
func (a *API) productCatalog() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.ProductCatalog), Name: "ProductCatalog", Defaults: []string{"id", "name"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (catalog.Catalog, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (catalog.Catalog, error) {
				return catalog.CatalogTx(ctx, tx, r.Caller, i)
			})
		}),
		Update: a.updateCatalog,
		Delete: func(r *graph.Request) (any, error) {
			allow := r.Params.Bool("allow_delete_catalog_with_live_product_set")
			if err := r.Params.Err(); err != nil {
				return nil, err
			}
			return graph.Success{}, a.Catalogs.Delete(r.Context(), r.Caller, r.ID, allow)
		},
		Fields: unset(graph.Fields{
			"id":                graph.Get(func(c catalog.Catalog) any { return c.ID }).Told("numeric string", "The catalog's ID"),
			"name":              graph.Get(func(c catalog.Catalog) any { return c.Name }).Told("string", "The catalog's name"),
			"vertical":          graph.Get(func(c catalog.Catalog) any { return c.Vertical }).Told("enum", "What kind of items it holds"),
			"business":          graph.Get(func(c catalog.Catalog) any { return c.BusinessID }).As(string(node.Business)).Told("Business", "The owner"),
			"owner_business":    graph.Get(func(c catalog.Catalog) any { return c.BusinessID }).As(string(node.Business)).Told("Business", "The owner"),
			"default_image_url": graph.Opt(func(c catalog.Catalog) any { return c.DefaultImageURL }).Told("string", "Shown where an item has no picture"),
			"feed_count": graph.Ask(func(r *graph.Request, c catalog.Catalog) (any, error) {
				return view(a, r, func(ctx context.Context, tx *db.Tx) (int, error) { return feed.CountTx(ctx, tx, c.ID) })
			}).Told("int32", "How many feeds fill it"),
			"product_count": graph.Ask(func(r *graph.Request, c catalog.Catalog) (any, error) {
				return view(a, r, func(ctx context.Context, tx *db.Tx) (int, error) { return catalog.CountTx(ctx, tx, c.ID) })
			}).Told("int32", "How many items it holds"),
			"is_catalog_segment":     graph.Get(func(catalog.Catalog) any { return false }).Told("bool", "Whether it is a part of another catalog"),
			"is_local_catalog":       graph.Get(func(c catalog.Catalog) any { return c.Settings["additional_vertical_option"] != nil }).Told("bool", "Whether it is of local stores"),
			"fallback_image_url":     setting("fallback_image_url"),
			"da_display_settings":    setting("da_display_settings"),
			"store_catalog_settings": setting("store_catalog_settings"),
		}, "catalog_store", "commerce_merchant_settings", "creator_user",
			"user_access_expire_time", "ad_account_to_collaborative_ads_share_settings", "agency_collaborative_ads_share_settings"),
		Edges: graph.Edges{
			"products":                   {Of: string(node.ProductItem), Needs: manageCatalogs, List: a.listProducts, Post: a.once(manageCatalogs, a.createProduct), Doc: onceDoc},
			"product_feeds":              {Of: string(node.ProductFeed), Needs: manageCatalogs, List: a.listFeeds, Post: a.createFeed},
			"data_sources":               {Needs: manageCatalogs, List: a.listDataSources, Doc: "The feeds of the catalog, in short"},
			"product_sets":               {Of: string(node.ProductSet), Needs: manageCatalogs, List: a.listSets, Post: a.createSet},
			"product_sets_batch":         {Needs: manageCatalogs, List: a.checkSetBatch, Post: a.postSetBatch, Doc: "Many product sets in one call, and what became of them"},
			"product_groups":             {Of: string(node.ProductGroup), Needs: manageCatalogs, List: a.listGroups, Post: a.createGroup},
			"items_batch":                {Needs: manageCatalogs, Post: a.once(manageCatalogs, a.postBatch(catalog.ItemsBatch)), MaxBody: catalog.BatchBytes, Doc: onceDoc},
			"localized_items_batch":      {Needs: manageCatalogs, Post: a.once(manageCatalogs, a.postBatch(catalog.LocalizedBatch)), MaxBody: catalog.BatchBytes, Doc: onceDoc},
			"batch":                      {Needs: manageCatalogs, Post: a.once(manageCatalogs, a.postBatch(catalog.NodeBatch)), MaxBody: catalog.BatchBytes, Doc: "Older form of items_batch, with the item node's field names"},
			"additional_reviews":         {Needs: manageCatalogs, Post: a.postAdditionalReviews, Doc: "Another look at rejected items"},
			"diagnostics":                {Needs: manageCatalogs, List: a.listDiagnostics, Doc: "What keeps items from being shown or sold well, in groups"},
			"categories":                 {Needs: manageCatalogs, List: a.listCategories, Post: a.postCategories, Doc: "How many items each brand, category or product type has, and what the shop says of them"},
			"check_batch_request_status": {Needs: manageCatalogs, List: a.checkBatchStatus},
			"agencies":                   {Needs: manageCatalogs, List: a.listAgencies, Post: a.postAgency, Delete: a.deleteAgency, Doc: "Businesses that the catalog is shared with"},
			"assigned_users":             {Needs: manageCatalogs, List: a.listAssignedUsers, Post: a.postAssignedUser, Delete: a.deleteAssignedUser, Doc: "Who of a business works on the catalog, and on what"},
			"userpermissions":            {Needs: manageCatalogs, Post: a.postUserPermission, Delete: a.deleteAssignedUser, Doc: "Older form of assigned_users, with roles"},
		},
	}
}

// catalogEdgesOfBusiness are the edges of Business that lead to catalogs.
func (a *API) catalogEdgesOfBusiness() graph.Edges {
	owned := graph.Edge{Of: string(node.ProductCatalog), Needs: manageCatalogs, List: a.listOwnedCatalogs, Post: a.createCatalog}
	return graph.Edges{
		"owned_product_catalogs":  owned,
		"product_catalogs":        owned,
		"client_product_catalogs": {Of: string(node.ProductCatalog), Needs: manageCatalogs, List: a.listSharedCatalogs},
	}
}

func (a *API) createCatalog(r *graph.Request) (any, error) {
	p := r.Params
	c := catalog.Catalog{
		BusinessID: r.ID, Name: p.String("name", graph.Required), Vertical: p.String("vertical"), DefaultImageURL: p.String("default_image_url"),
		Settings: catalogSettings(p),
	}
	for _, name := range []string{"catalog_segment_filter", "catalog_segment_product_set_id", "parent_catalog_id"} {
		if p.Has(name) {
			p.Fail(graph.Invalid(name, "must be left out: Hawker does not offer catalog segments"))
		}
	}
	checkSettings(p, "business_metadata", "page_id", "page_id", "external_business_id")
	if err := p.Err(); err != nil {
		return nil, err
	}
	c, err := a.Catalogs.Create(r.Context(), r.Caller, c)
	return graph.Created{ID: c.ID}, err
}

func (a *API) updateCatalog(r *graph.Request) (any, error) {
	ch := catalog.CatalogChange{
		Name: r.Params.OptString("name"), DefaultImageURL: r.Params.OptString("default_image_url"), Settings: catalogSettings(r.Params),
	}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Catalogs.Update(r.Context(), r.Caller, r.ID, ch)
}

// catalogSettings are the parameters of a catalog that are kept and read back, and change nothing here.
func catalogSettings(p *graph.Params) map[string]any {
	settings := map[string]any{}
	if list := p.Strings("fallback_image_url"); list != nil {
		settings["fallback_image_url"] = list
	}
	if option := p.String("additional_vertical_option", graph.OneOf("LOCAL_DA_CATALOG", "LOCAL_PRODUCTS")); option != "" {
		settings["additional_vertical_option"] = option
	}
	if v := checkSettings(p, "store_catalog_settings", "page_id", "page_id"); v != nil {
		settings["store_catalog_settings"] = v
	}
	if v := checkSettings(p, "da_display_settings", "", "carousel_ad", "single_ad"); v != nil {
		settings["da_display_settings"] = v
		for _, ad := range v {
			m, _ := ad.(map[string]any)
			if kind, _ := m["transformation_type"].(string); !slices.Contains(transformations, kind) {
				p.Fail(graph.Invalid("da_display_settings", fmt.Sprintf("must say one of %s as transformation_type, not %.40q", strings.Join(transformations, ", "), kind)))
			}
		}
	}
	for name, why := range notSettings {
		if p.Has(name) {
			p.Fail(graph.Invalid(name, "must be left out: "+why))
		}
	}
	return settings
}

// transformations are what may become of a picture that does not fit.
var transformations = []string{"background_cropping_and_padding", "background_padding", "none"}

// notSettings are parameters for what Hawker does not do.
var notSettings = map[string]string{
	"destination_catalog_settings": "Hawker makes no items of pages",
	"flight_catalog_settings":      "Hawker makes no items of events",
	"partner_integration":          "Hawker fetches no items from partners; feeds and items_batch bring them",
}

// checkSettings reads an object whose parts have known names; nil where it was left out.
func checkSettings(p *graph.Params, name, needs string, parts ...string) (v map[string]any) {
	if !p.Decode(name, &v) || v == nil {
		return nil
	}
	for part := range v {
		if !slices.Contains(parts, part) {
			p.Fail(graph.Invalid(name, fmt.Sprintf("may hold %s, not %.40q", strings.Join(parts, " and "), part)))
		}
	}
	if needs != "" && v[needs] == nil {
		p.Fail(graph.Invalid(name, "must hold "+needs))
	}
	return v
}

// setting reads one of them.
func setting(name string) graph.Field {
	return graph.Opt(func(c catalog.Catalog) any { return c.Settings[name] }).Told("object", "As it was sent")
}

func catalogKey(c catalog.Catalog) string { return c.ID.String() }

func (a *API) listOwnedCatalogs(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Catalog, error) {
		return catalog.OwnedTx(ctx, tx, r.Caller, r.ID, 0, shortList)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, catalogKey)
}

func (a *API) listSharedCatalogs(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Catalog, error) {
		return catalog.SharedTx(ctx, tx, r.Caller, r.ID, 0, shortList)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, catalogKey)
}

func (a *API) createProduct(r *graph.Request) (any, error) {
	return a.createProductIn(r, r.ID, readItem(r))
}

func (a *API) createProductIn(r *graph.Request, catalogID id.ID, ch catalog.Change) (any, error) {
	upsert := true
	if b := r.Params.OptBool("allow_upsert"); b != nil {
		upsert = *b
	}
	sku := r.Params.String("retailer_id")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	ctx := once.Answering(r.Context(), func(i any) any { return graph.Created{ID: i.(id.ID)} })
	i, err := a.Catalogs.CreateItem(ctx, r.Caller, catalogID, sku, ch, upsert)
	return graph.Created{ID: i}, err
}

// notOfItem are parameters of an item call that are no fields of the item.
var notOfItem = []string{
	"retailer_id", "allow_upsert", "id", "fields", "access_token", "appsecret_proof", "method", "locale", "debug", "pretty", "format",
	"suppress_http_code", "callback", "summary", "default_summary", "metadata",
}

// readItem reads an item's values in the node's vocabulary. Unknown parameters are ignored, as everywhere
// on the Graph API. more are values that the edge itself gives.
func readItem(r *graph.Request, more ...string) catalog.Change {
	values := map[string]any{}
	for _, name := range r.Params.Names() {
		values[name] = r.Params.Value(name)
	}
	for n := 0; n+1 < len(more); n += 2 {
		values[more[n]] = more[n+1]
	}
	return catalog.ReadChange(catalog.Node, values, notOfItem...)
}
