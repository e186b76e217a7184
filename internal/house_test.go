// Package internal_test checks that the house stands: packages import downward only.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hawkerhq/hawker"

// floors are the storeys of the house, the highest first. A package may import any lower floor, and of
// its own floor only what stands behind its name.
var floors = []struct {
	name  string
	rooms []string
}{
	{"roof", []string{"cmd/hawker", "internal/bench: internal/bench/feedgen", "internal/bench/feedgen", "internal/chaos"}},
	{"attic", []string{"internal/app: internal/demo", "internal/demo"}},
	{"doors", []string{"internal/graphapi", "internal/graphapi/apitest: internal/graphapi", "internal/sandbox", "internal/web", "internal/manager", "internal/dev"}},
	{"trades", []string{"internal/messaging: internal/storefront internal/template internal/flow internal/reach", "internal/reach", "internal/storefront", "internal/picture", "internal/template: internal/policy internal/flow", "internal/flow", "internal/policy: internal/policy/fold internal/policy/match internal/policy/condition", "internal/policy/condition", "internal/policy/fold", "internal/policy/match", "internal/feed", "internal/registration", "internal/embed"}},
	{"records", []string{"internal/account", "internal/attachment", "internal/waba", "internal/catalog", "internal/chat", "internal/webhook", "internal/calllog"}},
	{"cellar", []string{"internal/media", "internal/job: internal/db", "internal/once: internal/db internal/job", "internal/node: internal/db", "internal/db/dbtest: internal/db internal/schema", "internal/db: internal/schema", "internal/schema"}},
	{"ground", []string{
		"internal/graph: wire internal/grapherr internal/fault internal/access internal/id internal/clock",
		"internal/grapherr: internal/fault", "internal/access: internal/fault internal/id", "internal/id: internal/clock",
		"internal/limit: internal/clock", "internal/inject: internal/clock internal/fault internal/id", "internal/money: internal/fault", "internal/phone: internal/fault",
		"internal/safehttp: internal/fault internal/clock", "internal/transparent: internal/clock",
		"internal/ui: internal/clock internal/fault internal/i18n internal/live internal/money",
		"internal/qr", "internal/feedfile", "internal/i18n", "internal/live", "internal/fault", "internal/clock", "internal/crash", "wire",
	}},
}

func TestPackagesImportDownwardOnly(t *testing.T) {
	t.Parallel()
	level, beside := map[string]int{}, map[string][]string{}
	for i, f := range floors {
		for _, room := range f.rooms {
			name, may, _ := strings.Cut(room, ":")
			level[name], beside[name] = i, strings.Fields(may)
		}
	}
	for name, imports := range packages(t) {
		own, known := level[name]
		if !known {
			t.Errorf("%s stands on no floor: give it a place in the table and in docs/architecture.md", name)
			continue
		}
		for _, i := range imports {
			switch other, ok := level[i]; {
			case !ok:
				t.Errorf("%s imports %s, which stands on no floor", name, i)
			case other < own:
				t.Errorf("%s (%s) imports %s (%s): an arrow that runs up", name, floors[own].name, i, floors[other].name)
			case other == own && !slices.Contains(beside[name], i):
				t.Errorf("%s imports %s on its own floor (%s), which the table does not allow", name, i, floors[own].name)
			}
		}
	}
}

// packages lists the module's packages and what of the module each imports, tests left out.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	list := map[string][]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if name == "internal" {
			continue // this test
		}
		list[name] = []string{}
		for _, i := range p.Imports {
			if rest, ok := strings.CutPrefix(i, module+"/"); ok {
				list[name] = append(list[name], rest)
			}
		}
	}
	if len(list) == 0 {
		t.Fatal("go list found no packages")
	}
	return list
}
