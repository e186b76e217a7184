package template

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Filter picks templates of an account; empty parts pick all.
type Filter struct {
	// Name is the whole name; NameOrContent and Content look inside.
	Name, NameOrContent, Content            string
	Statuses, Categories, Languages, Scores []string
}

// where is the condition of f, behind the arguments given so far.
func (f Filter) where(args []any) (string, []any) {
	var b strings.Builder
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if f.Name != "" {
		b.WriteString(` AND name = ` + arg(f.Name))
	}
	for _, c := range []struct {
		column string
		list   []string
	}{{"status", f.Statuses}, {"category", f.Categories}, {"language", f.Languages}, {"quality", f.Scores}} {
		if len(c.list) > 0 {
			b.WriteString(` AND ` + c.column + ` = ANY(` + arg(c.list) + `)`)
		}
	}
	like := func(s string) string {
		return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(s)) + "%"
	}
	if f.NameOrContent != "" {
		p := arg(like(f.NameOrContent))
		b.WriteString(` AND (name LIKE ` + p + ` ESCAPE '\' OR content LIKE ` + p + ` ESCAPE '\')`)
	}
	if f.Content != "" {
		b.WriteString(` AND content LIKE ` + arg(like(f.Content)) + ` ESCAPE '\'`)
	}
	return b.String(), args
}

// ListTx lists templates of an account, newest first: those behind after, or the last ones in front of before.
func ListTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID id.ID, f Filter, after, before id.ID, limit int) ([]Template, error) {
	cond, args := f.where([]any{wabaID, c.Businesses})
	order := `DESC`
	if after != 0 {
		args = append(args, after)
		cond += fmt.Sprintf(` AND id < $%d`, len(args))
	}
	if before != 0 {
		args = append(args, before)
		cond += fmt.Sprintf(` AND id > $%d`, len(args))
		order = `ASC`
	}
	args = append(args, limit)
	list, err := many(tx.Query(ctx, `SELECT `+columns+` FROM message_template WHERE waba_id = $1 AND business_id = ANY($2)`+cond+
		` ORDER BY id `+order+fmt.Sprintf(` LIMIT $%d`, len(args)), args...))
	if before != 0 {
		slices.Reverse(list)
	}
	return list, err
}

// CountTx counts the templates of an account that f picks.
func CountTx(ctx context.Context, tx *db.Tx, wabaID id.ID, f Filter) (n int64, err error) {
	cond, args := f.where([]any{wabaID})
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM message_template WHERE waba_id = $1`+cond, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("template: %w", err)
	}
	return n, nil
}

// Tally is how many templates an account has, under how many names and in how many languages.
type Tally struct{ Templates, Names, Languages int64 }

// Complete tells whether every name is there in every language that any of them has.
func (t Tally) Complete() bool { return t.Templates == t.Names*t.Languages }

// TallyTx counts the templates of an account.
func TallyTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (t Tally, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*), COUNT(DISTINCT name), COUNT(DISTINCT language) FROM message_template WHERE waba_id = $1`, wabaID).
		Scan(&t.Templates, &t.Names, &t.Languages)
	if err != nil {
		return t, fmt.Errorf("template: %w", err)
	}
	return t, nil
}
