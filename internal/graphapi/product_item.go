package graphapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/picture"
	"github.com/hawkerhq/hawker/internal/waba"
)

// productItem declares the ProductItem node.
func (a *API) productItem() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.ProductItem), Name: "ProductItem", Defaults: []string{"id", "name", "retailer_id"}, Needs: manageCatalogs,
		Load:   graph.Loader(a.loadItem),
		Update: a.updateProduct,
		Delete: func(r *graph.Request) (any, error) {
			return graph.Success{}, a.Catalogs.DeleteItem(r.Context(), r.Caller, r.ID)
		},
		Fields: a.itemFields(),
		Edges: graph.Edges{
			"channels_to_integrity_status": {Needs: manageCatalogs, List: a.listIntegrity},
			"override_details":             {Needs: manageCatalogs, List: a.listOverrides},
			"videos_metadata":              {Needs: manageCatalogs, List: a.listVideos},
			"product_sets":                 {Of: string(node.ProductSet), Needs: manageCatalogs, List: a.listSetsOfItem},
		},
	}
}

func (a *API) loadItem(r *graph.Request, i id.ID) (it *catalog.Item, err error) {
	var language, country string
	if r.Method == http.MethodGet {
		language, country = r.Params.String("override_language"), r.Params.String("override_country")
		for _, side := range []string{"image_width", "image_height"} {
			r.Params.Int(side, graph.Between(1, imageSideMost))
		}
		if err := r.Params.Err(); err != nil {
			return nil, err
		}
	}
	if r.Method == http.MethodGet && r.Edge == "" && r.ID == i && language == "" && country == "" && slim(r.Fields) {
		return a.Catalogs.SlimItem(r.Context(), r.Caller, i)
	}
	err = a.DB.Read(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		found, err := catalog.ItemTx(ctx, tx, r.Caller, i)
		if err == nil && (language != "" || country != "") {
			found, err = catalog.LocalizedTx(ctx, tx, found, language, country)
		}
		it = &found
		return err
	})
	return it, err
}

// slimFields are the fields that need no more of an item than its slim columns.
var slimFields = map[string]bool{
	"id": true, "retailer_id": true, "name": true, "description": true, "brand": true, "url": true, "image_url": true, "category": true,
	"availability": true, "condition": true, "visibility": true, "status": true, "currency": true, "price": true, "product_catalog": true,
	"additional_image_urls": true, "sale_price": true, "sale_price_start_date": true, "sale_price_end_date": true, "expiration_date": true,
	"review_status": true, "capability_to_review_status": true, "retailer_product_group_id": true, "product_group": true,
}

// slim tells whether the fields asked for, or the defaults, need slim items only.
func slim(list []graph.Selection) bool {
	for _, s := range list {
		if !slimFields[s.Name] {
			return false
		}
	}
	return true
}

func (a *API) updateProduct(r *graph.Request) (any, error) {
	sku := r.Params.String("retailer_id")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Catalogs.UpdateItem(r.Context(), r.Caller, r.ID, sku, readItem(r))
}

