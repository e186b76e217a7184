package app_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/ui"
)

// grown is a story in which what there is none of is there once: nothing on its page is empty.
func grown(s ui.Story) ui.Story {
	return ui.Story{Page: s.Page, State: s.State + ", grown", Data: func(l ui.Look) any {
		p := reflect.ValueOf(pointer(s.Data(l)))
		grow(p.Elem(), nil)
		return p.Elem().Interface()
	}}
}

// withGrown are stories, before the first of each page the same grown.
func withGrown(stories []ui.Story) (list []ui.Story) {
	last := ""
	for _, s := range stories {
		if s.Page != last {
			last = s.Page
			list = append(list, grown(s))
		}
		list = append(list, s)
	}
	return list
}

// grow puts one into each list and behind each pointer that is empty, but nothing into itself. Lists and what pointers lead to are copied
// first.
func grow(v reflect.Value, within []reflect.Type) {
	if slices.Contains(within, v.Type()) || len(within) > 30 {
		return
	}
	within = append(slices.Clip(within), v.Type())
	switch v.Kind() {
	case reflect.Pointer:
		if v.CanSet() && v.Type().Elem().Kind() == reflect.Struct {
			own := reflect.New(v.Type().Elem())
			if !v.IsNil() {
				own.Elem().Set(v.Elem())
			}
			v.Set(own)
			grow(v.Elem(), within)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				grow(v.Field(i), within)
			}
		}
	case reflect.Slice:
		if v.CanSet() {
			own := reflect.MakeSlice(v.Type(), max(v.Len(), 1), max(v.Len(), 1))
			reflect.Copy(own, v)
			v.Set(own)
			for i := range v.Len() {
				grow(v.Index(i), within)
			}
		}
	case reflect.Map:
		if v.CanSet() {
			growMap(v, within)
		}
	}
}

func growMap(v reflect.Value, within []reflect.Type) {
	own := reflect.MakeMap(v.Type())
	keys := v.MapKeys()
	if len(keys) == 0 {
		key := reflect.New(v.Type().Key()).Elem()
		if key.Kind() == reflect.String {
			key.SetString("zqx")
		}
		keys = append(keys, key)
	}
	for _, k := range keys {
		one := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(k); old.IsValid() {
			one.Set(old)
		}
		grow(one, within)
		own.SetMapIndex(k, one)
	}
	v.Set(own)
}

// textsOf visits every place for a text that a type has, named as [collect] names it. What lies behind a service is no text.
func textsOf(of reflect.Type, path string, within []reflect.Type, f func(path string)) {
	if slices.Contains(within, of) {
		return
	}
	within = append(slices.Clip(within), of)
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		textsOf(of.Elem(), path, within, f)
	case reflect.Map:
		textsOf(of.Elem(), path+"[]", within, f)
	case reflect.Struct:
		for i := range of.NumField() {
			if of.Field(i).IsExported() {
				textsOf(of.Field(i).Type, path+"."+of.Field(i).Name, within, f)
			}
		}
	case reflect.String:
		if !slices.Contains(trusted, of) {
			f(path)
		}
	case reflect.Interface:
		if of.NumMethod() == 0 {
			f(path)
		}
	}
}

// noText are places that nobody can write to.
var noText = regexp.MustCompile(strings.Join([]string{
	`\.(Icon|Theme|Lang|Nav\..*)$`,     // names of our own, without which a template does not build
	`\.Shell\.(Path|Live|Base)$|\.At$`, // addresses of our own, which htmx reads
	`\.Picker\.To$`,                    // as well
	`^start\.html\.Tour\.Webhooks\.`,   // the outbox itself
}, "|"))

// Every place for a text that the pages have, down to what lists, maps and pointers may lead to, is filled by the test above.
func TestEveryTextOfEveryPageIsFilled(t *testing.T) {
	t.Parallel()
	places := 0
	for _, book := range books(t) {
		filled := map[string]bool{}
		for _, s := range book.Stories {
			if filled[s.Page] {
				continue
			}
			filled[s.Page] = true
			for path := range fillable(t, book, grown(s)) {
				filled[s.Page+path] = true
			}
			textsOf(reflect.TypeOf(s.Data(look)), s.Page, nil, func(path string) {
				if places++; !filled[path] && !noText.MatchString(path) {
					t.Errorf("%s/%s is never filled", book.Name, path)
				}
			})
		}
	}
	if places < 3000 {
		t.Errorf("only %d places for a text", places)
	}
}
