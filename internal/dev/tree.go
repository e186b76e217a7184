package dev

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// TreePage is everything there is: businesses with their accounts, numbers, catalogs and sets.
type TreePage struct {
	Shell
	Businesses []BusinessNode
}

// BusinessNode is a business.
type BusinessNode struct {
	account.Business
	Accounts []AccountNode
	Catalogs []CatalogNode
}

// AccountNode is a WhatsApp Business Account.
type AccountNode struct {
	waba.Account
	Connected id.ID
	Numbers   []NumberNode
}

// NumberNode is a phone number.
type NumberNode struct {
	waba.Number
	Settings waba.Settings
}

// CatalogNode is a catalog.
type CatalogNode struct {
	catalog.Catalog
	Items int
	Sets  []catalog.Set
}

// treeMost bounds the children of a node.
const treeMost = 200

func (s *Server) tree(v *visit) error {
	p := TreePage{Shell: v.shell(v.t("dev.nav_tree"), "tree")}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Businesses = nil
		accounts, err := waba.AccountsTx(ctx, tx, v.caller)
		if err != nil {
			return err
		}
		for _, i := range v.caller.Businesses {
			b, err := account.BusinessTx(ctx, tx, v.caller, i)
			if err != nil {
				return err
			}
			node := BusinessNode{Business: b}
			for _, a := range accounts {
				if a.BusinessID != i {
					continue
				}
				an, err := accountNodeTx(ctx, tx, a)
				if err != nil {
					return err
				}
				node.Accounts = append(node.Accounts, an)
			}
			if node.Catalogs, err = catalogNodesTx(ctx, tx, v, i); err != nil {
				return err
			}
			p.Businesses = append(p.Businesses, node)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "tree.html", p)
}

func accountNodeTx(ctx context.Context, tx *db.Tx, a waba.Account) (n AccountNode, err error) {
	n = AccountNode{Account: a}
	if n.Connected, _, err = waba.ConnectedCatalogTx(ctx, tx, a.ID); err != nil {
		return n, err
	}
	numbers, err := waba.NumbersOfTx(ctx, tx, a.ID)
	if err != nil {
		return n, err
	}
	for _, number := range numbers {
		set, err := waba.SettingsTx(ctx, tx, number.ID)
		if err != nil {
			return n, err
		}
		n.Numbers = append(n.Numbers, NumberNode{number, set})
	}
	return n, nil
}

func catalogNodesTx(ctx context.Context, tx *db.Tx, v *visit, business id.ID) (list []CatalogNode, err error) {
	catalogs, err := catalog.OwnedTx(ctx, tx, v.caller, business, 0, treeMost)
	if err != nil {
		return nil, err
	}
	for _, c := range catalogs {
		n := CatalogNode{Catalog: c}
		if n.Items, err = catalog.CountTx(ctx, tx, c.ID); err != nil {
			return nil, err
		}
		if n.Sets, err = catalog.SetsTx(ctx, tx, v.caller, c.ID, 0, "", treeMost); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}