// itemFields are the readable fields: those with a column of their own, and the others as they were stored.
func (a *API) itemFields() graph.Fields {
	text := func(get func(*catalog.Item) string) graph.Field {
		return graph.Opt(func(i *catalog.Item) any { return get(i) }).Told("string", "")
	}
	f := graph.Fields{
		"id":              graph.Get(func(i *catalog.Item) any { return i.ID }).Told("numeric string", "The item's ID"),
		"retailer_id":     graph.Get(func(i *catalog.Item) any { return i.RetailerID }).Told("string", "The shop's own ID of the item"),
		"name":            graph.Get(func(i *catalog.Item) any { return i.Title }).Told("string", "The item's title"),
		"description":     text(func(i *catalog.Item) string { return i.Description }),
		"brand":           text(func(i *catalog.Item) string { return i.Brand }),
		"url":             text(func(i *catalog.Item) string { return i.Link }),
		"image_url":       text(func(i *catalog.Item) string { return i.ImageLink }),
		"category":        text(func(i *catalog.Item) string { return i.GoogleCategory }),
		"availability":    graph.Get(func(i *catalog.Item) any { return i.Availability }).Told("enum", "Whether it can be bought"),
		"condition":       graph.Get(func(i *catalog.Item) any { return i.Condition }).Told("enum", "New or used"),
		"visibility":      graph.Get(func(i *catalog.Item) any { return i.Visibility }).Told("enum", "Whether it is shown"),
		"status":          graph.Get(func(i *catalog.Item) any { return strings.ToUpper(i.Visibility) }).Told("enum", "Whether it is shown"),
		"currency":        graph.Get(func(i *catalog.Item) any { return i.Price.Currency }).Told("string", "ISO 4217 code of the prices"),
		"price":           graph.Get(func(i *catalog.Item) any { return i.Price.Format("en") }).Told("string", "The price with its currency"),
		"product_catalog": graph.Get(func(i *catalog.Item) any { return i.CatalogID }).As(string(node.ProductCatalog)).Told("ProductCatalog", "The catalog it is in"),
		"additional_image_urls": graph.Opt(func(i *catalog.Item) any { return i.MoreImages }).
			Told("list<string>", "More pictures"),
		"sale_price":            graph.Opt(func(i *catalog.Item) any { return salePrice(i.Sale) }).Told("string", "The sale price with its currency"),
		"sale_price_start_date": graph.Opt(func(i *catalog.Item) any { return moment(i.SaleStart) }).Told("string", "When the sale starts"),
		"sale_price_end_date":   graph.Opt(func(i *catalog.Item) any { return moment(i.SaleEnd) }).Told("string", "When the sale ends"),
		"expiration_date":       graph.Opt(func(i *catalog.Item) any { return lastDay(i.ExpiresAt) }).Told("string", "The last day it is shown"),
		"review_status":         graph.Get(func(i *catalog.Item) any { return i.Review.Status }).Told("enum", "The verdict of the review"),
		"capability_to_review_status": graph.Get(func(i *catalog.Item) any {
			return []pair{{"WHATSAPP", reviewStatus(i.Review.Status)}}
		}).Told("list<KeyValue>", "The verdict for each channel"),
		"review_rejection_reasons": graph.Get(func(i *catalog.Item) any { return rejectionReasons(i) }).Told("list<string>", "Why it was rejected"),
		"errors":                   graph.Ask(func(r *graph.Request, i *catalog.Item) (any, error) { return a.itemErrors(r, i) }).Told("list<ProductItemError>", "What keeps it from being shown"),
		"image_fetch_status":       graph.Get(func(i *catalog.Item) any { return i.ImageFetchStatus() }).Told("enum", "What became of the pictures"),
		"image_cdn_urls": graph.Ask(func(r *graph.Request, i *catalog.Item) (any, error) {
			return ours(r, i, i.ImageLink), nil
		}).Told("list<KeyValue>", "Where Hawker shows the main picture"),
		"additional_image_cdn_urls": graph.Ask(func(r *graph.Request, i *catalog.Item) (any, error) {
			list := [][]pair{}
			for _, link := range i.MoreImages {
				list = append(list, ours(r, i, link))
			}
			return list, nil
		}).Told("list<list<KeyValue>>", "Where Hawker shows the other pictures"),
		"retailer_product_group_id": text(func(i *catalog.Item) string {
			return i.GroupID
		}),
		"product_feed": graph.Get(func(i *catalog.Item) any { return i.FeedID }).As(string(node.ProductFeed)).Told("ProductFeed", "The feed that keeps it"),
		"product_group": graph.Ask(func(r *graph.Request, i *catalog.Item) (any, error) {
			if i.GroupID == "" {
				return nil, nil
			}
			return view(a, r, func(ctx context.Context, tx *db.Tx) (id.ID, error) {
				g, _, err := catalog.GroupByRetailerTx(ctx, tx, i.CatalogID, i.GroupID)
				return g.ID, err
			})
		}).As(string(node.ProductGroup)).Told("ProductGroup", "The group it is a variant of"),
	}
	for _, name := range catalog.ExtraNames() {
		f[name] = graph.Opt(func(i *catalog.Item) any { return extra(name, i.Extra[name]) }).Told("string", "")
	}
	f["applinks"] = graph.Opt(func(i *catalog.Item) any { return appLinks(i.Extra) }).Told("CatalogItemAppLinks", "Where apps show the item")
	f["shipping_weight_value"] = graph.Opt(func(i *catalog.Item) any { return weight(i.Extra).value }).Told("float", "What it weighs when sent")
	f["shipping_weight_unit"] = graph.Opt(func(i *catalog.Item) any { return weight(i.Extra).unit }).Told("enum", "g, kg, oz or lb")
	f["inventory"] = graph.Opt(func(i *catalog.Item) any { return stock(i.Extra) }).Told("int", "How many there are")
	f["images"] = graph.Get(func(i *catalog.Item) any { return imageTexts(i) }).Told("list<string>", "Its pictures, each as JSON")
	f["video_fetch_status"] = graph.Get(func(*catalog.Item) any { return "NO_STATUS" }).Told("enum", "Videos are shown from where they are")
	return unset(f, "bundle_items", "bundle_retailer_ids", "category_ranking",
		"invalidation_errors", "is_bundle_hero", "overall_ranking", "parent_product_id",
		"product_local_info", "product_relationship",
		"commerce_insights", "generated_background_images", "generated_background_images_ad_usage", "affiliate_seller_rating",
		"affiliate_seller_rating_count", "base_commission_rate",
		"post_conversion_signal_based_enforcement_appeal_eligibility")
}

func salePrice(a *money.Amount) string {
	if a == nil {
		return ""
	}
	return a.Format("en")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return graph.Time(t)
}

