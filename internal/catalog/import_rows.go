package catalog

import (
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/hawkerhq/hawker/internal/money"
)

// rowsVersion is part of every row's hash: it rises when rows are read by other rules, so that rows that did not
// change are read again.
const rowsVersion = "2"

// absent stands in a slot whose field the row does not speak of.
var absent any = new(int)

// RowOptions is how the rows of a file are read, besides its columns.
type RowOptions struct {
	// Currency is that of prices that name none.
	Currency string
	// Seed names all else that decides what a row comes to, such as the rules it went through.
	Seed string
}

// Rows reads rows of one layout: its columns are looked up once, not for each row. It may be used by many
// goroutines. It knows the batch vocabulary, columns like image[0].url and applink.ios_url, and columns that
// stand more than once.
type Rows struct {
	// Unknown are columns that name no field; their cells are passed over.
	Unknown []string

	options RowOptions
	id      int // column of the SKU; -1: there is none
	price   int // column of the price; -1: there is none
	columns int
	plain   []plainColumn
	folded  []foldedField
	names   []string // of the fields, by slot
	needed  []bool   // an item cannot be without
	slot    map[string]int
	extras  []extraSlot // in the order of their names
	fast    *fastRows   // nil: rows have to be read with care
	period  atomic.Pointer[knownPeriod]
	seed    uint64
}

// extraSlot is a field of [Item.Extra]; key is its name in JSON with its colon.
type extraSlot struct {
	slot int
	key  string
}

// plainColumn is a column that is a field.
type plainColumn struct {
	at, slot int
	field
}

// foldedField is a field that is put together from several columns.
type foldedField struct {
	slot int
	field
	cells []foldedCell
}

type foldedCell struct {
	at   int
	path []string // inside the field: "0", "url"; empty: the field itself
}

// NewRows looks up the columns of a file, which have the names of the batch vocabulary.
func NewRows(columns []string, o RowOptions) *Rows {
	r := &Rows{options: o, id: -1, price: -1, columns: len(columns), slot: map[string]int{}}
	cells := map[string][]foldedCell{}
	for at, name := range columns {
		base, path := splitPath(columnName(name))
		if base == "id" && r.id < 0 {
			r.id = at
			continue
		}
		if base == "price" {
			r.price = at
		}
		if _, known := index[Batch][base]; !known {
			if name != "" && base != "override" {
				r.Unknown = append(r.Unknown, name)
			}
			continue
		}
		cells[base] = append(cells[base], foldedCell{at, path})
	}
	// In the order of [ReadChange]: of two names for one field the later one counts.
	for _, base := range slices.Sorted(maps.Keys(cells)) {
		f := index[Batch][base]
		slot, twice := r.slot[f.name]
		if !twice {
			slot = len(r.names)
			r.slot[f.name] = slot
			r.names, r.needed = append(r.names, f.name), append(r.needed, required(f.name))
		}
		if list := cells[base]; len(list) > 1 || len(list[0].path) > 0 {
			r.folded = append(r.folded, foldedField{slot, f, list})
		} else {
			r.plain = append(r.plain, plainColumn{list[0].at, slot, f})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.slot)) {
		if extras[name] {
			r.extras = append(r.extras, extraSlot{r.slot[name], string(appendString(nil, name)) + ":"})
		}
	}
	r.fast = newFastRows(r)
	h := xxhash.New()
	for _, text := range append([]string{rowsVersion, o.Currency, o.Seed}, columns...) {
		_, _ = h.WriteString(text + "\x1f")
	}
	r.seed = h.Sum64()
	return r
}

// columnName is a column's name as the batch vocabulary spells it.
func columnName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	return strings.ReplaceAll(strings.TrimPrefix(name, "g:"), " ", "_")
}

// splitPath splits image[0].url into image and 0, url.
func splitPath(name string) (base string, path []string) {
	if !strings.ContainsAny(name, "[.") {
		return name, nil
	}
	parts := strings.FieldsFunc(name, func(c rune) bool { return c == '[' || c == ']' || c == '.' })
	if len(parts) == 0 {
		return name, nil
	}
	return parts[0], parts[1:]
}

// required tells whether an item cannot be without the field, so that a wrong value refuses the whole row.
func required(name string) bool {
	return slices.ContainsFunc(requirements, func(r requirement) bool { return r.batch != "" && slices.Contains(r.names, name) })
}

// Kinds of problem with a row, besides those with a field.
const (
	OfOtherFeed = "other_feed"
	NoSuchItem  = "no_item"
)

// RowProblem is something wrong with a row: a fatal one refuses it, another one only leaves a value out.
type RowProblem struct {
	Row     int
	SKU     string
	Fatal   bool
	Kind    string // "" : of a field
	Field   string // in the batch vocabulary
	Summary string // the rule, in the same words for every row that breaks it
	Remedy  string
	Value   string
}

