package ui

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/money"
)

//go:embed template/*.html
var sharedFiles embed.FS

// Templates is a set of pages. They call the parts in template/ of this package by name, and define the functions thumb
// and full that make a picture's address.
type Templates struct {
	Files fs.FS
	// Shared are the files every page is parsed with.
	Shared []string
	// Pages are the pages' files under Root: template/ where none is said.
	Pages []string
	Root  string
	// Funcs are functions of these templates alone, by language.
	Funcs func(lang string) template.FuncMap
}

// Renderer makes pages. A page's template is parsed when it is first asked for and kept: parsing all pages in
// all languages costs a starting server more time and memory than everything else it does.
type Renderer struct {
	pages map[string]map[string]func() (*template.Template, error) // language → file
}

// NewRenderer prepares all pages. Times are shown in zone, relative to the clock.
func NewRenderer(set Templates, c clock.Clock, zone *time.Location, assets *Assets) *Renderer {
	r := &Renderer{pages: map[string]map[string]func() (*template.Template, error){}}
	for _, lang := range i18n.Languages() {
		base := sync.OnceValues(func() (*template.Template, error) {
			base := template.New("base").Funcs(funcs(lang, c, zone, assets)).Funcs(set.Funcs(lang))
			if err := parse(base, sharedFiles, "template/*.html"); err != nil {
				return nil, err
			}
			return base, parse(base, set.Files, set.Shared...)
		})
		r.pages[lang] = map[string]func() (*template.Template, error){}
		for _, file := range set.Pages {
			r.pages[lang][file] = sync.OnceValues(func() (*template.Template, error) {
				shared, err := base()
				if err != nil {
					return nil, err
				}
				own, err := shared.Clone()
				if err != nil {
					return nil, err
				}
				if err := parse(own, set.Files, path.Join(cmp.Or(set.Root, "template"), file)); err != nil {
					return nil, err
				}
				return own.Lookup(file), nil
			})
		}
	}
	return r
}

// parse adds files to a template, each under its name, as [template.Template.ParseFS] does, but without the indentation that is
// for people only: it would be a sixth of a page. A line break stays one, also in <pre>.
func parse(t *template.Template, files fs.FS, patterns ...string) error {
	for _, pattern := range patterns {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			return fmt.Errorf("no template is named %s", pattern)
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			if _, err := t.New(path.Base(name)).Parse(indentation.ReplaceAllString(string(text), "\n")); err != nil {
				return err
			}
		}
	}
	return nil
}

var indentation = regexp.MustCompile(`\n[ \t]+`)

// Check parses every page and tells the first that cannot be.
func (r *Renderer) Check() error {
	for lang, pages := range r.pages {
		for file, page := range pages {
			if _, err := page(); err != nil {
				return fmt.Errorf("ui: %s in %s: %w", file, lang, err)
			}
		}
	}
	return nil
}

// Write renders a page whole before the first byte goes out, so that a failing template is an error
// and not half a page.
func (r *Renderer) Write(w http.ResponseWriter, status int, lang, file string, data any) error {
	page, ok := r.pages[lang][file]
	if !ok {
		return fmt.Errorf("ui: there is no page %s in %q", file, lang)
	}
	tmpl, err := page()
	if err != nil {
		return fmt.Errorf("ui: %s: %w", file, err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, data); err != nil {
		return fmt.Errorf("ui: %s: %w", file, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader went away: nobody to tell
	return nil
}

func funcs(lang string, c clock.Clock, zone *time.Location, assets *Assets) template.FuncMap {
	return template.FuncMap{
		"t":       func(key string, pairs ...string) string { return i18n.T(lang, key, pairs...) },
		"n":       func(key string, n int) string { return i18n.N(lang, key, n) },
		"price":   func(a money.Amount) string { return a.Format(lang) },
		"asset":   assets.URL,
		"icon":    assets.Icon,
		"initial": Initial,
		"tone":    tone,
		"domid":   domID,
		"add":     func(a, b int) int { return a + b },
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"clock":   func(t time.Time) string { return t.In(zone).Format("15:04") },
		"day":     func(t time.Time) string { return day(lang, t.In(zone)) },
		"when":    func(t time.Time) string { return when(lang, t.In(zone), c.Now().In(zone)) },
	}
}

// Initial is the letter on a person's or shop's round picture.
func Initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return "?"
}

// tone is which of eight colours a round picture has: always the same for the same id.
func tone(s string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // never fails
	return int(h.Sum32() % 8)
}

// domID makes any text usable in an element's id.
func domID(s string) string { return hex.EncodeToString([]byte(s)) }

// day writes a date for people.
func day(lang string, t time.Time) string {
	if lang == "vi" {
		return fmt.Sprintf("%d tháng %d, %d", t.Day(), int(t.Month()), t.Year())
	}
	return t.Format("January 2, 2006")
}

// when writes a moment as short as it can be: the hour today, the word yesterday, else the date.
func when(lang string, t, now time.Time) string {
	switch Relation(t, now) {
	case "today":
		return t.Format("15:04")
	case "yesterday":
		return i18n.T(lang, "chat.yesterday")
	}
	return t.Format("02/01/2006")
}

// Relation is "today" or "yesterday" when t's calendar day is that, else empty.
func Relation(t, now time.Time) string {
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "today"
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "yesterday"
	}
	return ""
}