// lastDay undoes the day that was added when the date was read: the day itself is still for sale.
func lastDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

type pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ours is where Hawker shows a picture of an item, by its own address; none until it is fetched.
func ours(r *graph.Request, i *catalog.Item, link string) []pair {
	if s := i.ImageFetchStatus(); link == "" || (s != "FETCHED" && s != "PARTIAL_FETCH") {
		return []pair{}
	}
	at := picture.Full(link)
	if w := r.Params.Int("image_width"); w > 0 && w <= picture.ThumbSide {
		at = picture.Thumb(link)
	}
	return []pair{{link, r.BaseURL + at}}
}

// imageSideMost is the widest picture that may be asked for.
const imageSideMost = 10_000

func reviewStatus(s string) string {
	if s == catalog.NoReview {
		return "NO_REVIEW"
	}
	return strings.ToUpper(s)
}

func rejectionReasons(i *catalog.Item) []string {
	if i.Review.Status != catalog.Rejected {
		return []string{}
	}
	return []string{strings.ToUpper(i.Review.PolicyID)}
}

// itemError is a ProductItemError.
type itemError struct {
	Type        string `json:"error_type"`
	Priority    string `json:"error_priority"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// itemErrors are what keeps an item from being shown, and what would make it better.
func (a *API) itemErrors(r *graph.Request, i *catalog.Item) (list []itemError, err error) {
	inIndia := false
	if len(i.MissingInIndia()) > 0 {
		inIndia, err = view(a, r, func(ctx context.Context, tx *db.Tx) (bool, error) { return waba.SoldInIndiaTx(ctx, tx, i.CatalogID) })
		if err != nil {
			return nil, err
		}
	}
	list = []itemError{}
	for _, d := range catalog.ErrorsOf(i, inIndia, a.DB.Clock().Now()) {
		e := itemError{d.Error, d.Priority, d.Title, d.Subtitle}
		if d.Error == catalog.PolicyViolation {
			e.Title, e.Description = "Item does not comply with the commerce policy", i.Review.Reason
		}
		if d.Error == catalog.MissingIndia {
			e.Description = "Missing: " + strings.Join(i.MissingInIndia(), ", ") + ". " + d.Subtitle
		}
		list = append(list, e)
	}
	used, err := view(a, r, func(ctx context.Context, tx *db.Tx) (used bool, err error) {
		_, used, err = catalog.GroupByRetailerTx(ctx, tx, i.CatalogID, i.RetailerID)
		return used, err
	})
	if used {
		list = append(list, itemError{"RETAILER_ID_USED_BY_GROUP", "LOW", "The item's id is also that of a product group", "Give the item or its group another id, so that neither is taken for the other"})
	}
	return list, err
}

// integrity is an element of channels_to_integrity_status: only a rejected item has one.
type integrity struct {
	Channels  []string             `json:"channels"`
	Rejection integrityInformation `json:"rejection_information"`
}

type integrityInformation struct {
	Message    string `json:"message"`
	PolicyName string `json:"policy_name"`
	PolicyURL  string `json:"policy_url"`
}

// policyPage is where the commerce policy is explained.
const policyPage = "/help/commerce-policy#"

func (a *API) listIntegrity(r *graph.Request) (graph.Page, error) {
	i := graph.Node[*catalog.Item](r)
	if i.Review.Status != catalog.Rejected {
		return graph.Page{}, nil
	}
	return graph.Page{Items: []any{integrity{
		Channels: []string{"whatsapp"}, Rejection: integrityInformation{Message: i.Review.Reason, PolicyName: i.Review.PolicyID, PolicyURL: r.BaseURL + policyPage + i.Review.PolicyID},
	}}}, nil
}

// itemAlias resolves catalog:{catalog-id}:{base64url(retailer_id)}, with and without padding.
func (a *API) itemAlias(r *graph.Request, text string) (id.ID, bool, error) {
	rest, ok := strings.CutPrefix(text, "catalog:")
	if !ok {
		return 0, false, nil
	}
	catalogText, encoded, ok := strings.Cut(rest, ":")
	catalogID, err := id.Parse(catalogText)
	if !ok || err != nil {
		return 0, true, nil //nolint:nilerr // what is no alias names nothing
	}
	sku, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(encoded), "="))
	if err != nil || catalog.CheckRetailerID(string(sku)) != "" {
		return 0, true, nil //nolint:nilerr // what is no alias names nothing
	}
	item, err := view(a, r, func(ctx context.Context, tx *db.Tx) (id.ID, error) {
		if _, err := catalog.CatalogTx(ctx, tx, r.Caller, catalogID); err != nil {
			return 0, err
		}
		found, err := catalog.ItemsByRetailerTx(ctx, tx, catalogID, []string{string(sku)})
		return found[string(sku)].ID, err
	})
	return item, true, err
}
