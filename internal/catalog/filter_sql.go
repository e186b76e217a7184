package catalog

import (
	"fmt"
	"strings"
)

// ruleSQL collects the arguments of a rule as SQL.
type ruleSQL struct{ args []any }

func (b *ruleSQL) arg(v any) string {
	b.args = append(b.args, v)
	return fmt.Sprintf("$%d", len(b.args))
}

// where is the rule as a predicate over item i, with its arguments behind args. Not exact: it selects more,
// and [Rule.Match] decides.
func (r *Rule) where(args []any) (text string, all []any, exact bool) {
	b := ruleSQL{args: args}
	text, exact = r.root.sql(&b, false)
	return text, b.args, exact
}

// anything is what stands for a test that SQL cannot narrow.
const anything = "1 = 1"

func (t test) sql(b *ruleSQL, not bool) (string, bool) {
	before := len(b.args)
	text, exact := t.positiveSQL(b)
	if t.not == not {
		return text, exact
	}
	if !exact {
		b.args = b.args[:before]
		return anything, false // more than the positive test selects may be left out of its opposite
	}
	return "NOT (" + text + ")", true
}

// positiveSQL is the positive test.
func (t test) positiveSQL(b *ruleSQL) (string, bool) {
	switch {
	case t.field.extra != "":
		return t.inExtra(b), false
	case t.field.numeric:
		return t.numberSQL(b), true
	case t.op == opPresent:
		return "i." + t.field.column + " <> ''", true
	case t.op == opEqual:
		return t.equalSQL(b)
	case t.op == opContains:
		return t.wordsSQL(b), false
	case t.op == opStarts && isASCII(t.texts[0]):
		return "LOWER(i." + t.field.column + ") LIKE " + b.arg(escapeLike(t.texts[0])+"%") + ` ESCAPE '\'`, true
	}
	return anything, false
}

func (t test) numberSQL(b *ruleSQL) string {
	column := "i." + t.field.column
	var text string
	switch t.op {
	case opPresent:
		text = anything
	case opEqual:
		text = column + " = ANY(" + b.arg(t.numbers) + ")"
	default:
		text = column + map[operation]string{opLess: " < ", opAtMost: " <= ", opMore: " > ", opAtLeast: " >= "}[t.op] + b.arg(t.numbers[0])
	}
	if t.field.column == "sale_minor" { // -1: no sale price
		return "(i.sale_minor >= 0 AND " + text + ")"
	}
	return text
}

// equalSQL is exact where the operands are ASCII: databases fold the case of other letters each in its way.
func (t test) equalSQL(b *ruleSQL) (string, bool) {
	if t.field.caseful {
		// SKUs are told apart by case, and found by their index.
		return "i." + t.field.column + " = ANY(" + b.arg(t.texts) + ")", true
	}
	for _, s := range t.texts {
		if !isASCII(s) {
			return anything, false
		}
	}
	if t.field.listed { // stored as the contract spells them, in lower case
		column := "i." + t.field.column
		switch {
		case len(t.texts) > 1:
			return column + " = ANY(" + b.arg(t.texts) + ")", true
		case t.unusual():
			return "(" + usual[t.field.column].but + " AND " + column + " = " + b.arg(t.texts[0]) + ")", true
		}
		return column + " = " + b.arg(t.texts[0]), true
	}
	return "LOWER(i." + t.field.column + ") = ANY(" + b.arg(t.texts) + ")", true
}

// wordsSQL narrows contains: all of the words' parts stand somewhere in the text.
func (t test) wordsSQL(b *ruleSQL) string {
	const most = 8
	var texts []string
	for _, w := range t.words {
		for _, p := range parts(w) {
			if len(texts) < most && isASCII(p) {
				texts = append(texts, "LOWER(i."+t.field.column+") LIKE "+b.arg("%"+escapeLike(p)+"%")+` ESCAPE '\'`)
			}
		}
	}
	if len(texts) == 0 {
		return anything
	}
	return strings.Join(texts, " AND ")
}

// inExtra narrows a test of a field that has no column: its name stands in the item's other fields, and so does what it is
// compared with, where JSON writes that as it is.
func (t test) inExtra(b *ruleSQL) string {
	named := "i.extra LIKE " + b.arg(`%"`+escapeLike(t.field.extra)+`":%`) + ` ESCAPE '\'`
	if texts := t.extraTexts(); len(texts) > 0 {
		for n, s := range texts {
			texts[n] = "LOWER(i.extra) LIKE " + b.arg("%"+escapeLike(s)+"%") + ` ESCAPE '\'`
		}
		word := " AND "
		if t.op == opEqual {
			word = " OR "
		}
		return "(" + named + " AND (" + strings.Join(texts, word) + "))"
	}
	return named
}

// extraTexts are texts one of which stands in the JSON of an item that passes the test, or all of which do where it is no test
// of equality; none where nothing is sure.
func (t test) extraTexts() (list []string) {
	const most = 8
	switch {
	case t.field.numeric:
		return nil
	case t.op == opEqual:
		for _, s := range t.texts {
			if !plainInJSON(s) || len(t.texts) > most {
				return nil
			}
			list = append(list, `"`+s+`"`)
		}
	case t.op == opStarts && plainInJSON(t.texts[0]):
		return []string{`"` + t.texts[0]}
	case t.op == opContains:
		for _, w := range t.words {
			for _, p := range parts(w) {
				if len(list) < most && plainInJSON(p) {
					list = append(list, p)
				}
			}
		}
	}
	return list
}

// plainInJSON tells whether a text stands in JSON as it is, and is folded by databases as here.
func plainInJSON(s string) bool {
	for n := range len(s) {
		if c := s[n]; c < ' ' || c > '~' || strings.IndexByte(`"\<>&`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
