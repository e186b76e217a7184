package graphapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// extra is a stored field as the contract reads it: maps as lists of key and value, custom numbers as text.
func extra(name string, v any) any {
	switch name {
	case "additional_variant_attributes", "custom_data":
		m, _ := v.(map[string]any)
		var list []pair
		for _, k := range slices.Sorted(maps.Keys(m)) {
			s, _ := m[k].(string)
			list = append(list, pair{k, s})
		}
		return list
	}
	switch v := v.(type) {
	case nil, string:
		return v
	case json.Number:
		if strings.HasPrefix(name, "custom_number_") {
			return v.String()
		}
		return jsontext.Value(v)
	}
	return raw(v)
}

// raw is a value as JSON, its numbers digit for digit.
func raw(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return jsontext.Value(b)
}

// platforms of app links, by the prefix of their flat parameters.
var platforms = []string{"android", "ios", "ipad", "iphone", "windows_phone"}

// appLinks is the object of links into apps: as it came in a batch, or put together from the node's flat
// parameters.
func appLinks(stored map[string]any) any {
	if v, ok := stored["applinks"]; ok {
		return raw(v)
	}
	links := map[string]any{}
	for _, p := range platforms {
		link := map[string]any{}
		for _, part := range []string{"url", "app_name", "app_store_id", "app_id", "package", "class"} {
			if v, ok := stored[p+"_"+part]; ok {
				link[part] = v
			}
		}
		if len(link) > 0 {
			links[p] = []any{link}
		}
	}
	if len(links) == 0 {
		return nil
	}
	return raw(links)
}

// shippingWeight is a shipping weight in the node's two fields.
type shippingWeight struct {
	value any
	unit  string
}

func weight(stored map[string]any) shippingWeight {
	s, _ := stored["shipping_weight"].(string)
	value, unit, ok := strings.Cut(s, " ")
	if !ok {
		return shippingWeight{}
	}
	return shippingWeight{jsontext.Value(value), unit}
}
