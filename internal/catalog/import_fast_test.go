package catalog

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// cellsOf are what cells of a column may hold: what is right, what is odd and what is wrong.
var cellsOf = map[string][]string{
	"":                             {"", " ", "x", " padded ", "Áo dài", "a\u00a0b", strings.Repeat("ă", 201), strings.Repeat("x", 201), "bad\xffbytes", "nul\x00", `"quoted" <b>&`, "line\nend"},
	"id":                           {"a", "A 1", "Áo", "", strings.Repeat("x", 101)},
	"description":                  {"d", "Một cái áo."},
	"title":                        {"Mug", "Áo dài", "", strings.Repeat("x", 201)},
	"price":                        {"9.99 USD", "9.9 USD", "10 USD", "9.99 usd", "0.00 USD", "007.50 EUR", "1234567890.00 USD", "12345678901.00 USD", "5.00 KWD", "5.000 KWD", "45000 VND", "9.99", "9,99 USD", "9.99 QQQ", "-1.00 USD", "", " 9.99 USD "},
	"sale_price":                   {"", "", "5.99 USD", "99.99 USD", "1.00 EUR", "x"},
	"sale_price_effective_date":    {"", "2026-11-20T00:00+07:00/2026-12-01T23:59+07:00", "2026-11-20/2026-12-01", "2026-12-01/2026-11-20", "soon"},
	"availability":                 {"in stock", "In_Stock", "out of stock", "gone", ""},
	"condition":                    {"new", "NEW", "broken", ""},
	"link":                         {"https://s.example/1", "HTTPS://s.example/á?b#c", "ftp://s.example", "s.example", ""},
	"image_link":                   {"https://s.example/1.jpg", "https://s.example/ 1.jpg", ""},
	"additional_image_link":        {"", "https://s.example/2.jpg", "https://s.example/2.jpg,https://s.example/3.jpg", `["https://s.example/2.jpg"]`, "nowhere"},
	"brand":                        {"", "Lotus", strings.Repeat("x", 101)},
	"gtin":                         {"", "4006381333931", "4006381333932"},
	"mpn":                          {"", "M1"},
	"item_group_id":                {"", "", "G1"},
	"color":                        {"", "White", "Trắng", strings.Repeat("x", 201)},
	"size":                         {"", "S"},
	"visibility":                   {"", "published", "staging", "hidden", "active", "Archived", "no"},
	"gender":                       {"", "female", "Female", "x"},
	"quantity_to_sell_on_facebook": {"", "0", "7", "007", "4294967295", "4294967296", "-1", "1.0", "1e3"},
	"custom_number_0":              {"", "12", "x"},
	"additional_variant_attribute": {"", "Scent:Fruity,Flavor:Apple", "x"},
	"expiration_date":              {"", "", "", "2026-12-31", "tomorrow"},
	"shipping":                     {"", "", "US:CA:Ground:9.99 USD", "x"},
	"rich_text_description":        {"", "<p>Good</p><script>x</script>"},
	"google_product_category":      {"", "Apparel & Accessories > Clothing", "1604"},
	"internal_label":               {"", "['a','b']", "A,b"},
	"product_type":                 {"", "Shop > Mugs"},
}

// outcome is all that a row comes to as a new item.
func outcome(r *Row) string {
	i := r.item
	sale := "none"
	if i.Sale != nil {
		sale = fmt.Sprint(*i.Sale)
	}
	i.Sale, i.Extra = nil, nil
	if len(r.unfit) > 0 || r.Fatal() {
		i = Item{}
		sale = ""
	}
	return fmt.Sprintf("%+v\nsale %s\nvariant %q images %s extra %s\nproblems %v\nunfit %v\nwarned %v", i, sale, r.variant, r.images, r.extra, r.problems, r.unfit, r.warned)
}

// readBoth reads a row fast where that is possible, and with care.
func readBoth(rows *Rows, cells []string) (quick, careful string, fast bool) {
	r := rows.Begin(2, cells)
	r.Read()
	quick, fast = outcome(r), !r.careful
	r.Release()
	r = rows.Begin(2, cells)
	if !r.read {
		r.readWithCare()
	}
	careful = outcome(r)
	r.Release()
	return quick, careful, fast
}

func TestFastRowsAreTheSame(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{"id", "title", "description", "price", "link", "image_link", "availability", "condition"}
	for name := range cellsOf {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names[8:])
	counts := map[bool]int{}
	for range 400 {
		columns := slices.Clone(names[:8])
		for _, name := range names[8:] {
			if rng.IntN(3) == 0 {
				columns = append(columns, name)
			}
		}
		rng.Shuffle(len(columns), func(a, b int) { columns[a], columns[b] = columns[b], columns[a] })
		rows := NewRows(columns, RowOptions{Currency: []string{"", "USD"}[rng.IntN(2)]})
		for range 60 {
			cells := make([]string, len(columns))
			for n, name := range columns {
				list := cellsOf[name]
				cells[n] = list[0]
				switch rng.IntN(24) {
				case 0:
					cells[n] = cellsOf[""][rng.IntN(len(cellsOf[""]))]
				case 1, 2:
					cells[n] = list[rng.IntN(len(list))]
				}
			}
			quick, careful, fast := readBoth(rows, cells[:len(cells)-rng.IntN(2)])
			counts[fast]++
			if quick != careful {
				t.Fatalf("%q\n%q\nread fast\n%s\nwith care\n%s", columns, cells, quick, careful)
			}
		}
	}
	if counts[true] < 4000 || counts[false] < 4000 {
		t.Errorf("%d rows were read fast, %d with care", counts[true], counts[false])
	}
}

func FuzzFastRow(f *testing.F) {
	columns := []string{
		"id", "title", "description", "price", "link", "image_link", "availability", "condition", "brand", "sale_price", "sale_price_effective_date",
		"additional_image_link", "item_group_id", "color", "gtin", "visibility", "gender", "quantity_to_sell_on_facebook", "custom_number_0",
	}
	rows := NewRows(columns, RowOptions{Currency: "USD"})
	f.Add("a|Mug|d|9.99 USD|https://s.example|https://s.example/1.jpg|in stock|new|Lotus|5.99 USD|2026-11-20T00:00+07:00/2026-12-01T23:59+07:00|" +
		"https://s.example/2.jpg|G|White|4006381333931|published|female|7|12")
	f.Add("á|Áo|d|45000|https://s.example|https://s.example/1.jpg|IN_STOCK|New|||||||||Female|007|x")
	f.Fuzz(func(t *testing.T, text string) {
		cells := strings.Split(text, "|")
		if len(cells) > len(columns) {
			return
		}
		if quick, careful, _ := readBoth(rows, cells); quick != careful {
			t.Fatalf("%q read fast\n%s\nwith care\n%s", cells, quick, careful)
		}
	})
}
