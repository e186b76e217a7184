package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// scanChunk is how many candidates are looked at in one query where SQL cannot say a rule exactly.
const scanChunk = 200

// windowLeast is how many items a window has at least: where what is selected may be far between, the catalog is looked
// through in windows, as many as the time allows.
var windowLeast = 500

// searcher looks for what is selected for as long as it may.
type searcher struct {
	within  time.Duration // zero: as long as it takes
	elapsed func() time.Duration
}

func newSearcher(within time.Duration) searcher { return searcher{within, clock.Stopwatch()} }

func (l searcher) late() bool { return l.within > 0 && l.elapsed() > l.within }

// next is the size of the window after one that took since then: twice as large while that is sure to be in time.
func (l searcher) next(size int, since time.Duration) int {
	const parts = 8
	if took := l.elapsed() - since; took > l.within/parts {
		return max(size/2, windowLeast)
	}
	return size * 2
}

// page reads items behind a key, or before it when back is set. on is where looking stopped because the time was over: what
// is behind that was not looked at; zero: it did not.
func (s selection) page(ctx context.Context, tx *db.Tx, from id.ID, limit int, back bool) (list []Item, on id.ID, err error) {
	err = s.windows(ctx, tx, from, back, func(from, to id.ID) (bool, error) {
		for len(list) < limit {
			size := scanChunk
			if s.exact {
				size = limit - len(list)
			}
			part, err := s.chunk(ctx, tx, from, to, size, back)
			if err != nil {
				return false, err
			}
			for n := range part {
				if (s.exact || s.match(&part[n])) && len(list) < limit {
					list = append(list, part[n])
				}
			}
			if len(part) < size {
				break
			}
			if from = part[len(part)-1].ID; len(list) < limit && s.late() {
				on = from
				return false, nil
			}
		}
		return len(list) < limit, nil
	}, &on)
	return list, on, err
}

// windows has look see the catalog, window by window, as long as it asks for more; a window is what is behind from up to to,
// or before it down to to, and to is zero where nothing ends it.
func (s selection) windows(ctx context.Context, tx *db.Tx, from id.ID, back bool, look func(from, to id.ID) (more bool, err error), on *id.ID) error {
	for size := windowLeast; ; {
		since := s.elapsed()
		to, err := s.window(ctx, tx, from, size, back)
		if err != nil {
			return err
		}
		more, err := look(from, to)
		if err != nil || !more || to == 0 {
			return err
		}
		if from = to; s.late() {
			*on = to
			return nil
		}
		size = s.next(size, since)
	}
}

// window is the last item of a window; zero where the catalog ends in it, or everything is looked through in one.
func (s selection) window(ctx context.Context, tx *db.Tx, from id.ID, size int, back bool) (to id.ID, err error) {
	if s.within == 0 || !s.sparse {
		return 0, nil
	}
	query := `SELECT id FROM item_row WHERE catalog_id = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3`
	if back {
		query = `SELECT id FROM item_row WHERE catalog_id = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3`
	}
	return bound(ctx, tx, query, s.catalog, from, size-1)
}

// bound reads one id; zero where there is none.
func bound(ctx context.Context, tx *db.Tx, query string, args ...any) (to id.ID, err error) {
	err = tx.QueryRow(ctx, query, args...).Scan(&to)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return to, err
}

func (s selection) chunk(ctx context.Context, tx *db.Tx, from, to id.ID, limit int, back bool) ([]Item, error) {
	columns, scan := s.columns()
	query, args := s.chunkSQL(columns, from, to, limit, back)
	return queryWith(ctx, tx, scan, query, args...)
}

func (s selection) chunkSQL(columns string, from, to id.ID, limit int, back bool) (string, []any) {
	compare, order := ">", "ASC"
	if back {
		compare, order = "<", "DESC"
	}
	where, args := s.between(from, to, compare)
	args = append(args, limit)
	return fmt.Sprintf(`SELECT %s FROM item i WHERE %s ORDER BY %s %s LIMIT $%d`, columns, where, s.key, order, len(args)), args
}

// between is what of the selection is behind from, or before it, up to to.
func (s selection) between(from, to id.ID, compare string) (where string, args []any) {
	args = append(slices.Clone(s.args), from)
	where = fmt.Sprintf("%s AND %s %s $%d", s.where, s.key, compare, len(args))
	if to != 0 {
		args = append(args, to)
		where += fmt.Sprintf(" AND %s %s= $%d", s.key, map[string]string{">": "<", "<": ">"}[compare], len(args))
	}
	return where, args
}

// count is how many items are selected; counting ends behind most of them, if that is not zero. more tells that it ended
// before, because the time was over.
func (s selection) count(ctx context.Context, tx *db.Tx, most int) (total int, more bool, err error) {
	if s.search != nil {
		return s.countFound(ctx, tx, most)
	}
	var on id.ID
	err = s.windows(ctx, tx, 0, false, func(from, to id.ID) (bool, error) {
		n, err := s.countWindow(ctx, tx, from, to, most-total, most > 0)
		total += n
		return most == 0 || total <= most, err
	}, &on)
	return total, on != 0, err
}

// allOfThem is a limit that limits nothing: with it SQLite reads only what is asked of the view item, and not all columns.
const allOfThem = ` LIMIT 9223372036854775807`

// countWindow counts what is selected of a window, up to one more than most where it is bounded.
func (s selection) countWindow(ctx context.Context, tx *db.Tx, from, to id.ID, most int, bounded bool) (total int, err error) {
	if s.exact {
		where, args := s.between(from, to, ">")
		query := `SELECT COUNT(*) FROM (SELECT i.id FROM item i WHERE ` + where + allOfThem + `) AS part`
		if bounded {
			args = append(args, most+1)
			query = fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT i.id FROM item i WHERE %s LIMIT $%d) AS part`, where, len(args))
		}
		err = tx.QueryRow(ctx, query, args...).Scan(&total)
		return total, err
	}
	for {
		part, err := s.chunk(ctx, tx, from, to, scanChunk, false)
		if err != nil {
			return 0, err
		}
		for n := range part {
			if s.match(&part[n]) {
				total++
			}
		}
		if len(part) < scanChunk || bounded && total > most {
			return total, nil
		}
		from = part[len(part)-1].ID
	}
}
