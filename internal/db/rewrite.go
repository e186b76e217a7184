package db

import (
	"strings"
	"sync"
)

// rewriteSQLite turns the house's SQL (PostgreSQL spelling) into SQLite's:
//
//	$1                → ?1
//	x = ANY($2)       → x IN (SELECT value FROM json_each(?2))
//	x <> ALL($2)      → x NOT IN (SELECT value FROM json_each(?2))
//
// Quoted text, quoted names and comments are left alone.
func rewriteSQLite(sql string) string {
	var b strings.Builder
	b.Grow(len(sql) + 64)
	for i := 0; i < len(sql); {
		if n := skipQuoted(sql[i:]); n > 0 {
			b.WriteString(sql[i : i+n])
			i += n
			continue
		}
		if text, n := rewriteList(sql[i:]); n > 0 {
			b.WriteString(text)
			i += n
			continue
		}
		if n := placeholder(sql[i:]); n > 0 {
			b.WriteByte('?')
			b.WriteString(sql[i+1 : i+n])
			i += n
			continue
		}
		b.WriteByte(sql[i])
		i++
	}
	return b.String()
}

// skipQuoted is the length of the literal, quoted name or comment that s starts with, or 0.
func skipQuoted(s string) int {
	end := func(open, stop string) int {
		if i := strings.Index(s[len(open):], stop); i >= 0 {
			return len(open) + i + len(stop)
		}
		return len(s)
	}
	switch {
	case s[0] == '\'':
		return end("'", "'") // a doubled quote is two literals in a row: the same length
	case s[0] == '"':
		return end(`"`, `"`)
	case strings.HasPrefix(s, "--"):
		return end("--", "\n")
	case strings.HasPrefix(s, "/*"):
		return end("/*", "*/")
	}
	return 0
}

// placeholder is the length of the $n that s starts with, or 0.
func placeholder(s string) int {
	if s[0] != '$' {
		return 0
	}
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

// rewriteList rewrites a list test that s starts with; n is how much of s it covers, or 0.
func rewriteList(s string) (text string, n int) {
	for _, op := range []struct{ from, to string }{
		{"= ANY(", "IN (SELECT value FROM json_each(?"},
		{"<> ALL(", "NOT IN (SELECT value FROM json_each(?"},
	} {
		rest, ok := strings.CutPrefix(s, op.from)
		if !ok || rest == "" {
			continue
		}
		p := placeholder(rest)
		if p == 0 || p >= len(rest) || rest[p] != ')' {
			continue
		}
		return op.to + rest[1:p] + "))", len(op.from) + p + 1
	}
	return "", 0
}

// rewriter remembers rewritten statements; their number is that of the statements in the program.
type rewriter struct{ seen sync.Map }

func (r *rewriter) rewrite(sql string) string {
	if s, ok := r.seen.Load(sql); ok {
		return s.(string)
	}
	s := rewriteSQLite(sql)
	r.seen.Store(sql, s)
	return s
}
