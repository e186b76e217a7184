package graphapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/internal/catalog"
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
var platforms = []string{"android", "ios", "ipad", "iphone", "web", "windows_phone", "windows"}

// appLinks is the object of links into apps, put together from what a batch gave and from the node's flat
// parameters, which go before.
func appLinks(stored map[string]any) any {
	flat, _ := stored["applinks"].(map[string]any)
	links := map[string]any{}
	for _, p := range platforms {
		link := map[string]any{}
		for _, part := range []string{"url", "app_name", "app_store_id", "app_id", "package", "class", "should_fallback"} {
			name := p + "_" + part
			if v, ok := stored[name]; ok {
				link[part] = v
			} else if v, ok := flat[name]; ok {
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

// stock is how many there are, by either of its names.
func stock(stored map[string]any) any {
	for _, name := range []string{"inventory", "quantity_to_sell_on_facebook"} {
		if v, ok := stored[name]; ok {
			return extra(name, v)
		}
	}
	return nil
}

// imageTexts are an item's pictures, each as JSON in a text.
func imageTexts(i *catalog.Item) []string {
	list := []string{}
	for _, u := range append([]string{i.ImageLink}, i.MoreImages...) {
		if u == "" {
			continue
		}
		b, err := json.Marshal(map[string]string{"url": u})
		if err == nil {
			list = append(list, string(b))
		}
	}
	return list
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
