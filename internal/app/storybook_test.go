package app_test

import (
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js.gz
var axePacked []byte

// axe is the script that looks for what people with disabilities cannot use.
var axe = sync.OnceValues(func() (string, error) {
	z, err := gzip.NewReader(strings.NewReader(string(axePacked)))
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(z)
	return string(b), err
})

// violation is what axe says against a page.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// load gives the page at hand axe, once.
func (b tab) load() {
	b.t.Helper()
	source, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("axe", chromedp.Evaluate[chromedp.Void](source+";0"))
}

// swap puts another page of the same style sheets and scripts into the window: much faster than going there.
func (b tab) swap(path string) {
	b.t.Helper()
	eval[bool](b, `fetch(`+strconv.Quote(path)+`).then(r => { if (!r.ok) throw new Error(r.status); return r.text(); }).then(text => {
		const page = new DOMParser().parseFromString(text, "text/html"), root = document.documentElement;
		for (const a of page.documentElement.attributes) root.setAttribute(a.name, a.value);
		document.title = page.title;
		document.body.replaceWith(page.body);
		window.scrollTo(0, 0);
		return true; })`)
}

// check lets axe look at the page at hand.
func (b tab) check(what, options string) {
	b.t.Helper()
	found := eval[[]byte](b, `axe.run(document, {resultTypes: ["violations"], `+options+`}).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 4).map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))})))`)
	var list []violation
	if err := json.Unmarshal(found, &list); err != nil {
		b.t.Fatalf("%s: %v in %.200s", what, err, found)
	}
	for _, v := range list {
		b.t.Errorf("%s: %s (%s): %s", what, v.ID, v.Impact, v.Help)
		for _, n := range v.Nodes {
			b.t.Errorf("    %.200s\n      %.300s", n.HTML, n.FailureSummary)
		}
	}
}

// What axe looks for: everything, and what another theme may change.
const (
	allRules      = `rules: {"target-size": {enabled: true}}`
	contrastAlone = `runOnly: ["color-contrast"]`
)

var storyLink = regexp.MustCompile(`/dev/storybook/([a-z]+)/([a-z_]+)/([a-z]+)\?lang=vi&amp;theme=light`)

// stories are the paths of all stories without their look.
func stories(t *testing.T, w world) (paths []string) {
	t.Helper()
	status, body, _ := visit(t, w).page(http.MethodGet, "/dev/storybook/", nil)
	if status != http.StatusOK {
		t.Fatalf("the storybook answered %d", status)
	}
	for _, m := range storyLink.FindAllStringSubmatch(body, -1) {
		paths = append(paths, fmt.Sprintf("/dev/storybook/%s/%s/%s", m[1], m[2], m[3]))
	}
	if len(paths) < 20 {
		t.Fatalf("only %d stories", len(paths))
	}
	return paths
}

// Every page, in every state, can be used by everybody: axe finds nothing, and nothing is wider than a phone.
func TestStorybookHasNoBarriers(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	paths := stories(t, w)
	if only := os.Getenv("HAWKER_STORY"); only != "" {
		kept := paths[:0]
		for _, p := range paths {
			if strings.Contains(p, only) {
				kept = append(kept, p)
			}
		}
		paths = kept
	}
	looks := []struct {
		width            int64
		lang, theme, axe string
	}{{375, "vi", "light", allRules}, {1280, "en", "dark", contrastAlone}}
	if os.Getenv("HAWKER_SHOTS") != "" { // somebody looks: in the other languages and themes too
		looks = append(looks, looks[0], looks[1])
		looks[2].theme, looks[2].width, looks[3].theme, looks[3].lang, looks[3].width = "dark", 375, "light", "vi", 1280
	}
	for _, look := range looks {
		t.Run(fmt.Sprint(look.theme, look.width), func(t *testing.T) {
			t.Parallel()
			b, ok := openTab(t, w, look.width, look.lang, look.theme)
			if !ok {
				return
			}
			book := ""
			for _, p := range paths {
				at := p + "?lang=" + look.lang + "&theme=" + look.theme
				if of := strings.Split(p, "/")[3]; of != book { // another book has other style sheets
					b.open(at, "main")
					b.load()
					book = of
				} else {
					b.swap(at)
				}
				b.fits(p)
				b.check(p+" "+look.theme, look.axe)
				if os.Getenv("HAWKER_SHOTS") != "" {
					eval[bool](b, `Promise.all([...document.images].map(i => { i.loading = "eager"; return i.decode().catch(() => 0); })).then(() => true)`)
				}
				b.shot(strings.ReplaceAll(strings.TrimPrefix(p, "/dev/storybook/"), "/", "-") + fmt.Sprint("-", look.theme, look.width))
			}
		})
	}
}
