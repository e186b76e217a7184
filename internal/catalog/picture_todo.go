package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// Which pictures are to be looked at stands in table picture_todo, as in search_todo: written in the transaction that
// changed the items. An item waits as long as its picture is [PictureWaits].

// PicturesChanged asks for the pictures of a catalog that wait to be fetched.
type PicturesChanged struct {
	CatalogID id.ID `json:"catalog_id"`
}

// Kind implements job.Args.
func (PicturesChanged) Kind() string { return "catalog.pictures_changed" }

// EnqueuePicturesTx has what waits of a catalog's pictures fetched.
func EnqueuePicturesTx(ctx context.Context, tx *db.Tx, catalog id.ID, opts ...job.Option) error {
	return job.EnqueueTx(ctx, tx, PicturesChanged{CatalogID: catalog}, append(opts, job.Key("pictures:"+catalog.String()), job.Unique())...)
}

// toPictureTx notes that items of a catalog may have pictures to be looked at.
func toPictureTx(ctx context.Context, tx *db.Tx, catalog id.ID, items []id.ID) error {
	if len(items) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO picture_todo (id, catalog_id, items) VALUES ($1, $2, $3)`, tx.NewID(), catalog, stretches(items))
	if err != nil {
		return fmt.Errorf("catalog: pictures: %w", err)
	}
	return EnqueuePicturesTx(ctx, tx, catalog)
}

// Pictured is an item and its pictures, the main one first.
type Pictured struct {
	ID     id.ID
	Images []string
	State  string // for [SetPicturesTx]

	link, more string // as stored: what State is true of
}

// PictureWork are items whose pictures were not looked at, and the notes that name them.
type PictureWork struct {
	Items []Pictured
	notes []indexNote
}

// Done tells that no pictures wait.
func (w PictureWork) Done() bool { return len(w.notes) == 0 }

// ToPictureTx lists items whose pictures were not looked at, some at a time; those that nobody sees yet as well. There may
// be none of them although the work is not done: then its notes are to be settled.
func ToPictureTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) (w PictureWork, err error) {
	rows, err := tx.Query(ctx, `SELECT id, items FROM picture_todo WHERE catalog_id = $1 ORDER BY id LIMIT $2`, catalog, indexNotes)
	if err != nil {
		return w, fmt.Errorf("catalog: pictures: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n indexNote
		if err := rows.Scan(&n.id, &n.items); err != nil {
			return w, fmt.Errorf("catalog: pictures: %w", err)
		}
		w.notes = append(w.notes, n)
	}
	if err := rows.Err(); err != nil || len(w.notes) == 0 {
		return w, err
	}
	rows.Close()
	if behind, ok := strings.CutPrefix(w.notes[0].items, allBehind); ok {
		w.notes = w.notes[:1]
		after, err := id.Parse(behind)
		if err != nil {
			return w, err
		}
		w.Items, err = pictured(ctx, tx, `item_row WHERE catalog_id = $1 AND id > $2 AND picture = '' ORDER BY id LIMIT $3`, catalog, after, limit)
		if len(w.Items) == limit {
			w.notes[0].rest = allBehind + w.Items[limit-1].ID.String()
		}
		return w, err
	}
	taking := indexWork{notes: w.notes}
	items, err := taking.take(limit)
	if err != nil {
		return w, err
	}
	w.notes = taking.notes
	w.Items, err = pictured(ctx, tx, `item_row WHERE id = ANY($1) AND catalog_id = $2 AND picture = '' ORDER BY id`, items, catalog)
	return w, err
}

// PicturedAfterTx lists items of all catalogs with their pictures, by their ids.
func PicturedAfterTx(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Pictured, error) {
	return pictured(ctx, tx, `item_row WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
}

// PicturedBeforeTx lists items as they were before an upload, which are seen or may be again, with their pictures.
func PicturedBeforeTx(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Pictured, error) {
	return pictured(ctx, tx, `item_before WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
}

func pictured(ctx context.Context, tx *db.Tx, from string, args ...any) ([]Pictured, error) {
	rows, err := tx.Query(ctx, `SELECT id, image_link, more_images FROM `+from, args...)
	if err != nil {
		return nil, fmt.Errorf("catalog: pictures: %w", err)
	}
	defer rows.Close()
	var list []Pictured
	for rows.Next() {
		var p Pictured
		if err := rows.Scan(&p.ID, &p.link, &p.more); err != nil {
			return nil, fmt.Errorf("catalog: pictures: %w", err)
		}
		more, err := decodeImages(p.ID, p.more)
		if err != nil {
			return nil, err
		}
		if p.link != "" {
			p.Images = append([]string{p.link}, more...)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// SetPicturesTx stores what became of items' pictures; an item that has others by now is left to wait, with a note of its own.
func SetPicturesTx(ctx context.Context, tx *db.Tx, w PictureWork) error {
	tx.Notify(Changes)
	rows := make([][]any, len(w.Items))
	for n, p := range w.Items {
		rows[n] = []any{p.State, p.ID, p.link, p.more}
	}
	if _, err := tx.ExecMany(ctx, `UPDATE item_row SET picture = $1 WHERE id = $2 AND image_link = $3 AND more_images = $4`, rows); err != nil {
		return fmt.Errorf("catalog: pictures: %w", err)
	}
	for _, n := range w.notes {
		statement, args := `DELETE FROM picture_todo WHERE id = $1 AND items = $2`, []any{n.id, n.items}
		if n.rest != "" {
			statement, args = `UPDATE picture_todo SET items = $3 WHERE id = $1 AND items = $2`, append(args, n.rest)
		}
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("catalog: pictures: %w", err)
		}
	}
	return nil
}

// AskPictureTx has an item's pictures looked at once more.
func AskPictureTx(ctx context.Context, tx *db.Tx, item id.ID) error {
	catalogs, err := column[id.ID](ctx, tx, `UPDATE item_row SET picture = '' WHERE id = $1 RETURNING catalog_id`, item)
	if err != nil {
		return fmt.Errorf("catalog: pictures: %w", err)
	}
	for _, catalog := range catalogs {
		if err := toPictureTx(ctx, tx, catalog, []id.ID{item}); err != nil {
			return err
		}
	}
	return nil
}
