package manager

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// combinationsMost is how many variants the fields of colours and sizes make at once.
const combinationsMost = 50

// Variant is a row of the grid: an item of the group, and what stands in its fields.
type Variant struct {
	catalog.Item
	PriceText, Stock string
	Problem          *Problem
}

// GridProblem is why something below the grid was refused: a line that was pasted, or a combination.
type GridProblem struct {
	Where string
	Problem
}

// grid is what a form of variants asks for: rows to save at once, and where each comes from.
type grid struct {
	item  catalog.Item
	group []catalog.Item
	rows  []catalog.Entry
	where []string           // the id of a row of the grid, or what a line below it is called
	sent  []map[string]any   // the same rows for a program
	bad   map[string]Problem // by where
	order []string           // keys of bad that are below the grid
}

func (g *grid) refuse(where string, p Problem) {
	if _, known := g.bad[where]; !known {
		g.order = append(g.order, where)
	}
	g.bad[where] = p
}

func (g *grid) change(it catalog.Item, where string, values map[string]any) {
	g.rows, g.where = append(g.rows, catalog.Entry{Item: it.ID, Change: catalog.ReadChange(catalog.Batch, values)}), append(g.where, where)
	values["id"] = it.RetailerID
	g.sent = append(g.sent, values)
}

func (g *grid) create(sku, where string, values map[string]any) {
	g.rows, g.where = append(g.rows, catalog.Entry{RetailerID: sku, Change: catalog.ReadChange(catalog.Batch, values, "id")}), append(g.where, where)
	values["id"] = sku
	g.sent = append(g.sent, values)
}

// changeVariants saves the grid of a group: prices and availability of its items, lines of a spreadsheet, and new combinations
// of colour and size. All of it is saved at once, or nothing is and every row that was refused says why.
func (s *Server) changeVariants(v *visit) error {
	g, err := s.readGroup(v)
	if err != nil {
		return err
	}
	v.changedRows(g)
	if err := v.pastedRows(g); err != nil {
		return err
	}
	if err := v.combinedRows(g); err != nil {
		return err
	}
	at := v.at("/items/" + g.item.ID.String())
	if len(g.bad) > 0 {
		return s.showGrid(v, g)
	}
	if len(g.rows) == 0 {
		return v.done(at, "manager.done_none")
	}
	err = s.Catalogs.SaveEntries(v.Context(), v.caller, g.item.CatalogID, g.rows)
	var refused *catalog.EntriesError
	if errors.As(err, &refused) {
		for _, one := range refused.Problems {
			p, _ := v.words(one.Err)
			g.refuse(g.where[one.Entry], p)
		}
		return s.showGrid(v, g)
	}
	if problem, ok := v.words(err); ok && !errors.Is(err, catalog.ErrItemUnknown) {
		return s.showItem(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	if err := v.rememberBatch(g.item.CatalogID, "UPDATE", g.sent); err != nil {
		return err
	}
	return v.done(at, "manager.done_saved")
}

// readGroup reads the item at hand and those of its group.
func (s *Server) readGroup(v *visit) (*grid, error) {
	i, err := v.pathID("item")
	if err != nil {
		return nil, err
	}
	g := &grid{bad: map[string]Problem{}}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if g.item, err = catalog.ItemTx(ctx, tx, v.caller, i); err != nil {
			return err
		}
		g.group = []catalog.Item{g.item}
		if g.item.GroupID == "" {
			return nil
		}
		g.group, _, err = catalog.ListTx(ctx, tx, v.caller, g.item.CatalogID, catalog.Query{GroupID: g.item.GroupID, Limit: variantsShown}, false)
		return err
	})
	return g, err
}

// showGrid shows the item's page with what was refused.
func (s *Server) showGrid(v *visit, g *grid) error {
	v.refused = g
	return s.showItem(v, http.StatusUnprocessableEntity, &Problem{Text: v.t("manager.grid_refused", "n", strconv.Itoa(len(g.bad)))})
}

