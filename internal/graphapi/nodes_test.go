package graphapi

import (
	"slices"
	"strings"
	"testing"
)

// TestThePageListsTheGraph holds nodes.go and the declarations together.
func TestThePageListsTheGraph(t *testing.T) {
	t.Parallel()
	a := New(Deps{})
	for _, typ := range a.engine.Types() {
		i := slices.IndexFunc(listings, func(l listing) bool { return string(l.kind) == typ.Kind })
		if i < 0 {
			if typ.Load != nil {
				t.Errorf("%s is declared but not listed", typ.Kind)
			}
			continue
		}
		l := listings[i]
		if l.name != typ.Name {
			t.Errorf("%s is listed as %s and declared as %s", l.kind, l.name, typ.Name)
		}
		built, later := strings.Fields(l.edges), slices.Concat(strings.Fields(l.later), strings.Fields(l.outside))
		for _, name := range slices.Concat(built, later) {
			if n := len(slices.DeleteFunc(slices.Concat(built, later), func(s string) bool { return s != name })); n != 1 {
				t.Errorf("%s/%s is listed %d times", typ.Name, name, n)
			}
		}
		for name, e := range typ.Edges {
			switch {
			case e.Unbuilt && !slices.Contains(later, name):
				t.Errorf("%s/%s is not built and not listed under later", typ.Name, name)
			case !e.Unbuilt && !slices.Contains(built, name):
				t.Errorf("%s/%s is built and not listed under edges", typ.Name, name)
			}
		}
		for _, name := range built {
			if e, ok := typ.Edges[name]; !ok || e.Unbuilt {
				t.Errorf("%s/%s is listed under edges and not declared", typ.Name, name)
			}
		}
	}
	if len(a.engine.Types()) < len(listings) {
		t.Errorf("%d kinds are listed, %d declared", len(listings), len(a.engine.Types()))
	}
	if !slices.Contains(laterNodes, "WhatsAppBusinessPreVerifiedPhoneNumber") {
		t.Error("the kinds of node that are not built are not listed")
	}
}
