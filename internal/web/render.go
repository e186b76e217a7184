package web

import (
	"bytes"
	"embed"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"html/template"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/picture"
)

//go:embed template/*.html
var templateFiles embed.FS

// shared are the files every page is parsed with.
var shared = []string{"template/layout.html", "template/message.html", "template/message_tap.html", "template/product_row.html"}

// pages maps a page's file to a value of the type it is rendered with.
var pages = map[string]any{
	"picker.html": PickerPage{}, "chats.html": ChatsPage{}, "conversation.html": ConversationPage{},
	"list.html": ListPage{}, "product.html": ProductPage{}, "cart.html": CartPage{}, "order.html": OrderPage{},
	"error.html": ErrorPage{}, "start.html": StartPage{},
}

// renderer holds every page's template once per language.
type renderer struct {
	pages map[string]map[string]*template.Template // language → file → template
}

// newRenderer parses all templates. Times are shown in zone, relative to the clock.
func newRenderer(c clock.Clock, zone *time.Location, assets *assets) (*renderer, error) {
	r := &renderer{pages: map[string]map[string]*template.Template{}}
	for _, lang := range i18n.Languages() {
		r.pages[lang] = map[string]*template.Template{}
		base, err := template.New("base").Funcs(funcs(lang, c, zone, assets)).ParseFS(templateFiles, shared...)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		for file := range pages {
			own, err := base.Clone()
			if err != nil {
				return nil, fmt.Errorf("web: %w", err)
			}
			if own, err = own.ParseFS(templateFiles, "template/"+file); err != nil {
				return nil, fmt.Errorf("web: %w", err)
			}
			r.pages[lang][file] = own.Lookup(file)
		}
	}
	return r, nil
}

// write renders a page whole before the first byte goes out, so that a failing template is an error
// and not half a page.
func (r *renderer) write(w http.ResponseWriter, status int, lang, file string, page any) error {
	var b bytes.Buffer
	if err := r.pages[lang][file].Execute(&b, page); err != nil {
		return fmt.Errorf("web: %s: %w", file, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader went away: nobody to tell
	return nil
}

// Row is what a product's row needs besides the product: whose it is and where its forms come back to.
type Row struct {
	Business Business
	Back     string
	Card     Card
}

func funcs(lang string, c clock.Clock, zone *time.Location, assets *assets) template.FuncMap {
	return template.FuncMap{
		"t":            func(key string, pairs ...string) string { return i18n.T(lang, key, pairs...) },
		"n":            func(key string, n int) string { return i18n.N(lang, key, n) },
		"price":        func(a money.Amount) string { return a.Format(lang) },
		"asset":        assets.url,
		"icon":         func(name string) template.HTML { return assets.icon(name) },
		"initial":      initial,
		"tone":         tone,
		"domid":        domID,
		"addresslines": func() any { return addressLines },
		"thumb":        picture.Thumb,
		"full":         picture.Full,
		"faces":        func() []string { return faces },
		"add":          func(a, b int) int { return a + b },
		"row":          func(b Business, back string, card Card) Row { return Row{Business: b, Back: back, Card: card} },
		"stamp":        func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"clock":        func(t time.Time) string { return t.In(zone).Format("15:04") },
		"day":          func(t time.Time) string { return day(lang, t.In(zone)) },
		"when":         func(t time.Time) string { return when(lang, t.In(zone), c.Now().In(zone)) },
	}
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
	switch relation(t, now) {
	case "today":
		return t.Format("15:04")
	case "yesterday":
		return i18n.T(lang, "chat.yesterday")
	}
	return t.Format("02/01/2006")
}

// relation is "today" or "yesterday" when t's calendar day is that, else empty.
func relation(t, now time.Time) string {
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "today"
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "yesterday"
	}
	return ""
}
