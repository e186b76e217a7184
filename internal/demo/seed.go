package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Deps is what seeding needs.
type Deps struct {
	DB *db.DB
	// BaseURL is where the pictures are served from.
	BaseURL string
}

// seeded is the setting that tells that the world stands.
const seeded = "demo_seeded"

// Seed makes the demo world in one transaction, once.
func Seed(ctx context.Context, d Deps) error {
	return d.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		done, err := db.SettingTx(ctx, tx, seeded)
		if err != nil || done != "" {
			return err
		}
		caller, err := seedAccounts(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range Customers() {
			if err := chat.PutCustomerTx(ctx, tx, chat.Customer{WaID: c.WaID, Name: c.Name, Locale: c.Lang, Demo: true}); err != nil {
				return err
			}
		}
		items := catalog.New(d.DB, live.New())
		for _, s := range Shops() {
			if err := seedShop(ctx, tx, caller, items, s, d.BaseURL); err != nil {
				return fmt.Errorf("%s: %w", s.Name, err)
			}
		}
		return db.SetSettingTx(ctx, tx, seeded, "1")
	})
}

// seedAccounts makes the businesses, the app and its token.
func seedAccounts(ctx context.Context, tx *db.Tx) (access.Caller, error) {
	var businesses []id.ID
	for _, s := range Shops() {
		b := account.Business{ID: s.Business, Name: s.Name, Country: s.Country, VerificationStatus: "verified", TimezoneID: 1}
		if _, err := account.CreateBusinessTx(ctx, tx, b); err != nil {
			return access.Caller{}, err
		}
		businesses = append(businesses, s.Business)
	}
	if _, err := account.CreateAppTx(ctx, tx, account.App{ID: AppID, BusinessID: businesses[0], Name: "Demo app"}, AppSecret); err != nil {
		return access.Caller{}, err
	}
	if _, err := account.CreateSystemUserTx(ctx, tx, account.SystemUser{ID: SystemUserID, BusinessID: businesses[0], Name: "Demo", Role: "ADMIN"}); err != nil {
		return access.Caller{}, err
	}
	if err := account.CreateDemoPersonTx(ctx, tx, Email, "Demo", Password, businesses); err != nil {
		return access.Caller{}, err
	}
	_, err := account.CreateTokenTx(ctx, tx, account.NewToken{
		App: AppID, User: SystemUserID, Businesses: businesses, Permissions: access.Permissions(), Text: AccessToken,
	})
	return access.Caller{Kind: access.KindSystemUser, App: AppID, User: SystemUserID, Businesses: businesses, Permissions: access.Permissions()}, err
}

func seedShop(ctx context.Context, tx *db.Tx, c access.Caller, svc *catalog.Service, s Shop, base string) error {
	if _, err := waba.CreateAccountTx(ctx, tx, waba.Account{ID: s.WABA, TimezoneID: "1", BusinessID: s.Business, Name: s.Name, Currency: s.Currency, Country: s.Country}); err != nil {
		return err
	}
	if _, err := waba.CreateNumberTx(ctx, tx, waba.Number{ID: s.Phone, WABAID: s.WABA, BusinessID: s.Business, Digits: s.Digits, VerifiedName: s.Name, QualityRating: waba.QualityGreen, Official: true}); err != nil {
		return err
	}
	if err := waba.SetTierTx(ctx, tx, s.Business, waba.TierUnlimited); err != nil {
		return err
	}
	if err := template.HelloTx(ctx, tx, s.Business, s.WABA); err != nil {
		return err
	}
	if _, err := catalog.CreateTx(ctx, tx, c, catalog.Catalog{ID: s.Catalog, BusinessID: s.Business, Name: s.Name, Vertical: catalog.Commerce}); err != nil {
		return err
	}
	if s.Country == waba.India {
		if err := waba.SetComplianceTx(ctx, tx, s.Phone, indianDetails()); err != nil {
			return err
		}
	}
	if !s.Connected {
		return nil
	}
	if err := storefront.ConnectTx(ctx, tx, c, s.WABA, s.Catalog); err != nil {
		return err
	}
	on := true
	if _, err := waba.SetSettingsTx(ctx, tx, s.Phone, waba.SettingsChange{CartEnabled: &on, CatalogVisible: &on}); err != nil {
		return err
	}
	if err := seedItems(ctx, tx, svc, s, base); err != nil {
		return err
	}
	return seedSets(ctx, tx, c, svc, s)
}

