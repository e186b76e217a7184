package app_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/i18n"
)

var update = flag.Bool("update", false, "write docs/errors.md anew")

// quoted finds what could be a key: "chat.send" in a template or in Go.
var quoted = regexp.MustCompile(`"[a-z_]+(\.[a-z_]+)+"`)

// family finds the beginning of keys that are put together: "manager.order_%s" and "manager.tell_" + state.
var family = regexp.MustCompile(`"([a-z_]+\.[a-z_]+_)(%s)?"`)

// startStep finds the steps of the start page, whose texts are start.<key> and start.<key>_text.
var startStep = regexp.MustCompile(`Key:\s+"([a-z]+)"`)

func TestTextsAndTheirUsesMatch(t *testing.T) {
	t.Parallel()
	used, begun := map[string]bool{}, []string{}
	for _, pattern := range []string{"../web/*.go", "../web/template/*.html", "../graphapi/*.go", "../demo/*.go", "../manager/*.go", "../manager/template/*.html", "../ui/template/*.html", "../dev/*.go", "../dev/template/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range quoted.FindAllString(string(b), -1) {
				used[strings.Trim(q, `"`)] = true
			}
			for _, f := range family.FindAllStringSubmatch(string(b), -1) {
				begun = append(begun, f[1])
			}
			if filepath.Base(name) != "start.go" {
				continue
			}
			for _, step := range startStep.FindAllStringSubmatch(string(b), -1) {
				used["start."+step[1]], used["start."+step[1]+"_text"] = true, true
			}
		}
	}
	for _, k := range i18n.Keys("en") {
		base := strings.TrimSuffix(strings.TrimSuffix(k, ".one"), ".other")
		if !strings.HasPrefix(k, "fault.") && !strings.HasPrefix(k, "told.") && !used[k] && !used[base] && !slices.ContainsFunc(begun, func(f string) bool { return strings.HasPrefix(k, f) }) {
			t.Errorf("nobody shows the text %s", k)
		}
	}
	families := map[string]bool{}
	for _, k := range i18n.Keys("en") {
		family, _, _ := strings.Cut(k, ".")
		families[family] = true
	}
	for k := range used {
		if slices.Contains(begun, k) {
			continue
		}
		family, _, _ := strings.Cut(k, ".")
		if families[family] && !i18n.Has("en", k) && !i18n.Has("en", k+".one") && !slices.Contains([]string{".html", ".js", ".css", ".json"}, filepath.Ext(k)) {
			t.Errorf("%s is shown and has no text", k)
		}
	}
}

// docs/errors.md is the tables as a page; it must be what the code says.
func TestErrorsPage(t *testing.T) {
	t.Parallel()
	const page = "../../docs/errors.md"
	want := errorsPage()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/errors.md is out of date; `make golden` writes it anew")
	}
}

// codesTable is what to do about each code.
func codesTable() string {
	titles := map[int]string{}
	for _, c := range grapherr.Codes() {
		v, _, _ := grapherr.Lookup(&fault.Fault{Code: c})
		if titles[v.Code] == "" {
			titles[v.Code] = cmp.Or(v.Title, grapherr.Meaning(v.Code))
		}
	}
	var b strings.Builder
	b.WriteString("| Code | Meaning | What to do |\n| --- | --- | --- |\n")
	for _, code := range slices.Sorted(maps.Keys(titles)) {
		_, _ = fmt.Fprintf(&b, "| %d | %s | %s |\n", code, titles[code], grapherr.Remedy(code))
	}
	b.WriteString("\n")
	return b.String()
}

// Every code says what to do about it.
func TestEveryCodeHasARemedy(t *testing.T) {
	t.Parallel()
	for _, c := range grapherr.Codes() {
		if v, _, _ := grapherr.Lookup(&fault.Fault{Code: c}); grapherr.Remedy(v.Code) == "" {
			t.Errorf("code %d (%s) has no remedy in internal/grapherr/remedy.go", v.Code, c)
		}
	}
}

func errorsPage() string {
	var b strings.Builder
	b.WriteString(`# Every refusal

What Hawker says when it cannot do what it was asked, by cause. Code, subcode, type and HTTP status are those
of Meta's error envelope; the text is ` + "`error_user_msg`" + `, and what pages show. Each refusal also names the field, the
rule and what would be right: in ` + "`error_data.details`" + ` where the table says so, else in ` + "`message`" + `.

What a program does about each code stands in the first table, what each cause means in the second.

Generated from the tables in internal/grapherr and internal/i18n by ` + "`make golden`" + `.

`)
	b.WriteString(codesTable())
	b.WriteString(`| Cause | Code | Subcode | HTTP | Type | Detail in | Text |
| --- | --- | --- | --- | --- | --- | --- |
`)
	for _, c := range grapherr.Codes() {
		v, _, _ := grapherr.Lookup(&fault.Fault{Code: c})
		subcode, where := "", "`message`"
		if v.Subcode != 0 {
			subcode = fmt.Sprint(v.Subcode)
		}
		if v.Details {
			where = "`error_data.details`"
		}
		kind := v.Type
		if v.Transient {
			kind += ", transient"
		}
		_, _ = fmt.Fprintf(&b, "| `%s` | %d | %s | %d | %s | %s | %s |\n", c, v.Code, subcode, v.Status, kind, where, i18n.T("en", "fault."+string(c)))
	}
	return b.String()
}
