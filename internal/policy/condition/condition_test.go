package condition_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/policy/condition"
)

func facts() *condition.Facts {
	return &condition.Facts{
		Title: "Đồng hồ Rolex", Brand: "Rolex", Price: 250_000, Currency: "VND", PriceUSD: 10, Condition: "new",
		Fields: map[string]any{"custom_label_0": "outlet", "origin_country": "CN"},
		Seller: condition.Seller{ID: "7", Name: "Chợ Tốt", Country: "VN", Catalog: "Đồng hồ", Sold: "IN"},
	}
}

func TestConditionsAskItemSellerAndCountry(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`item.brand == "Rolex" && item.price_usd < 100.0`:                     true,
		`item.title.matches("(?i)rolex") && country == "IN"`:                  true,
		`seller.country in ["VN", "LA"] && seller.name.startsWith("Chợ")`:     true,
		`item.price > 300000.0`:                                               false,
		`item.fields["origin_country"] == "CN"`:                               true,
		`item.fields["importer_name"] == "x"`:                                 false, // it has none
		`"importer_name" in item.fields`:                                      false,
		`!("importer_name" in item.fields) && country != seller.country`:      true,
		`item.fields.custom_label_0 == "outlet"`:                              true,
		`["a", "b"].exists(x, item.title.contains(x))`:                        false,
		`item.condition == "new" ? seller.id == "7" : item.link == "nowhere"`: true,
	} {
		c, err := condition.Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := c.Met(facts()); err != nil || got != want {
			t.Errorf("%s: %t %v, want %t", text, got, err, want)
		}
	}
}

func TestWrongConditionsAreRefusedWithAReason(t *testing.T) {
	t.Parallel()
	loop := `item.fields.exists(a, item.fields.exists(b, item.fields.exists(c, item.description.contains(a + b + c))))`
	for text, want := range map[string]string{
		`item.titel == "x"`:            "undeclared reference",
		`item.price < "5"`:             "no matching overload",
		`item.title.`:                  "Syntax error",
		`item.price`:                   "true or false",
		``:                             "Syntax error",
		loop:                           "may cost",
		`item.title.matches("(")`:      "cannot be run",
		strings.Repeat("true && ", 99): "Syntax error",
		strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300): "",
		`item.title == "` + strings.Repeat("x", 5000) + `"`:          "bytes",
		"item.title == \"a\" &&\x00":                                 "",
	} {
		if _, err := condition.Compile(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60s: %v, want %q", text, err, want)
		}
	}
}

// TestAnAnswerThatIsNoneIsTold: what a condition cannot answer is no "no".
func TestAnAnswerThatIsNoneIsTold(t *testing.T) {
	t.Parallel()
	c, err := condition.Compile(`item.fields["custom_label_0"] > 5`)
	if err != nil {
		t.Fatal(err)
	}
	if met, err := c.Met(facts()); met || err == nil {
		t.Errorf("%t %v", met, err)
	}
}

// FuzzCompile: whatever an operator writes is refused or answers within its bound.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{`item.price > 1.0`, `country == "IN"`, `item.title.matches("(a+)+b")`, `[1,2].map(x, x).size() > 1`, `"\xff"`, `{}`, `item.fields.all(k, k != "a")`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := condition.Compile(text)
		if err != nil {
			return
		}
		if _, err := c.Met(facts()); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	})
}
