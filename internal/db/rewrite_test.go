package db

import (
	"strings"
	"testing"
)

func TestRewrite(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`SELECT $1, $12 FROM t WHERE a = $1`:          `SELECT ?1, ?12 FROM t WHERE a = ?1`,
		`a = ANY($3) AND b <> ALL($2)`:                `a IN (SELECT value FROM json_each(?3)) AND b NOT IN (SELECT value FROM json_each(?2))`,
		`SELECT '$1 = ANY($1)', "a$2" -- $3` + "\n$4": `SELECT '$1 = ANY($1)', "a$2" -- $3` + "\n?4",
		`SELECT 'it''s $1' /* $2 */, $3`:              `SELECT 'it''s $1' /* $2 */, ?3`,
		`a = ANY(SELECT 1)`:                           `a = ANY(SELECT 1)`,
		`$`:                                           `$`,
		`a = ANY($1`:                                  `a = ANY(?1`,
	} {
		if got := rewriteSQLite(in); got != want {
			t.Errorf("rewrite(%q)\n = %q\nwant %q", in, got, want)
		}
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add(`SELECT '$1', a = ANY($2) -- x`)
	f.Fuzz(func(t *testing.T, s string) {
		got := rewriteSQLite(s)
		if !strings.Contains(s, "$") && got != s {
			t.Errorf("rewrite(%q) = %q", s, got)
		}
	})
}
