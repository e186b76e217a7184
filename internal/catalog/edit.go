package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// editsKept is how many changes of an item are remembered.
const editsKept = 30

// Edit is one change of a single item by a person or a program.
type Edit struct {
	By            string
	At            time.Time
	Before, After string // the item in JSON, in the vocabulary of batches; Before is empty where it was made
}

// JSON is the item as batches take it, indented.
func (i *Item) JSON() (string, error) {
	data := map[string]any{
		"id": i.RetailerID, "title": i.Title, "description": i.Description, "availability": i.Availability, "condition": i.Condition,
		"price": i.Price.Major() + " " + i.Price.Currency, "link": i.Link, "image_link": i.ImageLink, "brand": i.Brand, "visibility": i.Visibility,
	}
	if len(i.MoreImages) > 0 {
		data["additional_image_link"] = i.MoreImages
	}
	if i.Sale != nil {
		data["sale_price"] = i.Sale.Major() + " " + i.Sale.Currency
	}
	if i.GroupID != "" {
		data["item_group_id"] = i.GroupID
	}
	if i.GoogleCategory != "" {
		data["google_product_category"] = i.GoogleCategory
	}
	for name, value := range i.Extra {
		data[name] = value
	}
	b, err := json.MarshalIndent(data, "", "  ")
	return string(b), err
}

// editedTx remembers a change of an item, in the transaction that makes it. before is the item
// as it was, in JSON; empty where it was made.
func editedTx(ctx context.Context, tx *db.Tx, c access.Caller, before string, item id.ID) error {
	after, err := ItemTx(ctx, tx, c, item)
	if err != nil {
		return err
	}
	now, err := after.JSON()
	if err != nil {
		return fmt.Errorf("catalog: edit: %w", err)
	}
	if before == now {
		return nil
	}
	if _, err := tx.Exec(ctx, `INSERT INTO item_edit (id, item_id, by_name, at, before, after) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.NewID(), item, c.UserName, tx.Now(), before, now); err != nil {
		return fmt.Errorf("catalog: edit: %w", err)
	}
	_, err = tx.Exec(ctx, `DELETE FROM item_edit WHERE item_id = $1 AND id <= (SELECT id FROM item_edit WHERE item_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)`, item, editsKept)
	return err
}

// EditsTx lists what was changed of an item that the caller may see, newest first.
func EditsTx(ctx context.Context, tx *db.Tx, c access.Caller, item id.ID) (list []Edit, err error) {
	if _, err := ItemTx(ctx, tx, c, item); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT by_name, at, before, after FROM item_edit WHERE item_id = $1 ORDER BY id DESC LIMIT $2`, item, editsKept)
	if err != nil {
		return nil, fmt.Errorf("catalog: edits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e Edit
		if err := rows.Scan(&e.By, &e.At, &e.Before, &e.After); err != nil {
			return nil, fmt.Errorf("catalog: edits: %w", err)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
