package waba

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// ErrAssignment is an assignment that cannot be made or ended.
var ErrAssignment = fault.New("waba.assignment")

// tasks are what users may be assigned to do with an account.
var tasks = []string{
	"DEVELOP", "MANAGE", "MANAGE_EXTENSIONS", "MANAGE_PHONE", "MANAGE_PHONE_ASSETS", "MANAGE_TEMPLATES", "MESSAGING", "VIEW_COST", "VIEW_PHONE_ASSETS", "VIEW_TEMPLATES",
}

// usersMost is how many users may be assigned to an account.
const usersMost = 200

// User is a user who is assigned to an account.
type User struct {
	ID    id.ID
	Tasks []string
}

// AssignTx assigns a user of the account's business to it, or changes the tasks.
func AssignTx(ctx context.Context, tx *db.Tx, account id.ID, u User) error {
	if len(u.Tasks) == 0 {
		return ErrAssignment.Withf("tasks", "tasks is empty; name at least one of %s", strings.Join(tasks, ", "))
	}
	for _, t := range u.Tasks {
		if !slices.Contains(tasks, t) {
			return ErrAssignment.Withf("tasks", "tasks holds %.40q; they are %s", t, strings.Join(tasks, ", "))
		}
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM waba_user WHERE waba_id = $1 AND user_id <> $2`, account, u.ID).Scan(&n); err != nil {
		return fmt.Errorf("waba: %w", err)
	}
	if n >= usersMost {
		return ErrAssignment.Withf("user", "%d users are assigned to the account, and no more are allowed", usersMost)
	}
	_, err := tx.Exec(ctx, `INSERT INTO waba_user (waba_id, user_id, tasks) VALUES ($1, $2, $3)
		ON CONFLICT (waba_id, user_id) DO UPDATE SET tasks = excluded.tasks`, account, u.ID, strings.Join(u.Tasks, ","))
	if err != nil {
		return fmt.Errorf("waba: %w", err)
	}
	return nil
}

// UnassignTx ends the assignment of a user.
func UnassignTx(ctx context.Context, tx *db.Tx, account, user id.ID) error {
	n, err := tx.Exec(ctx, `DELETE FROM waba_user WHERE waba_id = $1 AND user_id = $2`, account, user)
	if err != nil {
		return fmt.Errorf("waba: %w", err)
	}
	if n == 0 {
		return ErrAssignment.Withf("user", "user %s is not assigned to the account; GET /%s/assigned_users tells who is", user, account)
	}
	return nil
}

// AssignedTx lists who is assigned to an account.
func AssignedTx(ctx context.Context, tx *db.Tx, account id.ID) (list []User, err error) {
	rows, err := tx.Query(ctx, `SELECT user_id, tasks FROM waba_user WHERE waba_id = $1 ORDER BY user_id`, account)
	if err != nil {
		return nil, fmt.Errorf("waba: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var u User
		var text string
		if err := rows.Scan(&u.ID, &text); err != nil {
			return nil, fmt.Errorf("waba: %w", err)
		}
		u.Tasks = strings.Split(text, ",")
		list = append(list, u)
	}
	return list, rows.Err()
}

// AssignedToTx lists the accounts of the caller's businesses that a user is assigned to.
func AssignedToTx(ctx context.Context, tx *db.Tx, c access.Caller, user id.ID) (list []Account, err error) {
	all, err := AccountsTx(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		users, err := AssignedTx(ctx, tx, a.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(users, func(u User) bool { return u.ID == user }) {
			list = append(list, a)
		}
	}
	return list, nil
}
