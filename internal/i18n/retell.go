package i18n

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// told begins the keys of texts that the program says in English wherever it stands: what is wrong with a value or a file, and what to
// do about it. They are stored and answered as they are; pages retell them.
const told = "told."

// phrase is one of them: what it looks like, and the names of what stands in it.
type phrase struct {
	key   string
	looks *regexp.Regexp
	names []string
	said  int // how much of it is fixed
}

var placeholder = regexp.MustCompile(`\\\{([a-z]+)\\\}`)

// shapes are what stands in a placeholder of a name; what has none may be anything.
var shapes = map[string]string{"n": `[0-9]+`, "all": `[0-9]+`, "most": `[0-9]+`, "field": `[^ ]+`}

// phrases are all of them, those that say most first.
var phrases = sync.OnceValue(func() (list []phrase) {
	for key, text := range load()[Languages()[0]] {
		if !strings.HasPrefix(key, told) {
			continue
		}
		p := phrase{key: key}
		quoted := regexp.QuoteMeta(text)
		for _, m := range placeholder.FindAllStringSubmatch(quoted, -1) {
			p.names = append(p.names, m[1])
		}
		p.said = len(placeholder.ReplaceAllString(quoted, ""))
		p.looks = regexp.MustCompile(`(?s)^` + placeholder.ReplaceAllStringFunc(quoted, func(m string) string {
			if shape, ok := shapes[strings.Trim(m, `\{}`)]; ok {
				return "(" + shape + ")"
			}
			return `(.+)`
		}) + `$`)
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b phrase) int { return b.said*1000 - a.said*1000 + strings.Compare(a.key, b.key) })
	return list
})

// retellMost bounds what is retold: what the program says is short.
const retellMost = 2000

// Retell is what the program said in English about a value or a file, in lang. A text that it does not know stays as it is: what a
// stranger wrote is never changed.
func Retell(lang, text string) string {
	if lang == Languages()[0] || len(text) > retellMost {
		return text
	}
	if said, ok := retell(lang, text, 0); ok {
		return said
	}
	return text
}

// retell tries a text as a whole, as several, behind a field's name or a value, and as a sentence.
func retell(lang, text string, depth int) (string, bool) {
	const deepest = 4
	if text == "" || depth > deepest {
		return "", false
	}
	if said, ok := whole(lang, text, depth); ok {
		return said, true
	}
	if said, ok := parts(lang, text, depth); ok {
		return said, true
	}
	if field, rest, ok := strings.Cut(text, ": "); ok && !strings.ContainsAny(field, ` "`) {
		if said, ok := retell(lang, rest, depth+1); ok {
			return field + ": " + said, true
		}
	}
	if quoted, err := strconv.QuotedPrefix(text); err == nil && text[0] == '"' {
		if said, ok := retell(lang, strings.TrimSpace(text[len(quoted):]), depth+1); ok {
			return quoted + " " + said, true
		}
	}
	first, size := utf8.DecodeRuneInString(text)
	if end := len(text) - 1; unicode.IsUpper(first) && text[end] == '.' && size < end {
		if said, ok := retell(lang, string(unicode.ToLower(first))+text[size:end], depth+1); ok {
			first, size := utf8.DecodeRuneInString(said)
			return string(unicode.ToUpper(first)) + said[size:] + ".", true
		}
	}
	return "", false
}

// whole finds the phrase that the text is. What stands in it as {what} or {then} is retold, too.
func whole(lang, text string, depth int) (string, bool) {
	for _, p := range phrases() {
		m := p.looks.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		var pairs []string
		for n, name := range p.names {
			value := m[n+1]
			if name == "what" || name == "then" {
				if said, ok := retell(lang, value, depth+1); ok {
					value = said
				}
			}
			pairs = append(pairs, name, value)
		}
		return T(lang, p.key, pairs...), true
	}
	return "", false
}

// parts retells texts between semicolons, each by itself; one at least is known.
func parts(lang, text string, depth int) (string, bool) {
	list := strings.Split(text, "; ")
	if len(list) < 2 {
		return "", false
	}
	known := false
	for n, part := range list {
		if said, ok := retell(lang, part, depth+1); ok {
			list[n], known = said, true
		}
	}
	return strings.Join(list, "; "), known
}