// variants are the rows of the grid, with what was written into them where it was refused.
func (v *visit) variants(list []catalog.Item) (rows []Variant) {
	for _, it := range list {
		row := Variant{Item: it, PriceText: it.Price.Major() + " " + it.Price.Currency, Stock: it.Availability}
		if v.refused != nil {
			row.PriceText = cmp.Or(v.PostFormValue("price."+it.ID.String()), row.PriceText)
			row.Stock = cmp.Or(v.PostFormValue("availability."+it.ID.String()), row.Stock)
			if p, ok := v.refused.bad[it.ID.String()]; ok {
				row.Problem = &p
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// belowGrid are the problems of what stands below the grid.
func (g *grid) belowGrid() (list []GridProblem) {
	if g == nil {
		return nil
	}
	for _, where := range g.order {
		if !slices.ContainsFunc(g.group, func(it catalog.Item) bool { return it.ID.String() == where }) {
			list = append(list, GridProblem{where, g.bad[where]})
		}
	}
	return list
}

// changedRows are the rows of the grid in which something became different.
func (v *visit) changedRows(g *grid) {
	for _, it := range g.group {
		values := map[string]any{}
		where := it.ID.String()
		if text := strings.TrimSpace(v.PostFormValue("price." + where)); text != "" && text != it.Price.Major()+" "+it.Price.Currency {
			values["price"] = pastedPrice(text, it.Price.Currency)
		}
		if text := strings.TrimSpace(v.PostFormValue("availability." + where)); text != "" && text != it.Availability {
			values["availability"] = text
		}
		if len(values) > 0 {
			g.change(it, where, values)
		}
	}
}

// pastedRows are the lines of a spreadsheet: changes of the group's items, and new ones like the item at hand.
func (v *visit) pastedRows(g *grid) error {
	for _, line := range pasted(v.PostFormValue("paste")) {
		where := v.t("manager.paste_line", "n", strconv.Itoa(line.Line))
		if line.Problem != "" {
			g.refuse(where, Problem{Text: v.t(line.Problem)})
			continue
		}
		values := line.values(g.item.Price.Currency)
		if n := slices.IndexFunc(g.group, line.names); n >= 0 {
			if len(values) > 0 {
				g.change(g.group[n], where, values)
			}
			continue
		}
		sku := line.Values["id"]
		if sku == "" {
			sku = g.sku(line.Values["color"], line.Values["size"], line.Values["material"], line.Values["pattern"])
		}
		if err := g.like(sku, where, values); err != nil {
			return err
		}
	}
	return nil
}

// base is the id of the group, or what it will be.
func (g *grid) base() string {
	if g.item.GroupID != "" {
		return g.item.GroupID
	}
	return g.item.RetailerID
}

// sku is the id of a variant that has none.
func (g *grid) sku(parts ...string) string {
	sku := g.base()
	for _, part := range parts {
		if part != "" {
			sku += "-" + strings.Join(strings.Fields(part), "-")
		}
	}
	return sku
}

// like makes a new variant: the item at hand with other values. The first one makes a group of the item.
func (g *grid) like(sku, where string, values map[string]any) error {
	text, err := g.item.JSON()
	if err != nil {
		return err
	}
	all := map[string]any{}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return fmt.Errorf("manager: variant: %w", err)
	}
	for name, value := range values {
		all[name] = value
	}
	all["item_group_id"] = g.base()
	if g.item.GroupID == "" && !slices.ContainsFunc(g.sent, func(sent map[string]any) bool { return sent["item_group_id"] == g.base() }) {
		g.change(g.item, g.item.ID.String(), map[string]any{"item_group_id": g.base()})
	}
	g.create(sku, where, all)
	return nil
}

// combinedRows are the combinations of the colours and sizes given that the group lacks, each like the item at hand.
func (v *visit) combinedRows(g *grid) error {
	colors, sizes := listed(v.PostFormValue("colors")), listed(v.PostFormValue("sizes"))
	if len(colors)+len(sizes) == 0 {
		return nil
	}
	if len(colors) == 0 {
		colors = []string{""}
	}
	if len(sizes) == 0 {
		sizes = []string{""}
	}
	if len(colors)*len(sizes) > combinationsMost {
		g.refuse(v.t("manager.new_colors"), Problem{Text: v.t("manager.combine_many", "n", strconv.Itoa(len(colors)*len(sizes)), "most", strconv.Itoa(combinationsMost))})
		return nil
	}
	have := []string{}
	for _, it := range g.group {
		have = append(have, fmt.Sprintf("%v/%v", it.Extra["color"], it.Extra["size"]))
	}
	for _, color := range colors {
		for _, size := range sizes {
			values := map[string]any{}
			for name, value := range map[string]string{"color": color, "size": size} {
				if value != "" {
					values[name] = value
				}
			}
			if slices.Contains(have, g.combination(values)) {
				continue
			}
			sku := g.sku(color, size)
			if err := g.like(sku, sku, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// combination is what colour and size a variant like the item at hand would have with other values.
func (g *grid) combination(values map[string]any) string {
	part := func(name string) any {
		if value, ok := values[name]; ok {
			return value
		}
		return g.item.Extra[name]
	}
	return fmt.Sprintf("%v/%v", part("color"), part("size"))
}

// listed are the words between commas, each once.
func listed(text string) (list []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return list
}
