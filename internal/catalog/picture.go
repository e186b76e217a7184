package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// What became of an item's pictures; anything else is the error_type of an item whose main picture cannot be shown.
const (
	PictureWaits = ""      // not looked at yet
	PictureNone  = "none"  // the item names none
	PictureOK    = "ok"    // all of them are kept
	PicturePart  = "part"  // the main one is kept, some of the others are not
	PictureSmall = "small" // kept, and smaller than customers should see
)

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

// Pictured is an item and its pictures, the main one first.
type Pictured struct {
	ID     id.ID
	Images []string
	State  string // for [SetPicturesTx]

	link, more string // as stored: what State is true of
}

// ToPictureTx lists items whose pictures were not looked at, oldest first; those that nobody sees yet as well.
func ToPictureTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) ([]Pictured, error) {
	return pictured(ctx, tx, `item_row WHERE catalog_id = $1 AND picture = '' ORDER BY id LIMIT $2`, catalog, limit)
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

// SetPicturesTx stores what became of items' pictures; an item that has others by now is left to wait.
func SetPicturesTx(ctx context.Context, tx *db.Tx, list []Pictured) error {
	tx.Notify(Changes)
	rows := make([][]any, len(list))
	for n, p := range list {
		rows[n] = []any{p.State, p.ID, p.link, p.more}
	}
	_, err := tx.ExecMany(ctx, `UPDATE item_row SET picture = $1 WHERE id = $2 AND image_link = $3 AND more_images = $4`, rows)
	return err
}

// AskPictureTx has an item's pictures looked at once more.
func AskPictureTx(ctx context.Context, tx *db.Tx, item id.ID) error {
	var catalog id.ID
	rows, err := tx.Query(ctx, `SELECT catalog_id FROM item_row WHERE id = $1`, item)
	if err != nil {
		return fmt.Errorf("catalog: pictures: %w", err)
	}
	for rows.Next() {
		if err := rows.Scan(&catalog); err != nil {
			rows.Close()
			return fmt.Errorf("catalog: pictures: %w", err)
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil || catalog == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE item_row SET picture = '' WHERE id = $1`, item); err != nil {
		return err
	}
	return EnqueuePicturesTx(ctx, tx, catalog)
}

// ImageFetchStatus is what became of the pictures as the contract names it.
func (i Item) ImageFetchStatus() string {
	switch i.Picture {
	case PictureWaits, PictureNone:
		return "NO_STATUS"
	case PictureOK, PictureSmall:
		return "FETCHED"
	case PicturePart:
		return "PARTIAL_FETCH"
	}
	return "FETCH_FAILED"
}

func pictureIs(state string) func(i *Item, now time.Time) bool {
	return func(i *Item, _ time.Time) bool { return i.Picture == state }
}

// pictureDiagnostics are the rules about pictures: code 20 and up.
func pictureDiagnostics() []Diagnostic {
	small := Diagnostic{
		Type: "IMAGE_QUALITY", Severity: Opportunity, Code: 20, Error: "IMAGE_RESOLUTION_LOW", Priority: "LOW", Field: "image_url", where: `i.picture = 'small'`,
		Title: "Pictures are small", Subtitle: "Use 500 × 500 pixels or more",
		has: pictureIs(PictureSmall),
	}
	list := []Diagnostic{small}
	for n, d := range []struct{ kind, title, remedy string }{
		{"IMAGE_FETCH_FAILED", "Pictures cannot be reached", "Check that the host of image_link exists and answers; Hawker tries again by itself"},
		{"IMAGE_FETCH_FAILED_LINK_BROKEN", "Links to pictures are broken", "Give an image_link that answers 200"},
		{"IMAGE_FETCH_FAILED_FORBIDDEN", "Pictures may not be read", "Let anyone read the picture, without a login"},
		{"IMAGE_FETCH_FAILED_FILE_SIZE_EXCEEDED", "Pictures are too large", "Give a picture of at most 8 MB and 40 million pixels"},
		{"IMAGE_FETCH_FAILED_TIMED_OUT", "Pictures arrive too slowly", "Serve the picture within 10 seconds; Hawker tries again by itself"},
		{"IMAGE_FETCH_FAILED_BAD_GATEWAY", "The shop's server fails when asked for pictures", "Mend the server; Hawker tries again by itself"},
		{"INVALID_IMAGES", "Files are no pictures", "Give a JPEG, PNG, GIF or WebP file"},
	} {
		list = append(list, Diagnostic{
			Type: "IMAGE_QUALITY", Severity: MustFix, Code: 21 + n, Error: d.kind, Priority: "MEDIUM", Field: "image_url", where: `i.picture = '` + d.kind + `'`,
			Title: d.title, Subtitle: d.remedy, has: pictureIs(d.kind),
		})
	}
	return list
}
