package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// AssignTx gives a user, of a business that the caller reaches, tasks in a catalog that the business owns or shares; again,
// it changes them.
func AssignTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, u User) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	tasks, err := tidyTasks("tasks", u.Tasks)
	if err != nil {
		return err
	}
	cat, err := CatalogTx(ctx, tx, c, catalog)
	if err != nil {
		return err
	}
	if u.BusinessID != cat.BusinessID {
		shared, err := partnersTx(ctx, tx, catalog, []id.ID{u.BusinessID})
		if err != nil {
			return err
		}
		if !c.Reaches(u.BusinessID) || len(shared) == 0 {
			return ErrParam.Withf("user", "user: user %s is of no business that owns or shares catalog %s", u.ID, catalog)
		}
		for _, t := range tasks {
			if !slices.Contains(shared[0].Tasks, t) {
				return ErrParam.Withf("tasks", "tasks: the catalog is shared with business %s for %s, and not for %s", u.BusinessID, orNone(shared[0].Tasks), t)
			}
		}
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM catalog_user WHERE catalog_id = $1 AND user_id <> $2`, catalog, u.ID).Scan(&n); err != nil {
		return err
	}
	if n >= usersMost {
		return ErrParam.Withf("user", "user: %d users are assigned to the catalog, and no more are allowed", usersMost)
	}
	_, err = tx.Exec(ctx, `INSERT INTO catalog_user (catalog_id, user_id, business_id, tasks) VALUES ($1, $2, $3, $4)
		ON CONFLICT (catalog_id, user_id) DO UPDATE SET business_id = excluded.business_id, tasks = excluded.tasks`,
		catalog, u.ID, u.BusinessID, strings.Join(tasks, ","))
	return err
}

func orNone(tasks []string) string {
	if len(tasks) == 0 {
		return "no task"
	}
	return strings.Join(tasks, ", ")
}

// Unassign ends the assignment of a user of the caller's businesses; the catalog's owner ends everybody's.
func (s *Service) Unassign(ctx context.Context, c access.Caller, catalog, user id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := CatalogTx(ctx, tx, c, catalog)
		if err != nil {
			return err
		}
		from := c.Businesses
		if c.Reaches(cat.BusinessID) {
			all, err := partnersTx(ctx, tx, catalog, nil)
			if err != nil {
				return err
			}
			from = []id.ID{cat.BusinessID}
			for _, p := range all {
				from = append(from, p.BusinessID)
			}
		}
		n, err := tx.Exec(ctx, `DELETE FROM catalog_user WHERE catalog_id = $1 AND user_id = $2 AND business_id = ANY($3)`, catalog, user, from)
		if err == nil && n == 0 {
			err = ErrParam.Withf("user", "user: user %s is not assigned to the catalog; GET /%s/assigned_users tells who is", user, catalog)
		}
		return err
	})
}

// AssignedTx lists who of a business is assigned to a catalog: for the catalog's owner, and for the business.
func AssignedTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog, business id.ID) (list []User, err error) {
	cat, err := CatalogTx(ctx, tx, c, catalog)
	if err != nil || !c.Reaches(cat.BusinessID) && !c.Reaches(business) {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT user_id, business_id, tasks FROM catalog_user WHERE catalog_id = $1 AND business_id = $2 ORDER BY user_id`, catalog, business)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u User
		var tasks string
		if err := rows.Scan(&u.ID, &u.BusinessID, &tasks); err != nil {
			return nil, err
		}
		u.Tasks = splitTasks(tasks)
		list = append(list, u)
	}
	return list, rows.Err()
}

// AssignedToTx lists the catalogs that a user is assigned to, of those the caller may see, oldest first.
func AssignedToTx(ctx context.Context, tx *db.Tx, c access.Caller, user id.ID, limit int) ([]Catalog, error) {
	return listCatalogs(ctx, tx, selectCols+`JOIN catalog_user a ON a.catalog_id = c.id WHERE `+mine+` AND a.user_id = $2 ORDER BY c.id LIMIT $3`, c.Businesses, user, limit)
}
