package manager

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// What a product message may hold; what is too much can still be written down, and is refused in the API's own words.
const (
	productsMost = messaging.ProductsMost
	sectionsMost = messaging.SectionsMost
	titleMost    = messaging.SectionTitleMost
	writtenMost  = 100 // sections, or products, that the form keeps at all
)

// ComposeForm is a message as it is written down.
type ComposeForm struct {
	From, To, Kind, Header, Body, Footer string
	Sections                             []ComposeSection
	// Into is the section that chosen products go to.
	Into int
}

// ComposeSection is a titled run of products.
type ComposeSection struct {
	Title string
	SKUs  []string
}

// readCompose reads the form. Lines of products that were pasted follow the chosen ones.
func readCompose(q url.Values) ComposeForm {
	text := func(name string) string {
		return strings.ToValidUTF8(strings.TrimSpace(strings.ReplaceAll(q.Get(name), "\r\n", "\n")), "")
	}
	f := ComposeForm{From: text("from"), To: text("to"), Kind: text("kind"), Header: text("header"), Body: text("body"), Footer: text("footer")}
	if !slices.Contains(composeKinds(), f.Kind) {
		f.Kind = "product_list"
	}
	for n := range writtenMost {
		title := "title." + strconv.Itoa(n)
		if !q.Has(title) {
			break
		}
		f.Sections = append(f.Sections, ComposeSection{Title: text(title), SKUs: someSKUs(q["product."+strconv.Itoa(n)])})
	}
	f.Into = len(f.Sections) - 1
	if n, err := strconv.Atoi(q.Get("into")); err == nil && n >= 0 && n < len(f.Sections) {
		f.Into = n
	}
	f.paste(q.Get("products"))
	if len(f.Sections) == 0 {
		f.Sections = []ComposeSection{{}}
	}
	f.Into = max(f.Into, 0)
	return f
}

func composeKinds() []string { return []string{"product_list", "product", "catalog_message"} }

func someSKUs(list []string) (skus []string) {
	for _, sku := range list[:min(len(list), writtenMost)] {
		if catalog.CheckRetailerID(sku) == "" {
			skus = append(skus, sku)
		}
	}
	return skus
}

// paste takes lines: those that end in a colon begin a section, all others are SKUs.
func (f *ComposeForm) paste(lines string) {
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		title, isTitle := strings.CutSuffix(line, ":")
		switch {
		case line == "" || len(f.Sections) > writtenMost:
		case isTitle && len(f.Sections) == 1 && f.Sections[0].Title == "" && len(f.Sections[0].SKUs) == 0:
			f.Sections[0].Title = title
		case isTitle:
			f.Sections = append(f.Sections, ComposeSection{Title: title})
			f.Into = len(f.Sections) - 1
		default:
			f.add(line)
		}
	}
}

// add puts a product at the end of the section at hand; one that is there already stays where it is.
func (f *ComposeForm) add(sku string) {
	if f.Chosen()[sku] || f.Count() >= writtenMost {
		return
	}
	if len(f.Sections) == 0 {
		f.Sections = []ComposeSection{{}}
		f.Into = 0
	}
	f.Sections[f.Into].SKUs = append(f.Sections[f.Into].SKUs, sku)
}

// Chosen are the products of all sections.
func (f ComposeForm) Chosen() map[string]bool {
	all := map[string]bool{}
	for _, s := range f.Sections {
		for _, sku := range s.SKUs {
			all[sku] = true
		}
	}
	return all
}

// Count is how many products there are in all sections.
func (f ComposeForm) Count() (n int) {
	for _, s := range f.Sections {
		n += len(s.SKUs)
	}
	return n
}

// First is the product of a message with one.
func (f ComposeForm) First() string {
	for _, s := range f.Sections {
		if len(s.SKUs) > 0 {
			return s.SKUs[0]
		}
	}
	return ""
}

