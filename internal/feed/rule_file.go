package feed

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// ReadRules reads rules as a feed takes and tells them: [{"attribute":…,"rule_type":…,"params":{…}}], or what GET /{feed}/rules answers,
// a list under "data" with params as pairs.
func ReadRules(text []byte) ([]Rule, error) {
	var list []fileRule
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		var answer struct {
			Data *[]fileRule `json:"data"`
		}
		if err := json.Unmarshal(text, &answer); err != nil || answer.Data == nil {
			return nil, errRules()
		}
		list = *answer.Data
	} else if err := json.Unmarshal(text, &list); err != nil || list == nil {
		return nil, errRules()
	}
	if len(list) > rulesMost {
		return nil, ErrFull.Withf("rules", "there are %d rules, a feed has %d at most", len(list), rulesMost)
	}
	rules := make([]Rule, len(list))
	for n, in := range list {
		rules[n] = Rule{Attribute: in.Attribute, Type: in.Type, Params: in.Params}
		if err := rules[n].check(); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

func errRules() error {
	return ErrParam.With("rules", `rules are a list of {"attribute":"…","rule_type":"…","params":{…}}, or what GET /{feed}/rules answers`)
}

type fileRule struct {
	Attribute string     `json:"attribute"`
	Type      string     `json:"rule_type"`
	Params    ruleParams `json:"params"`
}

// ruleParams are given as an object and told as pairs.
type ruleParams map[string]string

func (p *ruleParams) UnmarshalJSON(text []byte) error {
	var pairs []struct{ Key, Value string }
	if json.Unmarshal(text, &pairs) != nil {
		return json.Unmarshal(text, (*map[string]string)(p))
	}
	*p = ruleParams{}
	for _, pair := range pairs {
		(*p)[pair.Key] = pair.Value
	}
	return nil
}

// linkTemplate is an address with one column's name in it.
var linkTemplate = regexp.MustCompile(`^(https?://[^{}\s]+)\{([^{}]+)\}([^{}\s]*)$`)

// LinkRules are the rules that give rows without a link one made of another column: "https://shop.example/products/{item_group_id}".
// A link that is there and absolute stays.
func LinkRules(template string) ([]Rule, error) {
	parts := linkTemplate.FindStringSubmatch(template)
	if parts == nil {
		return nil, ErrParam.Withf("link", "%.80q is no address with one column in it, such as https://shop.example/products/{item_group_id}", template)
	}
	literal := func(s string) string { return strings.ReplaceAll(s, "$", "$$") }
	rules := []Rule{
		{Attribute: "link", Type: FallbackRule, Params: map[string]string{"map_from": strings.ToLower(strings.TrimSpace(parts[2]))}},
		{Attribute: "link", Type: RegexReplaceRule, Params: map[string]string{"find": "^([^:]+)$", "replace": literal(parts[1]) + "${1}" + literal(parts[3])}},
	}
	for n := range rules {
		if err := rules[n].check(); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// Same tells whether two rules do the same.
func (r Rule) Same(other Rule) bool {
	return strings.EqualFold(r.Attribute, other.Attribute) && r.Type == other.Type && toJSON(r.Params, len(r.Params)) == toJSON(other.Params, len(other.Params))
}
