package template

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is a run of plain text, or a parameter.
type piece struct {
	text  string // of a parameter: what stands between the braces
	param bool
}

// split takes a text apart at its parameters, {{1}} or {{name}}.
func split(text string) (list []piece) {
	for {
		from := strings.Index(text, "{{")
		if from < 0 {
			break
		}
		length := strings.Index(text[from:], "}}")
		if length < 0 {
			break
		}
		if from > 0 {
			list = append(list, piece{text: text[:from]})
		}
		list = append(list, piece{text: strings.TrimSpace(text[from+2 : from+length]), param: true})
		text = text[from+length+2:]
	}
	if text != "" {
		list = append(list, piece{text: text})
	}
	return list
}

// Parameters are the parameters of a text, each once, in order of appearance.
func Parameters(text string) (names []string) {
	for _, p := range split(text) {
		if p.param && !slices.Contains(names, p.text) {
			names = append(names, p.text)
		}
	}
	return names
}

// fill puts values in place of a text's parameters. A parameter without a value stays.
func fill(text string, values map[string]string) string {
	var b strings.Builder
	for _, p := range split(text) {
		v, ok := values[p.text]
		switch {
		case !p.param:
			b.WriteString(p.text)
		case ok:
			b.WriteString(v)
		default:
			b.WriteString("{{" + p.text + "}}")
		}
	}
	return b.String()
}

// positional says what is wrong with the parameters of a text that counts them, or "".
func positional(text string) string {
	names := Parameters(text)
	for n := range names {
		if !slices.Contains(names, strconv.Itoa(n+1)) {
			return "parameters are counted from {{1}} without gaps; " + quoteNames(names) + " are not: {{" + strconv.Itoa(n+1) + "}} is missing"
		}
	}
	return ""
}

// named says what is wrong with the parameters of a text that names them, or "".
func named(text string) string {
	for _, n := range Parameters(text) {
		plain := n != "" && (n[0] < '0' || n[0] > '9')
		for _, r := range n {
			plain = plain && (r == '_' || (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9'))
		}
		if !plain {
			return "named parameters have lowercase letters, digits and underscores and begin with a letter; {{" + n + "}} does not"
		}
	}
	return ""
}

func quoteNames(names []string) string { return "{{" + strings.Join(names, "}}, {{") + "}}" }

// dangling tells whether a text begins or ends with a parameter. One that something is glued to behind it, as the sign of a
// percentage, is no beginning.
func dangling(text string) bool {
	list := split(strings.TrimSpace(text))
	if len(list) == 0 {
		return false
	}
	if list[len(list)-1].param {
		return true
	}
	if !list[0].param {
		return false
	}
	next, _ := utf8.DecodeRuneInString(list[1].text)
	return !unicode.IsSymbol(next) && next != '%' && !unicode.IsLetter(next) && !unicode.IsDigit(next)
}

// words counts what is read as a word. Scripts without spaces count two letters a word.
func words(text string) int {
	n, letters := 0, 0
	for _, p := range split(text) {
		in := false
		if p.param {
			continue
		}
		for _, r := range p.text {
			switch {
			case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
				letters++
				in = false
			case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
				if !in {
					n++
				}
				in = true
			case r != '\'' && r != '’':
				in = false
			}
		}
	}
	return n + letters/2
}
