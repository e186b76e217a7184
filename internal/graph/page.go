package graph

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/id"
)

// Page is one page of an edge.
type Page struct {
	// Items are loaded nodes of the edge's kind, or plain values.
	Items []any
	// First and Last are the keys of the first and last item, for the cursors.
	First, Last string
	// Prev and Next tell whether there are items before and after.
	Prev, Next bool
	// Count counts all items of the edge; it is called only for summary=. nil: no summary. [ErrUncounted] leaves the number out.
	Count func() (int64, error)
	// Tell answers the other names of summary=; it is called only when one is asked for. nil: there are none.
	Tell func() (map[string]any, error)
}

// Paging is which page the caller asks for. At most one of After and Before is set.
type Paging struct {
	// Limit is between 0, for a caller that wants the summary only, and what the edge allows.
	Limit int
	// After and Before are keys as the handler gave them in Page.First and Last.
	After, Before string
}

// Limits of a page.
const (
	DefaultLimit = 25
	maxLimit     = 1000
)

// Paging reads limit, after and before. A limit over most (zero: 1000) is cut to it, as Meta does.
func (r *Request) Paging(most int) (Paging, error) {
	if most == 0 {
		most = maxLimit
	}
	q := Paging{Limit: min(DefaultLimit, most)}
	if r.Params.Has("limit") {
		n, err := strconv.ParseInt(strings.TrimSpace(r.Params.Text("limit")), 10, 64)
		if err != nil || n < 0 {
			return q, Invalid("limit", "must be an integer, 0 or more")
		}
		q.Limit = int(min(n, int64(most)))
	}
	var err error
	if r.Params.Has("after") {
		q.After, err = decodeCursor("after", r.Params.Text("after"))
	} else if r.Params.Has("before") {
		q.Before, err = decodeCursor("before", r.Params.Text("before"))
	}
	return q, err
}

// AfterID and BeforeID are the keys as ids, for edges ordered by id; zero when not asked.
func (q Paging) AfterID() (id.ID, error) { return cursorID("after", q.After) }

// BeforeID is the key to stay before; see [Paging.AfterID].
func (q Paging) BeforeID() (id.ID, error) { return cursorID("before", q.Before) }

func cursorID(param, key string) (id.ID, error) {
	if key == "" {
		return 0, nil
	}
	i, err := id.Parse(key)
	if err != nil {
		return 0, badCursor(param)
	}
	return i, nil
}

// cursorPrefix keeps cursors opaque and lets a wrong one be told from a right one.
const cursorPrefix = "QV"

// Cursor is the cursor of a key, for handlers that write their pages themselves.
func Cursor(key string) string { return encodeCursor(key) }

func encodeCursor(key string) string {
	return cursorPrefix + base64.RawURLEncoding.EncodeToString([]byte(key))
}

func decodeCursor(param, text string) (string, error) {
	const most = 1024
	body, ok := strings.CutPrefix(text, cursorPrefix)
	if !ok || len(text) > most {
		return "", badCursor(param)
	}
	key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(body, "="))
	if err != nil || len(key) == 0 {
		return "", badCursor(param)
	}
	return string(key), nil
}

func badCursor(param string) error {
	return Invalid(param, "must be a cursor from this edge's paging.cursors")
}

// PageOf makes a page of what a handler found. The handler asks its records for one item more than
// q.Limit, in the edge's order: behind q.After, or, for q.Before, the last ones in front of it.
func PageOf[T any](q Paging, found []T, key func(T) string) Page {
	p := Page{Prev: q.After != "", Next: q.Before != ""}
	if len(found) > q.Limit {
		if q.Before != "" {
			found, p.Prev = found[len(found)-q.Limit:], true
		} else {
			found, p.Next = found[:q.Limit], true
		}
	}
	p.Items = make([]any, len(found))
	for i, v := range found {
		p.Items[i] = v
	}
	if len(found) > 0 {
		p.First, p.Last = key(found[0]), key(found[len(found)-1])
	}
	return p
}

// ErrUncounted is what Page.Count fails with where counting would take too long.
var ErrUncounted = errors.New("graph: not counted")

// GoesOn makes the page one behind which more may come, from a key on that was looked up to; for q.Before in front of it.
func (p Page) GoesOn(q Paging, key string) Page {
	if len(p.Items) == 0 {
		p.First, p.Last = key, key
	}
	if q.Before != "" {
		p.First, p.Prev = key, true
	} else {
		p.Last, p.Next = key, true
	}
	return p
}

// Counted adds how the edge's items are counted.
func (p Page) Counted(count func() (int64, error)) Page { p.Count = count; return p }

// Telling adds what else summary can tell of the edge, by name.
func (p Page) Telling(tell func() (map[string]any, error)) Page { p.Tell = tell; return p }

// Whole cuts the asked page out of a complete, short list.
func Whole[T any](r *Request, all []T, key func(T) string) (Page, error) {
	q, err := r.Paging(0)
	if err != nil {
		return Page{}, err
	}
	keys := make([]string, len(all))
	for i, v := range all {
		keys[i] = key(v)
	}
	from, to := 0, len(all)
	if q.After != "" {
		from = place(keys, q.After, true)
	}
	if q.Before != "" {
		to = place(keys, q.Before, false)
	}
	if q.Before != "" {
		from = max(from, to-q.Limit-1)
	} else {
		to = min(to, from+q.Limit+1)
	}
	return PageOf(q, all[from:to], key).Counted(func() (int64, error) { return int64(len(all)), nil }), nil
}

// place finds the end of what stands before the item with a key, or behind it. An item that has gone
// leaves its place in a list ordered by id; elsewhere the list ends there, so that no client walks in circles.
func place(keys []string, cursor string, behind bool) int {
	if i := slices.Index(keys, cursor); i >= 0 {
		if behind {
			i++
		}
		return i
	}
	gone, err := id.Parse(cursor)
	for i, k := range keys {
		if n, kerr := id.Parse(k); err == nil && kerr == nil && n > gone {
			return i
		}
	}
	return len(keys)
}
