package db

import (
	"strings"
	"sync"
)

// rewriter remembers rewritten statements; their number is that of the statements in the program.
type rewriter struct{ seen sync.Map }

var sqlText rewriter

func (r *rewriter) rewrite(sql string) string {
	if s, ok := r.seen.Load(sql); ok {
		return s.(string)
	}
	s := rewriteSQLite(sql)
	r.seen.Store(sql, s)
	return s
}

// rewriteSQLite spells PostgreSQL's $1 as SQLite's ?1, and = ANY($1), <> ALL($1) over a JSON list. LIMIT $1 becomes a
// sum: SQLite looks into a bare placeholder there when it plans, and so plans anew each time one is bound. Literals,
// quoted names and comments are left alone.
func rewriteSQLite(sql string) string {
	var b strings.Builder
	b.Grow(len(sql) + 32)
	for i := 0; i < len(sql); {
		if n := opaque(sql[i:]); n > 0 {
			b.WriteString(sql[i : i+n])
			i += n
			continue
		}
		if op, num, n := listOperator(sql[i:]); n > 0 {
			b.WriteString(op + " (SELECT value FROM json_each(?" + num + "))")
			i += n
			continue
		}
		if num, n := limit(sql[i:]); n > 0 && !nameByte(before(sql, i)) {
			b.WriteString("LIMIT ?" + num + "+0")
			i += n
			continue
		}
		if num := digits(sql[i:], '$'); num != "" && !nameByte(before(sql, i)) {
			b.WriteString("?" + num)
			i += 1 + len(num)
			continue
		}
		b.WriteByte(sql[i])
		i++
	}
	return b.String()
}

// opaque is the length of the literal, quoted name or comment s begins with, or 0.
func opaque(s string) int {
	switch {
	case s[0] == '\'' || s[0] == '"':
		for i := 1; i < len(s); i++ {
			if s[i] != s[0] {
				continue
			}
			if i+1 < len(s) && s[i+1] == s[0] {
				i++
				continue
			}
			return i + 1
		}
		return len(s)
	case strings.HasPrefix(s, "--"):
		if n := strings.IndexByte(s, '\n'); n >= 0 {
			return n + 1
		}
		return len(s)
	case strings.HasPrefix(s, "/*"):
		if n := strings.Index(s[2:], "*/"); n >= 0 {
			return n + 4
		}
		return len(s)
	}
	return 0
}

// listOperator reads "= ANY ( $1 )" or "<> ALL ( $1 )" at the beginning of s.
func listOperator(s string) (op, num string, n int) {
	var rest, word string
	switch {
	case strings.HasPrefix(s, "="):
		op, word, rest = "IN", "ANY", s[1:]
	case strings.HasPrefix(s, "<>"), strings.HasPrefix(s, "!="):
		op, word, rest = "NOT IN", "ALL", s[2:]
	default:
		return "", "", 0
	}
	rest = trimSpace(rest)
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) {
		return "", "", 0
	}
	rest = trimSpace(rest[len(word):])
	if !strings.HasPrefix(rest, "(") {
		return "", "", 0
	}
	rest = trimSpace(rest[1:])
	num = digits(rest, '$')
	if num == "" {
		return "", "", 0
	}
	rest = trimSpace(rest[1+len(num):])
	if !strings.HasPrefix(rest, ")") {
		return "", "", 0
	}
	return op, num, len(s) - len(rest) + 1
}

// limit reads "LIMIT $1" at the beginning of s.
func limit(s string) (num string, n int) {
	const word = "LIMIT"
	if len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
		return "", 0
	}
	rest := trimSpace(s[len(word):])
	if len(rest) == len(s)-len(word) {
		return "", 0
	}
	if num = digits(rest, '$'); num == "" {
		return "", 0
	}
	return num, len(s) - len(rest) + 1 + len(num)
}

// digits is the number behind mark at the beginning of s, or "".
func digits(s string, mark byte) string {
	if s == "" || s[0] != mark {
		return ""
	}
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[1:n]
}

func before(s string, i int) byte {
	if i == 0 {
		return ' '
	}
	return s[i-1]
}

func nameByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func trimSpace(s string) string { return strings.TrimLeft(s, " \t\r\n") }
