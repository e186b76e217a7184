package graphapi

import (
	"net/http"
	"strings"
	"testing"
)

// Every call that the graph answers is told with what it does, and with a body where it takes one; nothing else is.
func TestEveryOperationHasAnExample(t *testing.T) {
	t.Parallel()
	const least = 130
	list := New(Deps{}).Operations()
	if len(list) < least {
		t.Errorf("only %d operations", len(list))
	}
	seen := map[string]bool{}
	for _, o := range list {
		if seen[o.Key()] {
			t.Errorf("%s is told twice", o.Key())
		}
		seen[o.Key()] = true
		if o.Doc == "" {
			t.Errorf("nobody says what %s does", o.Key())
		}
		if o.Method == http.MethodPost && o.Body == nil && o.Query == "" && !strings.HasPrefix(o.Path, "/upload:") {
			t.Errorf("%s has no body", o.Key())
		}
		if o.Method == http.MethodGet && o.Body != nil {
			t.Errorf("%s has a body", o.Key())
		}
	}
	for key := range examples() {
		if !seen[key] {
			t.Errorf("there is an example of %s, which is no operation", key)
		}
	}
}
