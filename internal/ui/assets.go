// Package ui is what all pages share: style sheets, scripts, fonts and icons with lasting addresses, templates
// rendered whole, and the headers that keep a page to itself.
package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// Assets serves the embedded style sheets, scripts, fonts and icons. Their addresses carry a hash of
// their content, so that browsers may keep them for good.
type Assets struct {
	files map[string]file
}

type file struct {
	body, hash, kind string
}

// relative finds the addresses inside a style sheet.
var relative = regexp.MustCompile(`url\("\.\./([^"]+)"\)`)

// NewAssets reads the embedded files.
func NewAssets() (*Assets, error) { return allAssets() }

// allAssets reads the embedded files once: every part of the pages shares them.
var allAssets = sync.OnceValues(readAssets)

func readAssets() (*Assets, error) {
	a := &Assets{files: map[string]file{}}
	sheets := []string{}
	err := fs.WalkDir(staticFiles, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := staticFiles.ReadFile(p)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, "static/")
		kind := mime.TypeByExtension(path.Ext(name))
		switch path.Ext(name) {
		case ".woff2":
			kind = "font/woff2"
		case ".css":
			sheets = append(sheets, name)
		}
		if kind == "" {
			kind = "text/plain; charset=utf-8"
		}
		a.files[name] = file{body: string(b), hash: digest(b), kind: kind}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	for _, name := range sheets { // after all files have their hash
		f := a.files[name]
		f.body = relative.ReplaceAllStringFunc(f.body, func(m string) string {
			return `url("` + a.URL(relative.FindStringSubmatch(m)[1]) + `")`
		})
		f.body = squeeze(f.body)
		f.hash = digest([]byte(f.body))
		a.files[name] = f
	}
	return a, nil
}

// squeeze leaves out comments of a style sheet and the space that says nothing; what is quoted stays as it is.
func squeeze(css string) string {
	var b strings.Builder
	space, last := false, byte('{')
	put := func(text string) {
		if space && !strings.ContainsRune("{};,", rune(last)) && !strings.ContainsRune("{};,", rune(text[0])) {
			b.WriteByte(' ')
		}
		b.WriteString(text)
		space, last = false, text[len(text)-1]
	}
	for i := 0; i < len(css); {
		end := i + 1
		switch c := css[i]; {
		case strings.HasPrefix(css[i:], "/*"):
			if end = strings.Index(css[i+2:], "*/"); end < 0 {
				return b.String()
			}
			i, space = i+2+end+2, true
			continue
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i, space = end, true
			continue
		case c == '"' || c == '\'':
			for end < len(css) && css[end] != c {
				if css[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(css))
		}
		put(css[i:end])
		i = end
	}
	return b.String()
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

// URL is the address of an embedded file.
func (a *Assets) URL(name string) string {
	f, ok := a.files[name]
	if !ok {
		panic("ui: no asset " + name) // a template names it: found by the first test that renders
	}
	return "/static/" + name + "?v=" + f.hash
}

// Icon draws a symbol of the sprite.
func (a *Assets) Icon(name string) template.HTML {
	if !strings.Contains(a.files["icons.svg"].body, `id="`+name+`"`) {
		panic("ui: no icon " + name)
	}
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="` + a.URL("icons.svg") + "#" + name + `"/></svg>`) //nolint:gosec // both parts are ours
}

// ServeHTTP serves /static/….
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.Serve(w, r, r.PathValue("file"))
}

// Serve answers with an embedded file, whatever the address is.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request, name string) {
	f, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("ETag", `"`+f.hash+`"`)
	if r.URL.Query().Get("v") == f.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	if r.Header.Get("If-None-Match") == `"`+f.hash+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write([]byte(f.body)) // the reader went away: nobody to tell
}
