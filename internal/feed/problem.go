package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Bounds of what is kept of the problems of one upload; all of them are counted.
const (
	samplesMost  = 1000 // rows named for one kind of problem
	problemsMost = 500  // kinds of problem; further ones are counted together
	valueMost    = 200  // characters of a cell
	textMost     = 1000 // characters of a summary or description
)

// Kinds of problem, beside those of the contract's error types that are about a field: see [fieldType].
const (
	TypeFile      = "FILE_NOT_READ"
	TypeFetch     = "FILE_NOT_FETCHED"
	TypeDeletion  = "DELETION_STOPPED"
	TypeRow       = "ROW_NOT_READ"
	TypeDuplicate = "DUPLICATE_ID"
	TypeOwner     = "ITEM_OF_OTHER_FEED"
	TypeUnknown   = "ITEM_UNKNOWN"
	TypeColumn    = "UNKNOWN_COLUMN"
	TypeCurrency  = "PRODUCT_NOT_DOMINANT_CURRENCY"
	TypeInternal  = "INTERNAL_ERROR"
	TypeCancelled = "UPLOAD_CANCELLED"
	typeMore      = "MORE_PROBLEMS"
)

// Problem is something wrong in one row of a file, or in the file as a whole.
type Problem struct {
	// Fatal: the row, or the file, was not taken. Otherwise the value was left out and the rest taken.
	Fatal bool
	// Type is one of the kinds above; empty makes one of the Field: "INVALID_PRICE".
	Type string
	// Field is the column; empty where none is to blame.
	Field string
	// Summary says which rule was broken, the same for every row: problems of one Type, Field and Summary are told together.
	Summary string
	// Description says what would be right.
	Description string
	Row         int // as a text editor counts; zero for the file as a whole
	RetailerID  string
	Value       string // of the cell, where it helps
}

func (p Problem) tidied() Problem {
	if p.Type == "" {
		p.Type = fieldType(p.Field)
	}
	if p.Description == "" { // the summary names the rule whole: what is left to say is what to do
		p.Description = "Mend the value in your file: it was left out, and the rest of the row was taken."
		if p.Fatal {
			p.Description = "Mend the value in your file and upload it again: the row was not taken."
		}
	}
	p.Field, p.Summary, p.Description = clip(p.Field, valueMost), clip(p.Summary, textMost), clip(p.Description, textMost)
	p.RetailerID, p.Value = clip(p.RetailerID, valueMost), clip(p.Value, valueMost)
	return p
}

// fieldType is the kind of a problem with a field.
func fieldType(field string) string {
	if field == "" {
		return TypeRow
	}
	return "INVALID_" + strings.ToUpper(strings.NewReplacer(" ", "_", "[", "_", "]", "", ".", "_").Replace(clip(field, 60)))
}

