package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// States of an order in a business's work, in their usual order; the last one ends it without a sale.
const (
	OrderNew       = "new"
	OrderConfirmed = "confirmed"
	OrderPaid      = "paid"
	OrderShipped   = "shipped"
	OrderDone      = "done"
	OrderCancelled = "cancelled"
)

// OrderStates lists them.
func OrderStates() []string {
	return []string{OrderNew, OrderConfirmed, OrderPaid, OrderShipped, OrderDone, OrderCancelled}
}

// ErrOrderUnknown is an order that is not of the caller's numbers; ErrOrderState a state that is none.
var (
	ErrOrderUnknown = fault.New("chat.order_unknown")
	ErrOrderState   = fault.New("chat.order_state")
)

// WorkedOrder is an order and how far the business is with it.
type WorkedOrder struct {
	Order
	State    string
	Customer string // name
}

// OrderStep is one change of an order's state.
type OrderStep struct {
	State, Person string
	At            time.Time
}

// OrdersTx lists orders of some numbers, newest first, older than before (0: all), without their lines. An empty state means all.
func OrdersTx(ctx context.Context, tx *db.Tx, phones []id.ID, state string, before id.ID, limit int) ([]WorkedOrder, error) {
	if before == 0 {
		before = id.Max
	}
	return workedOrders(ctx, tx, `o.phone_id = ANY($1) AND ($2 = '' OR o.state = $2) AND o.id < $3 ORDER BY o.id DESC LIMIT $4`, phones, state, before, limit)
}

// OrderTx returns an order of some numbers with its lines and steps.
func OrderTx(ctx context.Context, tx *db.Tx, phones []id.ID, order id.ID) (o WorkedOrder, steps []OrderStep, err error) {
	list, err := workedOrders(ctx, tx, `o.phone_id = ANY($1) AND o.id = $2`, phones, order)
	if err != nil {
		return WorkedOrder{}, nil, err
	}
	if len(list) == 0 {
		return WorkedOrder{}, nil, ErrOrderUnknown.Withf("order", "order %s is not of this business", order)
	}
	o = list[0]
	if o.Lines, err = orderLines(ctx, tx, order); err != nil {
		return WorkedOrder{}, nil, err
	}
	rows, err := tx.Query(ctx, `SELECT state, person, at FROM order_step WHERE order_id = $1 ORDER BY id`, order)
	if err != nil {
		return WorkedOrder{}, nil, fmt.Errorf("chat: steps of an order: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s OrderStep
		if err := rows.Scan(&s.State, &s.Person, &s.At); err != nil {
			return WorkedOrder{}, nil, fmt.Errorf("chat: steps of an order: %w", err)
		}
		steps = append(steps, s)
	}
	return o, steps, rows.Err()
}

func workedOrders(ctx context.Context, tx *db.Tx, where string, args ...any) ([]WorkedOrder, error) {
	rows, err := tx.Query(ctx, `SELECT o.id, o.phone_id, o.wa_id, o.catalog_id, o.wamid, o.note, o.total_minor, o.currency, o.form_key, o.created_at, o.state, COALESCE(c.name, '')
		FROM customer_order o LEFT JOIN customer c ON c.wa_id = o.wa_id WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("chat: orders: %w", err)
	}
	defer rows.Close()
	var list []WorkedOrder
	for rows.Next() {
		var o WorkedOrder
		if err := rows.Scan(append(orderFields(&o.Order), &o.State, &o.Customer)...); err != nil {
			return nil, fmt.Errorf("chat: orders: %w", err)
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// SetOrderStateTx takes an order of some numbers to another state. The same state again changes nothing.
func SetOrderStateTx(ctx context.Context, tx *db.Tx, phones []id.ID, order id.ID, state, person string) (changed bool, err error) {
	if !slices.Contains(OrderStates(), state) {
		return false, ErrOrderState.Withf("state", "%.40q is none of %v", state, OrderStates())
	}
	var have string
	err = tx.QueryRow(ctx, `SELECT state FROM customer_order WHERE phone_id = ANY($1) AND id = $2`, phones, order).Scan(&have)
	if errors.Is(err, db.ErrNoRows) {
		return false, ErrOrderUnknown.Withf("order", "order %s is not of this business", order)
	}
	if err != nil || have == state {
		return false, err
	}
	if _, err := tx.Exec(ctx, `UPDATE customer_order SET state = $2 WHERE id = $1`, order, state); err != nil {
		return false, fmt.Errorf("chat: state of an order: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO order_step (id, order_id, state, person, at) VALUES ($1, $2, $3, $4, $5)`, tx.NewID(), order, state, person, tx.Now())
	return err == nil, err
}

// OrderCountsTx counts the orders of some numbers by state.
func OrderCountsTx(ctx context.Context, tx *db.Tx, phones []id.ID) (map[string]int, error) {
	rows, err := tx.Query(ctx, `SELECT state, COUNT(*) FROM customer_order WHERE phone_id = ANY($1) GROUP BY state`, phones)
	if err != nil {
		return nil, fmt.Errorf("chat: orders: %w", err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, fmt.Errorf("chat: orders: %w", err)
		}
		counts[state] = n
	}
	return counts, rows.Err()
}
