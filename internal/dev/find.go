package dev

import (
	"context"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/ui"
)

// foundMost bounds what the palette offers.
const foundMost = 12

// find looks for what a developer has in hand: a message's id, a delivery's, a call's, a SKU, a word.
func (s *Server) find(v *visit) error {
	text := strings.TrimSpace(v.URL.Query().Get("q"))
	list := []ui.Found{}
	const least = 2
	if len([]rune(text)) >= least && len(text) <= queryMost {
		var err error
		if list, err = s.found(v, text); err != nil {
			return err
		}
	}
	return ui.WriteFound(v.w, list[:min(len(list), foundMost)])
}

func (s *Server) found(v *visit, text string) (list []ui.Found, err error) {
	if i, err := id.Parse(text); err == nil {
		if d, err := s.delivery(v, i); err == nil {
			list = append(list, ui.Found{Kind: v.t("dev.nav_events"), Title: d.Field + " " + gist(d.Body), Note: d.URL, Href: Prefix + "/events/" + i.String()})
		}
		if c, err := s.Calls.Find(v.Context(), i); err == nil {
			list = append(list, ui.Found{Kind: v.t("dev.nav_calls"), Title: c.Method + " " + c.Path, Note: number(c.Status), Href: Prefix + "/calls/" + i.String()})
		}
	}
	const some = 4
	events, _, err := s.search(v, parseQuery(text), 0, some)
	if err != nil {
		return nil, err
	}
	for _, d := range events {
		f := ui.Found{Kind: v.t("dev.nav_events"), Title: d.Field + " " + gist(d.Body), Note: d.ID.String(), Href: Prefix + "/events/" + d.ID.String()}
		if to := messageOf(d.Body); strings.HasPrefix(text, "wamid.") && to != "" {
			f = ui.Found{Kind: v.t("dev.message"), Title: gist(d.Body), Note: text, Href: to}
		}
		list = append(list, f)
	}
	var goods []ui.Found
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		goods = nil
		for _, b := range v.caller.Businesses {
			catalogs, err := catalog.OwnedTx(ctx, tx, v.caller, b, 0, some)
			if err != nil {
				return err
			}
			for _, c := range catalogs {
				items, _, err := catalog.ListTx(ctx, tx, v.caller, c.ID, catalog.Query{Search: text, Limit: some}, false)
				if err != nil {
					return err
				}
				for _, i := range items {
					goods = append(goods, ui.Found{Kind: v.t("dev.item"), Title: i.FullTitle(), Note: i.RetailerID, Href: "/manager/" + b.String() + "/items/" + i.ID.String()})
				}
			}
		}
		return nil
	})
	return append(list, goods...), err
}