// clip makes text safe to store and no longer than most characters.
func clip(text string, most int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// kind is what problems are told together by.
type kind struct {
	typ, field, summary string
	fatal               bool
}

// UploadError is one kind of problem of an upload.
type UploadError struct {
	ID, UploadID id.ID
	Type         string
	Fatal        bool
	Field        string
	Summary      string
	Description  string
	Total        int64
	samples      int64
}

// Sample is one row that shows a problem.
type Sample struct {
	ID, ErrorID id.ID
	Row         int64
	RetailerID  string
	Value       string
}

// recordProblemsTx adds problems to those of an upload, in the transaction that commits their rows. It does
// not touch the upload's counters: [Progress] does.
func recordProblemsTx(ctx context.Context, tx *db.Tx, upload id.ID, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	known, err := kindsTx(ctx, tx, upload)
	if err != nil {
		return err
	}
	b := book{upload: upload, known: known, fresh: map[*UploadError]bool{}, added: map[*UploadError][]Problem{}}
	for _, p := range problems {
		b.add(p.tidied())
	}
	return b.save(ctx, tx)
}

func kindsTx(ctx context.Context, tx *db.Tx, upload id.ID) (map[kind]*UploadError, error) {
	all, err := errorsTx(ctx, tx, upload)
	known := make(map[kind]*UploadError, len(all))
	for _, e := range all {
		known[kind{e.Type, e.Field, e.Summary, e.Fatal}] = &e
	}
	return known, err
}

// book gathers problems by kind.
type book struct {
	upload id.ID
	known  map[kind]*UploadError
	order  []*UploadError // touched
	fresh  map[*UploadError]bool
	added  map[*UploadError][]Problem // samples
	counts map[*UploadError]int64
}

func (b *book) add(p Problem) {
	k := kind{p.Type, p.Field, p.Summary, p.Fatal}
	e := b.known[k]
	if e == nil && len(b.known) >= problemsMost {
		k = kind{typ: typeMore, fatal: p.Fatal, summary: "There are further kinds of problem."}
		p.Description = fmt.Sprintf("Only the first %d kinds are listed one by one: mend them and upload the file again.", problemsMost)
		e = b.known[k]
	}
	if e == nil {
		e = &UploadError{UploadID: b.upload, Type: k.typ, Fatal: k.fatal, Field: k.field, Summary: k.summary, Description: p.Description}
		b.known[k], b.fresh[e] = e, true
	}
	if b.counts == nil {
		b.counts = map[*UploadError]int64{}
	}
	if b.counts[e] == 0 {
		b.order = append(b.order, e)
	}
	b.counts[e]++
	if e.samples < samplesMost && p.Row > 0 {
		e.samples++
		b.added[e] = append(b.added[e], p)
	}
}

func (b *book) save(ctx context.Context, tx *db.Tx) error {
	var fresh, old, samples [][]any
	var ids []id.ID
	for _, e := range b.order {
		e.Total += b.counts[e]
		if !b.fresh[e] {
			old = append(old, []any{e.ID, e.Total, e.samples})
			continue
		}
		i, err := node.NewTx(ctx, tx, node.FeedUploadError)
		if err != nil {
			return err
		}
		e.ID = i
		fresh = append(fresh, []any{e.ID, e.UploadID, e.Type, e.Fatal, e.Field, e.Summary, e.Description, e.Total, e.samples})
	}
	n := 0
	for _, list := range b.added {
		n += len(list)
	}
	ids, err := node.NewManyTx(ctx, tx, node.FeedUploadSample, n)
	if err != nil {
		return err
	}
	for _, e := range b.order {
		for _, p := range b.added[e] {
			samples = append(samples, []any{ids[len(samples)], e.ID, p.Row, p.RetailerID, p.Value})
		}
	}
	for _, w := range []struct {
		sql  string
		rows [][]any
	}{
		{`INSERT INTO feed_upload_error (id, upload_id, error_type, fatal, field, summary, description, total_count, samples)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, fresh},
		{`UPDATE feed_upload_error SET total_count = $2, samples = $3 WHERE id = $1`, old},
		{`INSERT INTO feed_upload_sample (id, error_id, row_number, retailer_id, value) VALUES ($1, $2, $3, $4, $5)`, samples},
	} {
		if len(w.rows) == 0 {
			continue
		}
		if _, err := tx.ExecMany(ctx, w.sql, w.rows); err != nil {
			return fmt.Errorf("feed: problems: %w", err)
		}
	}
	return nil
}

const errorCols = `SELECT e.id, e.upload_id, e.error_type, e.fatal, e.field, e.summary, e.description, e.total_count, e.samples FROM feed_upload_error e `

func scanError(row interface{ Scan(...any) error }) (e UploadError, err error) {
	err = row.Scan(&e.ID, &e.UploadID, &e.Type, &e.Fatal, &e.Field, &e.Summary, &e.Description, &e.Total, &e.samples)
	return e, err
}

// errorsTx lists the problems of an upload, fatal ones first and among them the most frequent.
func errorsTx(ctx context.Context, tx *db.Tx, upload id.ID) ([]UploadError, error) {
	rows, err := tx.Query(ctx, errorCols+`WHERE e.upload_id = $1`, upload)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []UploadError
	for rows.Next() {
		e, err := scanError(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b UploadError) int {
		if a.Fatal != b.Fatal {
			if a.Fatal {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.ID, b.ID))
	})
	return list, rows.Err()
}

// ErrorsTx lists the problems of an upload that the caller may see: fatal ones first, then the most frequent.
func ErrorsTx(ctx context.Context, tx *db.Tx, c access.Caller, upload id.ID) ([]UploadError, error) {
	if _, err := UploadTx(ctx, tx, c, upload); err != nil {
		return nil, err
	}
	return errorsTx(ctx, tx, upload)
}

// ofUpload joins a problem e to what the caller may see.
const ofUpload = `JOIN feed_upload u ON u.id = e.upload_id JOIN product_feed f ON f.id = u.feed_id WHERE ` + mine

// ErrorTx returns a problem of an upload that the caller may see.
func ErrorTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (UploadError, error) {
	e, err := scanError(tx.QueryRow(ctx, errorCols+ofUpload+` AND e.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return UploadError{}, ErrUnknown.Withf("error_id", "no error %s of an upload is visible to this token", i)
	}
	return e, err
}

const sampleCols = `SELECT s.id, s.error_id, s.row_number, s.retailer_id, s.value FROM feed_upload_sample s `

func scanSample(row interface{ Scan(...any) error }) (s Sample, err error) {
	err = row.Scan(&s.ID, &s.ErrorID, &s.Row, &s.RetailerID, &s.Value)
	return s, err
}

// SampleTx returns a sample of a problem that the caller may see.
func SampleTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Sample, error) {
	s, err := scanSample(tx.QueryRow(ctx, sampleCols+`JOIN feed_upload_error e ON e.id = s.error_id `+ofUpload+` AND s.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Sample{}, ErrUnknown.Withf("sample_id", "no sample %s of an error is visible to this token", i)
	}
	return s, err
}

// SamplesTx lists the samples of a problem that the caller may see, in the order of the file.
func SamplesTx(ctx context.Context, tx *db.Tx, c access.Caller, problem id.ID) ([]Sample, error) {
	if _, err := ErrorTx(ctx, tx, c, problem); err != nil {
		return nil, err
	}
	return samplesTx(ctx, tx, problem, samplesMost)
}

func samplesTx(ctx context.Context, tx *db.Tx, problem id.ID, limit int) ([]Sample, error) {
	rows, err := tx.Query(ctx, sampleCols+`WHERE s.error_id = $1 ORDER BY s.id LIMIT $2`, problem, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Sample
	for rows.Next() {
		s, err := scanSample(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
