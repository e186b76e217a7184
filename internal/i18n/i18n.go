// Package i18n holds the texts people read, in English and Vietnamese.
//
// Texts stand in locale/<language>/<domain>.json as "key": "text with {placeholders}". Every key exists
// in every language; a text that counts has the keys "<key>.one" and "<key>.other".
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed locale/*/*.json
var files embed.FS

// Languages Hawker speaks; the first is the fallback.
func Languages() []string { return []string{"en", "vi"} }

var load = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range Languages() {
		texts := map[string]string{}
		names, err := fs.Glob(files, "locale/"+lang+"/*.json")
		if err != nil {
			panic(err) // a fixed pattern
		}
		for _, name := range names {
			b, err := files.ReadFile(name)
			if err != nil {
				panic(err) // embedded
			}
			var part map[string]string
			if err := json.Unmarshal(b, &part); err != nil {
				panic(fmt.Sprintf("i18n: %s: %v", name, err))
			}
			for k, v := range part {
				if _, twice := texts[k]; twice {
					panic(fmt.Sprintf("i18n: %s: %s is defined twice", name, k))
				}
				texts[k] = v
			}
		}
		all[lang] = texts
	}
	return all
})

// Keys lists a language's keys, sorted.
func Keys(lang string) []string { return slices.Sorted(maps.Keys(load()[lang])) }

// Has tells whether lang has a text for key.
func Has(lang, key string) bool { _, ok := load()[lang][key]; return ok }

// T is the text of key in lang, its placeholders filled from pairs of name and value. An unknown key is
// its own text, which a test never lets happen.
func T(lang, key string, pairs ...string) string {
	text, ok := load()[lang][key]
	if !ok {
		if text, ok = load()[Languages()[0]][key]; !ok {
			return key
		}
	}
	if len(pairs) < 2 || !strings.Contains(text, "{") {
		return text
	}
	marks := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		marks = append(marks, "{"+pairs[i]+"}", pairs[i+1])
	}
	// One pass: a value that looks like a placeholder stays what it is.
	return strings.NewReplacer(marks...).Replace(text)
}

// N is the text for a count: key.one or key.other, with {n} filled. Vietnamese has one form.
func N(lang, key string, n int) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return T(lang, key+form, "n", fmt.Sprint(n))
}

// Match picks the language for an Accept-Language header, a locale such as "vi_VN", or a language name:
// the one of highest weight that Hawker speaks, the earlier one of equals, English if there is none.
func Match(header string) string {
	best, weight := Languages()[0], 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(part, ";")
		lang, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
		if q := quality(params); q > weight && slices.Contains(Languages(), lang) {
			best, weight = lang, q
		}
	}
	return best
}

// quality is the weight of a language in Accept-Language: 1 unless "q=" says otherwise, 0 where that is no number
// from 0 to 1.
func quality(params string) float64 {
	_, value, ok := strings.Cut(params, "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
