package feed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// compiledRule is a rule, ready for many rows.
type compiledRule struct {
	Rule
	regex *regexp.Regexp
}

// compileRules makes rules ready, in their order.
func compileRules(rules []Rule) ([]compiledRule, error) {
	list := make([]compiledRule, len(rules))
	for n, r := range rules {
		list[n].Rule = r
		if r.Type != RegexReplaceRule {
			continue
		}
		find, _ := regexParams(r.Params)
		re, err := regexp.Compile(r.Params[find])
		if err != nil {
			return nil, fmt.Errorf("feed: rule %s: %w", r.ID, err)
		}
		list[n].regex = re
	}
	return list, nil
}

// apply changes the values of a row.
func (r compiledRule) apply(c cells) {
	value := c[r.Attribute]
	switch r.Type {
	case MappingRule:
		if from, ok := c[strings.ToLower(r.Params["map_from"])]; ok {
			c[r.Attribute] = from
		}
	case ValueMappingRule:
		for from, to := range r.Params {
			if strings.EqualFold(from, value) {
				c[r.Attribute] = to
				return
			}
		}
	case LetterCaseRule:
		c[r.Attribute] = letterCase(r.Params["type"], value)
	case FallbackRule:
		if value != "" {
			return
		}
		name := fallbackParam(r.Params)
		if name == "map_from" {
			c[r.Attribute] = c[strings.ToLower(r.Params[name])]
		} else {
			c[r.Attribute] = r.Params[name]
		}
	case RegexReplaceRule:
		_, replace := regexParams(r.Params)
		c[r.Attribute] = r.regex.ReplaceAllString(value, r.Params[replace])
	}
}

func letterCase(kind, s string) string {
	switch kind {
	case "to_upper":
		return strings.ToUpper(s)
	case "to_lower":
		return strings.ToLower(s)
	}
	capitalize := true
	return strings.Map(func(r rune) rune {
		if capitalize && unicode.IsLetter(r) {
			capitalize = false
			return unicode.ToTitle(r)
		}
		if kind == "capitalize_all" && unicode.IsSpace(r) {
			capitalize = true
		}
		return r
	}, s)
}

// reads tells whether a rule takes the values of a column to another one.
func reads(rules []compiledRule, column string) bool {
	return slices.ContainsFunc(rules, func(r compiledRule) bool {
		from, ok := r.Params["map_from"]
		return ok && strings.EqualFold(from, column)
	})
}
