package feed

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/fault"
)

// FuzzRule: rules as strangers write them are refused with words, or do to a row what their type says, and nothing to other
// columns; they are the same after the database kept them.
func FuzzRule(f *testing.F) {
	f.Add("price", MappingRule, `{"map_from":"gprice"}`, "9.99 USD", "x")
	f.Add("availability", ValueMappingRule, `{"InStock":"in stock","out":"out of stock"}`, "INSTOCK", "")
	f.Add("title", LetterCaseRule, `{"type":"capitalize_all"}`, "áo dài ĐỎ", "")
	f.Add("title", LetterCaseRule, `{"type":"to_upper"}`, "straße ŉ", "")
	f.Add("condition", FallbackRule, `{"fallback":"new"}`, "", "")
	f.Add("condition", FallbackRule, `{"map_from":"state"}`, "", "used")
	f.Add("id", RegexReplaceRule, `{"find":"^SKU-(\\d+)","replace":"$1"}`, "SKU-12", "")
	f.Add("id", RegexReplaceRule, `{"regex":"(a*)*b"}`, strings.Repeat("a", 40), "")
	f.Add("", "no_rule", `{"a":{"b":1}}`, "", "")
	f.Fuzz(func(t *testing.T, attribute, kind, params, value, other string) {
		r := Rule{Attribute: attribute, Type: kind}
		if json.Unmarshal([]byte(params), &r.Params) != nil || !utf8.ValidString(value+other) {
			return
		}
		if err := r.check(); err != nil {
			if why, ok := fault.As(err); !ok || why.Detail == "" || len(why.Detail) > 4000 {
				t.Errorf("%q %s %s is refused by %v", attribute, kind, params, err)
			}
			return
		}
		var kept Rule
		kept.Attribute, kept.Type = r.Attribute, r.Type
		if err := fromJSON(toJSON(r.Params, len(r.Params)), &kept.Params); err != nil {
			t.Fatal(err)
		}
		compiled, err := compileRules([]Rule{r, kept})
		if err != nil {
			t.Fatalf("%s %s was taken, and cannot be used: %v", kind, params, err)
		}
		source := strings.ToLower(r.Params["map_from"])
		row := func() cells {
			c := cells{"bystander": "as it was", source: other}
			c[r.Attribute] = value
			return c
		}
		mine, again := row(), row()
		before := row()
		compiled[0].apply(mine)
		compiled[1].apply(again)
		got := mine[r.Attribute]
		if got != again[r.Attribute] {
			t.Errorf("%s %s makes %q of %q, and kept %q", kind, params, got, value, again[r.Attribute])
		}
		for name, was := range before {
			if name != r.Attribute && mine[name] != was {
				t.Errorf("%s of %q changes %q", kind, r.Attribute, name)
			}
		}
		if want := after(r, before); !slices.Contains(want, got) {
			t.Errorf("%s %s makes %q of %q, want one of %q", kind, params, got, value, want)
		}
	})
}

// after tells what a rule may make of its attribute, by its type's own words.
func after(r Rule, row cells) (may []string) {
	value := row[r.Attribute]
	first := func(names ...string) (string, bool) {
		for _, n := range names {
			if v, ok := r.Params[n]; ok {
				return v, true
			}
		}
		return "", false
	}
	switch r.Type {
	case MappingRule:
		return []string{row[strings.ToLower(r.Params["map_from"])]}
	case ValueMappingRule:
		for from, to := range r.Params {
			if strings.EqualFold(from, value) {
				may = append(may, to)
			}
		}
		if may == nil {
			may = []string{value}
		}
	case LetterCaseRule:
		switch r.Params["type"] {
		case "to_upper":
			return []string{strings.ToUpper(value)}
		case "to_lower":
			return []string{strings.ToLower(value)}
		}
		// One letter, or one of each word, is another: what is left is the same but for case.
		made := cells{r.Attribute: value}
		compiledRule{Rule: r}.apply(made)
		if got := made[r.Attribute]; strings.EqualFold(got, value) {
			return []string{got}
		}
	case FallbackRule:
		if value != "" {
			return []string{value}
		}
		if v, ok := first("fallback", "value", "default"); ok {
			return []string{v}
		}
		return []string{row[strings.ToLower(r.Params["map_from"])]}
	case RegexReplaceRule:
		find, _ := first("find", "regex", "pattern", "match")
		replace, _ := first("replace", "replacement", "replace_with")
		return []string{string(regexp.MustCompile(find).ReplaceAll([]byte(value), []byte(replace)))}
	}
	return may
}
