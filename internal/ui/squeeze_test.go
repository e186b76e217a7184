package ui

import (
	"strings"
	"testing"
)

func TestStyleSheetsAreSqueezed(t *testing.T) {
	t.Parallel()
	for css, want := range map[string]string{
		"a {\n  color: red;\n  margin: 0 1px;\n}\n":     "a{color: red;margin: 0 1px;}",
		"/* one */ a /* two */ b , i > u { }":           "a b,i > u{}",
		`q::after { content: "a  { } ; , b /* c */"; }`: `q::after{content: "a  { } ; , b /* c */";}`,
		`q { content: "\"  x"; }`:                       `q{content: "\"  x";}`,
		"p { width: calc(1px + 2px); } a :hover { }":    "p{width: calc(1px + 2px);}a :hover{}",
		"a { b: 'it''s' } /* open":                      "a{b: 'it''s'}",
		"":                                              "",
		`x { y: "open`:                                  `x{y: "open`,
	} {
		if got := squeeze(css); got != want {
			t.Errorf("%q became %q, want %q", css, got, want)
		}
	}
	a, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range a.files {
		if strings.HasSuffix(name, ".css") && (strings.Count(f.body, "{") != strings.Count(f.body, "}") || strings.Contains(f.body, "\n")) {
			t.Errorf("%s was squeezed to something else", name)
		}
	}
}
