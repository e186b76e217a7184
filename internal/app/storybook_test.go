package app_test

import (
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
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

// check lets axe look at the page at hand, by all its rules.
func (b tab) check(what string) {
	b.t.Helper()
	found := eval[[]byte](b, `axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 4).map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))})))`)
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

// storyLink is a story's link in the storybook.
var storyLink = regexp.MustCompile(`/dev/storybook/([^/"?]+)/([^/"?]+)/([^/"?]+)\?lang=vi&amp;theme=light`)

// stories are the paths of all stories without their look; HAWKER_STORY picks those that hold it.
func stories(t *testing.T, w world) (paths []string) {
	t.Helper()
	status, body, _ := visit(t, w).page(http.MethodGet, "/dev/storybook/", nil)
	if status != http.StatusOK {
		t.Fatalf("the storybook answered %d", status)
	}
	for _, m := range storyLink.FindAllStringSubmatch(body, -1) {
		paths = append(paths, fmt.Sprintf("/dev/storybook/%s/%s/%s", m[1], m[2], m[3]))
	}
	told := 0
	for _, b := range books(t) {
		told += len(b.Stories)
	}
	if len(paths) != told {
		t.Fatalf("the storybook shows %d of %d stories", len(paths), told)
	}
	return slices.DeleteFunc(paths, func(p string) bool { return !strings.Contains(p, os.Getenv("HAWKER_STORY")) })
}

// appearance is how a story is looked at beside its width.
type appearance struct{ lang, theme string }

// appearances are all there are, such that those across from each other share nothing.
var appearances = []appearance{{"vi", "light"}, {"vi", "dark"}, {"en", "light"}, {"en", "dark"}}

// thorough is whether every story is tried in every look: `make axe`. Without it each is tried in two that share nothing, and
// which two goes by its name.
var thorough = os.Getenv("HAWKER_TEST_LOOKS") == "all"

// looksOf are the appearances in which a story is looked at in a window so wide.
func looksOf(path string, width int64) []appearance {
	if thorough {
		return appearances
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(path))
	n := int(h.Sum32() % 4)
	if width != 375 {
		n = 3 - n
	}
	return appearances[n : n+1]
}

// leaf shows stories in one window, one after the other.
type leaf struct {
	tab
	book string // whose style sheets are loaded
}

func (l *leaf) show(path string, a appearance) {
	l.t.Helper()
	at := path + "?lang=" + a.lang + "&theme=" + a.theme
	if of := strings.Split(path, "/")[3]; of != l.book { // another book has other style sheets
		l.open(at, "main")
		l.load()
		l.book = of
		return
	}
	l.swap(at)
}

// Every page, in every state, can be used by everybody: axe finds nothing, nothing is wider than its window, the keyboard
// reaches what can be clicked, and nothing moves for those who ask for it.
func TestStorybookHasNoBarriers(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	paths := stories(t, w)
	for _, width := range []int64{375, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b, ok := openTab(t, w, width, "vi", "light")
			if !ok {
				return
			}
			l, looked := leaf{tab: b}, 0
			for _, p := range paths {
				for _, a := range looksOf(p, width) {
					name := fmt.Sprint(strings.TrimPrefix(p, "/dev/storybook/"), " ", a.lang, " ", a.theme, " ", width)
					l.show(p, a)
					b.fits(name)
					b.check(name)
					if problems := eval[string](b, reach); problems != "" {
						t.Errorf("%s: %s", name, problems)
					}
					if moving := eval[string](b, moves); moving != "" {
						t.Errorf("%s moves: %s", name, moving)
					}
					if os.Getenv("HAWKER_SHOTS") != "" {
						eval[bool](b, `Promise.all([...document.images].map(i => { i.loading = "eager"; return i.decode().catch(() => 0); })).then(() => true)`)
					}
					b.shot(strings.NewReplacer("/", "-", " ", "-").Replace(name))
					looked++
				}
			}
			t.Logf("%d stories, looked at %d times", len(paths), looked)
		})
	}
}

// Every page, in every state, is read in a window of 320 pixels and at 200 % on a desk of 1280, which leaves 640: nothing has
// to be pushed aside, no text is cut off.
func TestStorybookFitsSmallWindows(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	paths := stories(t, w)
	for _, width := range []int64{320, 640} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b, ok := openTab(t, w, width, "vi", "light")
			if !ok {
				return
			}
			l := leaf{tab: b}
			for _, p := range paths {
				for _, a := range looksOf(p, width) {
					l.show(p, a)
					b.fits(p + " " + a.lang)
					if lost := eval[string](b, cutOff); lost != "" {
						t.Errorf("%s %s: text is cut off: %s", p, a.lang, lost)
					}
				}
			}
		})
	}
}
