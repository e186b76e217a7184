package ui_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

var update = flag.Bool("update", false, "write the scripts anew")

// entries are the scripts pages name; each is bundled with what it imports.
var entries = []string{"chat", "dev", "embed", "manager", "queue"}

// The scripts under static/js are the TypeScript of script/, bundled: so that a build needs no other tool than Go.
// `go test ./internal/ui -run Golden -update` writes them anew.
func TestGoldenScripts(t *testing.T) {
	t.Parallel()
	for _, name := range entries {
		res := api.Build(api.BuildOptions{
			EntryPoints: []string{filepath.Join("script", name+".ts")}, Bundle: true, Format: api.FormatIIFE, Target: api.ES2022,
			MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		})
		for _, problem := range append(res.Errors, res.Warnings...) {
			t.Errorf("%s: %s", name, problem.Text)
		}
		if len(res.OutputFiles) != 1 {
			t.Fatalf("%s: %d files came out", name, len(res.OutputFiles))
		}
		file := filepath.Join("static", "js", name+".js")
		if *update {
			if err := os.WriteFile(file, res.OutputFiles[0].Contents, 0o644); err != nil { //nolint:gosec // a file of the repository
				t.Fatal(err)
			}
			continue
		}
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != string(res.OutputFiles[0].Contents) {
			t.Errorf("%s is not what script/%s.ts makes: make golden", file, name)
		}
	}
}
