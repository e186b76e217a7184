package app_test

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/dev"
	"github.com/hawkerhq/hawker/internal/manager"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/web"
)

// books are the stories of all pages, without a server.
func books(t *testing.T) []ui.Book {
	t.Helper()
	c := clock.NewFixed(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	chat, err := web.New(web.Deps{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	office, err := manager.New(manager.Deps{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	tools, err := dev.New(dev.Deps{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	return []ui.Book{chat.Book(), office.Book(), tools.Book()}
}

// look is how the stories are looked at here.
var look = ui.Look{Lang: "vi", Base: "http://127.0.0.1:1", Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}

// Every text of every page, filled with every hostile string, changes no element and no attribute: the page is built as
// it is with harmless words in the same places.
func TestNoTextBringsInAnElement(t *testing.T) {
	t.Parallel()
	all := hostile()
	chunks := []string{}
	for list := range slices.Chunk(all, 70) { // in the middle of a text
		chunks = append(chunks, "x"+strings.Join(list, " "))
	}
	schemes := all[:19] // at its beginning, where a scheme counts
	for _, book := range books(t) {
		t.Run(book.Name, func(t *testing.T) {
			t.Parallel()
			last := ""
			for _, s := range withGrown(book.Stories) {
				name := book.Name + "/" + s.Name() + "/" + s.State
				fields := fillable(t, book, s)
				if len(fields) == 0 {
					t.Errorf("%s: no text to fill", name)
				}
				want := skeleton(t, name, render(t, book, s, fields, "zqy"))
				texts := chunks
				if s.Page != last { // the first state of a page
					texts, last = append(slices.Clone(chunks), schemes...), s.Page
				}
				for _, text := range texts {
					page := render(t, book, s, fields, text)
					if got := skeleton(t, name, page); got != want {
						t.Fatalf("%s: the page is built otherwise with %.60q: %s", name, text, firstDifference(want, got))
					}
				}
			}
		})
	}
}

// fillable are the texts of a story that may be anything. What names an icon, and the like, may not: the template fails on
// a name it does not know.
func fillable(t *testing.T, b ui.Book, s ui.Story) map[string]bool {
	t.Helper()
	fields := map[string]bool{}
	collect(reflect.ValueOf(pointer(s.Data(look))), "", func(path string, _ reflect.Value) {
		if !slices.Contains([]string{".Shell.Path", ".Shell.Live", ".Shell.Base", ".At", ".Picker.To"}, path) { // addresses of our own, which htmx reads
			fields[path] = true
		}
	})
	if _, err := try(b, s, fields, "zqx"); err == nil {
		return fields
	}
	for f := range fields {
		if _, err := try(b, s, map[string]bool{f: true}, "zqx"); err != nil {
			if !slices.ContainsFunc([]string{".Icon", ".Lang", ".Theme", ".Nav"}, func(end string) bool { return strings.HasSuffix(f, end) || strings.Contains(f, end+".") }) {
				t.Errorf("%s/%s/%s: the text %s breaks the page: %v", b.Name, s.Name(), s.State, f, err)
			}
			delete(fields, f)
		}
	}
	return fields
}

func render(t *testing.T, b ui.Book, s ui.Story, fields map[string]bool, text string) string {
	t.Helper()
	page, err := try(b, s, fields, text)
	if err != nil {
		t.Fatalf("%s/%s/%s with %.60q: %v", b.Name, s.Name(), s.State, text, err)
	}
	return page
}

// try renders a story with the fields filled.
func try(b ui.Book, s ui.Story, fields map[string]bool, text string) (page string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	data := pointer(s.Data(look))
	filled := map[string]bool{}
	collect(reflect.ValueOf(data), "", func(path string, v reflect.Value) {
		switch {
		case fields[path] && !filled[path]:
			v.SetString(text)
			filled[path] = true
		case fields[path]: // in lists, the first: the others go through the same template
			v.SetString("zqx")
		}
	})
	w := httptest.NewRecorder()
	err = b.Pages.Write(w, 200, look.Lang, s.Page, reflect.ValueOf(data).Elem().Interface())
	return w.Body.String(), err
}

// pointer lets the fields of a page be set.
func pointer(page any) any {
	p := reflect.New(reflect.TypeOf(page))
	p.Elem().Set(reflect.ValueOf(page))
	return p.Interface()
}

// trusted are types that a program vouches for.
var trusted = []reflect.Type{reflect.TypeFor[template.URL](), reflect.TypeFor[template.HTML](), reflect.TypeFor[template.HTMLAttr]()}

// collect visits every text, empty ones too: what nobody wrote yet may be written. Paths name types of lists, not their elements. Lists and maps are copied first: a
// story may share them with the program.
func collect(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			collect(v.Elem(), path, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				collect(v.Field(i), path+"."+v.Type().Field(i).Name, f)
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.CanSet() && !v.IsNil() {
			own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(own, v)
			v.Set(own)
		}
		for i := range v.Len() {
			collect(v.Index(i), path, f)
		}
	case reflect.Map:
		collectMap(v, path, f)
	case reflect.Interface: // JSON of any kind: a text is one
		if text := reflect.New(reflect.TypeFor[string]()).Elem(); v.CanSet() && v.NumMethod() == 0 {
			if old, ok := v.Interface().(string); ok {
				text.SetString(old)
			} else if !v.IsNil() {
				return
			}
			f(path, text)
			if text.Len() > 0 {
				v.Set(text)
			}
		}
	case reflect.String:
		if v.CanSet() && !slices.Contains(trusted, v.Type()) {
			f(path, v)
		}
	}
}

func collectMap(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	if v.CanSet() && !v.IsNil() {
		own := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, k := range v.MapKeys() {
			own.SetMapIndex(k, v.MapIndex(k))
		}
		v.Set(own)
	}
	for _, k := range v.MapKeys() {
		e := reflect.New(v.Type().Elem()).Elem()
		e.Set(v.MapIndex(k))
		collect(e, path+"[]", f)
		v.SetMapIndex(k, e)
	}
}

// skeleton is the elements of a page with the names of their attributes, in order. It tells when an address could run a
// script.
func skeleton(t *testing.T, name, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			b.WriteString("comment\n")
		}
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString(n.Data)
		for _, a := range slices.SortedFunc(slices.Values(n.Attr), func(a, b html.Attribute) int { return cmp.Compare(a.Key, b.Key) }) {
			b.WriteString(" " + a.Key)
			if bad := dangerous(a); bad != "" {
				t.Errorf("%s: <%s %s=%.60q> %s", name, n.Data, a.Key, a.Val, bad)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// addressed are the attributes that browsers go to.
var addressed = []string{"href", "src", "action", "formaction", "poster", "data", "hx-get", "hx-post", "hx-sse:connect", "srcset", "background", "cite", "ping"}

func dangerous(a html.Attribute) string {
	if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || strings.HasPrefix(a.Key, "hx-on") {
		return "runs or paints something"
	}
	if !slices.Contains(addressed, a.Key) {
		return ""
	}
	clean := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, a.Val))
	scheme, _, ok := strings.Cut(clean, ":")
	if !ok || strings.ContainsAny(scheme, "/?#") || slices.Contains([]string{"http", "https", "mailto", "tel"}, scheme) {
		return ""
	}
	return "leads to a scheme that may run something"
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("element %d is %q, was %q", i, b[i], a[i])
		}
	}
	return fmt.Sprintf("%d elements, were %d", len(b), len(a))
}
