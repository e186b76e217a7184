package ui_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/ui"
)

// The lines that stay or go are the text before, those that stay or come the text after.
func TestADiffHoldsBothTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 1, 12).Draw(t, "lines"), "\n")
		})
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		var old, now []string
		same := true
		for _, l := range ui.Diff(before, after) {
			if l.Mark != "+" {
				old = append(old, l.Text)
			}
			if l.Mark != "-" {
				now = append(now, l.Text)
			}
			same = same && l.Mark == ""
		}
		if strings.Join(old, "\n") != before || strings.Join(now, "\n") != after || same != (before == after) {
			t.Fatalf("%q → %q: the diff says %q → %q", before, after, old, now)
		}
	})
}
