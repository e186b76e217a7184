package manager

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
)

// queueShown is how many items the queue shows at once.
const queueShown = 50

// QueuePage is what waits for a person's decision.
type QueuePage struct {
	Shell
	Cases    []Case
	Policies []string
	Problem  *Problem
}

// Case is an item that waits, and the appeal that has it wait.
type Case struct {
	catalog.Item
	Appeal  string // what the business says; "" for an item that is held
	Appeals bool
}

// moderators decide; in the demo world everybody who administers does.
func (s *Server) moderators() []account.Role {
	if s.Demo != nil {
		return []account.Role{account.Moderator, account.Administrator}
	}
	return []account.Role{account.Moderator}
}

// queue shows what waits for a decision.
func (s *Server) queue(v *visit) error { return s.showQueue(v, http.StatusOK, nil) }

func (s *Server) showQueue(v *visit, status int, problem *Problem) error {
	p := QueuePage{Shell: v.shell(v.t("manager.nav_queue"), "queue"), Policies: policy.IDs(), Problem: problem}
	if v.catalog.ID == 0 {
		return v.show(status, "queue.html", p)
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Cases = nil
		held, _, err := catalog.ListTx(ctx, tx, v.caller, v.catalog.ID, catalog.Query{Review: catalog.Held, Limit: queueShown}, false)
		if err != nil {
			return err
		}
		for _, i := range held {
			p.Cases = append(p.Cases, Case{Item: i})
		}
		open, err := policy.OpenAppealsTx(ctx, tx, v.catalog.ID, queueShown)
		if err != nil {
			return err
		}
		for _, a := range open {
			i, err := catalog.ItemTx(ctx, tx, v.caller, a.ItemID)
			if errors.Is(err, catalog.ErrItemUnknown) || (err == nil && i.Content() != a.Content) {
				continue // it is gone, or another thing by now
			}
			if err != nil {
				return err
			}
			p.Cases = append(p.Cases, Case{Item: i, Appeal: a.Message, Appeals: true})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(status, "queue.html", p)
}

// decide stores a decision.
func (s *Server) decide(v *visit) error {
	i, err := id.Parse(v.PostFormValue("item"))
	if err != nil {
		return errNothing
	}
	d := policy.Decision{
		Act: v.PostFormValue("action"), PolicyID: v.PostFormValue("policy"), Reason: strings.TrimSpace(v.PostFormValue("reason")), Lean: v.PostFormValue("lean"),
		Person: v.person.ID, By: v.person.Name,
	}
	if d.Act == policy.ActReject && d.Reason == "" {
		d.Reason = v.t("manager.rejected_by", "policy", d.PolicyID)
	}
	err = s.Reviewer.Moderate(v.Context(), v.caller, i, v.PostFormValue("content"), d)
	if errors.Is(err, policy.ErrDecided) {
		return s.showQueue(v, http.StatusConflict, &Problem{Text: v.t("manager.decided")})
	}
	if problem, ok := v.words(err); ok {
		return s.showQueue(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/queue?catalog="+v.catalog.ID.String()), "manager.done_decided")
}

// appeal asks for another look at a rejected item.
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
