package catalog_test

import (
	"encoding/json"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// TestAReviewReadsTheProductTypeOfStoredFields: as a whole decoding of them does, whatever else they hold.
func TestAReviewReadsTheProductTypeOfStoredFields(t *testing.T) {
	t.Parallel()
	for _, fields := range []map[string]any{
		{},
		{"product_type": "Home > Mugs"},
		{"product_type": `a "quoted" \ text`},
		{"a": "x", "product_type": "Rượu > vang", "z": "y"},
		{"a": map[string]any{"product_type": "inner"}},
		{"a": map[string]any{"product_type": "inner"}, "product_type": "outer"},
		{"a": `{"product_type":"text"}`},
		{"a": "{", "product_type": "b"},
		{"product_type": 5},
		{"product_type": nil},
		{"product_type": ""},
		{"product_type": `ends with \`},
		{"product_type": `\" is \\" in it`, "z": `"`},
		{"product_type": "Shop > a\tb"},
		{"product_type": "\U0001f377\n"},
	} {
		stored, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		got, err := catalog.ProductTypeOf(string(stored))
		want, _ := fields["product_type"].(string)
		if is, _ := got["product_type"].(string); err != nil || is != want {
			t.Errorf("%s: %q, %v; want %q", stored, is, err, want)
		}
		if is, err := catalog.ProductTypeIn(stored); err != nil || string(is) != want {
			t.Errorf("%s: %q in bytes, %v; want %q", stored, is, err, want)
		}
	}
}
