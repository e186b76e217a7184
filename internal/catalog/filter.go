package catalog

import (
	"regexp"
	"strings"

	"github.com/hawkerhq/hawker/internal/id"
)

// Bounds of a filter.
const (
	filterBytes = 500 << 10
	filterDepth = 10
	filterTests = 1000
	regexMost   = 500
)

// Rule is a filter over items: a tree of tests under "and", "or" and "not". Fields and operators are those of
// docs/catalog.md; what an item has no value of fails every positive test and passes every negative one.
type Rule struct {
	root clause
	// bySKU: only items of named SKUs can match. They are few and found by their index, which ordering by the
	// plain id would keep SQLite from using.
	bySKU bool
}

// ParseRule reads a filter in JSON.
func ParseRule(text string) (*Rule, error) {
	if len(text) > filterBytes {
		return nil, ErrFilter.Withf("filter", "filter has %d bytes, at most %d are allowed", len(text), filterBytes)
	}
	v, err := decodeJSON([]byte(text))
	object, ok := v.(map[string]any)
	if err != nil || !ok {
		return nil, ErrFilter.With("filter", `filter is not a JSON object such as {"retailer_id":{"eq":"sku-1"}}`)
	}
	p := ruleParser{}
	root, err := p.rule(object, 0)
	if err != nil {
		return nil, err
	}
	return &Rule{root: root, bySKU: root.namesSKUs()}, nil
}

// Match tells whether an item is selected. The same rule as SQL selects the same items, or more where SQL
// cannot say it exactly.
func (r *Rule) Match(i *Item) bool { return r.root.match(i) }

// unusual tells whether only items can match that an index leads to.
func (r *Rule) unusual() bool { return r.root.unusual() }

// clause is a part of a rule.
type clause interface {
	match(i *Item) bool
	// sql adds the clause to b, negated where not is set. exact: it selects what match does; else it may select more.
	sql(b *ruleSQL, not bool) (text string, exact bool)
	// namesSKUs tells whether only items of SKUs it names can match.
	namesSKUs() bool
	// unusual tells whether only items can match that stand out, which an index leads to.
	unusual() bool
	// needs is what the search index must say of every item that matches; "": nothing.
	needs(x syntax, catalog id.ID) string
}

// group is "and" or "or".
type group struct {
	all   bool
	rules []clause
}

func (g group) match(i *Item) bool {
	for _, r := range g.rules {
		if r.match(i) != g.all {
			return !g.all
		}
	}
	return g.all
}

func (g group) namesSKUs() bool {
	for _, r := range g.rules {
		if r.namesSKUs() == g.all {
			return g.all
		}
	}
	return !g.all
}

func (g group) unusual() bool { return len(g.rules) == 1 && g.rules[0].unusual() }

func (g group) sql(b *ruleSQL, not bool) (string, bool) {
	word, exact := " OR ", true
	if g.all != not {
		word = " AND "
	}
	texts := make([]string, len(g.rules))
	for n, r := range g.rules {
		text, ok := r.sql(b, not)
		texts[n], exact = text, exact && ok
	}
	return "(" + strings.Join(texts, word) + ")", exact
}

// negation is "not".
type negation struct{ rule clause }

func (n negation) match(i *Item) bool                      { return !n.rule.match(i) }
func (n negation) namesSKUs() bool                         { return false }
func (n negation) unusual() bool                           { return false }
func (n negation) sql(b *ruleSQL, not bool) (string, bool) { return n.rule.sql(b, !not) }

// operation is what a test does with a value; the negative operators are these, negated.
type operation string

const (
	opEqual    operation = "eq" // one of the operands, without regard to case
	opContains operation = "contains"
	opStarts   operation = "starts_with"
	opLess     operation = "lt"
	opAtMost   operation = "lte"
	opMore     operation = "gt"
	opAtLeast  operation = "gte"
	opRegex    operation = "regex_match"
	opPresent  operation = "is_present"
)

// filterOp is an operator as it is written.
type filterOp struct {
	does operation
	not  bool
	list bool // takes a list
}