// seedSets makes a set of each of the shop's sections.
func seedSets(ctx context.Context, tx *db.Tx, c access.Caller, svc *catalog.Service, s Shop) error {
	made := map[string]bool{}
	for _, it := range s.Items {
		if made[it.Set] {
			continue
		}
		made[it.Set] = true
		rule, err := json.Marshal(map[string]any{"product_type": map[string]string{"i_contains": it.Set}})
		if err != nil {
			return err
		}
		filter := string(rule)
		if _, err := svc.CreateSetTx(ctx, tx, c, s.Catalog, catalog.SetChange{Name: &it.Set, Filter: &filter}); err != nil {
			return err
		}
	}
	return nil
}

// seedItems fills a shop and gives each item the verdict the world tells of.
func seedItems(ctx context.Context, tx *db.Tx, svc *catalog.Service, s Shop, base string) error {
	var skus []string
	for _, it := range s.Items {
		skus = append(skus, it.SKU)
	}
	problems, err := svc.ImportTx(ctx, tx, s.Catalog, Requests(s, base))
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("item %s: %s", problems[0].ID, problems[0].Message)
	}
	stored, err := catalog.ItemsByRetailerTx(ctx, tx, s.Catalog, skus)
	if err != nil {
		return err
	}
	for _, it := range s.Items {
		v := catalog.Verdict{Status: catalog.Approved, Reviewer: policy.Version}
		switch {
		case it.Rejected != "":
			v.Status, v.PolicyID, v.Reason = catalog.Rejected, it.Rejected, "The listing looks like a copy of another maker's mark."
		case it.Pending:
			v.Status = catalog.Pending
		}
		i := stored[it.SKU]
		if _, err := catalog.SetVerdictTx(ctx, tx, i.ID, i.Rev, v); err != nil {
			return err
		}
	}
	return nil
}

// Requests are a shop's items as items_batch takes them.
func Requests(s Shop, base string) []catalog.Request {
	list := make([]catalog.Request, 0, len(s.Items))
	for _, it := range s.Items {
		pictures := []any{}
		if it.Pictures == 0 {
			// The world's faulty row: its picture is not where it says.
			pictures = append(pictures, map[string]any{"url": base + "/demo/pictures/missing.jpg"})
		}
		for n := range it.Pictures {
			pictures = append(pictures, map[string]any{"url": fmt.Sprintf("%s/demo/pictures/%s-%d.jpg", base, strings.ToLower(it.SKU), n+1)})
		}
		data := map[string]any{
			"id": it.SKU, "title": it.Title, "description": it.Description, "brand": it.Brand, "price": it.Price.String(),
			"availability": "in stock", "condition": "new", "link": base + "/p/" + url.PathEscape(it.SKU) + "/" + s.Digits, "image": pictures, "google_product_category": it.Category,
			"product_type": it.Set,
		}
		optional := map[string]string{"item_group_id": it.Group, "color": it.Color, "size": it.Size, "origin_country": it.Origin}
		for k, v := range optional {
			if v != "" {
				data[k] = v
			}
		}
		switch {
		case it.Exempt:
			data["wa_compliance_category"] = "COUNTRY_ORIGIN_EXEMPT"
		case it.Origin != "" && it.Origin != "IN" && s.Country == "IN":
			data["importer_name"] = "Malabar Spice Room Imports"
			data["importer_address"] = map[string]any{"street1": "12 Jew Town Road", "city": "Kochi", "region": "Kerala", "postal_code": "682002", "country": "IN"}
		}
		if it.SoldOut {
			data["availability"] = "out of stock"
		}
		if it.Sale != nil {
			data["sale_price"] = it.Sale.String()
		}
		list = append(list, catalog.Request{Method: "CREATE", Data: data})
	}
	return list
}

// indianDetails are what the shop in India tells its customers there. All of it is made up.
func indianDetails() waba.Compliance {
	registered := true
	return waba.Compliance{
		EntityName: "Malabar Spice Room", EntityType: "PARTNERSHIP", IsRegistered: &registered,
		Grievance:    waba.Contact{Name: "Anitha Nair", Email: "grievance@malabar.example", Landline: "+914847100004", Mobile: "+914847100005"},
		CustomerCare: waba.Contact{Email: "care@malabar.example", Landline: "+914847100006", Mobile: "+914847100007"},
	}
}
