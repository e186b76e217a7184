package ui

import (
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// templateWide is the longest line of a template, in characters: people read them.
const templateWide = 220

func TestTemplatesAreWrittenForPeople(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/template/*.html")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d templates: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if wide := utf8.RuneCountInString(line); wide > templateWide {
				t.Errorf("%s:%d has %d characters, at most %d", file, n+1, wide, templateWide)
			}
		}
	}
}

func TestIndentationIsLeftOut(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"template/a.html": {Data: []byte("<ul>\n  {{range .}}\n    <li>\n\t\t{{.}}</li>\n  {{end}}\n</ul>\n<pre>a\nb</pre>")}}
	page := template.New("page")
	if err := parse(page, files, "template/*.html"); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := page.ExecuteTemplate(&b, "a.html", []string{"x  y"}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "<ul>\n\n<li>\nx  y</li>\n\n</ul>\n<pre>a\nb</pre>"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if err := parse(page, files, "none/*.html"); err == nil {
		t.Error("files that are not there are no error")
	}
}