// filterOps are the operators. Those of Meta's other rules that mean the same are taken too.
var filterOps = map[string]filterOp{
	"eq": {does: opEqual}, "i_str_eq": {does: opEqual}, "neq": {does: opEqual, not: true}, "i_str_neq": {does: opEqual, not: true},
	"is_any": {does: opEqual, list: true}, "i_is_any": {does: opEqual, list: true}, "in": {does: opEqual, list: true},
	"is_not_any": {does: opEqual, not: true, list: true}, "i_is_not_any": {does: opEqual, not: true, list: true},
	"not_in":   {does: opEqual, not: true, list: true},
	"contains": {does: opContains}, "i_contains": {does: opContains},
	"not_contains": {does: opContains, not: true}, "i_not_contains": {does: opContains, not: true},
	"starts_with": {does: opStarts}, "i_starts_with": {does: opStarts},
	"lt": {does: opLess}, "lte": {does: opAtMost}, "gt": {does: opMore}, "gte": {does: opAtLeast},
	"regex_match": {does: opRegex}, "is_present": {does: opPresent}, "is_not_present": {does: opPresent, not: true},
}

// ruleParser reads rules and counts their tests.
type ruleParser struct{ tests int }

func (p *ruleParser) rule(rule map[string]any, depth int) (clause, error) {
	if depth > filterDepth {
		return nil, ErrFilter.Withf("filter", "filter is nested deeper than %d levels", filterDepth)
	}
	if len(rule) != 1 {
		return nil, ErrFilter.With("filter", `each rule of a filter has exactly one key: a field, "and", "or" or "not"`)
	}
	for key, value := range rule {
		switch key {
		case "and", "or":
			return p.group(key, value, depth)
		case "not":
			inner, ok := value.(map[string]any)
			if !ok {
				return nil, ErrFilter.With("filter", `"not" holds one rule`)
			}
			r, err := p.rule(inner, depth+1)
			return negation{r}, err
		}
		return p.test(key, value)
	}
	return nil, nil
}

func (p *ruleParser) group(key string, value any, depth int) (clause, error) {
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		return nil, ErrFilter.Withf("filter", "%q holds a list of rules", key)
	}
	g := group{all: key == "and"}
	for _, v := range list {
		inner, ok := v.(map[string]any)
		if !ok {
			return nil, ErrFilter.Withf("filter", "%q holds a list of rules", key)
		}
		r, err := p.rule(inner, depth+1)
		if err != nil {
			return nil, err
		}
		g.rules = append(g.rules, r)
	}
	return g, nil
}

func (p *ruleParser) test(name string, value any) (clause, error) {
	if p.tests++; p.tests > filterTests {
		return nil, ErrFilter.Withf("filter", "filter has more than %d tests; use is_any with a list", filterTests)
	}
	f, ok := filterFields[name]
	if !ok {
		return nil, ErrFilter.Withf("filter", "there is no field %s to filter by; the fields are %s", show(name), strings.Join(sortedKeys(filterFields), ", "))
	}
	object, ok := value.(map[string]any)
	if !ok || len(object) == 0 {
		return nil, ErrFilter.Withf("filter", `%s needs an operator, for example {"%s":{"eq":"x"}}`, show(name), name)
	}
	g := group{all: true}
	for _, op := range sortedKeys(object) {
		t, err := newTest(name, f, op, object[op])
		if err != nil {
			return nil, err
		}
		g.rules = append(g.rules, t)
	}
	if len(g.rules) == 1 {
		return g.rules[0], nil
	}
	return g, nil
}

// test compares one field.
type test struct {
	field   filterField
	op      operation
	not     bool
	texts   []string // lower-cased operands
	words   []string // of contains
	numbers []int64
	regex   *regexp.Regexp
}

func newTest(name string, f filterField, opName string, operand any) (t test, err error) {
	op, ok := filterOps[opName]
	if !ok {
		return t, ErrFilter.Withf("filter", "there is no operator %s; the operators are %s", show(opName), strings.Join(sortedKeys(filterOps), ", "))
	}
	t = test{field: f, op: op.does, not: op.not}
	list, isList := operand.([]any)
	if !isList {
		list = []any{operand}
	}
	if isList != op.list {
		return t, ErrFilter.Withf("filter", `%s takes %s: write {"%s":{"%s":%s}}`, show(opName), operandOf[op.list], name, opName, exampleOf[op.list])
	}
	for _, v := range list {
		switch v.(type) {
		case map[string]any, []any, nil:
			return t, ErrFilter.Withf("filter", "%s compares with texts, numbers and booleans, not with %s", show(opName), show(v))
		}
		if err := t.operand(name, opName, plainText(v)); err != nil {
			return t, err
		}
	}
	return t, nil
}

// What the operators take.
var (
	operandOf = map[bool]string{true: "a list", false: "one value"}
	exampleOf = map[bool]string{true: `["x","y"]`, false: `"x"`}
)
