package feed

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Types of rule.
const (
	MappingRule      = "mapping_rule"
	ValueMappingRule = "value_mapping_rule"
	LetterCaseRule   = "letter_case_rule"
	FallbackRule     = "fallback_rule"
	RegexReplaceRule = "regex_replace_rule"
)

// Rule is a change made to every row of a feed's files before it is read.
type Rule struct {
	ID, FeedID id.ID
	// Attribute is the column it is about, or of a mapping the one it makes.
	Attribute string
	Type      string
	// Params depend on the type: map_from; the values to map; type of the letters; fallback or value; find and replace.
	Params    map[string]string
	CreatedAt time.Time
}

// Bounds of the contract.
const (
	mappingsMost    = 10
	mappedRunesMost = 20
	paramMost       = 500
)

// letterCases are the values of a letter case rule's type.
var letterCases = []string{"capitalize_first", "capitalize_all", "to_upper", "to_lower"}

// check says what is wrong with a rule.
func (r *Rule) check() error {
	r.Attribute = strings.ToLower(strings.TrimSpace(r.Attribute))
	if n := utf8.RuneCountInString(r.Attribute); n == 0 || n > 100 {
		return ErrParam.Withf("attribute", "attribute names the column the rule is about, in 1 to 100 characters; this has %d", n)
	}
	for k, v := range r.Params {
		if utf8.RuneCountInString(k) > paramMost || utf8.RuneCountInString(v) > paramMost || strings.ContainsRune(k+v, 0) || !utf8.ValidString(k+v) {
			return ErrParam.Withf("params", "params.%s must be a text of at most %d characters", clip(k, 40), paramMost)
		}
	}
	switch r.Type {
	case MappingRule:
		return r.needs(`{"map_from":"the column of your file"}`, "map_from")
	case ValueMappingRule:
		return r.checkMappings()
	case LetterCaseRule:
		if !slices.Contains(letterCases, r.Params["type"]) {
			return ErrParam.Withf("params", `params.type %.40q is unknown; one of %s`, r.Params["type"], strings.Join(letterCases, ", "))
		}
		return r.needs(`{"type":"to_lower"}`, "type")
	case FallbackRule:
		return r.checkFallback()
	case RegexReplaceRule:
		return r.checkRegex()
	}
	return ErrParam.Withf("rule_type", "rule_type %.40q is unknown; one of %s, %s, %s, %s, %s", r.Type,
		MappingRule, ValueMappingRule, LetterCaseRule, FallbackRule, RegexReplaceRule)
}

// needs wants exactly the named params, none of them empty.
func (r *Rule) needs(like string, names ...string) error {
	for _, n := range names {
		if strings.TrimSpace(r.Params[n]) == "" {
			return ErrParam.Withf("params", "params.%s is missing; write params like %s", n, like)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(r.Params)) {
		if !slices.Contains(names, n) {
			return ErrParam.Withf("params", "params.%s is no parameter of a %s; write params like %s", clip(n, 40), r.Type, like)
		}
	}
	return nil
}

func (r *Rule) checkMappings() error {
	if n := len(r.Params); n == 0 || n > mappingsMost {
		return ErrParam.Withf("params", `params has %d pairs, 1 to %d are allowed: {"InStock":"in stock"}`, n, mappingsMost)
	}
	for k, v := range r.Params {
		if utf8.RuneCountInString(k) > mappedRunesMost || utf8.RuneCountInString(v) > mappedRunesMost {
			return ErrParam.Withf("params", "params: %.40q to %.40q: values have at most %d characters each", k, v, mappedRunesMost)
		}
	}
	return nil
}

func (r *Rule) checkFallback() error {
	name := fallbackParam(r.Params)
	if name == "" {
		name = "fallback"
	}
	return r.needs(`{"fallback":"in stock"}, or {"map_from":"another column"}`, name)
}

// fallbackParam is the name a fallback's value came under.
func fallbackParam(params map[string]string) string {
	for _, n := range []string{"fallback", "value", "default", "map_from"} {
		if _, ok := params[n]; ok {
			return n
		}
	}
	return ""
}

func (r *Rule) checkRegex() error {
	find, replace := regexParams(r.Params)
	if find == "" {
		find = "find"
	}
	names := []string{find}
	if replace != "" && r.Params[replace] != "" {
		names = append(names, replace)
	}
	like := `{"find":"^SKU-","replace":""}`
	clean := *r
	clean.Params = maps.Clone(r.Params)
	if replace != "" && r.Params[replace] == "" {
		delete(clean.Params, replace) // an empty replacement deletes what is found
	}
	if err := clean.needs(like, names...); err != nil {
		return err
	}
	if _, err := regexp.Compile(r.Params[find]); err != nil {
		return ErrParam.Withf("params", "params.%s is no regular expression of RE2: %v", find, err)
	}
	return nil
}

// regexParams are the names that pattern and replacement came under.
func regexParams(params map[string]string) (find, replace string) {
	for _, n := range []string{"find", "regex", "pattern", "match"} {
		if _, ok := params[n]; ok {
			find = n
			break
		}
	}
	for _, n := range []string{"replace", "replacement", "replace_with"} {
		if _, ok := params[n]; ok {
			replace = n
			break
		}
	}
	return find, replace
}

// AddRule adds a rule to a feed, behind those it has.
func (s *Service) AddRule(ctx context.Context, c access.Caller, feed id.ID, r Rule) (i id.ID, err error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return 0, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := changeTx(ctx, tx, c, feed); err != nil {
			return err
		}
		i, err = addRuleTx(ctx, tx, feed, r)
		return err
	})
	return i, err
}

