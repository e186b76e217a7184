package policy

import (
	"slices"

	"github.com/hawkerhq/hawker/internal/policy/fold"
)

// denied tells whether the words beside a phrase say that it is not so, or that it is only a colour or a taste.
func (rd *reading) denied(f found) bool {
	before, after := rd.beside(f)
	for _, x := range rd.found {
		if x.policy != goods && x.policy != f.policy {
			continue
		}
		switch x.use {
		case useBefore, useColourOf:
			if x.end == before && !rd.says(x) {
				return true
			}
		case useAfter:
			if x.start == after && f.use != useHold {
				return true
			}
		case useColour: // champagne gold, but not a brand's black label
			if x.start == after && f.use != useHold && f.words == 1 && f.lang != everywhere {
				return true
			}
		}
	}
	return false
}

// says tells that a denial is a word of the text's own language that only says where: "seguidores no instagram".
func (rd *reading) says(denial found) bool {
	for _, x := range rd.found {
		if x.use == useIn && x.start == denial.start && x.end == denial.end && rd.speaks(x.lang) {
			return true
		}
	}
	return false
}

// speaks tells that a phrase of the text is of a language, and of no other.
func (rd *reading) speaks(lang string) bool {
	return slices.ContainsFunc(rd.found, func(x found) bool {
		return x.lang == lang && x.use != useIn && !slices.ContainsFunc(rd.found, func(g found) bool {
			return g.lang != lang && g.start == x.start && g.end == x.end
		})
	})
}

// beside is where the word before a phrase ends and the word behind it begins, within its part of the sentence; -1 for none.
func (rd *reading) beside(f found) (before, after int) {
	before, after = -1, -1
	for _, w := range rd.text.Words {
		if w.End <= f.start {
			before = w.End
		}
		if w.Start < f.end && w.End > f.start && w.Before >= fold.Join && w.Start <= f.start {
			before = -1
		}
		if w.Start >= f.end {
			if w.Before < fold.Join {
				after = w.Start
			}
			break
		}
	}
	return before, after
}