// Row is a row of a file. It is begun, perhaps found to be in the catalog as it is, and else read.
type Row struct {
	Number   int // as an editor counts lines of data; the header is 1
	SKU      string
	rows     *Rows
	cells    []string
	problems []RowProblem // whatever the catalog holds
	change   Change
	item     Item // what the row makes where there is no item yet, without [Item.Extra]
	sale     money.Amount
	images   string // its [Item.MoreImages] as JSON
	variant  string // of it
	extra    string // what its [Item.Extra] is as JSON
	unfit    []RowProblem
	warned   []RowProblem // of values that a new item goes without
	hash     int64        // of the cells and all that decides what they come to, even; see rowHash
	state    rowState
	read     bool
	values   []extraValue // of a row that was read fast
	careful  bool         // change is what the row says
}

// rowState is what is known of a row's item.
type rowState int

const (
	unmatched rowState = iota // whether there is one is not known
	unchanged                 // it is as the row says
	existing                  // there is one, which is another
	newcomer                  // there is none
)

// Fatal tells whether the row is refused whatever the catalog holds.
func (r *Row) Fatal() bool { return slices.ContainsFunc(r.problems, isFatal) }

func isFatal(p RowProblem) bool { return p.Fatal }

// Check returns what is wrong with the row as a new item: what a file can be told without a catalog.
func (r *Row) Check() []RowProblem {
	return slices.Concat(r.problems, r.unfit, r.warned)
}

// Refuse adds a problem that refuses the row.
func (r *Row) Refuse(p RowProblem) {
	p.Fatal, p.Row, p.SKU = true, r.Number, r.SKU
	r.problems = append(r.problems, p)
}

// RowID is the SKU of a row, before it is read.
func (r *Rows) RowID(cells []string) string {
	if r.id < 0 || r.id >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[r.id])
}

// Currency is that of a row's price, before it is read: what its letters are, or that of prices that name none; empty
// without a price.
func (r *Rows) Currency(cells []string) string {
	if r.price < 0 || r.price >= len(cells) {
		return ""
	}
	cell := strings.TrimSpace(cells[r.price])
	switch n := len(cell); {
	case n == 0:
		return ""
	case cell[n-1] <= '9':
		return r.options.Currency
	case n > 3:
		code := strings.ToUpper(cell[n-3:])
		if _, known := money.Exponent(code); known {
			return code
		}
	}
	return ""
}

// rowsUsed are rows whose memory is used again: a file has millions.
var rowsUsed = sync.Pool{New: func() any { return new(Row) }}

// Release gives the memory of a row back, which nobody may hold any more.
func (r *Row) Release() {
	clear(r.cells)
	clear(r.change.slots)
	clear(r.values)
	*r = Row{cells: r.cells[:0], change: Change{slots: r.change.slots[:0]}, values: r.values[:0]}
	rowsUsed.Put(r)
}

// Begin takes a row. What its cells say is not read yet; the list of them stays the caller's.
func (r *Rows) Begin(number int, cells []string) *Row {
	row := rowsUsed.Get().(*Row)
	row.Number, row.SKU, row.rows, row.cells = number, r.RowID(cells), r, append(row.cells, cells...)
	if wrong := CheckRetailerID(row.SKU); wrong != "" {
		row.problems, row.read = append(row.problems, row.problem(Problem{"id", wrong}, true, row.SKU)), true
	}
	return row
}

// rowHash is the hash of a row that may be written; it is made once.
func (r *Row) rowHash() int64 {
	if r.hash == 0 {
		r.hash = r.rows.Hash(r.cells)
	}
	return r.hash
}

// Hash is what a row's item is stored with: as long as it stays the same, so does the item. It is even.
func (r *Rows) Hash(cells []string) int64 {
	var buf [1024]byte
	b := binary.LittleEndian.AppendUint64(buf[:0], r.seed)
	for _, c := range cells {
		b = append(append(b, c...), 0x1f)
	}
	if h := int64(xxhash.Sum64(b)) &^ toldBit; h != 0 {
		return h
	}
	return toldBit + 1
}

// toldBit is set in the hash of an item whose row had something to tell: where the row did not change, that is told again.
const toldBit = 1

// Read reads what the row says.
func (r *Row) Read() {
	if r.read {
		return
	}
	r.read = true
	r.rowHash()
	if r.state != existing && r.readFast() {
		return
	}
	r.readWithCare()
}

// readWithCare reads every value of the row, what is wrong with it, and what it makes where there is no item yet.
func (r *Row) readWithCare() {
	if r.careful {
		return
	}
	r.careful = true
	r.item, r.images, r.variant, r.extra, r.unfit, r.warned = Item{}, "", "", "", nil, nil
	rows := r.rows
	slots := r.change.slots
	for range rows.names {
		slots = append(slots, absent)
	}
	r.change = Change{rows: rows, slots: slots, vocab: Batch}
	for n := range rows.plain {
		c := &rows.plain[n]
		if c.at >= len(r.cells) {
			continue
		}
		v, err := rows.readCell(&c.field, r.cells[c.at])
		r.put(c.slot, c.batch, v, err, r.cells[c.at])
	}
	for n := range rows.folded {
		f := &rows.folded[n]
		if raw := f.fold(r.cells); raw != nil {
			v, err := f.read(raw)
			if err != nil {
				r.put(f.slot, f.batch, nil, err, show(raw))
				continue
			}
			r.put(f.slot, f.batch, v, nil, "")
		}
	}
	if !r.Fatal() {
		r.makeFresh()
	}
}

