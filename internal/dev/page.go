package dev

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/ui"
)

//go:embed template/*.html
var templateFiles embed.FS

// pages maps a page's file to a value of the type it is rendered with.
var pages = map[string]any{
	"error.html": ErrorPage{}, "home.html": HomePage{}, "events.html": EventsPage{}, "event.html": EventPage{}, "calls.html": CallsPage{}, "call.html": CallPage{},
	"message.html": MessagePage{}, "explorer.html": ExplorerPage{}, "receivers.html": ReceiversPage{}, "receiver.html": ReceiverPage{}, "signature.html": SignaturePage{},
	"tree.html": TreePage{}, "clock.html": ClockPage{}, "faults.html": FaultsPage{}, "snapshots.html": SnapshotsPage{},
}

func templates() ui.Templates {
	return ui.Templates{
		Files: templateFiles, Shared: []string{"template/layout.html", "template/part.html"},
		Pages: slices.Collect(maps.Keys(pages)), Funcs: funcs,
	}
}

// funcs are what only these templates call.
func funcs(lang string) template.FuncMap {
	same := func(link string) string { return link }
	return template.FuncMap{
		"thumb": same, "full": same, // these pages show no pictures
		"took": func(d time.Duration) string {
			if lang == "vi" {
				return strings.ReplaceAll(took(d), ".", ",")
			}
			return took(d)
		},
		"said":   func(doc string) string { return Said(lang, doc) },
		"gist":   gist,
		"pretty": pretty,
		"number": strconv.Itoa,
		"zero":   func(t time.Time) bool { return t.IsZero() },
		"lines":  func(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") },
		"bad":    func(status int) bool { return status < 200 || status > 299 },
	}
}

// Shell is what every page has around its own content.
type Shell struct {
	Lang, Theme, Title, Section, Path string
	Nav                               []Nav
	// Toast says what was just done.
	Toast string
}

// ErrorPage says that something is not there or did not work.
type ErrorPage struct {
	Shell
	Heading, Text, Detail string
}

// took is how long something lasted, for people.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 2, 64) + " ms"
	case d < time.Second:
		return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
}

// pretty indents JSON; other text stays as it is.
func pretty(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return readable(b.String())
}

// readable writes \u and four digits as the letters they are, for eyes; bytes that are sent stay as they are.
func readable(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if strings.Contains(text, "\n") {
		e.SetIndent("", "  ")
	}
	if e.Encode(v) != nil {
		return text
	}
	return strings.TrimSuffix(b.String(), "\n")
}