func addRuleTx(ctx context.Context, tx *db.Tx, feed id.ID, r Rule) (id.ID, error) {
	if err := r.check(); err != nil {
		return 0, err
	}
	have, err := rulesTx(ctx, tx, feed)
	if err != nil {
		return 0, err
	}
	if len(have) >= rulesMost {
		return 0, ErrFull.Withf("rules", "feed %s has %d rules, no more are allowed; delete one that is not used", feed, len(have))
	}
	i, err := node.NewTx(ctx, tx, node.FeedRule)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO feed_rule (id, feed_id, attribute, rule_type, params, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		i, feed, r.Attribute, r.Type, toJSON(r.Params, len(r.Params)), tx.Now())
	if err != nil {
		return 0, fmt.Errorf("feed: rule: %w", err)
	}
	return i, forgetFilesTx(ctx, tx, feed)
}

// UpdateRule changes the params of a rule.
func (s *Service) UpdateRule(ctx context.Context, c access.Caller, i id.ID, params map[string]string) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := changeRuleTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		r.Params = params
		if err := r.check(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE feed_rule SET params = $2 WHERE id = $1`, i, toJSON(params, len(params))); err != nil {
			return err
		}
		return forgetFilesTx(ctx, tx, r.FeedID)
	})
}

// DeleteRule removes a rule.
func (s *Service) DeleteRule(ctx context.Context, c access.Caller, i id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := changeRuleTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		for _, statement := range []string{`DELETE FROM feed_rule WHERE id = $1`, `DELETE FROM node WHERE id = $1`} {
			if _, err := tx.Exec(ctx, statement, i); err != nil {
				return err
			}
		}
		return forgetFilesTx(ctx, tx, r.FeedID)
	})
}

const ruleCols = `SELECT r.id, r.feed_id, r.attribute, r.rule_type, r.params, r.created_at FROM feed_rule r `

func scanRule(row interface{ Scan(...any) error }) (r Rule, err error) {
	var params string
	if err = row.Scan(&r.ID, &r.FeedID, &r.Attribute, &r.Type, &params, &r.CreatedAt); err == nil {
		err = fromJSON(params, &r.Params)
	}
	return r, err
}

// RuleTx returns a rule of a feed that the caller's businesses own.
func RuleTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Rule, error) {
	r, err := scanRule(tx.QueryRow(ctx, ruleCols+`JOIN product_feed f ON f.id = r.feed_id WHERE `+mine+` AND r.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Rule{}, ErrUnknown.Withf("rule_id", "no feed rule %s is visible to this token", i)
	}
	return r, err
}

// changeRuleTx is [RuleTx] for a rule that the caller will change.
func changeRuleTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Rule, error) {
	r, err := RuleTx(ctx, tx, c, i)
	if err == nil {
		_, err = changeTx(ctx, tx, c, r.FeedID)
	}
	return r, err
}

// RulesTx lists the rules of a feed that the caller's businesses own, in the order they apply.
func RulesTx(ctx context.Context, tx *db.Tx, c access.Caller, feed id.ID) ([]Rule, error) {
	if _, err := FeedTx(ctx, tx, c, feed); err != nil {
		return nil, err
	}
	return rulesTx(ctx, tx, feed)
}

func rulesTx(ctx context.Context, tx *db.Tx, feed id.ID) ([]Rule, error) {
	rows, err := tx.Query(ctx, ruleCols+`WHERE r.feed_id = $1 ORDER BY r.id`, feed)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Rule
	for rows.Next() {
		r, err := scanRule(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