// put stores a value of a row, or says what is wrong with it.
func (r *Row) put(slot int, name string, v any, err error, cell string) {
	rows := r.rows
	if err == nil {
		r.change.slots[slot] = v
		return
	}
	r.problems = append(r.problems, r.problem(Problem{name, err.Error()}, rows.needed[slot], cell))
	if rows.names[slot] == "sale_price_effective_date" {
		// Without its dates a sale would never end.
		if at, ok := rows.slot["sale_price"]; ok {
			r.change.slots[at] = absent
		}
	}
}

// makeFresh makes what [insertItems] writes where there is no item yet. It does without [Item.Extra]: the slots
// hold the same.
func (r *Row) makeFresh() {
	change := r.change
	change.bare = true
	item := &r.item
	item.RetailerID = r.SKU
	change, problems := r.applyTo(change, item, true)
	problems = append(problems, r.noBrand(item, change.get)...)
	for _, p := range problems {
		if p.Fatal {
			r.unfit = append(r.unfit, p)
		} else {
			r.warned = append(r.warned, p)
		}
	}
	if len(r.unfit) > 0 {
		return
	}
	item.settleDefaults()
	r.images, r.variant, r.extra = jsonText(item.MoreImages, len(item.MoreImages)), item.variant(change.get), change.extraJSON()
}

// noBrand warns of an item that nothing tells from others like it.
func (r *Row) noBrand(i *Item, extra func(name string) any) []RowProblem {
	if i.Brand != "" || extra("gtin") != nil || extra("manufacturer_part_number") != nil {
		return nil
	}
	return []RowProblem{r.unbranded()}
}

func (r *Row) unbranded() RowProblem {
	return r.problem(Problem{"brand", "is missing; give the item a brand, a gtin or an mpn"}, false, "")
}

// extraJSON is what [Item.Extra] of a new item would be as JSON.
func (c Change) extraJSON() string {
	buf := jsonBuffers.Get().(*[]byte)
	b := (*buf)[:0]
	for _, e := range c.rows.extras {
		v := c.slots[e.slot]
		if v == nil || v == absent {
			continue
		}
		between := byte(',')
		if len(b) == 0 {
			between = '{'
		}
		b = append(append(b, between), e.key...)
		b = appendJSON(b, v)
	}
	text := ""
	if len(b) > 0 {
		b = append(b, '}')
		text = string(b)
	}
	*buf = b
	jsonBuffers.Put(buf)
	return text
}

var jsonBuffers = sync.Pool{New: func() any { return new([]byte) }}

// applyTo writes the row's values into an item. What cannot be taken is left out, of the change that it returns,
// too, and told.
func (r *Row) applyTo(change Change, to *Item, fresh bool) (Change, []RowProblem) {
	before := *to
	found := change.applyTo(to, fresh)
	if len(found) == 0 {
		return change, nil
	}
	var problems []RowProblem
	again := false
	for _, p := range found {
		fatal := !strings.HasPrefix(p.Field, "sale_price")
		problems = append(problems, r.problem(p, fatal, ""))
		again = again || !fatal
	}
	if !again || slices.ContainsFunc(problems, isFatal) {
		return change, problems
	}
	// The sale is what is wrong: the item goes without it.
	change.slots = slices.Clone(change.slots)
	for _, name := range []string{"sale_price", "sale_price_effective_date"} {
		if at, ok := change.rows.slot[name]; ok {
			change.slots[at] = absent
		}
	}
	*to = before
	to.Sale, to.SaleStart, to.SaleEnd = nil, time.Time{}, time.Time{}
	for _, p := range change.applyTo(to, fresh) {
		problems = append(problems, r.problem(p, true, ""))
	}
	return change, problems
}

// problem words a broken rule the same for every row: what the row itself says goes into Value.
func (r *Row) problem(p Problem, fatal bool, value string) RowProblem {
	rule, remedy, _ := strings.Cut(ruleOf(p.Message), "; ")
	out := RowProblem{Row: r.Number, SKU: r.SKU, Fatal: fatal, Field: p.Field, Remedy: sentence(remedy), Value: value}
	if rule == "is missing" {
		out.Summary = "A required field is missing: " + p.Field + "."
		if !fatal {
			out.Summary = "A recommended field is missing: " + p.Field + "."
		}
		return out
	}
	out.Summary = "A field has a value that is not right: " + p.Field + " " + rule + "."
	return out
}

// ruleOf is a problem's message without the value and the numbers of one row.
func ruleOf(message string) string {
	if strings.HasPrefix(message, `"`) {
		if quoted, err := strconv.QuotedPrefix(message); err == nil {
			return strings.TrimSpace(message[len(quoted):])
		}
	}
	if rest, ok := strings.CutPrefix(message, "has "); ok {
		number := strings.TrimLeft(rest, "0123456789")
		if unit, more, ok := strings.Cut(strings.TrimSpace(number), ", "); ok && number != rest {
			return "has too many " + unit + ", " + more
		}
	}
	return message
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
