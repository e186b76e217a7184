package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Tasks of a catalog. Only Manage lets change it; the others are for advertising, which is kept and told.
const (
	Manage    = "MANAGE"
	Advertise = "ADVERTISE"
	Analyze   = "AA_ANALYZE"
	ManageAR  = "MANAGE_AR"
)

// Tasks lists them all.
func Tasks() []string { return []string{Manage, Advertise, ManageAR, Analyze} }

// RoleTasks are the tasks behind the older words for them.
var RoleTasks = map[string][]string{"ADMIN": {Manage, Advertise, Analyze}, "ADVERTISER": {Advertise, Analyze}}

// ErrTask is the cause of a refused change: the user's tasks in the catalog do not hold it.
var ErrTask = fault.New("catalog.task_missing")

const (
	partnersMost = 200
	usersMost    = 1000
)

// Partner is a business that a catalog is shared with.
type Partner struct {
	BusinessID id.ID
	Tasks      []string
}

// User is somebody who is assigned to a catalog.
type User struct {
	ID, BusinessID id.ID // of their own business
	Tasks          []string
}

// ownTx returns a catalog of the caller's own businesses, whatever the tasks of the caller in it: what concerns who else may
// use it.
func ownTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Catalog, error) {
	cat, err := CatalogTx(ctx, tx, c, i)
	if err == nil && !c.Reaches(cat.BusinessID) {
		err = ErrShared.Withf("catalog_id", "catalog %s is shared with your business; only its owner deletes and shares it", i)
	}
	return cat, err
}

// mayChangeTx holds a caller against what is allowed in a catalog.
func mayChangeTx(ctx context.Context, tx *db.Tx, c access.Caller, cat Catalog) error {
	if !c.Reaches(cat.BusinessID) {
		list, err := partnersTx(ctx, tx, cat.ID, c.Businesses)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(p Partner) bool { return slices.Contains(p.Tasks, Manage) }) {
			return ErrShared.Withf("catalog_id", "catalog %s is shared with your business for reading and connecting; its owner lets you change it with "+
				"the task MANAGE (POST /%s/agencies)", cat.ID, cat.ID)
		}
	}
	if c.User == 0 {
		return nil
	}
	tasks, assigned, err := tasksTx(ctx, tx, cat.ID, c.User)
	if err != nil || !assigned || slices.Contains(tasks, Manage) {
		return err
	}
	return ErrTask.Withf("access_token", "user %s is assigned to catalog %s with the tasks %s, and changing it needs MANAGE; "+
		"assign MANAGE, or remove the assignment (/%s/assigned_users)", c.User, cat.ID, strings.Join(tasks, ", "), cat.ID)
}

// MayChangeTx tells whether the caller may change what is in a catalog: its feeds, for instance.
func MayChangeTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID) error {
	_, err := ownedTx(ctx, tx, c, catalog)
	return err
}

func tasksTx(ctx context.Context, tx *db.Tx, catalog, user id.ID) (tasks []string, assigned bool, err error) {
	var text string
	err = tx.QueryRow(ctx, `SELECT tasks FROM catalog_user WHERE catalog_id = $1 AND user_id = $2`, catalog, user).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("catalog: tasks: %w", err)
	}
	return splitTasks(text), true, nil
}

func splitTasks(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return c == ',' })
}

// tidyTasks checks tasks and puts them into one order.
func tidyTasks(field string, tasks []string) ([]string, error) {
	var tidy []string
	for _, t := range Tasks() {
		if slices.Contains(tasks, t) {
			tidy = append(tidy, t)
		}
	}
	for _, t := range tasks {
		if !slices.Contains(tidy, t) {
			return nil, ErrParam.Withf(field, "%s: %s is no task of a catalog; one of %s", field, show(t), strings.Join(Tasks(), ", "))
		}
	}
	if len(tidy) == 0 {
		return nil, ErrParam.Withf(field, "%s must name at least one task of %s", field, strings.Join(Tasks(), ", "))
	}
	return tidy, nil
}

// OnUnshare has f undo what a business did with a catalog that is no longer shared with it. It is called while the house is
// put together.
func (s *Service) OnUnshare(f func(ctx context.Context, tx *db.Tx, catalog, business id.ID) error) {
	s.unshared = append(s.unshared, f)
}

// Share lets another business, which has to be there, use a catalog; again, it changes the tasks.
func (s *Service) Share(ctx context.Context, c access.Caller, catalog id.ID, p Partner) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	tasks, err := tidyTasks("permitted_tasks", p.Tasks)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := ownTx(ctx, tx, c, catalog)
		if err != nil {
			return err
		}
		if p.BusinessID == cat.BusinessID {
			return ErrParam.Withf("business", "business %s owns the catalog; name the business of a partner", p.BusinessID)
		}
		list, err := partnersTx(ctx, tx, catalog, nil)
		if err != nil {
			return err
		}
		if len(list) >= partnersMost && !slices.ContainsFunc(list, func(o Partner) bool { return o.BusinessID == p.BusinessID }) {
			return ErrParam.Withf("business", "business: the catalog is shared with %d businesses, and no more are allowed", partnersMost)
		}
		if err := ShareTx(ctx, tx, catalog, p.BusinessID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE catalog_share SET tasks = $3 WHERE catalog_id = $1 AND business_id = $2`, catalog, p.BusinessID, strings.Join(tasks, ","))
		return err
	})
}

// Unshare ends the sharing of a catalog: its owner takes it back, or a partner gives it up.
func (s *Service) Unshare(ctx context.Context, c access.Caller, catalog, business id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := CatalogTx(ctx, tx, c, catalog)
		if err != nil {
			return err
		}
		n := int64(0)
		if c.Reaches(cat.BusinessID) || c.Reaches(business) {
			n, err = tx.Exec(ctx, `DELETE FROM catalog_share WHERE catalog_id = $1 AND business_id = $2`, catalog, business)
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrParam.Withf("business", "business: the catalog is not shared with business %s; GET /%s/agencies tells with whom it is", business, catalog)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM catalog_user WHERE catalog_id = $1 AND business_id = $2`, catalog, business); err != nil {
			return err
		}
		for _, f := range s.unshared {
			if err := f(ctx, tx, catalog, business); err != nil {
				return err
			}
		}
		return nil
	})
}

// PartnersTx lists the businesses that a catalog is shared with: all of them for its owner, and themselves for them.
func PartnersTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID) ([]Partner, error) {
	cat, err := CatalogTx(ctx, tx, c, catalog)
	if err != nil {
		return nil, err
	}
	if c.Reaches(cat.BusinessID) {
		return partnersTx(ctx, tx, catalog, nil)
	}
	return partnersTx(ctx, tx, catalog, c.Businesses)
}

// partnersTx lists those of the businesses that share a catalog; nil asks for all.
func partnersTx(ctx context.Context, tx *db.Tx, catalog id.ID, businesses []id.ID) (list []Partner, err error) {
	rows, err := tx.Query(ctx, `SELECT business_id, tasks FROM catalog_share WHERE catalog_id = $1 ORDER BY business_id`, catalog)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Partner
		var tasks string
		if err := rows.Scan(&p.BusinessID, &tasks); err != nil {
			return nil, err
		}
		if p.Tasks = splitTasks(tasks); businesses == nil || slices.Contains(businesses, p.BusinessID) {
			list = append(list, p)
		}
	}
	return list, rows.Err()
}
