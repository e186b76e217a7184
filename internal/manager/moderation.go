package manager

import (
	"context"
	"errors"
	"net/http"
	"slices"
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
	Cases []Case
	// Elsewhere are the business's other catalogs in which something waits.
	Elsewhere []catalog.Catalog
	Problem   *Problem
}

// Case is an item that waits, and why.
type Case struct {
	catalog.Item
	Appeals  bool   // its rejection is appealed
	Appeal   string // what the business says
	Opinions []policy.Opinion
	Asked    bool // the visitor asked for a second opinion
	// Similar is what was decided on items that waited for the like.
	Similar []policy.Ruling
	// Likely are the policies that keys 1 to 9 choose; Others the rest.
	Likely, Others []string
}

// similarShown is how many past decisions stand beside a case.
const similarShown = 3

// likelyMost is how many policies have a key.
const likelyMost = 9

// common are the policies that most listings break, the most frequent first.
var common = []string{"alcohol", "tobacco", "drugs", "supplements", "weapons", "healthcare", "counterfeit", "animals", "digital"}

// VerdictForm is what the form of a decision needs.
type VerdictForm struct {
	Base, From, Content string
	Catalog, Item       id.ID
	Likely, Others      []string
}

// verdictForm makes it, for the page it stands on.
func verdictForm(sh Shell, item id.ID, content, from string, likely, others []string) VerdictForm {
	return VerdictForm{Base: sh.Base, Catalog: sh.Catalog.ID, From: from, Content: content, Item: item, Likely: likely, Others: others}
}

// newCase puts the policy that is suspected first.
func newCase(i catalog.Item) Case {
	c := Case{Item: i}
	for _, p := range append([]string{i.Review.PolicyID}, common...) {
		if slices.Contains(policy.IDs(), p) && !slices.Contains(c.Likely, p) && len(c.Likely) < likelyMost {
			c.Likely = append(c.Likely, p)
		}
	}
	for _, p := range policy.IDs() {
		if !slices.Contains(c.Likely, p) {
			c.Others = append(c.Others, p)
		}
	}
	return c
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
	p := QueuePage{Shell: v.shell(v.t("manager.nav_queue"), "queue"), Problem: problem}
	if v.catalog.ID == 0 {
		return v.show(status, "queue.html", p)
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Cases, err = v.casesTx(ctx, tx); err != nil {
			return err
		}
		p.Elsewhere, err = v.elsewhereTx(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(status, "queue.html", p)
}

// elsewhereTx lists the catalogs, but for the one at hand, in which something waits.
func (v *visit) elsewhereTx(ctx context.Context, tx *db.Tx) (list []catalog.Catalog, err error) {
	for _, c := range v.catalogs {
		if c.ID == v.catalog.ID {
			continue
		}
		held, _, err := catalog.ListTx(ctx, tx, v.caller, c.ID, catalog.Query{Review: catalog.Held, Limit: 1}, false)
		if err != nil {
			return nil, err
		}
		open, err := policy.OpenAppealsTx(ctx, tx, c.ID, 1)
		if err != nil {
			return nil, err
		}
		if len(held)+len(open) > 0 {
			list = append(list, c)
		}
	}
	return list, nil
}

// casesTx lists what waits in the catalog at hand: items that are held, then appeals of rejections.
func (v *visit) casesTx(ctx context.Context, tx *db.Tx) (list []Case, err error) {
	held, _, err := catalog.ListTx(ctx, tx, v.caller, v.catalog.ID, catalog.Query{Review: catalog.Held, Limit: queueShown}, false)
	if err != nil {
		return nil, err
	}
	for _, i := range held {
		list = append(list, newCase(i))
	}
	open, err := policy.OpenAppealsTx(ctx, tx, v.catalog.ID, queueShown)
	if err != nil {
		return nil, err
	}
	for _, a := range open {
		at := slices.IndexFunc(list, func(c Case) bool { return c.ID == a.ItemID && c.Content() == a.Content })
		if at < 0 {
			i, err := catalog.ItemTx(ctx, tx, v.caller, a.ItemID)
			if errors.Is(err, catalog.ErrItemUnknown) || (err == nil && i.Content() != a.Content) {
				continue // it is gone, or another thing by now
			}
			if err != nil {
				return nil, err
			}
			list, at = append(list, newCase(i)), len(list)
		}
		list[at].Appeal, list[at].Appeals = a.Message, true
	}
	for n := range list {
		if list[n].Opinions, err = policy.OpinionsTx(ctx, tx, list[n].Item); err != nil {
			return nil, err
		}
		if list[n].Similar, err = policy.SimilarTx(ctx, tx, v.caller, list[n].Item, similarShown); err != nil {
			return nil, err
		}
		list[n].Asked = slices.ContainsFunc(list[n].Opinions, func(o policy.Opinion) bool { return o.PersonID == v.person.ID })
	}
	return list, nil
}

// decision reads a moderator's form.
func (v *visit) decision() policy.Decision {
	d := policy.Decision{
		Act: v.PostFormValue("action"), PolicyID: v.PostFormValue("policy"), Reason: strings.TrimSpace(v.PostFormValue("reason")),
		Person: v.person.ID, By: v.person.Name,
	}
	if other := v.PostFormValue("policy_other"); other != "" {
		d.PolicyID = other
	}
	if d.Act == policy.ActSecond {
		d.Lean = v.PostFormValue("lean")
	}
	if d.Act == policy.ActReject && d.Reason == "" {
		d.Reason = v.t("manager.rejected_by", "policy", d.PolicyID)
	}
	return d
}

// decide stores a decision.
func (s *Server) decide(v *visit) error {
	i, err := id.Parse(v.PostFormValue("item"))
	if err != nil {
		return errNothing
	}
	back, show := "/queue?catalog=", s.showQueue
	if v.PostFormValue("from") == "reports" {
		back, show = "/reports?catalog=", s.showReports
	}
	err = s.Reviewer.Moderate(v.Context(), v.caller, i, v.PostFormValue("content"), v.decision())
	if errors.Is(err, policy.ErrDecided) {
		return show(v, http.StatusConflict, &Problem{Text: v.t("manager.decided")})
	}
	if problem, ok := v.words(err); ok {
		return show(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at(back+v.catalog.ID.String()), "manager.done_decided")
}
