package schema_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/schema"
)

func TestRender(t *testing.T) {
	t.Parallel()
	const text = "CREATE TABLE a (\n  id {{id}},\n  x {{bytes}},\n  -- only: sqlite\n  s TEXT\n  -- end\n  -- only: postgres\n  p TEXT\n  -- end\n);\n"
	for e, want := range map[schema.Engine]string{
		schema.SQLite:   "CREATE TABLE a (\n  id INTEGER PRIMARY KEY,\n  x BLOB,\n  s TEXT\n);\n",
		schema.Postgres: "CREATE TABLE a (\n  id BIGINT PRIMARY KEY,\n  x BYTEA,\n  p TEXT\n);\n",
	} {
		if got, err := schema.Render(e, text); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", e, got, err, want)
		}
	}
}

// A slip in a mark must not quietly drop a statement.
func TestRenderRefusesMarksItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"-- only: mysql\n-- end\n", "-- only: sqlite\nx\n", "-- end\n", "-- only: sqlite\n-- only: postgres\n-- end\n-- end\n",
		"-- only:\n-- end\n", "id {{ID}}", "id {{uuid}}\n",
	} {
		if got, err := schema.Render(schema.SQLite, text); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestEveryMigrationHasItsOwnNumberAndGoesUpOnly(t *testing.T) {
	t.Parallel()
	versions, err := schema.Versions()
	if err != nil || !slices.IsSorted(versions) {
		t.Fatalf("versions %v, %v", versions, err)
	}
	for _, e := range []schema.Engine{schema.SQLite, schema.Postgres} {
		files, err := schema.Migrations(e)
		if err != nil {
			t.Fatal(err)
		}
		names, err := fs.Glob(files, "*.sql")
		if err != nil || len(names) != len(versions) {
			t.Fatalf("%s: %d files for %d versions, %v", e, len(names), len(versions), err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(b), "-- +goose Up\n") || strings.Contains(string(b), "-- +goose Down") {
				t.Errorf("%s does not start with \"-- +goose Up\", or goes down", name)
			}
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("-- only: sqlite\nid {{id}}\n-- end\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range []schema.Engine{schema.SQLite, schema.Postgres} {
			got, err := schema.Render(e, text)
			if err == nil && (strings.Contains(got, "{{") || len(got) > 16*len(text)+1) {
				t.Errorf("%s: %q became %q", e, text, got)
			}
		}
	})
}
