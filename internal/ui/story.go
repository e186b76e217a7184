package ui

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/i18n"
)

// Look is how a story is looked at.
type Look struct {
	Lang, Theme string
	// Base is the address of the server, where the demo world's pictures are.
	Base string
	Now  time.Time
}

// Story is a page with sample data in one state: empty, one, many, error, long.
type Story struct {
	Page, State string
	Data        func(Look) any
}

// Book is the stories of one door.
type Book struct {
	Name    string
	Pages   *Renderer
	Stories []Story
}

//go:embed storybook.html
var storybookFile embed.FS

// Storybook shows every page with sample data, for those who work on pages and for the tests that look at them.
type Storybook struct {
	prefix string
	clock  clock.Clock
	books  []Book
	index  *Renderer
	mux    *http.ServeMux
}

// storybookPage lists all stories.
type storybookPage struct {
	Lang, Theme, Path string
	Books             []Book
	Prefix            string
	Looks             []Look
}

// NewStorybook makes the pages under prefix, which ends in a slash.
func NewStorybook(prefix string, c clock.Clock, books ...Book) (*Storybook, error) {
	assets, err := NewAssets()
	if err != nil {
		return nil, err
	}
	none := func(string) template.FuncMap {
		same := func(link string) string { return link }
		return template.FuncMap{"thumb": same, "full": same}
	}
	index := NewRenderer(Templates{Files: storybookFile, Shared: []string{"storybook.html"}, Pages: []string{"storybook.html"}, Funcs: none, Root: "."}, c, time.Local, assets)
	s := &Storybook{prefix: prefix, clock: c, books: books, index: index, mux: http.NewServeMux()}
	s.mux.HandleFunc("GET "+prefix+"{$}", s.list)
	s.mux.HandleFunc("GET "+prefix+"{book}/{page}/{state}", s.show)
	return s, nil
}

// ServeHTTP implements [http.Handler].
func (s *Storybook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	Guard(w.Header())
	s.mux.ServeHTTP(w, r)
}

// looks are the ways a story is offered: both languages, both themes.
func looks() []Look {
	var list []Look
	for _, lang := range i18n.Languages() {
		for _, theme := range []string{"light", "dark"} {
			list = append(list, Look{Lang: lang, Theme: theme})
		}
	}
	return list
}

func (s *Storybook) list(w http.ResponseWriter, r *http.Request) {
	p := storybookPage{Lang: Language(r), Theme: Theme(r), Path: s.prefix, Books: s.books, Prefix: s.prefix, Looks: looks()}
	s.answer(w, s.index.Write(w, http.StatusOK, p.Lang, "storybook.html", p))
}

func (s *Storybook) show(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l := Look{Lang: q.Get("lang"), Theme: q.Get("theme"), Base: "http://" + r.Host, Now: s.clock.Now()}
	if !slices.Contains(i18n.Languages(), l.Lang) {
		l.Lang = Language(r)
	}
	if l.Theme == "auto" || !slices.Contains(Themes(), l.Theme) {
		l.Theme = Theme(r)
	}
	for _, b := range s.books {
		for _, story := range b.Stories {
			if b.Name == r.PathValue("book") && story.Name() == r.PathValue("page") && story.State == r.PathValue("state") {
				s.answer(w, b.Pages.Write(w, http.StatusOK, l.Lang, story.Page, story.Data(l)))
				return
			}
		}
	}
	http.NotFound(w, r)
}

// answer tells the developer who looks why a page could not be shown.
func (s *Storybook) answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, fmt.Sprint(err), http.StatusInternalServerError)
	}
}

// Name is the page's file without its ending.
func (s Story) Name() string { return strings.TrimSuffix(s.Page, ".html") }

// Paths are the addresses of all stories in one look.
func (s *Storybook) Paths(lang, theme string) []string {
	var list []string
	for _, b := range s.books {
		for _, story := range b.Stories {
			list = append(list, s.prefix+b.Name+"/"+story.Name()+"/"+story.State+"?lang="+lang+"&theme="+theme)
		}
	}
	return list
}
