package manager

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
)

func TestPastedLinesAreReadAsSpreadsheetsCopyThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"AO-1\t420.000 ₫\tin stock":                   "1 id=AO-1 price=420.000 ₫ availability=in stock",
		"SKU\tMàu\tGiá\nAO-1\tĐỏ\t1\n\nAO-2\tXanh\t2": "2 id=AO-1 color=Đỏ price=1|4 id=AO-2 color=Xanh price=2",
		"Colour,Size,Price\nRed,\"S, slim\",9":        "2 color=Red size=S, slim price=9",
		"color;size\nĐỏ;S":                            "2 color=Đỏ size=S",
		"AO-1\t1\tin stock\tmore":                     "1 manager.paste_wide",
		"title\tdescription\n\"two\nlines\"\tx":       "2 title=two\nlines description=x",
		"\ufeffid\r\nAO-1\r\n":                        "2 id=AO-1",
		"":                                            "",
		strings.Repeat("x\n", pastedMost+5):           "many",
		"price\tprice\n1\t2":                          "1 id=price price=price|2 id=1 price=2",
		"Mã của bạn (SKU)\tTình trạng\nAO-1\tcòn":     "2 id=AO-1 availability=còn",
	} {
		var got []string
		list := pasted(text)
		for _, l := range list {
			one := []string{string(rune('0' + l.Line%10))}
			for _, name := range pasteColumns() {
				if v, ok := l.Values[name]; ok && l.Problem == "" {
					one = append(one, name+"="+v)
				}
			}
			if l.Problem != "" {
				one = append(one, l.Problem)
			}
			got = append(got, strings.Join(one, " "))
		}
		if want == "many" {
			if len(list) != pastedMost+1 || list[pastedMost].Problem != "manager.paste_many" {
				t.Errorf("%d lines became %d, the last %+v", pastedMost+5, len(list), list[len(list)-1])
			}
			continue
		}
		if text := strings.Join(got, "|"); text != want {
			t.Errorf("%q is read as %q, want %q", text, strings.Join(got, "|"), want)
		}
	}
}

func TestPastedPricesAreReadAsTheItemsCurrencyIsWritten(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"420.000 ₫", "VND", "420000 VND"},
		{"420,000", "VND", "420000 VND"},
		{"1 250 000", "VND", "1250000 VND"},
		{"65000", "VND", "65000 VND"},
		{"65000 VND", "VND", "65000 VND"},
		{"12.50", "USD", "12.50 USD"},
		{"$12.50", "USD", "12.50 USD"},
		{"1.250", "USD", "1.250 USD"},
		{"12 USD", "VND", "12 USD"},
		{"12,5", "VND", "12,5 VND"},
		{"rẻ", "VND", "rẻ"},
	} {
		if got := pastedPrice(c[0], c[1]); got != c[2] {
			t.Errorf("%q in %s became %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if got := pastedStock("Hết hàng"); got != "out of stock" {
		t.Errorf("Hết hàng became %q", got)
	}
}

// FuzzPasted: whatever is in a clipboard, it is read, or refused line by line.
func FuzzPasted(f *testing.F) {
	for _, s := range []string{"AO-1\t1\tin stock", "SKU;Giá\n1;2", "a,\"b\nc\",d", "\"", "\ufeff\t\t", "id\nx\ny"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := pasted(text)
		if len(list) > pastedMost+1 {
			t.Fatalf("%d lines", len(list))
		}
		for _, l := range list {
			l.values("VND")
			l.names(catalog.Item{RetailerID: "AO-1"})
			if l.Line < 1 {
				t.Fatalf("line %d", l.Line)
			}
		}
	})
}
