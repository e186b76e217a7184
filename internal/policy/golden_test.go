package policy

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the packed rules anew")

// TestGoldenTables: the packed rules are what rules/*.txt say. go generate ./internal/policy writes them anew.
func TestGoldenTables(t *testing.T) {
	names, err := filepath.Glob("rules/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	b := newBuilder()
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.read(bytes.NewReader(text), strings.TrimSuffix(filepath.Base(name), ".txt")); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	want, err := b.build()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("tables.bin", want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(want) != packed {
		t.Error("tables.bin is not made of rules/*.txt as they are; run go generate ./internal/policy")
	}
}