// editTx does what a button of the form says; what is no edit changes nothing.
func (f *ComposeForm) editTx(ctx context.Context, tx *db.Tx, v *visit, action string) error {
	what, rest, _ := strings.Cut(action, ":")
	var n, i int
	_, _ = fmt.Sscanf(rest, "%d:%d", &n, &i) // what is missing is zero
	known := n >= 0 && n < len(f.Sections)
	switch {
	case what == "add" && catalog.CheckRetailerID(rest) == "":
		if f.Kind == "product" {
			f.Sections, f.Into = []ComposeSection{{}}, 0
		}
		f.add(rest)
	case what == "drop":
		for n := range f.Sections {
			f.Sections[n].SKUs = slices.DeleteFunc(f.Sections[n].SKUs, func(sku string) bool { return sku == rest })
		}
	case what == "section" && len(f.Sections) < sectionsMost:
		f.Sections = append(f.Sections, ComposeSection{})
		f.Into = len(f.Sections) - 1
	case what == "unsection" && known && len(f.Sections) > 1:
		f.Sections = slices.Delete(f.Sections, n, n+1)
		f.Into = min(f.Into, len(f.Sections)-1)
	case (what == "up" || what == "down") && known && i >= 0 && i < len(f.Sections[n].SKUs):
		f.move(n, i, map[string]int{"up": -1, "down": 1}[what])
	case what == "set":
		return f.addSetTx(ctx, tx, v, rest)
	}
	return nil
}

// move takes a product one place on: out of the first or last place it goes to the section beside.
func (f *ComposeForm) move(section, at, by int) {
	list := f.Sections[section].SKUs
	if to := at + by; to >= 0 && to < len(list) {
		list[at], list[to] = list[to], list[at]
		return
	}
	if section+by < 0 || section+by >= len(f.Sections) {
		return
	}
	sku, beside := list[at], &f.Sections[section+by].SKUs
	f.Sections[section].SKUs = slices.Delete(list, at, at+1)
	if by < 0 {
		*beside = append(*beside, sku)
	} else {
		*beside = slices.Insert(*beside, 0, sku)
	}
}

// addSetTx makes a section of what customers see of a set, as far as there is room.
func (f *ComposeForm) addSetTx(ctx context.Context, tx *db.Tx, v *visit, text string) error {
	set, err := v.setTx(ctx, tx, text)
	if err != nil {
		return err
	}
	list, _, err := catalog.SetItemsTx(ctx, tx, v.caller, set, catalog.Query{ApprovedOnly: true, Limit: productsMost}, false)
	if err != nil {
		return err
	}
	title := []rune(set.Name)
	one := ComposeSection{Title: string(title[:min(len(title), titleMost)])}
	if last := len(f.Sections) - 1; last >= 0 && len(f.Sections[last].SKUs) == 0 && f.Sections[last].Title == "" {
		f.Sections[last] = one
	} else if len(f.Sections) < sectionsMost {
		f.Sections = append(f.Sections, one)
	}
	f.Into = len(f.Sections) - 1
	for _, i := range list[:min(len(list), max(productsMost-f.Count(), 0))] {
		f.add(i.RetailerID)
	}
	return nil
}

// message is the form as the API takes it. A section without products is left out.
func (f ComposeForm) message(catalogID id.ID) ([]byte, error) {
	inter := map[string]any{"type": f.Kind, "body": map[string]any{"text": f.Body}}
	if f.Footer != "" {
		inter["footer"] = map[string]any{"text": f.Footer}
	}
	action := map[string]any{"catalog_id": catalogID.String()}
	switch f.Kind {
	case "product":
		action["product_retailer_id"] = f.First()
		if f.Body == "" {
			delete(inter, "body")
		}
	case "product_list":
		inter["header"] = map[string]any{"type": "text", "text": f.Header}
		action["sections"] = f.sections()
	default:
		action = map[string]any{"name": "catalog_message"}
		if sku := f.First(); sku != "" {
			action["parameters"] = map[string]any{"thumbnail_product_retailer_id": sku}
		}
	}
	inter["action"] = action
	return json.MarshalIndent(map[string]any{
		"messaging_product": "whatsapp", "recipient_type": "individual", "to": f.To, "type": "interactive", "interactive": inter,
	}, "", "  ")
}

func (f ComposeForm) sections() []map[string]any {
	list := []map[string]any{}
	for _, s := range f.Sections {
		if len(s.SKUs) == 0 {
			continue
		}
		one := map[string]any{}
		if s.Title != "" {
			one["title"] = s.Title
		}
		items := make([]map[string]any, len(s.SKUs))
		for n, sku := range s.SKUs {
			items[n] = map[string]any{"product_retailer_id": sku}
		}
		one["product_items"] = items
		list = append(list, one)
	}
	return list
}
