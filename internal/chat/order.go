package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// OrderLine is one item of an order, as it was when the cart was sent.
type OrderLine struct {
	RetailerID string
	Title      string
	// Image is the address of the item's picture.
	Image    string
	Quantity int
	// Unit is the price of one: the sale price where a sale ran.
	Unit money.Amount
}

// Total is the price of the line.
func (l OrderLine) Total() money.Amount { return l.Unit.Times(l.Quantity) }

// Order is a cart that a customer sent. It never changes.
type Order struct {
	ID        id.ID
	PhoneID   id.ID
	WaID      string
	CatalogID id.ID
	// WAMID is the id of the order message.
	WAMID string
	// Note is what the customer wrote beside the cart.
	Note  string
	Lines []OrderLine
	Total money.Amount
	// FormKey is the one-time key of the form that sent the cart; empty where a program sent it without one.
	FormKey   string
	CreatedAt time.Time
}

// Items is how many pieces were ordered.
func (o Order) Items() int {
	n := 0
	for _, l := range o.Lines {
		n += l.Quantity
	}
	return n
}

// CreateOrderTx stores an order; its id, total and time are set here. Where the thread has an order of the
// same form key already, that one is returned and created is false: a double tap is one order.
func CreateOrderTx(ctx context.Context, tx *db.Tx, o Order) (stored Order, created bool, err error) {
	if o.FormKey != "" {
		have, ok, err := OrderByFormKeyTx(ctx, tx, o.PhoneID, o.WaID, o.FormKey)
		if err != nil || ok {
			return have, false, err
		}
	}
	o.ID, o.CreatedAt, o.Total = tx.NewID(), tx.Now(), money.Amount{}
	for _, l := range o.Lines {
		o.Total = o.Total.Plus(l.Total())
	}
	// With DO NOTHING a double tap on another connection of PostgreSQL is a serialization failure instead of
	// a broken index, so the transaction runs again and finds the order above.
	n, err := tx.Exec(ctx, `INSERT INTO customer_order (`+orderColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		o.ID, o.PhoneID, o.WaID, o.CatalogID, o.WAMID, o.Note, o.Total.Minor, o.Total.Currency, o.FormKey, o.CreatedAt)
	if err == nil && n == 0 {
		err = fmt.Errorf("message %s has an order already", o.WAMID)
	}
	if err != nil {
		return Order{}, false, fmt.Errorf("chat: creating an order: %w", err)
	}
	rows := make([][]any, len(o.Lines))
	for i, l := range o.Lines {
		rows[i] = []any{o.ID, i, l.RetailerID, l.Title, l.Image, l.Quantity, l.Unit.Minor, l.Unit.Currency}
	}
	_, err = tx.ExecMany(ctx, `INSERT INTO order_line (order_id, position, retailer_id, title, image, quantity, unit_minor, currency)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, rows)
	if err != nil {
		return Order{}, false, fmt.Errorf("chat: creating an order: %w", err)
	}
	return o, true, nil
}

const orderColumns = `id, phone_id, wa_id, catalog_id, wamid, note, total_minor, currency, form_key, created_at`

func orderFields(o *Order) []any {
	return []any{&o.ID, &o.PhoneID, &o.WaID, &o.CatalogID, &o.WAMID, &o.Note, &o.Total.Minor, &o.Total.Currency, &o.FormKey, &o.CreatedAt}
}

// OrderByFormKeyTx finds the thread's order of a form key.
func OrderByFormKeyTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID, formKey string) (o Order, ok bool, err error) {
	return oneOrder(ctx, tx, tx.QueryRow(ctx, `SELECT `+orderColumns+` FROM customer_order
		WHERE phone_id = $1 AND wa_id = $2 AND form_key = $3 AND form_key <> ''`, phoneID, waID, formKey))
}

// OrderByWAMIDTx finds the order that a message of the thread carries.
func OrderByWAMIDTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID, wamid string) (o Order, ok bool, err error) {
	return oneOrder(ctx, tx, tx.QueryRow(ctx, `SELECT `+orderColumns+` FROM customer_order
		WHERE phone_id = $1 AND wa_id = $2 AND wamid = $3`, phoneID, waID, wamid))
}

func oneOrder(ctx context.Context, tx *db.Tx, row *db.Row) (Order, bool, error) {
	var o Order
	err := row.Scan(orderFields(&o)...)
	if errors.Is(err, db.ErrNoRows) {
		return Order{}, false, nil
	}
	if err != nil {
		return Order{}, false, fmt.Errorf("chat: order: %w", err)
	}
	o.Lines, err = orderLines(ctx, tx, o.ID)
	return o, err == nil, err
}

func orderLines(ctx context.Context, tx *db.Tx, orderID id.ID) ([]OrderLine, error) {
	rows, err := tx.Query(ctx, `SELECT retailer_id, title, image, quantity, unit_minor, currency FROM order_line
		WHERE order_id = $1 ORDER BY position`, orderID)
	if err != nil {
		return nil, fmt.Errorf("chat: order lines: %w", err)
	}
	defer rows.Close()
	var lines []OrderLine
	for rows.Next() {
		var l OrderLine
		if err := rows.Scan(&l.RetailerID, &l.Title, &l.Image, &l.Quantity, &l.Unit.Minor, &l.Unit.Currency); err != nil {
			return nil, fmt.Errorf("chat: order lines: %w", err)
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}
