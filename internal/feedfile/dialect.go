package feedfile

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// overlay is a row with columns that its file does not have.
type overlay struct {
	names []string
	at    map[string]int // of columns
	row   []string
}

func newOverlay(columns []string, more ...string) *overlay {
	o := &overlay{names: slices.Clone(columns), at: map[string]int{}}
	for _, name := range more {
		if !slices.Contains(columns, name) {
			o.names = append(o.names, name)
		}
	}
	for n, c := range o.names {
		o.at[c] = n
	}
	return o
}

// take begins a row.
func (o *overlay) take(row Row) {
	o.row = append(o.row[:0], row.Values...)
	for len(o.row) < len(o.names) {
		o.row = append(o.row, "")
	}
}

func (o *overlay) get(name string) string {
	if n, ok := o.at[name]; ok {
		return o.row[n]
	}
	return ""
}

func (o *overlay) set(name, value string) {
	if n, ok := o.at[name]; ok {
		o.row[n] = value
	}
}

// fill gives a column a value where it has none.
func (o *overlay) fill(name, value string) {
	if o.get(name) == "" {
		o.set(name, value)
	}
}

// made is the row with all of its columns.
func (o *overlay) made(row Row) Row {
	row.Names, row.Values = o.names, o.row
	return row
}

// described are the columns that [overlay.describe] and [overlay.vary] fill.
var described = []string{"description", "rich_text_description", "additional_variant_attribute", "color", "size", "material", "pattern"}

// describe makes a plain text of a description in HTML, and keeps that as the rich one.
func (o *overlay) describe(rich string) {
	if markup.MatchString(rich) {
		o.fill("rich_text_description", rich)
	}
	o.fill("description", plain(rich))
}

var (
	markup = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)
	unseen = regexp.MustCompile(`(?is)<(script|style)[^>]*>.*?</(script|style)>`)
)

// plain is the text of HTML, on one line.
func plain(rich string) string {
	if strings.ContainsAny(rich, "<&") {
		rich = html.UnescapeString(markup.ReplaceAllString(unseen.ReplaceAllString(rich, " "), " "))
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(rich, `\n`, " ")), " ")
}

// vary stores what tells variants apart: in the column of its name, or else among the further attributes.
func (o *overlay) vary(pairs [][2]string) {
	var others []string
	for _, p := range pairs {
		name, value := strings.TrimSpace(p[0]), strings.TrimSpace(p[1])
		switch field := strings.ToLower(name); field {
		case "color", "size", "material", "pattern":
			o.fill(field, value)
		case "colour":
			o.fill("color", value)
		default:
			others = append(others, name+":"+strings.ReplaceAll(value, ",", " "))
		}
	}
	o.fill("additional_variant_attribute", strings.Join(others, ","))
}

// woocommerce makes products of WooCommerce's export. A variable product is none itself: its variations, which
// name it as their parent, take from it what they do not say.
type woocommerce struct {
	t       source
	o       *overlay
	parents map[string]parent // by SKU and by "id:" and id
	kept    int               // bytes of parents
}

type parent struct {
	group  string
	values map[string]string
}

// weightUnits are those a shop may weigh in, as items have them.
var weightUnits = []string{"kg", "g", "lb", "oz"}

// parentsMost bounds what is remembered of variable products.
const parentsMost = 16 << 20

// inherited are the columns that variations leave to their parent.
var inherited = []string{"title", "description", "rich_text_description", "short_description", "brand", "product_type", "image_link", "internal_label", "link"}

func newWooCommerce(t source, columns []string) *woocommerce {
	more := append([]string{"availability", "condition", "status", "link", "sale_price_effective_date", "shipping_weight"}, described...)
	return &woocommerce{t: t, o: newOverlay(columns, more...), parents: map[string]parent{}}
}

func (w *woocommerce) next() (Row, error) {
	for {
		row, err := w.t.next()
		if err != nil || row.Problem != "" {
			return row, err
		}
		w.o.take(row)
		w.product()
		kind := strings.ToLower(w.o.get("woo_type"))
		if strings.HasPrefix(kind, "variable") || strings.HasPrefix(kind, "grouped") {
			w.remember()
			continue
		}
		if strings.HasPrefix(kind, "variation") {
			w.inherit()
		}
		return w.o.made(row), nil
	}
}

func (w *woocommerce) remember() {
	p := parent{w.o.get("id"), map[string]string{}}
	for _, name := range inherited {
		if v := w.o.get(name); v != "" {
			p.values[name] = v
			w.kept += len(v)
		}
	}
	if w.kept > parentsMost {
		clear(w.parents)
		w.kept = 0
	}
	w.parents[p.group] = p
	w.parents["id:"+w.o.get("woo_id")] = p
}

func (w *woocommerce) inherit() {
	named := w.o.get("item_group_id")
	p, ok := w.parents[named]
	if !ok {
		w.o.set("item_group_id", strings.TrimPrefix(named, "id:"))
		return
	}
	w.o.set("item_group_id", p.group)
	for _, name := range inherited {
		w.o.fill(name, p.values[name])
	}
}

func (w *woocommerce) product() {
	if id := w.o.get("woo_id"); id != "" {
		w.o.fill("id", "wc_post_id_"+id) // as WooCommerce's own plugin calls them
	}
	w.o.fill("availability", map[string]string{"0": "out of stock", "backorder": "available for order"}[w.o.get("in_stock")])
	w.o.fill("availability", "in stock")
	w.o.fill("condition", "new")
	for _, unit := range weightUnits {
		if v := w.o.get("weight_" + unit); v != "" && strings.Trim(v, "0.") != "" {
			w.o.fill("shipping_weight", v+" "+unit)
		}
	}
	w.o.fill("link", w.o.get("external_url"))
	if p := w.o.get("published"); p == "0" || p == "-1" {
		w.o.fill("status", "archived")
	}
	rich := w.o.get("description")
	if rich == "" {
		rich = w.o.get("short_description")
	}
	w.o.set("description", "")
	w.o.describe(rich)
	if from, to := w.o.get("date_sale_price_starts"), w.o.get("date_sale_price_ends"); from != "" && to != "" {
		w.o.fill("sale_price_effective_date", strings.ReplaceAll(from+"/"+to, " ", "T"))
	}
	var pairs [][2]string
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		name, value := w.o.get("attribute_"+n+"_name"), w.o.get("attribute_"+n+"_value")
		if name != "" && value != "" && strings.EqualFold(w.o.get("woo_type"), "variation") {
			pairs = append(pairs, [2]string{name, value})
		}
	}
	w.o.vary(pairs)
}
