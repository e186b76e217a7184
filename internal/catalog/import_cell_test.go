package catalog

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	stdjson "encoding/json"
)

// samples are cells that are right for some kind of field, wrong for others, or nearly right.
var cellSamples = []string{
	"", "  ", "x", " Blue mug ", "Áo dài lụa", "9.99 USD", "9,99 USD", "45000 VND", "45000.50 VND", "9.99", "-1", "0", "4294967296", "12.5", "1e3", "NaN",
	"in stock", "In_Stock", "out of stock", "maybe", "new", "USED_like new", "female", "adult", "active", "archived", "hidden", "DEFAULT",
	"https://shop.example/1", "http://shop.example", "https:///nohost", "https://shop.example/ü?q=1 2", "HTTPS://SHOP.EXAMPLE/", "ftp://x", "https://?x", "https://a:b/", "https://",
	"https://shop.example/%zz", "https://shop.example/1#top", "https://-", "2026-12-01", "2026-13-01", "1969-01-01",
	"2026-11-23T00:00+07:00/2026-11-30T23:59+07:00", "2026-11-30T23:59+07:00/2026-11-23T00:00+07:00", "1.5 kg", "kg", "VN", "vnm", "a,b", `["a","b"]`, `{"a":"b"}`, `{"a":`,
	"Scent:Fruity,Flavor:Apple", "a\x00b", "a\xffb", strings.Repeat("x", 101), strings.Repeat("é", 201), strings.Repeat("x", 10_000), "12345678", "4006381333931", "https://x.example/1,https://x.example/2",
}

func TestRowsReadAsChangesDo(t *testing.T) {
	t.Parallel()
	var columns []string
	for name, f := range index[Batch] {
		if f.kind != images {
			columns = append(columns, name)
		}
	}
	slices.Sort(columns)
	rows := NewRows(append([]string{"id"}, columns...), RowOptions{})
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 3000 {
		cells, values := []string{"sku"}, map[string]any{}
		for _, name := range columns {
			cell := cellSamples[rng.IntN(len(cellSamples))]
			if n < len(cellSamples) {
				cell = cellSamples[n] // every sample in every field
			}
			cells = append(cells, cell)
			values[name] = strings.TrimSpace(cell)
		}
		want := ReadChange(Batch, values)
		row := rows.Begin(2, cells)
		row.Read()
		compareChange(t, row, want)
		if t.Failed() {
			return
		}
	}
}

func compareChange(t *testing.T, row *Row, want Change) {
	t.Helper()
	wrong := map[string]bool{}
	var texts []RowProblem
	for _, p := range append(want.Problems, want.Warned...) {
		wrong[p.Field] = true
		texts = append(texts, row.problem(p, false, ""))
	}
	for name, v := range want.values {
		if name == "sale_price" && wrong["sale_price_effective_date"] {
			continue // a row drops it then
		}
		if got, ok := row.change.value(name); !ok || !reflect.DeepEqual(got, v) {
			t.Errorf("%s: a row reads %#v, %v, a change %#v", name, got, ok, v)
		}
	}
	if len(texts) != len(row.problems) {
		t.Fatalf("a row has problems %+v, a change %+v", row.problems, want.Problems)
	}
	for _, p := range texts {
		same := func(q RowProblem) bool { return q.Field == p.Field && q.Summary == p.Summary && q.Remedy == p.Remedy }
		if !slices.ContainsFunc(row.problems, same) {
			t.Errorf("a row does not say %+v, but %+v", p, row.problems)
		}
	}
}

func TestLinksOfACell(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]any{
		"https://a.example/1,https://a.example/2":                  {"https://a.example/1", "https://a.example/2"},
		"https://a.example/1,2.jpg; https://a.example/3":           {"https://a.example/1,2.jpg", "https://a.example/3"},
		"https://a.example/1 | https://a.example/2 http://b.test/": {"https://a.example/1", "https://a.example/2", "http://b.test/"},
		"x": {"x"},
	} {
		if got := splitLinks(cell); !slices.Equal(got, want) {
			t.Errorf("%q: %q", cell, got)
		}
	}
	if got := doubleQuoted(`['a', 'b"c']`); got != `["a","b\"c"]` {
		t.Errorf("labels %s", got)
	}
}

func FuzzRow(f *testing.F) {
	for _, s := range cellSamples {
		f.Add("title", s)
		f.Add("image[3].url", s)
		f.Add("internal_label", s)
	}
	f.Fuzz(func(t *testing.T, column, cell string) {
		read := func() ([]RowProblem, string, bool) {
			row := NewRows([]string{"id", column, column, "applink." + column}, RowOptions{Currency: "USD"}).Begin(2, []string{"sku", cell, cell, cell})
			row.Read()
			problems := row.Check()
			value, ok := row.Value(column)
			return problems, value, ok
		}
		problems, value, ok := read()
		for _, p := range problems {
			if p.Row != 2 || p.SKU != "sku" && column != "id" || !strings.HasSuffix(p.Summary, ".") || p.Summary == p.Remedy || strings.Contains(p.Summary, "%!") {
				t.Errorf("%q of %q is told as %+v", cell, column, p)
			}
		}
		if again, same, there := read(); !slices.Equal(again, problems) || same != value || there != ok {
			t.Errorf("%q of %q is read as %q %v, and then as %q %v", cell, column, value, problems, same, again)
		}
	})
}

func FuzzAppendJSON(f *testing.F) {
	for _, s := range append(cellSamples, "<b>&\u2028\u2029\\\"\n") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := map[string]any{"s": s, s: []string{s, "x"}, "m": map[string]any{"n": int64(7), "f": 1.5, "none": nil, "l": []any{s, true}}}
		want, err := stdjson.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if got := jsonText(v, 1); got != string(want) {
			t.Errorf("%s, the standard encoder makes %s", got, want)
		}
	})
}
