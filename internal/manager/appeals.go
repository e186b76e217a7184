package manager

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

// appealsShown is how many rejected items and how many appeals the page shows.
const appealsShown = 100

// AppealsPage is where a business asks for other reviews, and what became of those it asked for.
type AppealsPage struct {
	Shell
	// Rejected are items that can be appealed as they are.
	Rejected []catalog.Item
	Appeals  []AppealLine
	Problem  *Problem
}

// AppealLine is an appeal with the item it is about.
type AppealLine struct {
	policy.Appeal
	Item    catalog.Item // zero: it was deleted
	Gone    bool
	Changed bool // the item says something else by now
}

// appeals shows them.
func (s *Server) appeals(v *visit) error { return s.showAppeals(v, http.StatusOK, nil) }

func (s *Server) showAppeals(v *visit, status int, problem *Problem) error {
	p := AppealsPage{Shell: v.shell(v.t("manager.nav_appeals"), "appeals"), Problem: problem}
	if v.catalog.ID == 0 {
		return v.show(status, "appeals.html", p)
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Rejected, p.Appeals = nil, nil
		rejected, _, err := catalog.ListTx(ctx, tx, v.caller, v.catalog.ID, catalog.Query{Review: catalog.Rejected, Limit: appealsShown}, false)
		if err != nil {
			return err
		}
		for _, i := range rejected {
			_, appealed, err := policy.AppealOfTx(ctx, tx, i)
			if err != nil {
				return err
			}
			if policy.CanAppeal(i, appealed) {
				p.Rejected = append(p.Rejected, i)
			}
		}
		list, err := policy.AppealsOfCatalogTx(ctx, tx, v.caller, v.catalog.ID, appealsShown)
		if err != nil {
			return err
		}
		for _, a := range list {
			line := AppealLine{Appeal: a}
			line.Item, err = catalog.ItemTx(ctx, tx, v.caller, a.ItemID)
			if line.Gone = errors.Is(err, catalog.ErrItemUnknown); err != nil && !line.Gone {
				return err
			}
			line.Changed = !line.Gone && line.Item.Content() != a.Content
			p.Appeals = append(p.Appeals, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(status, "appeals.html", p)
}

// appealMany asks for another look at rejected items of the catalog at hand.
func (s *Server) appealMany(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	var items []id.ID
	for _, text := range v.PostForm["item"] {
		i, err := id.Parse(text)
		if err != nil {
			return errNothing
		}
		items = append(items, i)
	}
	err := s.Reviewer.Appeal(v.Context(), v.caller, v.catalog.ID, items, strings.TrimSpace(v.PostFormValue("message")))
	if problem, ok := v.words(err); ok {
		return s.showAppeals(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/appeals?catalog="+v.catalog.ID.String()), "manager.done_appealed")
}

// appeal asks for another look at one rejected item, from its page.
func (s *Server) appeal(v *visit) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	var it catalog.Item
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		it, err = catalog.ItemTx(ctx, tx, v.caller, i)
		return err
	})
	if err != nil {
		return err
	}
	err = s.Reviewer.Appeal(v.Context(), v.caller, it.CatalogID, []id.ID{i}, strings.TrimSpace(v.PostFormValue("message")))
	if problem, ok := v.words(err); ok {
		return s.showItem(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/items/"+i.String()), "manager.done_appealed")
}
