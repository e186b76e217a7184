package feed

import "testing"

// TestEveryProblemSaysWhatToDo: a rule that names no remedy still tells the merchant the next step, and what became of the row.
func TestEveryProblemSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    Problem
		want string
	}{
		{Problem{Fatal: true, Field: "price"}, "Mend the value in your file and upload it again: the row was not taken."},
		{Problem{Field: "gender"}, "Mend the value in your file: it was left out, and the rest of the row was taken."},
		{Problem{Fatal: true, Field: "id", Description: "Keep one."}, "Keep one."},
	} {
		if got := c.p.tidied().Description; got != c.want {
			t.Errorf("%+v tells %q, not %q", c.p, got, c.want)
		}
	}
}
