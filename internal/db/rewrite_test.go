package db

import (
	"regexp"
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
		`a$1, _$2, é$3, x1$4, $5`:                     `a$1, _$2, é$3, x1$4, ?5`,
		"a = any ( $1 ) AND b !=\nALL($2)":            `a IN (SELECT value FROM json_each(?1)) AND b NOT IN (SELECT value FROM json_each(?2))`,
		`a = ANYTHING($1)`:                            `a = ANYTHING(?1)`,
		`a = ANY($1`:                                  `a = ANY(?1`,
		`ORDER BY a limit  $12 OFFSET $3`:             `ORDER BY a LIMIT ?12+0 OFFSET ?3`,
		`LIMIT $1`:                                    `LIMIT ?1+0`,
		`LIMIT $; xLIMIT $1 LIMITS $1 LIMIT 'a' $2`:   `LIMIT $; xLIMIT ?1 LIMITS ?1 LIMIT 'a' ?2`,
	} {
		if got := rewriteSQLite(in); got != want {
			t.Errorf("rewrite(%q)\n = %q\nwant %q", in, got, want)
		}
	}
}

// FuzzRewrite holds rewriting to what must be true of any text: nothing inside quotes and comments changes, the
// rest loses every placeholder of the other spelling, and a second time changes nothing.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		`SELECT '$1', a = ANY($2) -- x`, `a <> ALL ( $12 ) /* $1 */ "$3"`, `= ANY($1`, `'`, `a$1 $1a $`, `--`, `/*`, `''$1''`, "x =\n any\t($1)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := rewriteSQLite(s)
		if again := rewriteSQLite(got); again != got {
			t.Fatalf("%q became %q, then %q", s, got, again)
		}
		want, rest := opaqueParts(s)
		have, left := opaqueParts(got)
		if want != have {
			t.Errorf("%q became %q: the opaque parts changed from %q to %q", s, got, want, have)
		}
		if placeholderIn(left) {
			t.Errorf("%q became %q: a placeholder is left", s, got)
		}
		if !placeholderIn(rest) && got != s {
			t.Errorf("%q became %q without a placeholder in it", s, got)
		}
	})
}

// opaqueParts splits a text, by a state machine of its own, into quotes and comments, and the rest.
func opaqueParts(s string) (opaque, rest string) {
	var in string // what ends the part we are in
	var o, r strings.Builder
	for len(s) > 0 {
		n := 1
		switch {
		case in == "" && (s[0] == '\'' || s[0] == '"'):
			in = s[:1]
			o.WriteByte(s[0])
		case in == "" && strings.HasPrefix(s, "--"):
			in, n = "\n", 2
			o.WriteString("--")
		case in == "" && strings.HasPrefix(s, "/*"):
			in, n = "*/", 2
			o.WriteString("/*")
		case in == "":
			r.WriteByte(s[0])
		case strings.HasPrefix(s, in):
			o.WriteString(in)
			n, in = len(in), ""
			r.WriteByte(' ')
		default:
			o.WriteByte(s[0])
		}
		s = s[n:]
	}
	return o.String(), r.String()
}

var placeholderForm = regexp.MustCompile(`(^|[^\pL\pN_$\x80-\x{10FFFF}])\$[0-9]`)

func placeholderIn(s string) bool { return placeholderForm.MatchString(s) }
