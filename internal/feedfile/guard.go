package feedfile

import (
	"regexp"
	"slices"
	"strings"
)

// MarkRow is a column of the files that Hawker itself writes for being mended: the number of the row in the file it was in.
const MarkRow = "hawker_row"

// Harmless keeps a spreadsheet from taking a text for a formula.
func Harmless(s string) string {
	if strings.IndexAny(s, "=+-@\t\r＝＋－＠") == 0 && !plainNumber.MatchString(s) {
		return "'" + s
	}
	return s
}

// plainNumber is a cell that may begin with a sign.
var plainNumber = regexp.MustCompile(`^[+-]?\d+(\.\d+)?$`)

// unguarded takes off what [Harmless] put on.
func unguarded(s string) string {
	if inner, ok := strings.CutPrefix(s, "'"); ok && Harmless(inner) == s {
		return inner
	}
	return s
}

// guarded tells whether the cells of a table carry guards: whether Hawker wrote it.
func guarded(columns []string) bool { return slices.Contains(columns, MarkRow) }

// unguardAll takes the guards off a row.
func unguardAll(row Row) {
	for n, v := range row.Values {
		row.Values[n] = unguarded(v)
	}
}
