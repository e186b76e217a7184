package manager

import (
	"context"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ConnectionsPage shows which WhatsApp account uses which catalog, and what each number shows of it.
type ConnectionsPage struct {
	Shell
	Accounts  []AccountLine
	Verticals []string
	Countries []string
	Problem   *Problem
}

// AccountLine is a WhatsApp Business Account.
type AccountLine struct {
	waba.Account
	Connected id.ID // zero: none
	Catalog   string
	Numbers   []NumberLine
}

// NumberLine is a phone number and what is set for it.
type NumberLine struct {
	waba.Number
	Settings waba.Settings
	Profile  waba.Profile
}

// connections shows them all.
func (s *Server) connections(v *visit) error { return s.showConnections(v, http.StatusOK, nil) }

func (s *Server) showConnections(v *visit, status int, problem *Problem) error {
	p := ConnectionsPage{Shell: v.shell(v.t("manager.nav_connections"), "connections"), Verticals: waba.Verticals(), Countries: countries(), Problem: problem}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Accounts = nil
		accounts, err := waba.AccountsTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			line, err := v.accountTx(ctx, tx, a)
			if err != nil {
				return err
			}
			p.Accounts = append(p.Accounts, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(status, "connections.html", p)
}

func (v *visit) accountTx(ctx context.Context, tx *db.Tx, a waba.Account) (line AccountLine, err error) {
	line.Account = a
	connected, ok, err := waba.ConnectedCatalogTx(ctx, tx, a.ID)
	if err != nil {
		return line, err
	}
	if ok {
		line.Connected = connected
		for _, c := range v.catalogs {
			if c.ID == connected {
				line.Catalog = c.Name
			}
		}
	}
	numbers, err := waba.NumbersOfTx(ctx, tx, a.ID)
	if err != nil {
		return line, err
	}
	for _, n := range numbers {
		settings, err := waba.SettingsTx(ctx, tx, n.ID)
		if err != nil {
			return line, err
		}
		profile, err := waba.ProfileTx(ctx, tx, n.ID)
		if err != nil {
			return line, err
		}
		line.Numbers = append(line.Numbers, NumberLine{n, settings, profile})
	}
	return line, nil
}

// settled shows the page again with what was wrong, or goes on to it.
func (s *Server) settled(v *visit, err error, toast string) error {
	if problem, ok := v.words(err); ok {
		return s.showConnections(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/connections"), toast)
}

// connect connects a catalog to an account, or takes it off.
func (s *Server) connect(v *visit) error {
	account, err := v.pathID("account")
	if err != nil {
		return err
	}
	cat, err := id.Parse(v.PostFormValue("connect"))
	if err != nil {
		return errNothing
	}
	method, toast, change := http.MethodPost, "manager.done_connected", s.Store.Connect
	if v.PostFormValue("action") == "disconnect" {
		method, toast, change = http.MethodDelete, "manager.done_disconnected", s.Store.Disconnect
	}
	if err = change(v.Context(), v.caller, account, cat); err == nil {
		err = v.remember(method, "/v25.0/"+account.String()+"/product_catalogs", map[string]string{"catalog_id": cat.String()})
	}
	return s.settled(v, err, toast)
}

// commerce sets what a number shows of its catalog.
func (s *Server) commerce(v *visit) error {
	number, err := v.pathID("phone")
	if err != nil {
		return err
	}
	visible, cart := v.PostFormValue("visible") != "", v.PostFormValue("cart") != ""
	err = s.Store.SetCommerceSettings(v.Context(), v.caller, number, waba.SettingsChange{CatalogVisible: &visible, CartEnabled: &cart})
	if err == nil {
		err = v.remember(http.MethodPost, "/v25.0/"+number.String()+"/whatsapp_commerce_settings", map[string]bool{"is_catalog_visible": visible, "is_cart_enabled": cart})
	}
	return s.settled(v, err, "manager.done_saved")
}

// profile sets what customers read about the business behind a number.
func (s *Server) profile(v *visit) error {
	number, err := v.pathID("phone")
	if err != nil {
		return err
	}
	text := func(name string) *string {
		t := strings.TrimSpace(v.PostFormValue(name))
		return &t
	}
	sites := strings.Fields(v.PostFormValue("websites"))
	err = s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, v.caller, number); err != nil {
			return err
		}
		return waba.SetProfileTx(ctx, tx, number, waba.ProfileChange{
			About: text("about"), Address: text("address"), Description: text("description"), Email: text("email"), Vertical: text("vertical"), Websites: &sites,
		})
	})
	if err == nil {
		body := map[string]any{"messaging_product": "whatsapp", "websites": sites}
		for _, name := range []string{"about", "address", "description", "email", "vertical"} {
			body[name] = *text(name)
		}
		err = v.remember(http.MethodPost, "/v25.0/"+number.String()+"/whatsapp_business_profile", body)
	}
	return s.settled(v, err, "manager.done_saved")
}

// Connectable are the business's catalogs that WhatsApp takes.
func (s Shell) Connectable() (list []catalog.Catalog) {
	for _, c := range s.Catalogs {
		if c.Vertical == catalog.Commerce {
			list = append(list, c)
		}
	}
	return list
}
