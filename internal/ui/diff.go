package ui

import "strings"

// DiffLine is a line of two texts beside each other.
type DiffLine struct {
	Text string
	Mark string // "+" is new, "-" is gone, "" is in both
}

// diffMost bounds the lines that are compared one by one; longer texts are shown as replaced whole.
const diffMost = 1500

// Diff compares two texts by lines: the longest run in common stays.
func Diff(before, after string) []DiffLine {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(a) > diffMost || len(b) > diffMost {
		return append(marked(a, "-"), marked(b, "+")...)
	}
	// common[i][j] is how many lines a[i:] and b[j:] have in common, in order.
	common := make([][]int16, len(a)+1)
	for i := range common {
		common[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var list []DiffLine
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			list = append(list, DiffLine{a[i], ""})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			list = append(list, DiffLine{a[i], "-"})
			i++
		default:
			list = append(list, DiffLine{b[j], "+"})
			j++
		}
	}
	return append(append(list, marked(a[i:], "-")...), marked(b[j:], "+")...)
}

func marked(lines []string, mark string) []DiffLine {
	list := make([]DiffLine, len(lines))
	for i, l := range lines {
		list[i] = DiffLine{l, mark}
	}
	return list
}
